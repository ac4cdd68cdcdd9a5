"""F-E-03: stacked bars of ordered classes by visit and arm.

Looks that spend alpha have the arms of a visit below each other; other looks have the visits of an
arm below each other, so that nothing between arms is drawn.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.distributions.classes import (
    Classed,
    list_ordinal_scores,
    list_planned_visits,
    order_classes,
    read_classes,
    sort_out,
)
from helpers.displays.efficacy.comparisons import list_compared, note_no_alpha
from helpers.displays.efficacy.content import list_score_notes
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.figures.style import (
    INK,
    MUTED,
    PAPER,
    arm_colour,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.params.trial import Score
from helpers.view import Group, View

BAR, GAP, HEAD = 0.2, 0.16, 0.85  # inches: a bar, the room between blocks, title and legend
THIN, LIGHT, DARK = 0.8, 0.08, 0.85  # share of its place that a bar fills; weakest, strongest tint
PALE = 0.6  # tints below it carry dark numbers
NARROW = 4.0  # percent below which a segment has no number


class Bar(NamedTuple):
    """One bar: its arm and visit, the block that it belongs to, and its own name in it."""

    group: Group
    visit: str
    block: str
    name: str


@shown_as(
    "F-E-03",
    audiences={"closed_masked": "by label"},
    title="Classes of the scores by visit",
    needs=("adeff",),
)
@made_where_possible("F-E-03")
def plot_classes(view: View) -> Figure:
    """A bar of 100% per arm and visit, divided by ordered class from the best to the worst.

    Results: population, arm, PARAMCD, visit, category the class: n, n_value, pct.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    classed = sort_out(view)
    scores = list_ordinal_scores(classed)
    results = [result for code in scores for result in _count(classed, code)]
    return Figure(
        population_line=f"{state_population(view, classed.population)} Percent of the participants "
        "with a value at the visit; numbers in the bars are participants.",
        results=tuple(results),
        notes=join_notes(
            "Best class at the left. Without a value, and dead: in no bar; n says how many are.",
            note_no_alpha(view),
            list_score_notes(view, scores),
        ),
        source_note="adeff (AVAL) with ANL01FL = Y, classes of the parameters; plot_classes.",
        alternative="Stacked bars of the classes by visit and arm; their numbers are in T-E-09.",
        svg=_draw(classed, scores, results),
    )


def _count(classed: Classed, code: str) -> Iterator[Result]:
    score = classed.view.trial.scores[code]
    for visit in list_planned_visits(classed.view, score):
        classes = read_classes(classed, code, visit)
        for group in classed.arms:
            own = classes[classes.index.isin(group.subjects)]
            for name in order_classes(score):
                n, known = int((own == name).sum()), len(own)
                share = 100 * n / known if known else float("nan")
                key = Key(classed.population, group.label, code, visit, name)
                yield from rows_of(key, {"n": n, "n_value": known, "pct": share})


def list_bars(classed: Classed, score: Score) -> list[Bar]:
    """Bars from top to bottom: arms within visits, or visits within arms at looks without alpha."""
    trial = classed.view.trial
    visits = {v: trial.visit_label(v) for v in list_planned_visits(classed.view, score)}
    if list_compared(classed.view):
        return [
            Bar(group, visit, label, group.label)
            for visit, label in visits.items()
            for group in classed.arms
        ]
    return [
        Bar(group, visit, group.label, label)
        for group in classed.arms
        for visit, label in visits.items()
    ]


@figure_style()
def _draw(classed: Classed, scores: Mapping[str, Score], results: Sequence[Result]) -> str:
    bars = {code: list_bars(classed, score) for code, score in scores.items()}
    heights = [_measure(own) + HEAD for own in bars.values()]
    figure, axes = new_figure(
        sum(heights),
        rows=len(scores),
        grid="none",
        gridspec_kw={"height_ratios": heights, "hspace": HEAD / max(min(heights) - HEAD, 1)},
    )
    statistics = index_results(results)
    for axis, (code, score) in zip(axes, scores.items(), strict=True):
        _draw_panel(axis, classed, code, score, statistics)
    return render_svg(figure, "F-E-03")


def _measure(bars: Sequence[Bar]) -> float:
    blocks = len(dict.fromkeys(bar.block for bar in bars))
    return len(bars) * BAR + blocks * GAP


def _draw_panel(
    axis: Axes,
    classed: Classed,
    code: str,
    score: Score,
    statistics: Mapping[Key, Mapping[str, float]],
) -> None:
    names = list(order_classes(score))
    tints = [LIGHT + (DARK - LIGHT) * k / max(len(names) - 1, 1) for k in range(len(names))]
    place, block = 0.0, ""
    ticks: list[float] = []
    bars = list_bars(classed, score)
    labels: list[str] = []
    for bar in bars:
        if bar.block != block:
            block = bar.block
            place += GAP
            _name_block(axis, place, bar)
        rows = {
            name: statistics[Key(classed.population, bar.group.label, code, bar.visit, name)]
            for name in names
        }
        ticks.append(place + BAR / 2)
        labels.append(f"{bar.name}, n = {int(rows[names[0]]['n_value'])}")
        _draw_bar(axis, place + BAR / 2, rows, tints)
        place += BAR
    axis.set_yticks(ticks, labels)
    for label, bar in zip(axis.get_yticklabels(), bars, strict=True):
        label.set_color(arm_colour(bar.group.position))
    axis.set_ylim(place, 0)
    axis.set_xlim(0, 100)
    axis.set_xticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100%"])
    axis.set_title(score.label, pad=24)
    handles = [
        Patch(facecolor=to_rgba(MUTED, tint), edgecolor=PAPER, label=name)
        for name, tint in zip(names, tints, strict=True)
    ]
    axis.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=len(names),
        handlelength=1.2,
        columnspacing=1.2,
        borderaxespad=0.2,
    )


def _draw_bar(
    axis: Axes, place: float, rows: Mapping[str, Mapping[str, float]], tints: Sequence[float]
) -> None:
    """Segments of a bar with their numbers."""
    left = 0.0
    for row, tint in zip(rows.values(), tints, strict=True):
        if not row["n"]:
            continue
        colour = to_rgba(MUTED, tint)
        axis.barh(place, row["pct"], BAR * THIN, left=left, color=colour, edgecolor=PAPER)
        if row["pct"] >= NARROW:
            ink = INK if tint < PALE else PAPER
            axis.text(
                left + row["pct"] / 2,
                place,
                str(int(row["n"])),
                ha="center",
                va="center_baseline",
                fontsize=8,
                color=ink,
            )
        left += row["pct"]


def _name_block(axis: Axes, place: float, bar: Bar) -> None:
    """Name of a block at the left, above its first bar."""
    axis.annotate(
        bar.block,
        (0, place),
        xytext=(0, 1),
        textcoords="offset points",
        va="bottom",
        fontsize=8,
        color=MUTED,
    )
