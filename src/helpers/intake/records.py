"""What record checks and derivations read: typed tables with their reference tables and dates."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from helpers.errors import UsageError
from helpers.intake.limit_table import COLUMNS as LIMITS
from helpers.intake.limit_table import check_limits
from helpers.intake.read import FileProblem, find_table, read_header, read_text
from helpers.params.trial import Trial

GRADES = ("TESTCD", "WHEN", "GRADE", "SIDE", "BOUND", "OF")


@dataclass(frozen=True)
class Reference:
    """Tables beside the export: AE terms of interest, dictionary, units, limits, grades (text).

    `grades` is empty for a trial that grades no laboratory value.
    """

    aesi: pd.DataFrame
    dictionary: pd.DataFrame
    units: pd.DataFrame
    limits: pd.DataFrame
    grades: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(GRADES)))


@dataclass(frozen=True)
class Records:
    """Typed raw tables at one moment: as read, or cut at `cutoff` when that is not None."""

    tables: Mapping[str, pd.DataFrame]
    reference: Reference
    extract: pd.Timestamp
    cutoff: pd.Timestamp | None = None

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    def has(self, table: str, *columns: str) -> bool:
        """Whether this table with these columns may be read here."""
        return table in self.tables and set(columns) <= set(self.tables[table].columns)

    def with_tables(self, tables: Mapping[str, pd.DataFrame]) -> "Records":
        """Same moment, other rows."""
        return replace(self, tables=tables)


def read_reference(params: Path, trial: Trial, data: Path | None = None) -> Reference:
    """Reference tables of a parameter folder; a dictionary in the export's open folder wins.

    Raises
    ------
    UsageError
        If one is missing or lacks a column, or if the limits are not usable.
    """
    folder = params / "tables"
    dictionary = find_table(data / "open", "dict") if data else None
    ae, lab = trial.adverse_events, trial.laboratory
    limits = folder / lab.limits_file
    graded = {"grades": _read(folder / lab.grades_file, GRADES)} if lab.grades_file else {}
    return Reference(
        aesi=_read(folder / ae.aesi_file, ("AEDECOD", "AESICAT", "ROUTES", "AALIST", "SEVTOX")),
        dictionary=_read(dictionary or folder / ae.dictionary_file, ("PT", "SOC", "VERSION")),
        units=_read(folder / lab.units_file, ("TESTCD", "UNIT", "STDUNIT", "FACTOR", "OFFSET")),
        limits=check_limits(limits, _read(limits, LIMITS)),
        **graded,
    )


def _read(path: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    if not path.is_file():
        raise UsageError(f"{path}: reference table is missing")
    try:
        names = read_header(path)
        missing = [name for name in needed if name not in names]
        if missing:
            raise UsageError(f"{path}: column {', '.join(missing)} is missing")
        return read_text(path, names)
    except FileProblem as problem:
        raise UsageError(f"{path} {problem}") from None
