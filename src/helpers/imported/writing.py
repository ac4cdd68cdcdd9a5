"""What was imported -> the files of an export folder."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from helpers.errors import UsageError
from helpers.imported.dataset import PERSON, ROW, Dataset
from helpers.imported.importing import Imported, latest_date
from helpers.intake.imported import NOTES, OPEN, RESTRICTED
from helpers.intake.info import EXPORT_FILE

SOURCES = "sources.json"
MADE_BY = "interim import"


def format_import(imported: Imported, extract: pd.Timestamp | None = None) -> dict[str, bytes]:
    """Files of the export folder by path.

    `extract` is the day of the sponsor's snapshot; without it the latest date in the data stands
    for it.
    """
    files: dict[str, bytes] = {}
    for name, dataset in imported.datasets.items():
        hidden = [ROW, PERSON, *dataset.restricted]
        if dataset.restricted:
            files[f"{RESTRICTED}/{name}.parquet"] = _to_parquet(dataset.frame[hidden], dataset)
        shown = [c for c in dataset.frame.columns if c not in dataset.restricted]
        if set(shown) - {ROW, PERSON}:
            files[f"{OPEN}/{name}.parquet"] = _to_parquet(dataset.frame[shown], dataset)
    latest = extract or latest_date(imported.datasets.values())
    info = {
        "study": imported.study,
        "extract": latest.isoformat(),
        "format": "parquet",
        "level": "adam",
        "made_by": MADE_BY,
        "synthetic": False,
    }
    # digests of files that hold the arms must not be where an open reader can search them
    files[f"{RESTRICTED}/{SOURCES}"] = _format_json(dict(imported.sources))
    files[EXPORT_FILE] = _format_json(info)
    for folder, rows in imported.notes.groupby("restricted"):
        path = f"{RESTRICTED if folder else OPEN}/{NOTES}"
        text = rows.drop(columns="restricted").to_csv(index=False, lineterminator="\n")
        files[path] = text.encode()
    return files


def _format_json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()


def _to_parquet(frame: pd.DataFrame, dataset: Dataset) -> bytes:
    table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
    fields = [
        pa.field(f.name, pa.string() if pa.types.is_null(f.type) else f.type).with_metadata(
            {"label": dataset.labels[f.name]} if f.name in dataset.labels else None
        )
        for f in table.schema
    ]
    sink = io.BytesIO()
    pa.parquet.write_table(table.cast(pa.schema(fields)), sink, compression="zstd")
    return sink.getvalue()


def check_own_folder(folder: Path) -> None:
    """A folder that `interim import` may replace: a new or empty one, or one that it made.

    Raises
    ------
    UsageError
        If it holds anything else: a raw export, or a file that somebody put there.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not _is_marked(folder / EXPORT_FILE):
        raise UsageError(
            f"{folder}: was not made by `interim import`, so it is not replaced; name a new folder"
        )
    foreign = [path for path in sorted(folder.rglob("*")) if not _is_own(path, folder)]
    if foreign:
        raise UsageError(
            f"{foreign[0]}: was not written by `interim import`; move it, then import again"
        )


def _is_marked(path: Path) -> bool:
    try:
        info = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(info, dict) and info.get("made_by") == MADE_BY


def _is_own(path: Path, folder: Path) -> bool:
    place = path.relative_to(folder).parts
    if path.is_symlink() or place[0] not in (OPEN, RESTRICTED):
        return place == (EXPORT_FILE,) and not path.is_symlink()
    if len(place) == 1:
        return path.is_dir()
    known = place[1] in (NOTES, SOURCES) or path.suffix == ".parquet"
    return len(place) == 2 and path.is_file() and known
