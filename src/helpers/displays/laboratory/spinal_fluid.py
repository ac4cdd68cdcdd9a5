"""T-S-21: spinal fluid before and after the doses at which it is taken."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.administration.active_arms import narrow_groups
from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.exposure.dose_dates import note_dose_dates
from helpers.displays.figures.shares import share_results, state_shares
from helpers.displays.formats import format_number
from helpers.displays.laboratory.dose_pairs import read_around_doses
from helpers.displays.measurements.queried import mark_queries, note_queried
from helpers.displays.measurements.readings import list_tests, read_decimals
from helpers.displays.model import Cell, Line, Table, Withheld, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import (
    FEW_VALUES,
    Row,
    RowContext,
    collect_rows,
    count_row,
    heading_row,
    name_code,
    number_row,
    summarize_group,
)
from helpers.view import ClosedView, View

POPULATION = "SAF"
NO_TESTS = "The parameters name no test of spinal fluid."
NOT_TAKEN = "No spinal fluid was taken around a dose."
MOST_VALUES = 4  # that a note lists
DAYS_FROM = 48  # hours from which days are said
TIMES = {"BEFORE": "before", "AFTER": "after", "CHANGE": "change"}


class Fluid(NamedTuple):
    """Measured values of the tests, those around doses, names and decimals of the tests, doses.

    `events` are those of the categories that the trial sets beside the values, after a dose.
    """

    measured: pd.DataFrame
    around: pd.DataFrame
    names: Mapping[str, str]
    decimals: Mapping[str, int]
    doses: list[int]
    events: pd.DataFrame


@shown_as(
    "T-S-21",
    title="Spinal fluid around doses",
    needs=("adlb", "adex"),
    absent="There are no laboratory values around single doses in this trial.",
)
def tabulate_spinal_fluid(view: View) -> Table | Withheld:
    """Tests of `laboratory.spinal_fluid` before and after each dose, and who exceeds the limit.

    Results: population SAF, arm, parameter the test, visit the dose, category BEFORE, AFTER,
    CHANGE: n, mean, sd, median, q1, q3, min, max; `BEFORE HIGH`, `AFTER HIGH`: n, N, pct of those
    tested. Without a dose category HIGH: above the limit at any time after a dose, of those tested
    then; HIGH EVENT: with an event of `spinal_fluid.categories` after the same dose, of these;
    parameter ALL: in every test.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("spinal fluid is taken in some arms")
    rule = view.trial.laboratory.spinal_fluid
    if not rule.tests:
        return Withheld(sentence=NO_TESTS)
    if not view.has("adex", "GIVENFL", "ASTDTM", "DOSEORD"):
        return Withheld(sentence=NOT_TAKEN)
    fluid = _read_fluid(view)
    groups = view.groups(POPULATION)
    tested = set(fluid.measured["USUBJID"])
    held = [group.code for group in groups if group.code and tested & set(group.subjects)]
    context = RowContext(Key(POPULATION), groups, only=held)
    rows = [row for test in fluid.names for row in _test_rows(context, fluid, test)]
    rows += _all_rows(context, fluid)
    lines, results = collect_rows(rows)
    low, high = view.trial.laboratory.around_doses.hours
    return Table(
        population_line=f"{state_population(view, POPULATION)} Values of spinal fluid before the "
        f"dose and {low:g} to {high:g} h after its start; n.a.: not taken in this arm.",
        results=results if fluid.names else (),
        notes=join_notes(
            "Before: the last value since the dose before; at the puncture for the dose it is "
            "taken before the cells are given. Change: of participants with both.",
            "Above the limit, of those tested: limits of the laboratory, else of the trial. Any "
            "time after a dose: also values of other hours, up to the next dose; one taken at the "
            "puncture for the next dose, before its cells, is among those after the dose before.",
            rule.context,
            note_dose_dates(
                view, "Before and after go by the recorded date.", fluid.measured["USUBJID"]
            ),
            _name_events(view, fluid),
            note_queried(view, mark_queries(view, fluid.measured, "lb"), "Values in this table"),
            FEW_VALUES,
        ),
        source_note="adlb (AVAL, ADTM, ANRIND), adex with GIVENFL = Y (ASTDTM, DOSEORD), SAF; "
        "tabulate_spinal_fluid; laboratory.spinal_fluid, laboratory.around_doses.",
        headline=_state_headline(view, fluid, held),
        stub="Test, dose",
        headers=build_headers(groups),
        lines=lines if fluid.names else (),
        empty=NOT_TAKEN.rstrip("."),
    )


