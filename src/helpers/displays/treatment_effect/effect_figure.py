"""F-E-17: LS means of the key score by visit, and below them the differences from the control."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import EFFECT_FIGURE, KEY_MODEL, made_where_possible
from helpers.displays.figures.parts import add_arm_legend, add_empty_note, add_risk_table
from helpers.displays.figures.style import (
    INK,
    arm_colour,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_level
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, index_results
from helpers.displays.scores.visit_axis import find_visit_days, set_visit_axis
from helpers.displays.treatment_effect.effects import (
    Effects,
    fit_effects,
    list_contrasts,
    list_key_contrasts,
    list_means,
    list_page_contrasts,
)
from helpers.displays.treatment_effect.model_notes import state_left_out, state_model
from helpers.displays.treatment_effect.verdict import state_test
from helpers.view import ClosedView, View

IMPROVEMENT = "LSMEAN.IMP"
DODGE = 0.035  # of the time between the first and the last visit, between series at a visit
PANEL = 1.7  # inches
DRAWN = ("n", "estimate", "lower", "upper")
Statistics = dict[Key, dict[str, float]]


class Series(NamedTuple):
    """Points of one arm or contrast: their keys by visit, and the arm whose colour they have."""

    keys: tuple[Key, ...]
    position: int | None


@shown_as("F-E-17", title="Treatment effect on the key score", needs=("adeff",))
@made_where_possible(EFFECT_FIGURE)
def plot_effect(view: View) -> Figure:
    """LS means by visit with CI, arms side by side; below, differences with CI and a line at 0.

    Results: population, PARAMCD, visit, category LSMEAN.IMP (improvement: positive is better): by
    arm n, estimate, lower, upper; by contrast estimate, lower, upper; those of T-E-05 with the sign
    turned where lower is better.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("a model compares arms")
    effects = fit_effects(view, view.interim.key_param or "")
    direction = view.trial.scores[effects.model.code].direction
    results = [
        turned
        for result in (*list_means(effects), *list_contrasts(effects))
        for turned in turn_result(result, direction)
    ]
    level = format_level(effects.level)
    return Figure(
        population_line=f"{state_population(view, effects.population)} Improvement of "
        f"{view.trial.scores[effects.model.code].label} from baseline: LS means and their "
        f"differences with {level} CI. Above 0 is better, in the lower panel for the arm named "
        "first. Estimand E1.",
        results=tuple(results),
        notes=join_notes(
            state_model(effects),
            state_left_out(effects),
            f"Intervals are not adjusted for multiplicity; the adjusted ones are in {KEY_MODEL}. "
            "n: values at the visit.",
            state_test(effects),
        ),
        source_note="adeff with ANL01FL = Y (CHG, BASE); plot_effect; helpers.stats.mmrm.",
        alternative=f"Two panels over the visits; their numbers are in {KEY_MODEL}.",
        svg=_draw(effects, index_results(results)),
    )


def turn_result(result: Result, direction: int) -> list[Result]:
    """A result as improvement: the same where higher is better, else with the sign turned."""
    if result.statistic not in DRAWN:
        return []
    ends = {"lower": "upper", "upper": "lower"}
    key = result.key._replace(category=IMPROVEMENT)
    if direction > 0 or result.statistic == "n":
        return [result._replace(key=key)]
    # not -x: that makes a zero negative
    return [
        result._replace(
            key=key,
            statistic=ends.get(result.statistic, result.statistic),
            value=0.0 - result.value,
        )
    ]


@figure_style()
def _draw(effects: Effects, statistics: Statistics) -> str:
    view = effects.view
    arms = view.groups(effects.population)[:-1]
    between = 0.95 + 0.16 * len(arms)  # inches, for the numbers of values
    height = 2 * PANEL + between + 0.6
    figure, (means, differences) = new_figure(
        height,
        rows=2,
        columns=1,
        gridspec_kw={"hspace": between / PANEL, "top": 1 - 0.35 / height},
    )
    key = effects.key._replace(category=IMPROVEMENT)
    by_arm = [
        Series(_by_visit(effects, key._replace(arm=group.label)), group.position) for group in arms
    ]
    contrasts = list_key_contrasts(view) or list_page_contrasts(view)
    by_contrast = [
        Series(_by_visit(effects, key._replace(contrast=label)), view.trial.arm_position(arm))
        for label, arm, _ in contrasts
    ]
    _draw_panel(effects, means, by_arm, statistics, joined=True)
    _draw_panel(effects, differences, by_contrast, statistics, joined=False)
    means.set_title("LS mean improvement")
    differences.set_title(f"Difference in LS mean improvement: {_name_contrasts(contrasts)}")
    days = find_visit_days(view.trial)
    counts = {
        group.label: [str(int(statistics[key]["n"])) for key in series.keys]
        for group, series in zip(arms, by_arm, strict=True)
    }
    times = [days[visit] for visit in effects.visits]
    add_risk_table(means, times, counts, [group.position for group in arms], "n")
    labels = [f"{group.label} (N = {group.n})" for group in arms]
    add_arm_legend(figure, labels, [group.position for group in arms], lines=True)
    return render_svg(figure, EFFECT_FIGURE)


def _name_contrasts(contrasts: Sequence[tuple[str, str, str]]) -> str:
    return ", ".join(label for label, _, _ in contrasts)


def _by_visit(effects: Effects, key: Key) -> tuple[Key, ...]:
    return tuple(key._replace(visit=visit) for visit in effects.visits)


def _draw_panel(
    effects: Effects,
    axis: Axes,
    series: Sequence[Series],
    statistics: Statistics,
    *,
    joined: bool,
) -> None:
    """Points with intervals, series beside each other at every visit, and the line of no effect."""
    days = find_visit_days(effects.view.trial)
    visits = effects.visits
    step = DODGE * max(days[visits[-1]] - days[visits[0]], 1)
    for number, (keys, position) in enumerate(series):
        shift = step * (number - (len(series) - 1) / 2)
        rows = [(days[key.visit] + shift, statistics[key]) for key in keys]
        known = [(place, row) for place, row in rows if row["estimate"] == row["estimate"]]
        if not known:
            continue
        places = [place for place, _ in known]
        ends = ([row["lower"] for _, row in known], [row["upper"] for _, row in known])
        axis.vlines(places, *ends, color=arm_colour(position), linewidth=1.2)
        line = {"linestyle": "-", "linewidth": 1.0} if joined else {}
        estimates = [row["estimate"] for _, row in known]
        axis.plot(places, estimates, **{**arm_points(position), **line})
    axis.axhline(0, color=INK, linewidth=0.8)
    if not axis.lines[:-1]:
        add_empty_note(axis, "Not estimable")
        return
    axis.margins(y=0.12)
    set_visit_axis(axis, effects.view.trial, visits, room=0.12)
