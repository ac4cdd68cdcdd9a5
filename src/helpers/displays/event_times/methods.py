"""T-S-17: the methods for a first event beside each other."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.adverse_events.event_counts import NO_EVENTS, count_events, rate_results
from helpers.displays.adverse_events.event_notes import note_intervals
from helpers.displays.adverse_events.kinds import find_emergent, list_emergent_blocks
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.event_times.curves import note_few
from helpers.displays.event_times.first_events import (
    AJ,
    COMPETING,
    DAYS,
    KM,
    NO_TIMES,
    estimate_incidence,
    estimate_naive,
    find_kinds,
    note_shares,
    read_shares,
    read_times,
    times_of,
)
from helpers.displays.event_times.given_times import list_given_times
from helpers.displays.event_times.panels import build_panel
from helpers.displays.formats import format_level, format_number
from helpers.displays.model import Cell, Header, Line, Table, Withheld, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import Row, collect_rows, heading_row
from helpers.params.events import name_category
from helpers.view import ClosedView, Group, View

FEWEST = 2  # participants with an event of a category
ROWS = ("teae", "serious", "grade_ge3")
RATE = "RATE"
NO_GAP = 0.0005
READ = (
    "Read the Aalen-Johansen columns: the probability of the event by that day, where follow-up "
    "differs and a death before the event competes. n / N takes who was followed shorter as free "
    "of the event, and counts events after that day too; a rate supposes a hazard that stays the "
    "same; 1 - Kaplan-Meier takes the dead for participants who may still have the event, and is "
    "too high where anybody died."
)


class Compared(NamedTuple):
    """A kind of event: key of its rows, label, events, times at risk and times to the first."""

    code: str
    label: str
    events: pd.DataFrame
    risk: pd.DataFrame
    times: pd.DataFrame


@shown_as(
    "T-S-17",
    title="First adverse events: the methods beside each other",
    needs=("adae", "adtte"),
    absent=NO_TIMES,
    variables=("TRTEMFL",),
)
def tabulate_methods(view: View) -> Table | Withheld:
    """Proportion, rate, 1 - Kaplan-Meier and Aalen-Johansen of first events by arm.

    Results: population SAF, arm, parameter as in T-S-10 or the category of special interest;
    category empty: n, N, pct, events; `RATE`: n, person_years, rate, lower, upper; method and day:
    estimate, lower, upper.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("methods are compared by arm")
    compared = list(_list_compared(view))
    if not compared:
        return Withheld(sentence="" if list_given_times(view) else NO_TIMES)
    lines, results = collect_rows(row for kind in compared for row in _kind_rows(view, kind))
    return Table(
        population_line=f"{state_population(view, view.safety)} First treatment-emergent events; "
        "percent of participants, with a CI for the method to read.",
        results=results,
        notes=join_notes(
            READ,
            "Aalen-Johansen and Kaplan-Meier count days from randomisation; the time at risk of a "
            "rate runs from the first dose, in control from randomisation, as in T-S-10b.",
            "NE: nobody without the event was followed so long. Aalen-Johansen of 0 or 100% has no "
            "CI.",
            note_shares(),
            _note_few_at_risk(view),
            f"Categories of special interest with {FEWEST} or more participants; all of them: "
            "T-S-12.",
            note_intervals(view),
        ),
        source_note=f"adtte, adae with TRTEMFL = Y, adsl (RISKSTDT, EXITDT), {view.safety}; "
        "tabulate_methods; Aalen-Johansen with limits on the scale log of minus log.",
        headline=_state_headline(view, compared, results),
        stub="First event",
        headers=_build_headers(view),
        lines=lines,
    )


def _note_few_at_risk(view: ClosedView) -> str:
    """From when on few are at risk of the first kinds of the table."""
    kinds = find_kinds(view.trial)
    return note_few([build_panel(view, kinds[row], view.safety) for row in ROWS if row in kinds])