def _read_fluid(view: ClosedView) -> Fluid:
    """Values of the safety set with the number of doses begun before each in DOSE."""
    lab = view.trial.laboratory
    rows = view["adlb"]
    chosen = rows["PARAMCD"].isin(lab.spinal_fluid.tests) & rows["AVAL"].notna()
    values = rows[chosen & rows["USUBJID"].isin(view.total(POPULATION).subjects)]
    given = view["adex"][(view["adex"]["GIVENFL"] == "Y") & view["adex"]["ASTDTM"].notna()]
    values = values.assign(DOSE=_count_doses_before(values, given))
    names = list_tests(values, lab.spinal_fluid.tests)
    decimals = {code: read_decimals(values[values["PARAMCD"] == code]) for code in names}
    around = read_around_doses(values, given, lab.around_doses.hours)
    around = around.assign(CHANGE=around["AFTER"].astype(float) - around["BEFORE"].astype(float))
    doses = sorted({int(number) for number in around["DOSEORD"].dropna()})
    return Fluid(values, around, names, decimals, doses, _read_events(view))


def _count_doses_before(values: pd.DataFrame, given: pd.DataFrame) -> pd.Series:
    """Given doses of the participant that began before each value; without a time, on a day before.

    It is the number, in order of time, of the dose that the value follows.
    """
    own = values[["USUBJID", "ADTM", "ADT"]].reset_index(names="ROW")
    pairs = own.merge(given[["USUBJID", "ASTDTM"]], on="USUBJID")
    untimed = pairs["ADT"] > pairs["ASTDTM"].dt.normalize()
    later = (pairs["ADTM"] > pairs["ASTDTM"]).where(pairs["ADTM"].notna(), untimed)
    return later.groupby(pairs["ROW"]).sum().reindex(values.index, fill_value=0).astype(int)


def _read_events(view: ClosedView) -> pd.DataFrame:
    """Emergent events of the categories that began after a dose, by participant and day."""
    if not view.has("adae", "TRTEMFL", "AESICAT", "DOSEREF"):
        return pd.DataFrame({"USUBJID": []})
    events = view.flagged("adae", "TRTEMFL")
    own = events["AESICAT"].isin(view.trial.laboratory.spinal_fluid.categories)
    events = events[own & events["DOSEREF"].notna()]
    return events.sort_values(["USUBJID", "ASTDT", "AESEQ"], kind="stable")


def _test_rows(context: RowContext, fluid: Fluid, test: str) -> list[Row]:
    rows: list[Row] = []
    for dose in fluid.doses:
        own = fluid.around[(fluid.around["PARAMCD"] == test) & (fluid.around["DOSEORD"] == dose)]
        own = own.set_index("USUBJID")
        place = context.at(parameter=test, visit=f"DOSE{dose}")
        rows.append(heading_row(f"{fluid.names[test]}, dose {dose}"))
        for column, word in TIMES.items():
            known = own[column].dropna().astype(float)
            rows += _summary(place.at(category=column), word, known, fluid.decimals[test])
        for column in ("BEFORE", "AFTER"):
            seen = own.index[own[column].notna()]
            high = own.index[own[f"{column}IND"] == "HIGH"]
            counted = place.at(category=f"{column} HIGH").like(among=seen, form=show.n_of())
            rows.append(count_row(counted, f"{TIMES[column]}: above the limit", high))
    later = find_later(fluid, test)
    counted = context.at(parameter=test, category="HIGH")
    counted = counted.like(among=set(later["USUBJID"]), form=show.n_of(), strong=True)
    return [
        *rows,
        heading_row(f"{fluid.names[test]}, any time after a dose"),
        count_row(counted, "above the limit", _high(later)),
        *_event_rows(context.at(parameter=test, category="HIGH EVENT"), fluid, later),
    ]


def _event_rows(context: RowContext, fluid: Fluid, later: pd.DataFrame) -> list[Row]:
    """Who of those above the limit had an event of the categories after the same dose."""
    if fluid.events.empty:
        return []
    high = later[later["ANRIND"] == "HIGH"]
    events = pd.MultiIndex.from_frame(fluid.events[["USUBJID", "DOSEREF"]])
    both = high[pd.MultiIndex.from_frame(high[["USUBJID", "DOSE"]]).isin(events)]
    among = context.like(among=_high(later), form=show.n_of(), level=2)
    label = "of these with an event named below after the same dose"
    return [count_row(among, label, both["USUBJID"])]


def _name_events(view: ClosedView, fluid: Fluid) -> str:
    """Each event beside the values of the first test after the dose that it follows.

    A value at the puncture for the next dose is among them, months later: each has its time. One
    after another dose of the participant would say nothing of the event.
    """
    categories = view.trial.laboratory.spinal_fluid.categories
    if not categories or not fluid.names:
        return ""
    labels = view.trial.adverse_events.categories
    what = ", ".join(labels.get(code, name_code(code)) for code in categories)
    if fluid.events.empty:
        return f"{what}: no event after a dose. A value alone is no diagnosis."
    test = next(iter(fluid.names))
    later = _time_values(view, find_later(fluid, test))
    name = fluid.names[test].partition(" (")[0]
    said = []
    for _, event in fluid.events.iterrows():
        same = (later["USUBJID"] == event["USUBJID"]) & (later["DOSE"] == event["DOSEREF"])
        known = _list_values(later[same], fluid.decimals[test])
        said.append(f"{event['SUBJID']} {_name_event(event)}, {name[:1].lower()}{name[1:]} {known}")
    return f"{what} after a dose: {'. '.join(said)}. A value alone is no diagnosis."


