"""T-S-12b: course of the events of special interest that occurred."""

from collections.abc import Iterator, Sequence

import pandas as pd

from helpers.displays import show
from helpers.displays.adverse_events.event_notes import (
    AS_IN_EXTRACT,
    note_imputed_starts,
    see_check,
)
from helpers.displays.adverse_events.kinds import find_emergent
from helpers.displays.adverse_events.special_interest import (
    NOT_KNOWN,
    Category,
    list_categories,
)
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.formats import FEWEST
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
    RowContext,
    collect_rows,
    count_row,
    heading_row,
    name_code,
    number_row,
    summary_rows,
)
from helpers.displays.summary.wording import count_of
from helpers.view import ClosedView, Group, View

MEDIAN = (("median (range)", show.median_range),)
MISSING = "missing"


@shown_as(
    "T-S-12b",
    title="Course of the adverse events of special interest",
    needs=("adae", "aesi"),
    absent=NOT_KNOWN,
    variables=("TRTEMFL", "AESICAT"),
)
def tabulate_interest_details(view: View) -> Table:
    """A block per category with an event: grade, seriousness, onset, duration, outcome.

    Results: population SAF, parameter the category, category what is counted: n, N, pct of
    participants, events of outcomes, or a summary.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("events of special interest are shown by arm")
    groups = view.groups(view.safety)
    occurred = [category for category in list_categories(view) if len(category.events)]
    lines, results = collect_rows(
        row for category in occurred for row in _list_block(category, groups)
    )
    events = find_emergent(view)
    return Table(
        population_line=f"{state_population(view, view.safety)} Treatment-emergent events of "
        "special interest; a block per category with at least one participant.",
        results=results,
        notes=join_notes(
            "Participants by their worst grade; first onset and longest duration of each. Outcomes "
            "are counted by event.",
            "Onset: day 1 is the day of the first dose, without a dose that of randomisation. "
            "Duration: first to last day of events that have ended.",
            f"Fewer than {FEWEST} values: the values themselves in place of median and range.",
            note_imputed_starts(events[events["AESICAT"].notna()]),
            _note_contradictions(view, events[events["AESICAT"].notna()]),
            AS_IN_EXTRACT,
        ),
        source_note="adae with TRTEMFL = Y and AESICAT (ATOXGR, ASERFL, ADY, ADUR, AEOUT, DISCFL), "
        f"{view.safety}; tabulate_interest_details.",
        headline="" if occurred else "No event of special interest by the cut-off.",
        stub="Category",
        headers=build_headers(groups),
        lines=lines,
    )


def _note_contradictions(view: ClosedView, events: pd.DataFrame) -> str:
    """Events recorded as ongoing and with an end, which stand in lines that exclude each other."""
    if not {"AEONGO", "AENDT"} <= set(events):
        return ""
    n = int(((events["AEONGO"] == "Y") & events["AENDT"].notna()).sum())
    if not n:
        return ""
    return (
        f"{count_of(n, 'event')} recorded as ongoing and with an end{see_check(view, 15)}: counted "
        "as recorded, in the outcome, the duration and as ongoing."
    )


def _list_block(category: Category, groups: Sequence[Group]) -> Iterator[Row]:
    events, key = category.events, Key(groups[0].population, "", category.code)
    everybody = events["USUBJID"].unique()
    yield heading_row(category.label)
    yield count_row(RowContext(key._replace(category="ANY"), groups), "participants", everybody)
    yield from _grade_rows(events, key, groups)
    yield from _flag_rows(events, key, groups)
    for label, code, name, pick in (
        ("first onset, day, {}", "ONSET", "ADY", "min"),
        ("longest duration, days, {}", "DURATION", "ADUR", "max"),
    ):
        if name in events:
            values = events.dropna(subset=[name]).groupby("USUBJID")[name].agg(pick)
            place = key._replace(category=code)
            yield from summary_rows(RowContext(place, groups), values, label=label, shown=MEDIAN)
    yield from _outcome_rows(events, key, groups)


def _grade_rows(events: pd.DataFrame, key: Key, groups: Sequence[Group]) -> Iterator[Row]:
    """Participants by worst grade; grades that nobody has are left out."""
    if "ATOXGR" not in events:
        return
    worst = events.groupby("USUBJID")["ATOXGR"].max()
    for grade in sorted(worst.dropna().unique(), reverse=True):
        place = key._replace(category=f"GRADE {int(grade)}")
        yield count_row(
            RowContext(place, groups),
            f"worst grade {int(grade)}",
            worst.index[(worst == grade).fillna(False)],
        )
    if worst.isna().any():
        place = key._replace(category="GRADE MISSING")
        yield count_row(RowContext(place, groups), "grade missing", worst.index[worst.isna()])


def _flag_rows(events: pd.DataFrame, key: Key, groups: Sequence[Group]) -> Iterator[Row]:
    for label, name in (("serious", "ASERFL"), ("leading to study discontinuation", "DISCFL")):
        if name in events:
            hit = events.loc[events[name] == "Y", "USUBJID"]
            yield count_row(RowContext(key._replace(category=name), groups), label, hit)


def _outcome_rows(events: pd.DataFrame, key: Key, groups: Sequence[Group]) -> Iterator[Row]:
    """Events by outcome, and those still going on."""
    if "AEOUT" in events:
        outcome = events["AEOUT"].fillna(MISSING)
        for code in sorted(outcome.unique()):
            label = f"outcome {name_code(code).lower()}, events"
            yield _event_row(label, f"OUTCOME {code}", key, groups, events[outcome == code])
    if "AEONGO" in events:
        ongoing = events[events["AEONGO"] == "Y"]
        yield _event_row("ongoing, events", "ONGOING", key, groups, ongoing)


def _event_row(
    label: str, code: str, key: Key, groups: Sequence[Group], events: pd.DataFrame
) -> Row:

    def count(group: Group) -> dict[str, float]:
        return {"events": int(events["USUBJID"].isin(group.subjects).sum())}

    return number_row(
        RowContext(key._replace(category=code), groups, form=show.events()), label, count
    )
