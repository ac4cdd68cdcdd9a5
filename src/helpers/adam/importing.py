"""Files of analysis data -> an export folder with an open and a restricted side."""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from helpers.adam.agreement import compare_datasets
from helpers.adam.dataset import PERSON, ROW, Dataset, build_dataset
from helpers.adam.mapping import ImportMapping
from helpers.adam.notes import Note, notes_frame
from helpers.adam.read import find_sources, read_source
from helpers.adam.source import SourceError
from helpers.adam.variables import load_rules

SUBJECT_LEVEL = "adsl"
OPEN, RESTRICTED = "open", "restricted"
NOTES = "import.csv"


@dataclass(frozen=True)
class Imported:
    """All data sets of one import, and what there is to know about it."""

    study: str
    datasets: Mapping[str, Dataset] = field(repr=False)
    notes: pd.DataFrame = field(repr=False)
    sources: Mapping[str, str] = field(repr=False)


def import_analysis_data(paths: Iterable[Path], mapping: ImportMapping) -> Imported:
    """Read, type and compare the data sets of a trial.

    Raises
    ------
    SourceError
        If a file cannot be used, or there is no subject-level data set.
    """
    rules = load_rules()
    datasets: dict[str, Dataset] = {}
    notes: list[Note] = []
    sources: dict[str, str] = {}
    for path in find_sources(paths):
        dataset, found = build_dataset(read_source(path, mapping.encoding), mapping, rules)
        if dataset.name in datasets:
            raise SourceError(f"{path.name}: a second data set {dataset.name}; map one to a name")
        datasets[dataset.name] = dataset
        sources[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        notes += found
    if SUBJECT_LEVEL not in datasets:
        raise SourceError(
            f"no {SUBJECT_LEVEL} among {', '.join(sorted(sources)) or 'the sources'}; the "
            "subject-level data set is needed, as a file of that name or mapped to it"
        )
    notes += compare_datasets({name: d.frame for name, d in datasets.items()})
    study = mapping.study or _name_study(datasets[SUBJECT_LEVEL].frame)
    return Imported(study, datasets, notes_frame(notes), sources)


def _name_study(adsl: pd.DataFrame) -> str:
    names = sorted(set(adsl["STUDYID"].dropna())) if "STUDYID" in adsl else []
    if len(names) != 1:
        listed = ", ".join(names) or "none"
        raise SourceError(f"{SUBJECT_LEVEL}: one STUDYID is needed, found {listed}; give `study`")
    return str(names[0])


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
        "synthetic": False,
    }
    # digests of files that hold the arms must not be where an open reader can search them
    files[f"{RESTRICTED}/sources.json"] = _format_json(dict(imported.sources))
    files["export.json"] = _format_json(info)
    for folder, rows in imported.notes.groupby("restricted"):
        path = f"{RESTRICTED if folder else OPEN}/{NOTES}"
        text = rows.drop(columns="restricted").to_csv(index=False, lineterminator="\n")
        files[path] = text.encode()
    return files


def _format_json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()


def latest_date(datasets: Iterable[Dataset]) -> pd.Timestamp:
    """End of the latest day on which anything happened."""
    days = [
        dataset.frame[column].max()
        for dataset in datasets
        for column in dataset.frame.select_dtypes(include=["datetime64"]).columns
    ]
    known = [day for day in days if pd.notna(day)]
    if not known:
        raise SourceError("no date in any data set; give --extract")
    return pd.Timestamp(max(known)).normalize() + pd.Timedelta(hours=23, minutes=59)


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
