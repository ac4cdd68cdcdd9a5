"""F-E-09: cumulative responder curves, the percent of participants improved by so much or more.

Looks that spend alpha have the arms in one panel per score; other looks a panel per score and arm.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import list_compared, note_no_alpha
from helpers.displays.efficacy.content import list_score_notes, read_values
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.figures.parts import add_arm_legend
from helpers.displays.figures.style import (
    MUTED,
    arm_colour,
    arm_line,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.model import Figure, join_notes
from helpers.displays.responders.response import (
    Response,
    find_response,
    is_of_score,
    list_later_visits,
    list_response_scores,
    note_thresholds,
)
from helpers.displays.responders.states import Assessed, assess
from helpers.displays.results import Key, Result, format_value, index_results, rows_of
from helpers.displays.rows import count_persons
from helpers.displays.scores.visit_axis import name_arm
from helpers.params.trial import Responder, Score
from helpers.view import Group, View

DUE, JUDGED = "IMP >= ", "OBSERVED IMP >= "
MOST_STEPS = 100  # of a curve
TOLERANCE = 1e-9  # means of grades are not exact in binary
PANEL = 1.75  # inches
ROW = 1.2  # inches, of a score with arms apart: all fit one printed page at a readable size
BETWEEN, CLOSE = 0.55, 0.6  # between panels, in heights of a panel: arms together, and apart
BOTTOM = 0.3  # inches, below the last panel
TOP = 0.35  # inches, from the legend to the first panel
DOTS = (0, (1, 1.4))


class Gains(NamedTuple):
    """Improvement of participants (USUBJID) in a score at the key visit, with who counts."""

    code: str
    visit: str
    improved: pd.Series
    response: Response
    steps: Sequence[float]


@shown_as(
    "F-E-09",
    audiences={"closed_masked": "by label"},
    title="Cumulative responder curves",
    needs=("adeff", "advisit"),
)
@made_where_possible("F-E-09")
def plot_cumulative_responders(view: View) -> Figure:
    """Percent of participants of each arm whose main score improved by at least x.

    Results: population, arm, PARAMCD, key visit; category `IMP >= x` (of those due, no value is no
    improvement) and `OBSERVED IMP >= x` (of those observed, as in T-E-10): n, N, pct at every
    observed improvement above 0 and at the threshold of response.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    assessed = assess(view)
    scores = choose_curves(assessed)
    gains = [_find_gains(assessed, code) for code in scores]
    results = [r for own in gains for g in assessed.arms for r in _count(assessed, own, g)]
    visit = view.trial.visit_label(str(view.interim.key_visit)).lower()
    return Figure(
        population_line=f"{state_population(view, assessed.population)} Percent of participants "
        f"who improved by at least so much from baseline to {visit}.",
        results=tuple(results),
        notes=join_notes(
            "Line: of those due, no value and death are no improvement. Dotted: of those observed, "
            "death and leaving for an adverse event are no improvement. At the threshold both are "
            "the numbers of T-E-10.",
            note_thresholds(scores),
            "Who responds by the value reached counts as improved by the threshold."
            if any(_counts_values(score.responder) for score in scores.values())
            else "",
            note_no_alpha(view),
            list_score_notes(view, scores),
        ),
        source_note="adeff (IMPRV, CRIT1FL) with ANL01FL = Y, advisit (STATUS), adsl (EOSREAS); "
        "plot_cumulative_responders.",
        alternative=f"Falling step curves of the percent improved by {visit}, a panel per main "
        "score; their values at the thresholds are in T-E-10.",
        svg=_draw(assessed, gains),
    )


def choose_curves(assessed: Assessed) -> dict[str, Score]:
    """Main scores with a threshold that somebody has a change of at the key visit."""
    visit = str(assessed.view.interim.key_visit)
    return {
        code: score
        for code, score in list_response_scores(assessed).items()
        if score.main
        and is_of_score(score)
        and visit in list_later_visits(assessed.view, score)
        and len(read_values(assessed.scores, code, visit, "IMPRV"))
    }


