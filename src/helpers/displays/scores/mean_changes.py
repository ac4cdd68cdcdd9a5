"""F-E-08: mean improvement from baseline by visit.

Looks that spend alpha show the arms side by side with intervals; other looks show each arm in a
panel of its own and no interval, so that nothing between arms is drawn.
"""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import (
    Scores,
    choose_scores,
    list_changing_scores,
    list_known_scores,
    list_score_notes,
    name_left_out,
    read_values,
    values_of,
)
from helpers.displays.efficacy.report_parts import MEAN_CHANGES, made_where_possible
from helpers.displays.figures.parts import (
    LINE,
    Below,
    add_arm_legend,
    add_risk_table,
    write_below,
)
from helpers.displays.figures.style import (
    INK,
    MUTED,
    arm_colour,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import FEWEST, format_level
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import summarize_group
from helpers.displays.scores.visit_axis import find_visit_days, name_arm, set_visit_axis
from helpers.params.trial import Score
from helpers.stats.means import estimate_mean
from helpers.view import ArmView, Group, View

IMPROVEMENT = "IMP"
DODGE = 0.04  # of the time between the first and the last visit, between arms at a visit
COLUMNS = 2
ROW, BETWEEN, TOP = 1.25, 0.62, 0.4  # inches: of a score with arms apart; all fit one printed page
BELOW = 2 * LINE + 2  # points, from a panel to its numbers of participants
SMALLEST = 1e-9  # height of a panel that shows a difference
ENOUGH = 5  # participants whose interval is always drawn whole
Statistics = dict[Key, dict[str, float]]


@shown_as(
    "F-E-08",
    title="Mean improvement from baseline",
    audiences={"closed_masked": "by label"},
    needs=("adeff",),
)
@made_where_possible(MEAN_CHANGES)
def plot_mean_changes(view: View) -> Figure:
    """Mean improvement of the main scores by visit and arm, numbers of participants below.

    Results: population, arm, PARAMCD, visit, category IMP (change, positive is better): n, mean;
    at looks that spend alpha lower and upper. No mean below 3 participants.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ArmView):
        raise TypeError("changes are drawn by arm")
    population, alpha_look = view.interim.population_efficacy, view.interim.alpha_look
    rows = choose_scores(view)
    known = {
        code: score
        for code, score in list_known_scores(view, rows).items()
        if score.main and _later_visits(view, score)
    }
    changing = list_changing_scores(view, rows)
    scores = {code: score for code, score in known.items() if code in changing}
    groups = view.groups(population)[:-1]
    results = [
        result
        for code, score in scores.items()
        for visit in _later_visits(view, score)
        for result in _estimate(view, rows, code, visit, groups)
    ]
    draw = _draw_dodged if alpha_look else _draw_panels
    level = format_level(view.interim.interval_level)
    shown = (
        f"Mean with {level} CI (t)."
        if alpha_look
        else "Means within arms; this look spends no alpha, so nothing is compared between arms."
    )
    return Figure(
        id=MEAN_CHANGES,
        population_line=f"{state_population(view, population)} {shown} Above 0 is better in every "
        "panel.",
        results=tuple(results),
        notes=join_notes(
            list_score_notes(view, scores),
            name_left_out(known, scores, "so without a panel"),
            f"Below each panel: participants with a change. No mean of fewer than {FEWEST}.",
            "Exploratory, not adjusted for multiplicity. A CI of fewer than "
            f"{ENOUGH} participants may be cut at the edge of a panel; the CSV copy has its limits."
            if alpha_look
            else "",
        ),
        source_note="adeff with ANL01FL = Y, IMPRV = change in the direction of better; "
        "plot_mean_changes.",
        alternative="Mean improvement by visit; the changes are in T-E-04.",
        svg=draw(view, scores, groups, index_results(results)),
    )


def _later_visits(view: View, score: Score) -> list[str]:
    visits = view.trial.forms[score.form].visits
    return [visit for visit in visits if visit != view.trial.baseline.code]


def _estimate(
    view: View, rows: Scores, code: str, visit: str, groups: Sequence[Group]
) -> list[Result]:
    values = read_values(rows, code, visit, "IMPRV")
    results: list[Result] = []
    for group in groups:
        key = Key(view.interim.population_efficacy, group.label, code, visit, IMPROVEMENT)
        summary = summarize_group(values, group)
        results += rows_of(key, {name: summary[name] for name in ("n", "mean")})
        if view.interim.alpha_look and summary["n"] >= FEWEST:
            mean = estimate_mean(values_of(values, group), level=view.interim.interval_level)
            results += rows_of(key, {"lower": mean.lower, "upper": mean.upper}, mean.method)
    return results


def _keys(view: View, group: Group, code: str, visits: Sequence[str]) -> list[Key]:
    population = view.interim.population_efficacy
    return [Key(population, group.label, code, visit, IMPROVEMENT) for visit in visits]


@figure_style()
def _draw_dodged(
    view: ArmView, scores: dict[str, Score], groups: Sequence[Group], statistics: Statistics
) -> str:
    """A panel per score, arms side by side."""
    lines = -(-len(scores) // COLUMNS)
    height = (1.5 + 0.6 + 0.16 * len(groups)) * lines
    figure, axes = new_figure(
        height,
        rows=lines,
        columns=COLUMNS,
        gridspec_kw={
            "wspace": 0.32,
            "hspace": (0.75 + 0.16 * len(groups)) / 1.4,
            "top": 1 - 0.35 / height,
        },
    )
    days = find_visit_days(view.trial)
    for axis, (code, score) in zip(axes, scores.items(), strict=False):
        visits = _later_visits(view, score)
        step = DODGE * max(days[visits[-1]] - days[visits[0]], 1)
        for number, group in enumerate(groups):
            shift = step * (number - (len(groups) - 1) / 2)
            keys = _keys(view, group, code, visits)
            shifted = [days[visit] + shift for visit in visits]
            _draw_arm(axis, group, shifted, [statistics[key] for key in keys])
        _finish(view, axis, score, visits)
        _limit_height(axis, [_keys(view, group, code, visits) for group in groups], statistics)
        counts = {
            group.label: [
                str(int(statistics[key]["n"])) for key in _keys(view, group, code, visits)
            ]
            for group in groups
        }
        places = [group.position for group in groups]
        add_risk_table(axis, [days[visit] for visit in visits], counts, places, "n")
    for axis in axes[len(scores) :]:
        axis.set_axis_off()
    labels = [f"{group.label} (N = {group.n})" for group in groups]
    add_arm_legend(figure, labels, [group.position for group in groups], lines=True)
    return render_svg(figure, MEAN_CHANGES)


@figure_style()
def _draw_panels(
    view: ArmView, scores: dict[str, Score], groups: Sequence[Group], statistics: Statistics
) -> str:
    """A panel per score and arm, the same axis within a score."""
    height = ROW * len(scores)
    figure, axes = new_figure(
        height,
        rows=len(scores),
        columns=len(groups),
        sharey="row",
        gridspec_kw={
            "wspace": 0.1,
            "hspace": BETWEEN / (ROW - BETWEEN),
            "top": 1 - TOP / height,
            "bottom": BETWEEN / height,
        },
    )
    days = find_visit_days(view.trial)
    for number, (code, score) in enumerate(scores.items()):
        visits = _later_visits(view, score)
        for place, group in enumerate(groups):
            axis = axes[number * len(groups) + place]
            keys = _keys(view, group, code, visits)
            places = [days[visit] for visit in visits]
            _draw_arm(axis, group, places, [statistics[key] for key in keys])
            _finish(view, axis, score, visits)
            axis.set_title(score.label if place == 0 else "")
            if number == 0:
                name_arm(axis, group)
            counts = [str(int(statistics[key]["n"])) for key in keys]
            _write_counts(axis, places, counts, "n" if place == 0 else "")
    return render_svg(figure, MEAN_CHANGES)


def _write_counts(axis: Axes, days: Sequence[float], counts: Sequence[str], label: str) -> None:
    """Participants with a change in one line below the visits."""
    write_below(axis, None, BELOW, label, Below(MUTED, "right"))
    for day, count in zip(days, counts, strict=True):
        write_below(axis, day, BELOW, count, Below())


def _draw_arm(
    axis: Axes, group: Group, days: Sequence[float], rows: Sequence[Mapping[str, float]]
) -> None:
    """Means of an arm, with their intervals where there are any; `rows` has one per day."""
    limits = [
        (day, row["lower"], row["upper"])
        for day, row in zip(days, rows, strict=True)
        if "lower" in row
    ]
    if limits:
        colour = arm_colour(group.position)
        axis.vlines(*zip(*limits, strict=True), color=colour, linewidth=1.2)
    style = {**arm_points(group.position), "linestyle": "-", "linewidth": 1.0}
    axis.plot(days, [row["mean"] for row in rows], **style)


def _limit_height(axis: Axes, keys: Sequence[Sequence[Key]], statistics: Statistics) -> None:
    """Let the means and the intervals of enough participants choose the height of a panel.

    The interval of three can be wider than the scale; drawn whole it would hide the rest. Where no
    arm has more participants, a panel without it would make a small mean look large.
    """
    rows = [statistics[key] for arm in keys for key in arm]
    limits = [row for row in rows if "lower" in row]
    wide = [row for row in limits if row["n"] >= ENOUGH] or limits
    ends = [row[end] for row in wide for end in ("lower", "upper")]
    known = [value for value in [*ends, *(row["mean"] for row in rows)] if value == value]
    if known:
        low, high = min(0.0, *known), max(0.0, *known)
        room = 0.12 * (high - low) or 1.0
        axis.set_ylim(low - room, high + room)


def _finish(view: View, axis: Axes, score: Score, visits: Sequence[str]) -> None:
    axis.axhline(0, color=INK, linewidth=0.8)
    axis.margins(y=0.15)
    low, high = axis.get_ylim()
    if high - low < SMALLEST:  # nothing but the line: an axis of its own would show noise
        axis.set_ylim(-1.0, 1.0)
    axis.set_title(score.label)
    set_visit_axis(axis, view.trial, visits, room=0.12)