def _list_compared(view: ClosedView) -> Iterator[Compared]:
    """Any, serious, severe, then every category of special interest that is frequent enough."""
    kinds = find_kinds(view.trial)
    blocks = {block.kind.code: block for block in list_emergent_blocks(view)}
    for row in ROWS:
        if row in kinds and row in blocks:
            block, times = blocks[row], read_times(view, kinds[row].code)
            name = block.kind.label
            yield Compared(row, name[0].upper() + name[1:], block.events, block.risk, times)
    emergent = find_emergent(view)
    if "AESICAT" not in emergent or "aesi" not in kinds:
        return
    for code, label in view.trial.adverse_events.categories.items():
        events = emergent[emergent["AESICAT"] == code]
        if count_events(events, view.total(view.safety))["n"] >= FEWEST:
            times = read_times(view, name_category(code))
            yield Compared(code, label, events, blocks["teae"].risk, times)


def _kind_rows(view: ClosedView, kind: Compared) -> list[Row]:
    """The name of the kind, then one line per arm and one for all."""
    groups = view.groups(view.safety)
    return [heading_row(kind.label), *(_group_row(view, kind, group) for group in groups)]


def _group_row(view: ClosedView, kind: Compared, group: Group) -> Row:
    key = Key(view.safety, group.label, kind.code)
    results = rows_of(key, count_events(kind.events, group))
    rate = key._replace(category=RATE)
    results += rate_results(view, rate, group, kind.events, kind.risk)
    results += _list_estimates(view, key, times_of(kind.times, group))
    cells = [Cell(key, show.n_of()), Cell(rate, show.n_years()), Cell(rate, show.rate())]
    for day in DAYS:
        cells.append(Cell(_at(key, KM, day), show.share_or_count(interval=False)))
        cells.append(Cell(_at(key, AJ, day), show.share_or_count()))
    return Row(Line(group.label, tuple(cells), level=1, strong=not group.code), tuple(results))


def _list_estimates(view: ClosedView, key: Key, times: pd.DataFrame) -> list[Result]:
    level = view.interim.conf_level_safety
    curves = {KM: estimate_naive(times, level), AJ: estimate_incidence(times, level)}
    return [
        result
        for method, curve in curves.items()
        for day, numbers in zip(DAYS, read_shares(curve, len(times), DAYS), strict=True)
        for result in rows_of(_at(key, method, day), numbers, method)
    ]


def _at(key: Key, method: str, day: int) -> Key:
    return key._replace(category=f"{method}, DAY {day}")


def _build_headers(view: ClosedView) -> tuple[Header, ...]:
    level = f"{format_level(view.interim.conf_level_safety)} CI"
    heads = [
        Header("n / N", "%", None, "Proportion"),
        Header("n / years", "", None, "Rate per 100 participant-years"),
        Header("rate", level, None, "Rate per 100 participant-years"),
    ]
    for day in DAYS:
        heads.append(Header("1 \u2212 KM", "%", None, f"By day {day}"))
        heads.append(Header("Aalen-Johansen", f"%, {level}", None, f"By day {day}"))
    return tuple(heads)


def _state_headline(
    view: ClosedView, compared: Iterable[Compared], results: Iterable[Result]
) -> str:
    """How far 1 - Kaplan-Meier exceeds Aalen-Johansen at most, and for whom."""
    kinds = list(compared)
    if all(kind.events.empty for kind in kinds):
        return f"{NO_EVENTS}."
    numbers = index_results(results)
    labels = [arm.label for arm in view.arms]
    gaps = [
        (_find_gap(numbers, Key(view.safety, arm, kind.code), day), kind.label, arm, day)
        for kind in kinds
        for arm in labels
        for day in DAYS
    ]
    gap, label, arm, day = max(gaps, key=lambda found: found[0])
    if not any((kind.times["CNSR"] == COMPETING).any() for kind in kinds):
        return "1 \u2212 Kaplan-Meier and Aalen-Johansen agree: no death came before a first event."
    if gap < NO_GAP:
        return "1 \u2212 Kaplan-Meier and Aalen-Johansen differ by less than 0.1 points."
    return (
        f"1 \u2212 Kaplan-Meier exceeds Aalen-Johansen by up to {format_number(100 * gap, 1)} "
        f"points ({label}, {arm}, day {day})."
    )


def _find_gap(numbers: Mapping[Key, Mapping[str, float]], key: Key, day: int) -> float:
    gap = numbers[_at(key, KM, day)]["estimate"] - numbers[_at(key, AJ, day)]["estimate"]
    return gap if gap == gap else 0.0
