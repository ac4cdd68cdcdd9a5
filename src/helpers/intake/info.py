"""What `export.json` says of an export as a whole, and whether it is the one that is wanted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.errors import ExportError, UsageError
from helpers.params.json_file import read_json
from helpers.params.small_file import UnreadableFileError

EXPORT_FILE = "export.json"
RAW = "raw"
_MOMENT = re.compile(
    r"(19|20|21)\d\d-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?(Z|[+-]\d\d:\d\d)?"
)


@dataclass(frozen=True)
class ExportInfo:
    """Study, moment and kind of an export; `level` is `raw`, or `adam` for imported data."""

    study: str
    extract: pd.Timestamp
    synthetic: bool
    level: str = RAW


def read_info(data: Path) -> ExportInfo:
    """`export.json` of an export folder.

    Raises
    ------
    UsageError
        If there is no such folder.
    ExportError
        If the file is missing, or does not say study and extract.
    """
    path = data / EXPORT_FILE
    check_folder(data)
    try:
        content = read_json(path)
    except UnreadableFileError as problem:
        if str(problem).startswith("no such"):
            raise ExportError(f"{path}: missing; it names study, extract and format") from None
        raise ExportError(f"{path}: must be JSON with study and extract: {problem}") from None
    for key in ("study", "extract"):
        if not isinstance(content.get(key), str) or not content[key]:
            found = f"found {content[key]!r}"[:80] if key in content else "found none"
            raise ExportError(f"{path}: must be JSON with study and extract; {key}: {found}")
    return ExportInfo(
        study=content["study"],
        extract=_read_moment(content["extract"], path),
        synthetic=content.get("synthetic") is True,
        level=str(content.get("level", RAW)),
    )


def check_folder(data: Path, *, imported: bool = False) -> None:
    """Stop where the folder of an export, or of imported data, does not exist.

    Raises
    ------
    UsageError
        Saying what makes one.
    """
    if data.is_dir():
        return
    made = (
        f"`interim import SOURCE... --to {data}` brings the data in"
        if imported
        else "`make report` writes the synthetic one of the built-in trial, `interim simulate DIR` "
        "one elsewhere"
    )
    raise UsageError(
        f"{data}: no export there, no such folder; {made}, --data DIR names the folder that holds "
        f"open/ and restricted/"
    )


def _read_moment(text: str, path: Path) -> pd.Timestamp:
    try:
        if _MOMENT.fullmatch(text):
            return pd.Timestamp(text).tz_localize(None)
    except ValueError:
        pass
    raise ExportError(
        f"{path}: extract: found {text[:40]!r}, allowed: a moment such as 2024-09-14T18:00"
    )


def check_study(data: Path, found: str, study: str) -> None:
    """Stop when an export is of another study than the parameters.

    Raises
    ------
    UsageError
        Naming both.
    """
    if found != study:
        raise UsageError(f"{data}: holds study {found}, trial.yaml says {study}")


def check_records_of_study(data: Path, tables: Mapping[str, pd.DataFrame], study: str) -> None:
    """Stop when participants, or all records of a table, belong to another study.

    A single record of another study is a finding of the record checks.

    Raises
    ------
    UsageError
        Naming the tables and the study that they hold.
    """
    others: dict[str, set[str]] = {}
    for name, frame in tables.items():
        named = frame["STUDYID"].dropna() if "STUDYID" in frame else pd.Series(dtype=object)
        other = named[named != study]
        if len(other) and (name == "dm" or len(other) == len(named)):
            others[name] = set(other.astype(str))
    if others:
        found = sorted(set().union(*others.values()))
        shown = ", ".join(found[:3]) + (", ..." if len(found) > 3 else "")
        raise UsageError(
            f"{data}: {'tables' if len(others) > 1 else 'table'} {', '.join(others)} "
            f"{'hold' if len(others) > 1 else 'holds'} records of study {shown}, trial.yaml says "
            f"{study}"
        )
