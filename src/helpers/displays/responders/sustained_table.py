"""T-E-11: sustained response by arm, counts and cumulative incidence at planned visits."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import (
    find_level,
    list_compared,
    name_method,
    note_comparisons,
)
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.event_times.curves import LIMITS
from helpers.displays.event_times.first_events import (
    AJ,
    CENSORED,
    COMPETING,
    EVENT,
    note_shares,
    read_shares,
)
from helpers.displays.model import Cell, Line, Table, join_notes
from helpers.displays.responders.response import note_thresholds
from helpers.displays.responders.share_rows import head_differences
from helpers.displays.responders.sustained import (
    WHAT_COUNTS,
    Times,
    list_days,
    list_times,
    note_incidence,
    note_late_values,
)
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import Row, collect_rows, heading_row
from helpers.params.trial import Score
from helpers.stats.estimates import NAN
from helpers.stats.survival import compare_incidences, log_rank
from helpers.view import View

LOG_RANK = "LOG_RANK"
STATES = {
    "RESPONSE": ("with a response", EVENT),
    "CENSORED": ("without, censored", CENSORED),
    "DIED": ("died before a response", COMPETING),
}


@shown_as("T-E-11", title="Sustained response", needs=("adeff", "adtte"))
@made_where_possible("T-E-11")
def tabulate_sustained_response(view: View) -> Table:
    """Participants with a sustained response and its cumulative incidence, death competing.

    Results: population, arm, parameter of adtte; category RESPONSE, CENSORED, DIED: n, N, pct; `BY
    DAY n`: estimate, lower, upper, n, N, fewest_at_risk; at looks that spend alpha contrasts at
    these days, and in the file only category LOG_RANK: the nominal p of the cause-specific hazards.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    kinds = list_times(view)
    lines, results = collect_rows(row for kind in kinds for row in _list_rows(view, kind))
    others, nominal = collect_rows(
        _build_test_row(view, kind) for kind in _list_tested(view, kinds)
    )
    population = view.interim.population_efficacy
    return Table(
        population_line=f"{state_population(view, population)} First sustained response since "
        "randomisation. Estimand E6.",
        results=(*results, *nominal),
        notes=join_notes(
            WHAT_COUNTS,
            note_incidence(view),
            note_shares(),
            note_late_values(view, _list_scores(view)),
            note_comparisons(view),
            "Limits of differences by the delta method, NE where an arm has no response by then or "
            "nothing else: its variance would count as 0 and the interval be too short."
            if list_compared(view)
            else "",
            note_thresholds(_list_scores(view)),
            "In the CSV copy of this table, not on this page: log-rank test of the hazards of a "
            "response, a death before it censored; its p is nominal and decides nothing; NE where "
            "nobody responded while both arms were followed."
            if others
            else "",
        ),
        source_note=f"adtte; tabulate_sustained_response; {AJ}{name_method(view, 'wald')}.",
        stub="Response",
        headers=(
            *build_headers(view.groups(population)[:-1]),
            *head_differences(view),
        ),
        lines=lines,
        file_lines=others,
    )


def _list_tested(view: View, kinds: list[Times]) -> list[Times]:
    """Kinds of response that are tested: none at a look that spends no alpha."""
    return kinds if view.interim.alpha_look and list_compared(view) else []


def _list_scores(view: View) -> dict[str, Score]:
    """Scores whose response is meant."""
    rules = view.trial.time_to_event.values()
    codes = [r.score for r in rules if r.event == "sustained_response" and r.score is not None]
    return {code: view.trial.scores[code] for code in codes}


def _list_rows(view: View, kind: Times) -> Iterator[Row]:
    yield heading_row(kind.label)
    for category in STATES:
        yield _build_count_row(view, kind, category)
    for day in list_days(view):
        yield _build_day_row(view, kind, day)


def _build_count_row(view: View, kind: Times, category: str) -> Row:
    """Participants by what ended their time."""
    label, state = STATES[category]
    results: list[Result] = []
    cells: list[Cell | str] = []
    for group in kind.arms:
        key = Key(view.interim.population_efficacy, group.label, kind.code, "", category)
        times = kind.times[group.label]
        n, total = int((times["CNSR"] == state).sum()), len(times)
        results += rows_of(key, {"n": n, "N": total, "pct": 100 * n / total if total else NAN})
        cells.append(Cell(key, show.n_of()))
    blank = ("",) * len(list_compared(view))
    return Row(Line(label, (*cells, *blank), level=1), tuple(results))


def _build_day_row(view: View, kind: Times, day: int) -> Row:
    """Cumulative incidence by a day with differences at looks that spend alpha."""
    base = Key(view.interim.population_efficacy, "", kind.code, "", f"BY DAY {day}")
    cells: list[Cell] = []
    results: list[Result] = []
    for group in kind.arms:
        key = base._replace(arm=group.label)
        (numbers,) = read_shares(kind.curves[group.label], len(kind.times[group.label]), [day])
        results += rows_of(key, numbers, AJ)
        cells.append(Cell(key, show.share_or_count(interval=True)))
    labels = {group.code: group.label for group in kind.arms}
    for label, code, reference in list_compared(view):
        first, second = (kind.curves[labels[arm]] for arm in (code, reference))
        row = compare_incidences(first, second, [day], level=find_level(view)).iloc[0]
        key = base._replace(contrast=label)
        results += rows_of(key, {name: float(row[name]) for name in LIMITS}, "wald")
        cells.append(Cell(key, show.points()))
    return Row(Line(f"by day {day}, %", tuple(cells), level=1), tuple(results))


def _build_test_row(view: View, kind: Times) -> Row:
    """Log-rank test by contrast of the cause-specific hazards: a death before counts as censored.

    Alone it says nothing of the incidence, which depends on the hazard of death too.
    """
    base = Key(view.interim.population_efficacy, "", kind.code, "", LOG_RANK)
    cells: list[Cell | str] = [""] * len(kind.arms)
    results: list[Result] = []
    labels = {group.code: group.label for group in kind.arms}
    for label, *codes in list_compared(view):
        both = [kind.times[labels[code]] for code in codes]
        times = pd.concat(both)
        arm = np.repeat([0, 1], [len(own) for own in both])
        key = base._replace(contrast=label)
        results += rows_of(
            key, {"p": log_rank(times["AVAL"], times["CNSR"] == EVENT, arm).p}, LOG_RANK.lower()
        )
        cells.append(Cell(key, show.p_value("p")))
    return Row(
        Line(f"{kind.label}: log-rank, nominal p, exploratory", tuple(cells)), tuple(results)
    )