def _time_values(view: ClosedView, later: pd.DataFrame) -> pd.DataFrame:
    """Values after a dose with HOURS since its start, or since its day where they have no time."""
    given = view.flagged("adex", "GIVENFL").dropna(subset="ASTDTM").sort_values("ASTDTM")
    order = given.groupby("USUBJID").cumcount() + 1
    starts = given.assign(DOSE=order)[["USUBJID", "DOSE", "ASTDTM"]]
    timed = later.reset_index(drop=True).merge(starts, on=["USUBJID", "DOSE"], how="left")
    days = timed["ADT"] - timed["ASTDTM"].dt.normalize()
    since = (timed["ADTM"] - timed["ASTDTM"]).fillna(days)
    return timed.assign(HOURS=since / pd.Timedelta(hours=1)).sort_values("HOURS", kind="stable")


def _list_values(own: pd.DataFrame, decimals: int) -> str:
    """`2 after 24 h, 3 after 98 days`; the highest one of many."""
    if own.empty:
        return "not measured after that dose"
    shown = own if len(own) <= MOST_VALUES else own.nlargest(1, "AVAL")
    said = [
        f"{format_number(float(value), decimals)} {_say_hours(float(hours))}"
        for value, hours in zip(shown["AVAL"], shown["HOURS"], strict=True)
    ]
    more = f" (the highest of {len(own)})" if len(own) > len(shown) else ""
    return f"{', '.join(said)} of that dose{more}"


def _say_hours(hours: float) -> str:
    if hours < DAYS_FROM:
        return f"after {format_number(hours, 0)} h"
    return f"after {format_number(hours / 24, 0)} days"


def _name_event(event: pd.Series) -> str:
    """`Chemical meningitis, grade 3, after dose 1`."""
    grade = "" if pd.isna(event["ATOXGR"]) else f", grade {int(event['ATOXGR'])}"
    return f"{name_term(event['AEDECOD'])}{grade}, after dose {event['DOSEREF']}"


def _summary(context: RowContext, label: str, known: pd.Series, decimals: int) -> list[Row]:
    """Number, mean and SD; below them median and range."""
    row = number_row(
        context.like(form=show.n_mean_sd(decimals)),
        f"{label}: n, mean (SD)",
        lambda group: summarize_group(known, group),
    )
    ranges = tuple(
        Cell(cell.key, show.median_range(decimals)) if isinstance(cell, Cell) else cell
        for cell in row.line.cells
    )
    return [row, Row(Line("median (range)", ranges, level=2))]


def find_later(fluid: Fluid, test: str) -> pd.DataFrame:
    """Values of a test after the start of the first dose; without a time by the day after it."""
    own = fluid.measured[fluid.measured["PARAMCD"] == test]
    return own[own["DOSE"] > 0]


def _high(values: pd.DataFrame) -> set[str]:
    return set(values.loc[values["ANRIND"] == "HIGH", "USUBJID"])


def _all_rows(context: RowContext, fluid: Fluid) -> list[Row]:
    """Who exceeds the limits of all tests after a dose, whether on one day or on several."""
    if len(fluid.names) < 2:
        return []
    later = [find_later(fluid, test) for test in fluid.names]
    seen = set.intersection(*(set(rows["USUBJID"]) for rows in later))
    high = set.intersection(*(_high(rows) for rows in later))
    counted = context.at(parameter="ALL", category="HIGH").like(among=seen, form=show.n_of())
    return [
        heading_row("Above the limit in each of these tests, any time after a dose"),
        count_row(counted, "in one and the same participant", high),
    ]


def _state_headline(view: ClosedView, fluid: Fluid, held: list[str]) -> str:
    """Above the limit of the first test at any time after a dose, out of those tested, by arm."""
    if not fluid.names:
        return ""
    test = next(iter(fluid.names))
    later = find_later(fluid, test)
    groups = [view.arm_group(POPULATION, arm.code) for arm in view.arms if arm.code in held]
    seen = pd.Index(sorted(set(later["USUBJID"])))
    name = fluid.names[test].partition(" (")[0]
    what = f"{name} above the limit at any time after a dose, of those tested"
    key = Key(POPULATION, "", test, category="HIGH")
    shares = share_results(view, key, narrow_groups(groups, seen), _high(later))
    return state_shares(view, what, shares)
