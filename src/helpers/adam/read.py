"""Files of analysis data -> data sets as they are: Parquet, CSV, XPT, Dataset-JSON."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from helpers.adam.dataset_json import read_dataset_json
from helpers.adam.source import Source, SourceError
from helpers.adam.xpt import read_xpt
from helpers.intake.read import FileProblem, read_header, read_text

READABLE = (".parquet", ".csv", ".xpt", ".json", ".ndjson")


def find_sources(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Files to read, a folder standing for every readable file in it, in the order of their names.

    Raises
    ------
    SourceError
        If a path does not exist, is of an unknown kind, or two files hold one data set.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if _is_dataset(p))
            if not inside:
                raise SourceError(f"{path}: holds no {', '.join(READABLE)} file")
            files += inside
        elif not path.exists():
            raise SourceError(f"{path}: no such file or folder")
        elif path.suffix.lower() not in READABLE:
            raise SourceError(f"{path}: is none of {', '.join(READABLE)}")
        else:
            files.append(path)
    by_name: dict[str, Path] = {}
    for path in files:
        twin = by_name.setdefault(path.stem.lower(), path)
        if twin != path:
            raise SourceError(f"{twin} and {path}: two files for one data set; give one of them")
    return tuple(by_name[name] for name in sorted(by_name))


def _is_dataset(path: Path) -> bool:
    """Whether a file of a folder holds a data set; other JSON than Dataset-JSON does not."""
    if path.suffix.lower() not in READABLE or not path.is_file():
        return False
    if not path.suffix.lower().endswith("json"):
        return True
    with path.open("rb") as file:
        return b"datasetJSONVersion" in file.read(4096)


def read_source(path: Path, encoding: str | None = None) -> Source:
    """One data set.

    Raises
    ------
    SourceError
        If the file cannot be read; the message names the file and what to do.
    """
    readers: dict[str, Callable[[], Source]] = {
        ".parquet": lambda: _read_parquet(path),
        ".csv": lambda: _read_csv(path),
        ".xpt": lambda: read_xpt(path, encoding),
        ".json": lambda: read_dataset_json(path),
        ".ndjson": lambda: read_dataset_json(path),
    }
    try:
        source = readers[path.suffix.lower()]()
    except FileProblem as problem:
        raise SourceError(f"{path.name} {problem}") from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from None
    return _with_upper_names(source)


def _with_upper_names(source: Source) -> Source:
    names = [str(name).strip().upper() for name in source.frame.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SourceError(f"{source.path.name}: variable {', '.join(twice)} stands twice")
    return Source(
        name=source.name,
        path=source.path,
        frame=source.frame.set_axis(names, axis=1).reset_index(drop=True),
        typed=source.typed,
        labels={name.upper(): text for name, text in source.labels.items()},
        formats={name.upper(): text for name, text in source.formats.items()},
        special={name.upper(): cells for name, cells in source.special.items()},
    )


def _read_csv(path: Path) -> Source:
    names = read_header(path)
    return Source(path.stem.lower(), path, read_text(path, names), typed=False)


def _read_parquet(path: Path) -> Source:
    try:
        table = pa.parquet.read_table(path, use_threads=False)
    except (pa.ArrowInvalid, OSError):
        raise SourceError(f"{path.name}: cannot be read as Parquet; was it cut short?") from None
    frame: pd.DataFrame = table.to_pandas(
        use_threads=False, date_as_object=False, ignore_metadata=True
    )
    text = frame.select_dtypes(include=["object"]).columns
    frame = frame.assign(**{c: frame[c].where(frame[c].notna(), None) for c in text})
    labels = {
        field.name: field.metadata[b"label"].decode("utf-8", "replace")
        for field in table.schema
        if field.metadata and b"label" in field.metadata
    }
    return Source(path.stem.lower(), path, frame, typed=True, labels=labels)
