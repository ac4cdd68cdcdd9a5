"""Imported data sets as one audience may read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from helpers.errors import ExportError
from helpers.intake.file_problem import FileProblem
from helpers.intake.findings import empty_findings, file_finding, join_findings
from helpers.intake.imported import NOTES, OPEN, REPEATED, RESTRICTED
from helpers.intake.info import EXPORT_FILE, ExportInfo, check_folder, read_info
from helpers.intake.read_parquet import DAMAGED, list_parquet_columns
from helpers.intake.schema import Access
from helpers.params.imported import Where

PERSON, ROW = "USUBJID", "SRCROW"
LEVEL = "adam"
SHARED = ("SUBJID", "TRT01P", "TRT01A", "SAFFL", "ITTFL", "ANCHORDT")


@dataclass(frozen=True)
class GivenTables:
    """Imported data sets by name, findings of the import, and what `export.json` says.

    `whole` is False for an audience that sees only some variables: what is missing may be hidden.
    `repeated` counts, by data set, rows of the source that repeated another one in full.
    """

    study: str
    extract: pd.Timestamp
    synthetic: bool
    whole: bool
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    findings: pd.DataFrame = field(repr=False)
    repeated: Mapping[str, int] = field(default_factory=dict, repr=False)

    def has(self, dataset: str, *variables: str) -> bool:
        """Whether this data set with these variables may be read here."""
        return dataset in self.tables and set(variables) <= set(self.tables[dataset].columns)


def read_tables(data: Path, access: Access) -> GivenTables:
    """What an audience may read of an imported export.

    The restricted side is opened only for an audience that may see it; an open one gets the data
    sets and variables that its allow-list names.

    Raises
    ------
    ExportError
        If the folder is no import, or a file cannot be read.
    """
    info = _read_info(data)
    names = sorted(path.stem for path in (data / OPEN).glob("*.parquet"))
    if access.restricted:
        if not (data / RESTRICTED).is_dir():
            raise ExportError(
                f"{data}: {RESTRICTED}/ is missing, which says who got what; only open reports can "
                "be made without it"
            )
        names = sorted({*names, *(path.stem for path in (data / RESTRICTED).glob("*.parquet"))})
    if access.tables is not None:
        names = [name for name in names if name in access.tables]
    tables = {name: _read_dataset(data, name, access) for name in names}
    return GivenTables(
        study=info.study,
        extract=info.extract,
        synthetic=info.synthetic,
        whole=access.tables is None,
        tables=tables,
        findings=_read_notes(data, access, tables),
        repeated=_count_repeated(data, access),
    )


def _read_info(data: Path) -> ExportInfo:
    check_folder(data, imported=True)
    if not (data / EXPORT_FILE).exists():
        raise ExportError(
            f"{data / EXPORT_FILE}: missing; bring the data in with "
            f"`interim import SOURCE... --to {data}`"
        )
    info = read_info(data)
    if info.level != LEVEL:
        raise ExportError(
            f"{data}: holds raw tables, but the parameters say `level: {LEVEL}`; "
            "import analysis data first, or name another --data"
        )
    return info


def _count_repeated(data: Path, access: Access) -> dict[str, int]:
    """Rows that the import found twice and used once, by data set."""
    notes = _list_notes(data, access)
    return {note.dataset: int(note.records) for note in notes if note.what == REPEATED}


def _read_dataset(data: Path, name: str, access: Access) -> pd.DataFrame:
    columns = None
    if access.tables is not None:
        columns = [ROW, PERSON, *access.tables[name]["columns"]]
    paths = [data / OPEN / f"{name}.parquet"]
    if access.restricted:
        paths.append(data / RESTRICTED / f"{name}.parquet")
    parts = [_read_parquet(path, columns) for path in paths if path.exists()]
    frame = parts[0]
    for other in parts[1:]:
        frame = frame.merge(other.drop(columns=PERSON), on=ROW, how="left", validate="1:1")
    allowed = {} if access.tables is None else access.tables[name].get("rows", {})
    return keep_rows(frame, allowed)


def _read_parquet(path: Path, columns: list[str] | None) -> pd.DataFrame:
    try:
        known = list_parquet_columns(path)
        wanted = (
            None if columns is None else [name for name in dict.fromkeys(columns) if name in known]
        )
        table = pa.parquet.read_table(path, columns=wanted, use_threads=False)
    except (FileProblem, *DAMAGED):
        raise ExportError(f"{path}: cannot be read; import the data again") from None
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    return frame


def join_records(names: Iterable[str], tables: GivenTables, adsl: pd.DataFrame) -> pd.DataFrame:
    """Records of known participants in these data sets, with the participant's variables of ours.

    Those are SUBJID, TRT01P, TRT01A, SAFFL, ITTFL and ANCHORDT, as far as the audience has them.
    """
    parts = [tables.tables[name].assign(SRCDOM=name) for name in names if name in tables.tables]
    if not parts:
        return pd.DataFrame()
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows[PERSON].isin(adsl[PERSON])]
    rows = rows.drop(columns=[name for name in SHARED if name in rows])
    own = adsl.set_index(PERSON)[[name for name in SHARED if name in adsl]]
    return rows.join(own, on=PERSON).reset_index(drop=True)


def keep_rows(frame: pd.DataFrame, where: Where | Mapping[str, Any]) -> pd.DataFrame:
    """Rows that meet every condition; a variable that is not there meets none but null."""
    return frame[choose_rows(frame, where)].reset_index(drop=True)


def choose_rows(frame: pd.DataFrame, where: Where | Mapping[str, Any]) -> pd.Series:
    """Whether each row meets every condition of `where`."""
    keep = pd.Series(True, index=frame.index)
    for variable, values in where.items():
        column = frame[variable] if variable in frame else pd.Series(None, index=frame.index)
        named = column.astype(object).isin([value for value in values if value is not None])
        keep &= named | (column.isna() if None in values else False)
    return keep


def _list_notes(data: Path, access: Access) -> list[Any]:
    """Notes of the import that an audience may read."""
    folders = [OPEN, RESTRICTED] if access.restricted else [OPEN]
    paths = [data / folder / NOTES for folder in folders]
    frames = [pd.read_csv(path, keep_default_na=False) for path in paths if path.is_file()]
    return [note for frame in frames for note in frame.itertuples()]


def _read_notes(data: Path, access: Access, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Notes of the import as findings; of what an open reader cannot see, none."""
    found = []
    for note in _list_notes(data, access):
        if note.severity != "I" and _is_seen(note.dataset, note.variable, tables):
            text = f"{note.what} ({note.records} records)"
            found.append(file_finding("IMPORT", note.severity, note.dataset, text, note.variable))
    return join_findings(found) if found else empty_findings()


def _is_seen(dataset: str, variable: str, tables: Mapping[str, pd.DataFrame]) -> bool:
    """Whether a note is about what this audience reads: a variable, a data set, or the import."""
    if not dataset:
        return True
    return dataset in tables and (not variable or variable in tables[dataset])
