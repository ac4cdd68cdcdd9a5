"""T-S-30: events after a dose against those after the dose before, in the same participants."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.administration.active_arms import active_groups
from helpers.displays.administration.recorded_doses import note_moved_events
from helpers.displays.administration.window_kinds import (
    ANY,
    Kind,
    list_kinds,
    name_window,
    primary_window,
)
from helpers.displays.administration.windows import Doses, collect_doses, list_windows
from helpers.displays.adverse_events.event_notes import note_imputed_starts
from helpers.displays.adverse_events.uncoded_notes import note_uncoded
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.exposure.other_arm import describe_arms
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext, collect_rows, heading_row, number_row
from helpers.stats.estimates import NAN
from helpers.view import ClosedView, Group, View

POPULATION = "SAF"
FATAL, FATAL_FLAG = "fatal", "FATALFL"
HEADLINE = (FATAL, "serious", ANY)


class _Pair(NamedTuple):
    """Two doses of the same participants, by time."""

    before: int
    after: int

    @property
    def code(self) -> str:
        """Visit of the results: `DOSE2-DOSE1`."""
        return f"DOSE{self.after}-DOSE{self.before}"


@shown_as(
    "T-S-30",
    title="Dose 2 against dose 1 in the same participants",
    needs=("adae", "adex"),
    variables=("TRTEMFL",),
    absent="This trial has no single administrations to compare.",
)
def tabulate_dose_pairs(view: View) -> Table:
    """Participants given both doses, by whether an event followed one, the other or both.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("doses are compared by arm")
    groups = active_groups(view)
    pairs = [_Pair(dose - 1, dose) for dose in range(2, view.trial.doses.planned + 1)]
    rows = [row for pair in pairs for row in _pair_rows(view, groups, pair)]
    lines, results = collect_rows(rows)
    both = _find_both(view, pairs[0]) if pairs else pd.Index([])
    return Table(
        title="" if len(pairs) == 1 else "Each dose against the one before, same participants",
        population_line=f"{state_population(view, POPULATION)} Participants given both doses with "
        "an event / those evaluable after both (%).",
        results=results,
        notes=join_notes(
            describe_arms(view),
            "Evaluable: the window had ended after both doses, or holds an event. Windows are "
            "closed at their end; an event with a date only counts by calendar days.",
            "Only participants who came back for the second of the two doses are compared: who did "
            "not, perhaps for an event after the first or dead of it, is not in these rows "
            "(T-S-10, T-S-11).",
            "An event that goes on at the second dose belongs to the first.",
            "No test and no interval: doses of one participant are not independent.",
            note_uncoded(view, "events on the prespecified list"),
            note_moved_events(view),
            note_imputed_starts(view["adae"][view["adae"]["TRTEMFL"] == "Y"]),
        ),
        source_note="adae with TRTEMFL = Y (window flags, DOSEREF), adex (GIVENFL, window ends); "
        "tabulate_dose_pairs.",
        headline=_state_headline(view, pairs, both),
        stub="Participants given both doses",
        headers=build_headers(groups),
        lines=lines,
        empty="" if pairs else "Only one dose is planned in this trial",
    )


def _find_both(view: ClosedView, pair: _Pair) -> pd.Index:
    given = collect_doses(view, view["adae"].iloc[:0]).given
    got = given.groupby("USUBJID")["DOSEORD"].agg(set)
    return got.index[got.map(lambda doses: {pair.before, pair.after} <= doses)]


def _pair_rows(view: ClosedView, groups: tuple[Group, ...], pair: _Pair) -> Iterator[Row]:
    """Every kind in the primary window, then any event in the other windows."""
    both = _find_both(view, pair)
    primary = primary_window(view)
    yield number_row(
        RowContext(
            Key(POPULATION, "", "GIVEN_BOTH", pair.code),
            groups,
            form=show.n(),
            level=0,
            strong=True,
        ),
        f"Given dose {pair.before} and dose {pair.after}",
        lambda group: _count(both, both, group),
    )
    kinds = _list_kinds(view)
    wanted = [(kind, primary) for kind in kinds]
    wanted += [(kinds[0], window) for window in list_windows(view) if window != primary]
    for kind, window in wanted:
        yield from _kind_rows(view, groups, pair, kind, window)