def _find_gains(assessed: Assessed, code: str) -> Gains:
    """Improvements; who responds by the value reached has improved by the threshold at least."""
    visit = str(assessed.view.interim.key_visit)
    response = find_response(assessed, code, visit)
    values = read_values(assessed.scores, code, visit, "IMPRV")
    threshold = _read_threshold(assessed.view.trial.scores[code])
    reached = values.index.isin(response.responders) & (values < threshold)
    values = values.mask(reached, threshold)
    return Gains(code, visit, values, response, _choose_steps(values, threshold))


def _read_threshold(score: Score) -> float:
    return abs(score.responder.change) if score.responder is not None else float("nan")


def _counts_values(rule: Responder | None) -> bool:
    return rule is not None and (rule.or_value_at_most, rule.or_value_at_least) != (None, None)


def _choose_steps(values: pd.Series, threshold: float) -> list[float]:
    """Improvements above 0 that occur, each once, and the threshold; of many a hundred."""
    known = sorted({float(f"{value:.9g}") for value in values if value > TOLERANCE})
    if len(known) > MOST_STEPS:
        places = np.linspace(0, len(known) - 1, MOST_STEPS).round().astype(int)
        known = [known[place] for place in places]
    return sorted({*known, threshold})


def _count(assessed: Assessed, gains: Gains, group: Group) -> list[Result]:
    key = Key(assessed.population, group.label, gains.code, gains.visit)
    found: list[Result] = []
    for kind, among in ((DUE, gains.response.due), (JUDGED, gains.response.judged)):
        members = set(among)
        for step in gains.steps:
            reached = gains.improved.index[gains.improved >= step - TOLERANCE]
            numbers = count_persons(group, reached, members)
            found += rows_of(key._replace(category=f"{kind}{format_value(step)}"), numbers)
    return found


@figure_style()
def _draw(assessed: Assessed, gains: Sequence[Gains]) -> str:
    """A panel per score; at looks without alpha one per score and arm."""
    together = bool(list_compared(assessed.view))
    columns = 2 if together else len(assessed.arms)
    lines = -(-len(gains) // columns) if together else len(gains)
    between = BETWEEN if together else CLOSE
    row = PANEL + 0.75 if together else ROW
    height = row * lines
    figure, axes = new_figure(
        height,
        rows=lines,
        columns=columns,
        gridspec_kw={
            "wspace": 0.18,
            "hspace": between,
            "top": 1 - TOP / height,
            "bottom": BOTTOM / height,
        },
    )
    used = 0
    for own in gains:
        parts = [assessed.arms] if together else [(group,) for group in assessed.arms]
        for place, groups in enumerate(parts):
            axis = axes[used]
            if not together and own is gains[0]:
                name_arm(axis, groups[0])
            _draw_panel(axis, assessed, own, groups)
            axis.set_title(assessed.view.trial.scores[own.code].label if place == 0 else "")
            if used % columns:
                axis.set_yticklabels([])
            used += 1
    for axis in axes[used:]:
        axis.set_axis_off()
    if together:
        labels = [f"{group.label} (N = {group.n})" for group in assessed.arms]
        add_arm_legend(figure, labels, [g.position for g in assessed.arms], lines=True)
    return render_svg(figure, "F-E-09")


def _draw_panel(axis: Axes, assessed: Assessed, gains: Gains, groups: Sequence[Group]) -> None:
    """Curves of the arms, a solid and a dotted one each, and the threshold."""
    top = max(gains.steps)
    for group in groups:
        colour = arm_colour(group.position)
        solid = {**arm_line(group.position), "linewidth": 1.6}
        dotted = {"color": colour, "linestyle": DOTS, "linewidth": 1.2}
        numbers = index_results(_count(assessed, gains, group))
        for kind, style in ((JUDGED, dotted), (DUE, solid)):
            shares = [row["pct"] for key, row in numbers.items() if key.category.startswith(kind)]
            if not math.isnan(shares[0]):
                places = [0.0, *gains.steps, top]
                axis.step(places, [shares[0], *shares, 0.0], where="pre", **style)
    threshold = _read_threshold(assessed.view.trial.scores[gains.code])
    axis.axvline(threshold, color=MUTED, linewidth=0.9, linestyle=(0, (4, 2)))
    axis.set_ylim(0, 100)
    axis.set_yticks([0, 50, 100], ["0", "50", "100%"])
    axis.set_xlim(0, 1.04 * top)
