"""What of the given data is not read as it stands, or counts in no table: named and counted."""

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from helpers.datasets.imported.adae import read_events
from helpers.datasets.imported.adeff import UNSCHEDULED, map_visits
from helpers.datasets.imported.event_days import count_event_days
from helpers.datasets.imported.record_days import derive_record_days
from helpers.datasets.imported.tables import PERSON, GivenTables, keep_rows
from helpers.datasets.imported.times import DAYS_OF, list_units
from helpers.intake.findings import file_finding
from helpers.params.imported import Given, GivenRows
from helpers.params.trial import Trial

CHECK = "GIVEN"
COUNT = re.compile(r"^\d+ ")  # what `_finding` puts before its text
TOLERANCE = 1e-6  # of a change, in the unit of the score
EVENT_DAYS = {
    "written": "events whose start is only in AESTDTC; taken from there",
    "partial": "events of whose start only month or year is known; they count where they may lie",
    "unknown": "events without a start; they count unless they ended before",
}


def find_losses(
    tables: GivenTables,
    adsl: pd.DataFrame,
    datasets: Mapping[str, pd.DataFrame],
    trial: Trial,
    *,
    quote: bool,
) -> Iterator[pd.DataFrame]:
    """Findings on events, scores and times that are read otherwise than they stand, or not used.

    Without `quote` they do not say how many records they are about.
    """
    for found in _list_losses(tables, adsl, datasets, trial):
        yield (
            found
            if quote
            else found.assign(text=found["text"].str.replace(COUNT, "", n=1, regex=True))
        )


def _list_losses(
    tables: GivenTables, adsl: pd.DataFrame, datasets: Mapping[str, pd.DataFrame], trial: Trial
) -> Iterator[pd.DataFrame]:
    given = trial.given
    if given is None:
        return
    if given.events.dataset in tables.tables and "adae" in datasets:
        yield from _find_event_losses(tables, datasets["adae"], given)
    for code, rows in given.scores.items():
        if tables.has(rows.dataset, "AVAL", "AVISIT"):
            yield from _find_score_losses(code, rows, tables, adsl, trial)
    for name in given.times:
        if tables.has(name, "PARAMCD", "AVAL"):
            yield from _find_time_losses(name, tables.tables[name])
    if tables.whole:
        yield from _find_unused(tables, given)


def _finding(severity: str, table: str, n: int, text: str, column: str = "") -> pd.DataFrame:
    return file_finding(CHECK, severity, table, f"{n} {text}", column)


def _find_event_losses(
    tables: GivenTables, adae: pd.DataFrame, given: Given
) -> Iterator[pd.DataFrame]:
    name = given.events.dataset
    for kind, n in count_event_days(read_events(tables, given.events)).items():
        if n:
            yield _finding("W" if kind == "written" else "E", name, n, EVENT_DAYS[kind], "ASTDT")
    if {"TRTEMFL", "TRTSDTM"} <= set(adae):
        early = (adae["TRTEMFL"] == "Y") & (adae["ASTDT"] < adae["TRTSDTM"].dt.normalize())
        if early.any():
            text = "events are flagged treatment-emergent and begin before the first dose"
            yield _finding("E", name, int(early.sum()), text, "TRTEMFL")


def _find_score_losses(
    code: str, rows: GivenRows, tables: GivenTables, adsl: pd.DataFrame, trial: Trial
) -> Iterator[pd.DataFrame]:
    source = keep_rows(tables.tables[rows.dataset], rows.where)
    source = source[source[PERSON].isin(adsl[PERSON])].reset_index(drop=True)
    visit = map_visits(source, trial)
    without = source["AVAL"].isna() & (visit != UNSCHEDULED)
    if without.any():
        yield _finding("W", rows.dataset, int(without.sum()), f"{code}: records without a value")
    undated = derive_record_days(source, adsl).isna() & source["AVAL"].notna()
    if undated.any():
        text = f"{code}: records without a day; they count at every cut-off"
        yield _finding("E", rows.dataset, int(undated.sum()), text, "ADT")
    if "BASE" not in source and len(source):
        text = f"{code}: records without BASE; the record of the baseline visit stands for it"
        yield _finding("W", rows.dataset, len(source), text, "BASE")
    if {"BASE", "CHG"} <= set(source):
        differs = (source["CHG"] - (source["AVAL"] - source["BASE"])).abs() > TOLERANCE
        if differs.any():
            text = f"{code}: changes (CHG) are not AVAL minus BASE; shown as given"
            yield _finding("E", rows.dataset, int(differs.sum()), text, "CHG")
    yield from _find_unchosen(code, rows, source, visit)


def _find_unchosen(
    code: str, rows: GivenRows, source: pd.DataFrame, visit: pd.Series
) -> Iterator[pd.DataFrame]:
    """Visits of participants whose records have a value, and none is flagged for the analysis."""
    if "ANL01FL" not in source or not (source["ANL01FL"] == "Y").any():
        return
    planned = source[(visit != UNSCHEDULED) & source["AVAL"].notna()].assign(VISITCD=visit)
    flagged = planned["ANL01FL"] == "Y"
    if "ABLFL" in planned:
        flagged |= planned["ABLFL"] == "Y"
    chosen = flagged.groupby([planned[PERSON], planned["VISITCD"]]).any()
    if not chosen.all():
        text = f"{code}: visits of participants have values and none is flagged (ANL01FL); not used"
        yield _finding("E", rows.dataset, int((~chosen).sum()), text, "ANL01FL")


def _find_time_losses(name: str, rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for code, unit in sorted(list_units(rows).items()):
        n = int((rows["PARAMCD"] == code).sum())
        if unit is None:
            text = f"times of {code} have a unit that is not days, weeks, months or years; left out"
            yield _finding("F", name, n, text, "AVALU")
        elif unit != "DAY":
            text = f"times of {code} in {unit.lower()}s, read as {DAYS_OF[unit]:g} days each"
            yield _finding("W", name, n, text, "AVAL")
    if "STARTDT" not in rows:
        text = "times without STARTDT; the end less the time stands for it"
        yield _finding("W", name, len(rows), text, "STARTDT")


def _find_unused(tables: GivenTables, given: Given) -> Iterator[pd.DataFrame]:
    """Data sets that were imported and that the parameters do not name."""
    used = {
        given.subjects.dataset, given.events.dataset, *given.laboratory, *given.vital_signs,
        *given.times, *(rows.dataset for rows in given.scores.values()),
    }  # fmt: skip
    unused = sorted(set(tables.tables) - used)
    if unused:
        rows = sum(len(tables.tables[name]) for name in unused)
        text = f"data sets that the parameters do not use: {', '.join(unused)} ({rows} rows)"
        yield _finding("W", "", len(unused), text)
