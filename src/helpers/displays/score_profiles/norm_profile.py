"""F-E-13: norm-based scales as a profile, a panel per arm and a line per visit."""

from collections.abc import Mapping, Sequence
from itertools import chain

from matplotlib.axes import Axes

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.distributions.classes import (
    Classed,
    list_planned_visits,
    sort_out,
)
from helpers.displays.efficacy.content import list_known_scores, list_score_notes, read_values
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.figures.style import (
    INK,
    MUTED,
    arm_colour,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import FEWEST
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import summarize_group
from helpers.displays.scores.visit_axis import name_arm
from helpers.params.trial import Score
from helpers.stats.estimates import NAN
from helpers.view import Group, View

VALUE = "AVAL"
NORM, SPREAD = 50, 10  # mean and SD of a norm population
ROW, HEAD = 0.32, 0.9  # inches of a scale, and of title and axis
MARKERS = ("o", "s", "D", "^", "v", "P", "X")
FAINT = 0.3  # weakest line, that of the first visit


@shown_as(
    "F-E-13",
    title="Profile of the norm-based scales",
    audiences={"closed_masked": "by label"},
    needs=("adeff",),
)
@made_where_possible("F-E-13")
def plot_norm_profile(view: View) -> Figure:
    """Mean of every norm-based scale at each visit, arms in panels of their own.

    Results: population, arm, PARAMCD, visit, category AVAL: n, mean. No mean below 3 participants.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    classed = sort_out(view)
    known = list_known_scores(view, classed.scores)
    scores = {code: score for code, score in known.items() if score.norm_of}
    results = [result for code in scores for result in _summarize(classed, code)]
    norms = view.trial.scoring.sf36_norms
    return Figure(
        population_line=f"{state_population(view, classed.population)} Mean T score of the "
        "participants with a value at the visit; right is better.",
        results=tuple(results),
        notes=join_notes(
            f"Line at {NORM}: mean of the norm population ({norms}), whose SD is {SPREAD}; it is "
            "not the population of this trial.",
            f"Darker lines are later visits. No mean of fewer than {FEWEST} values. Each arm is "
            "described by itself.",
            list_score_notes(view, scores),
        ),
        source_note="adeff (AVAL) with ANL01FL = Y; plot_norm_profile.",
        alternative="Lines over the scales, one per visit, a panel per arm; the numbers are in "
        "the CSV copy of T-E-04.",
        svg=_draw(classed, scores, results),
    )


def _summarize(classed: Classed, code: str) -> list[Result]:
    score, found = classed.view.trial.scores[code], []
    for visit in list_planned_visits(classed.view, score):
        values = read_values(classed.scores, code, visit, VALUE)
        for group in classed.arms:
            key = Key(classed.population, group.label, code, visit, VALUE)
            summary = summarize_group(values, group)
            found += rows_of(key, {name: summary[name] for name in ("n", "mean")})
    return found


def name_scale(view: View, score: Score) -> str:
    """Name of a norm-based scale without the name of its form."""
    raw = view.trial.scores.get(score.norm_of or "", score)
    form = view.trial.forms[score.form].label
    return raw.label.removeprefix(form).strip() or raw.label


@figure_style()
def _draw(classed: Classed, scores: Mapping[str, Score], results: Sequence[Result]) -> str:
    visits = list(
        dict.fromkeys(
            chain.from_iterable(list_planned_visits(classed.view, s) for s in scores.values())
        )
    )
    figure, axes = new_figure(
        HEAD + ROW * len(scores),
        columns=len(classed.arms),
        grid="x",
        sharex=True,
        sharey=True,
        gridspec_kw={"wspace": 0.08},
    )
    statistics = index_results(results)
    for axis, group in zip(axes, classed.arms, strict=True):
        name_arm(axis, group)
        axis.axvline(NORM, color=INK, linewidth=0.8)
        for number, visit in enumerate(visits):
            keys = [Key(classed.population, group.label, c, visit, VALUE) for c in scores]
            means = [statistics[key]["mean"] if key in statistics else NAN for key in keys]
            strength = FAINT + (1 - FAINT) * number / max(len(visits) - 1, 1)
            _draw_visit(axis, group, means, MARKERS[number % len(MARKERS)], strength)
    names = [name_scale(classed.view, score) for score in scores.values()]
    axes[0].set_yticks(range(len(names)), names)
    axes[0].set_ylim(len(names) - 0.5, -0.5)
    _widen(axes[0], [r.value for r in results if r.statistic == "mean"])
    labels = [classed.view.trial.visit_label(visit) for visit in visits]
    _add_visit_legend(axes[0], labels)
    return render_svg(figure, "F-E-13")


def _draw_visit(
    axis: Axes, group: Group, means: Sequence[float], marker: str, strength: float
) -> None:
    """A line over the scales; scales without a mean break it."""
    axis.plot(
        means,
        range(len(means)),
        color=arm_colour(group.position),
        marker=marker,
        markersize=4,
        linewidth=1.2,
        alpha=strength,
    )


def _widen(axis: Axes, means: Sequence[float]) -> None:
    """The norm and every mean with some room; all panels share the axis."""
    known = [mean for mean in means if mean == mean]
    low, high = min([NORM - SPREAD / 2, *known]), max([NORM + SPREAD / 2, *known])
    axis.set_xlim(low - 2, high + 2)


def _add_visit_legend(axis: Axes, labels: Sequence[str]) -> None:
    """Markers of the visits below the first panel."""
    handles = [
        axis.plot([], [], color=MUTED, marker=MARKERS[k % len(MARKERS)], markersize=4)[0]
        for k in range(len(labels))
    ]
    axis.legend(
        handles,
        labels,
        loc="upper left",
        bbox_to_anchor=(0, -0.12),
        ncols=len(labels),
        handletextpad=0.4,
        columnspacing=1.4,
        borderaxespad=0,
    )
