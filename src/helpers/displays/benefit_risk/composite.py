"""T-S-29: participants by an ordered outcome of benefit and risk, death the worst."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.displays import show
from helpers.displays.adverse_events.event_notes import note_intervals
from helpers.displays.benefit_risk.outcomes import find_score, name_outcomes
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import NO_ALPHA, list_compared
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import NOT_APPLICABLE, Cell, Line, Table, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import Row, RowContext, category_rows, collect_rows, of_persons
from helpers.stats.ranks.brunner_munzel import estimate_relative_effect
from helpers.view import ClosedView, View

OUTCOME, BETTER = "OUTCOME", "BETTER"
ABSENT = "The data do not hold benefit and risk of the same participants."


class _Values(NamedTuple):
    """Places of the outcomes of one arm and of the arm it is compared with, large the better."""

    own: np.ndarray
    reference: np.ndarray


@shown_as(
    "T-S-29",
    title="Benefit and risk together: ordered outcome of each participant",
    needs=("adbr", "adsl"),
    absent=ABSENT,
)
def tabulate_composite(view: View) -> Table:
    """Participants by outcome from best to worst; chance of a better one than in the control.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("outcomes are counted by arm")
    groups = view.groups(view.safety)
    outcomes = of_persons(view["adbr"], "OUTCOME")
    context = RowContext(Key(view.safety, "", OUTCOME), groups, level=0)
    rows = category_rows(context, name_outcomes(view), outcomes)
    compared = bool(list_compared(view))
    rows += [_better_row(view)] if compared else []
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, view.safety)} Participants n (%), each in the "
        "worst of the outcomes that apply.",
        results=results,
        notes=join_notes(*_list_notes(view, compared)),
        source_note="adbr (OUTCOME, OUTCOMEN), adsl; tabulate_composite"
        f"{'; brunner_munzel_logit' if compared else ''}.",
        headline=_state_headline(view, results, compared),
        stub="Outcome, best to worst",
        headers=build_headers(groups),
        lines=lines,
    )


def _better_row(view: ClosedView) -> Row:
    """Chance that a participant of an arm has the better outcome than one of the control."""
    results: list[Result] = []
    cells: dict[str, Cell] = {}
    for label, code, reference in list_compared(view):
        values = _read_places(view, code, reference)
        found = estimate_relative_effect(
            values.own, values.reference, level=view.interim.conf_level_safety
        )
        key = Key(view.safety, "", BETTER, contrast=label)
        limits = {name: getattr(found, name) for name in ("estimate", "lower", "upper")}
        results += rows_of(key, limits, found.method)
        cells[code] = Cell(key, show.share_interval())
    level = format_level(view.interim.conf_level_safety)
    line = Line(
        f"Chance of a better outcome than in the control, % ({level} CI)",
        (*(cells.get(arm.code, NOT_APPLICABLE) for arm in view.arms), NOT_APPLICABLE),
        strong=True,
    )
    return Row(line, tuple(results))


def _read_places(view: ClosedView, code: str, reference: str) -> _Values:
    places = of_persons(view["adbr"], "OUTCOMEN").dropna().astype(float)

    def read(arm: str) -> np.ndarray:
        members = view.arm_group(view.safety, arm).subjects
        own: pd.Series = places[places.index.isin(members)]
        return np.sort(-own.to_numpy(dtype=np.float64))

    return _Values(read(code), read(reference))


def _list_notes(view: ClosedView, compared: bool) -> tuple[str, ...]:
    score = find_score(view)
    everybody = view.total("ITT").n - view.total(view.safety).n
    return join_notes(
        "Serious event: treatment-emergent. A participant who died counts as died whatever came "
        "before; one with a serious event counts there whatever the score. The order is an "
        "assumption of this project.",
        f"Score: change from baseline of {score.label} at the latest planned visit with a value; "
        "response by the rule of the score. L-S-29 has one row per participant."
        if score is not None
        else "No scores in this display. L-S-29 has one row per participant.",
        "Chance: how often a participant of the arm has a better outcome than one of the control, "
        "over all pairs of ranked participants, ties half; 50% is no difference (Brunner-Munzel)."
        if compared
        else NO_ALPHA
        if score is not None
        else "",
        f"Randomised, not in the safety population and so not counted: {everybody}."
        if everybody
        else "",
        note_intervals(view) if compared else "",
    )


def _state_headline(view: ClosedView, results: tuple[Result, ...], compared: bool) -> str:
    """Best and worst outcome by arm, and the chance of a better one."""
    if not view.total(view.safety).n:
        return "Nobody was treated by the cut-off."
    statistics = index_results(results)
    labels = name_outcomes(view)

    def count(code: str) -> str:
        keys = [Key(view.safety, arm.label, OUTCOME, "", code) for arm in view.arms]
        return ", ".join(
            f"{format_cell(Cell(key, show.n_of()), statistics)} in {key.arm}" for key in keys
        )

    first = next(iter(labels))
    said = f"{labels[first]}: {count(first)}. "
    said += f"{labels['SERIOUS']}: {count('SERIOUS')}. {labels['DIED']}: {count('DIED')}."
    if not compared:
        return said
    cells = {
        view.trial.arm(code).label: Cell(
            Key(view.safety, "", BETTER, contrast=label), show.share_interval()
        )
        for label, code, _ in list_compared(view)
    }
    chances = ", ".join(f"{format_cell(cell, statistics)} in {arm}" for arm, cell in cells.items())
    level = format_level(view.interim.conf_level_safety)
    return f"{said} Chance of a better outcome than in the control, % ({level} CI): {chances}."
