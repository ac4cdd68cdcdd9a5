"""What record checks and derivations read: typed tables with their reference tables and dates."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from helpers.errors import UsageError
from helpers.intake.read import find_table
from helpers.intake.reference_tables import build_empty_table, check_values, read_reference_table
from helpers.intake.schema import RAW_TABLES, SUBJECT, TableSchema, load_schemas
from helpers.intake.trial_words import check_trial_words, list_terms
from helpers.params.reference_tables import DictionaryRow, GradeRow, LimitRow, TermRow, UnitRow
from helpers.params.trial import Trial
from helpers.params.words import nearest


@dataclass(frozen=True, eq=False)
class Reference:
    """Tables beside the export: AE terms of interest, dictionary, units, limits, grades (text).

    `grades` is empty for a trial that grades no laboratory value. One is equal to itself alone, so
    that what is looked up in it again and again can be kept (`functools.lru_cache`).
    """

    aesi: pd.DataFrame
    dictionary: pd.DataFrame
    units: pd.DataFrame
    limits: pd.DataFrame
    grades: pd.DataFrame = field(default_factory=lambda: build_empty_table(GradeRow))


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

    @cached_property
    def visit_dates(self) -> pd.DataFrame | None:
        """SVSTDTC, the first day of each visit, by SUBJID and VISIT; None without visits."""
        if not self.has("sv", "VISIT", "SVSTDTC"):
            return None
        dated = self["sv"].dropna(subset=["SVSTDTC"])
        return dated.groupby([SUBJECT, "VISIT"])[["SVSTDTC"]].min()

    def with_tables(self, tables: Mapping[str, pd.DataFrame]) -> "Records":
        """Same moment, other rows."""
        return replace(self, tables=tables)


def read_reference(params: Path, trial: Trial, data: Path | None = None) -> Reference:
    """Reference tables of a parameter folder; a dictionary in the export's open folder wins.

    Raises
    ------
    UsageError
        If one is missing, a line of it is not as its model says, or it names what is not there.
    """
    folder = params / "tables"
    own = find_table(data / "open", "dict") if data else None
    ae, lab = trial.adverse_events, trial.laboratory
    dictionary = own or folder / ae.dictionary_file
    graded = (
        {"grades": read_reference_table(folder / lab.grades_file, GradeRow)}
        if lab.grades_file
        else {}
    )
    reference = Reference(
        aesi=read_reference_table(folder / ae.aesi_file, TermRow),
        dictionary=read_reference_table(dictionary, DictionaryRow, more_columns=own is not None),
        units=read_reference_table(folder / lab.units_file, UnitRow),
        limits=read_reference_table(folder / lab.limits_file, LimitRow),
        **graded,
    )
    schemas = load_schemas(params, trial)
    check_trial_words(trial, schemas, params)
    _check_terms(folder / ae.aesi_file, reference.aesi, reference.dictionary, dictionary, trial)
    _check_trial(params / "trial.yaml", reference, trial)
    _check_tests(folder, reference, schemas, trial)
    return reference


def _check_terms(
    path: Path, aesi: pd.DataFrame, dictionary: pd.DataFrame, named: Path, trial: Trial
) -> None:
    """Every word of the list of special interest has a meaning elsewhere."""
    routes = [arm.route for arm in trial.arms if arm.route]
    stopping = (*trial.stopping_event.any_time, *trial.stopping_event.near_dose)
    check_values(path, aesi, "AEDECOD", list(dictionary["PT"]), named.name)
    check_values(path, aesi, "ROUTES", routes, "arms of trial.yaml", split=str.split)
    check_values(path, aesi, "SEVTOX", stopping, "stopping_event of trial.yaml")
    if trial.adverse_events.categories:
        categories = list(trial.adverse_events.categories)
        check_values(path, aesi, "AESICAT", categories, "adverse_events.categories of trial.yaml")


def _check_tests(
    folder: Path, reference: Reference, schemas: Mapping[str, TableSchema], trial: Trial
) -> None:
    """Units, limits and grades are of tests that the raw tables can hold."""
    columns = [list_terms(schemas, table, f"{table.upper()}TESTCD") for table in ("lb", "vs")]
    if not all(columns):
        return  # any word is a test there
    tests = [name for terms in columns for name in terms]
    lab = trial.laboratory
    for file, frame in (
        (lab.units_file, reference.units),
        (lab.limits_file, reference.limits),
        (lab.grades_file, reference.grades),
    ):
        if file is not None:
            check_values(folder / file, frame, "TESTCD", tests, RAW_TABLES)


def _check_trial(path: Path, reference: Reference, trial: Trial) -> None:
    """Every term and code that the trial's rules look for can be met."""
    rules, events = trial.stopping_event, trial.adverse_events
    terms = (reference.dictionary["PT"], trial.adverse_events.dictionary_file)
    codes = (reference.aesi["SEVTOX"].dropna(), trial.adverse_events.aesi_file)
    categories = (reference.aesi["AESICAT"], trial.adverse_events.aesi_file)
    for key, used, (column, file) in (
        ("checks.fever_terms", trial.checks.fever_terms, terms),
        ("stopping_event.any_time", rules.any_time, codes),
        ("stopping_event.near_dose", rules.near_dose, codes),
        ("adverse_events.procedure_categories", events.procedure_categories, categories),
        (
            "laboratory.spinal_fluid.categories",
            trial.laboratory.spinal_fluid.categories,
            categories,
        ),
        ("adverse_events.procedure_terms", events.procedure_terms, terms),
        *(
            (f"intercurrent.events.{n}", u, categories)
            for n, u in trial.intercurrent.events.items()
        ),
    ):
        for value in used:
            if value not in set(column):
                raise UsageError(
                    f"{path}: {key}: found {value!r}, allowed: what is in column {column.name} of "
                    f"{file}{nearest(value, column.unique())}"
                )