def _kind_rows(
    view: ClosedView, groups: tuple[Group, ...], pair: _Pair, kind: Kind, window: str
) -> Iterator[Row]:
    first, second, among = find_events(collect_doses(view, kind.events), pair, window)
    key = Key(POPULATION, "", kind.code, pair.code)
    yield heading_row(f"{kind.label} within {name_window(view, window)}")
    counted = {
        "BEFORE": (f"After dose {pair.before}", first),
        "AFTER": (f"After dose {pair.after}", second),
        "BEFORE_ONLY": (f"after dose {pair.before} only", first.difference(second)),
        "AFTER_ONLY": (f"after dose {pair.after} only", second.difference(first)),
    }

    def count(subjects: pd.Index) -> Callable[[Group], dict[str, float]]:
        return lambda group: _count(subjects, among, group)

    for code, (label, subjects) in counted.items():
        yield number_row(
            RowContext(
                key._replace(category=f"{window}.{code}"),
                groups,
                form=show.n_of(),
                level=2 if code.endswith("ONLY") else 1,
            ),
            label,
            count(subjects),
        )


def find_events(doses: Doses, pair: _Pair, window: str) -> tuple[pd.Index, pd.Index, pd.Index]:
    """Participants with an event after the first and after the second dose, and those evaluable.

    Evaluable are those whose window after both doses is; only they are in the first two.
    """
    states = [doses.classify_participants(window, dose) for dose in pair]
    both = states[0].index.intersection(states[1].index)
    first, second = (state.reindex(both).astype(bool) for state in states)
    among = both[first["EVALUABLE"] & second["EVALUABLE"]]
    return (
        both[first["EVENT"]].intersection(among),
        both[second["EVENT"]].intersection(among),
        among,
    )


def _count(subjects: pd.Index, among: pd.Index, group: Group) -> dict[str, float]:
    members = among.intersection(group.subjects)
    n, total = len(subjects.intersection(members)), len(members)
    return {"n": n, "N": total, "pct": 100 * n / total if total else NAN}


def _state_headline(view: ClosedView, pairs: list[_Pair], both: pd.Index) -> str:
    """Fatal, serious, then any events in the primary window after each of the two doses, by arm.

    Fatal ones only where there is one: nobody dies of an event of dose 1 and comes for dose 2, so
    that zeros there would say nothing.
    """
    if not pairs or both.empty:
        return "Nobody was given two doses by the cut-off." if pairs else ""
    kinds = {kind.code: kind for kind in _list_kinds(view)}
    window = primary_window(view)
    shown = [kinds[code] for code in HEADLINE if code in kinds]
    said = [
        _state_kind(view, kind, pairs[0])
        for kind in shown
        if kind.code != FATAL or _is_met(view, kind, pairs[0])
    ]
    return f"Participants given both doses, within {name_window(view, window)}. {' '.join(said)}"


def _is_met(view: ClosedView, kind: Kind, pair: _Pair) -> bool:
    """Whether an event of the kind followed one of the two doses."""
    first, second, _ = find_events(collect_doses(view, kind.events), pair, primary_window(view))
    return bool(len(first) or len(second))


def _state_kind(view: ClosedView, kind: Kind, pair: _Pair) -> str:
    """`Serious event: 0 after dose 1 and 1 after dose 2 of 12 in A; ...`."""
    window = primary_window(view)
    first, second, among = find_events(collect_doses(view, kind.events), pair, window)
    said = [
        f"{len(first.intersection(group.subjects))} after dose {pair.before} and "
        f"{len(second.intersection(group.subjects))} after dose {pair.after} of "
        f"{len(among.intersection(group.subjects))} in {group.label}"
        for group in active_groups(view)[:-1]
    ]
    return f"{kind.label}: {'; '.join(said)}."


def _list_kinds(view: ClosedView) -> list[Kind]:
    """Those of the windows, and fatal events where the data say which are."""
    kinds = list_kinds(view)
    if not view.has("adae", FATAL_FLAG):
        return kinds
    fatal = view.flagged("adae", "TRTEMFL", FATAL_FLAG)
    return [*kinds, Kind(FATAL, "Fatal event", "fatal", fatal)]
