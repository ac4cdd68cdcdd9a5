"""F-E-16: the key differences before and after shrinkage, with an arrow from one to the other."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from helpers.displays import show
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import (
    SHRINKAGE,
    SHRINKAGE_FIGURE,
    made_where_possible,
)
from helpers.displays.figures.forest import Column, Look, write_text
from helpers.displays.figures.parts import SMALL, add_empty_note, shorten
from helpers.displays.figures.style import (
    INK,
    MUTED,
    PAPER,
    arm_colour,
    arm_marker,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import Cell, Figure, join_notes
from helpers.displays.results import Key, index_results
from helpers.displays.supportive.shrunk import (
    MODEL,
    PRIOR,
    SHRUNK,
    Shrunk,
    list_results,
    shrink_key,
    state_meaning,
    state_posterior,
    state_prior,
    state_spread,
    state_threshold,
)
from helpers.view import ClosedView, View

ROW, GAP, HEAD = 0.26, 0.16, 0.85  # inches: a row, the room between differences, title and axis
NAME, WHAT, NUMBERS = Column(0, -190), Column(0, -102), Column(1, 8)
WORDS = {MODEL: "model (CI)", SHRUNK: "posterior"}
Statistics = dict[Key, dict[str, float]]


@shown_as("F-E-16", title="Key result shrunk towards no effect, as a figure", needs=("adeff",))
@made_where_possible(SHRINKAGE_FIGURE)
def plot_shrinkage(view: View) -> Figure:
    """Model estimate (hollow) and posterior (full) of every difference, an arrow between them.

    Below them the prior; lines at 0 and at the threshold. Results: as in T-E-17.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("a model compares arms")
    shrunk = shrink_key(view)
    results = tuple(list_results(shrunk))
    score, level = view.trial.scores[shrunk.main.model.code], format_level(shrunk.main.level)
    return Figure(
        population_line=f"{state_population(view, shrunk.main.population)} Difference in the "
        f"improvement of {score.label} at {view.trial.visit_label(shrunk.key.visit).lower()}, "
        f"points, with {level} intervals; right of 0 is better for the arm named first. Estimand "
        "E1, exploratory.",
        results=results,
        notes=join_notes(
            "Hollow: estimate of the model with its CI. Full: posterior mean with its interval. "
            f"Grey: the prior, before any data. Numbers in {SHRINKAGE}.",
            state_prior(shrunk),
            state_spread(shrunk),
            state_meaning(),
            state_threshold(shrunk),
        ),
        source_note="adeff with ANL01FL = Y (CHG, BASE); plot_shrinkage; helpers.stats.shrinkage.",
        headline=state_posterior(shrunk, results),
        alternative="For every difference an arrow from the estimate of the model to the posterior "
        f"mean; the numbers are in {SHRINKAGE}.",
        svg=_draw(shrunk, index_results(results)),
    )


@figure_style()
def _draw(shrunk: Shrunk, statistics: Statistics) -> str:
    height = HEAD + (2 * ROW + GAP) * len(shrunk.contrasts) + ROW
    figure, (axis,) = new_figure(
        height,
        grid="x",
        gridspec_kw={"left": 0.3, "right": 0.8, "top": 1 - 0.25 / height, "bottom": 0.5 / height},
    )
    place = 0.0
    for label, arm, _ in shrunk.contrasts:
        place += GAP + ROW
        keys = [shrunk.key._replace(contrast=label, category=name) for name in (MODEL, SHRUNK)]
        _draw_contrast(shrunk, axis, place, keys, statistics)
        colour = arm_colour(shrunk.main.view.trial.arm_position(arm))
        write_text(axis, place, shorten(label, 16), NAME, Look(colour, bold=True))
        place += ROW
    place += GAP + ROW
    first, *_ = shrunk.contrasts
    _draw_prior(axis, place, shrunk.key._replace(contrast=first[0], category=PRIOR), statistics)
    axis.set_ylim(place + ROW, 0)
    axis.set_yticks([])
    axis.set_xlabel("Difference in improvement, points")
    _draw_lines(shrunk, axis, statistics)
    return render_svg(figure, SHRINKAGE_FIGURE)


def _draw_contrast(
    shrunk: Shrunk, axis: Axes, place: float, keys: Sequence[Key], statistics: Statistics
) -> None:
    """Estimate, below it the posterior, and an arrow from the one to the other."""
    trial, score = shrunk.main.view.trial, shrunk.main.view.trial.scores[shrunk.main.model.code]
    arm = next(code for label, code, _ in shrunk.contrasts if label == keys[0].contrast)
    position = trial.arm_position(arm)
    look: dict[str, Any] = {
        "color": arm_colour(position),
        "marker": arm_marker(position),
        "markersize": 5.5,
    }
    rows = [statistics[key] for key in keys]
    for number, (key, row) in enumerate(zip(keys, rows, strict=True)):
        here = place + number * ROW
        write_text(axis, here, WORDS[key.category], WHAT)
        text = format_cell(Cell(key, show.interval(score.decimals + 1)), statistics)
        write_text(axis, here, text, NUMBERS, Look(bold=number == 1))
        if row["estimate"] == row["estimate"]:
            ends = (row["lower"], row["upper"])
            axis.hlines(here, *ends, color=look["color"], linewidth=1.0 + number)
            full = look["color"] if number else PAPER
            axis.plot([row["estimate"]], [here], **look, markerfacecolor=full)
    first, last = (row["estimate"] for row in rows)
    if first == first and last == last:
        axis.annotate(
            "",
            (last, place + ROW),
            (first, place),
            arrowprops={"arrowstyle": "-|>", "color": INK, "shrinkA": 4, "shrinkB": 4},
        )


def _draw_prior(axis: Axes, place: float, key: Key, statistics: Statistics) -> None:
    row = statistics[key]
    write_text(axis, place, "Prior of each", NAME, Look(MUTED))
    if row["lower"] == row["lower"]:
        axis.hlines(place, row["lower"], row["upper"], color=MUTED, linewidth=3.0, alpha=0.6)
        axis.plot([row["estimate"]], [place], marker="|", color=MUTED, markersize=9)
        write_text(axis, place, format_cell(Cell(key, show.interval(1)), statistics), NUMBERS)


def _draw_lines(shrunk: Shrunk, axis: Axes, statistics: Statistics) -> None:
    """Lines of no effect and of the threshold."""
    if not any(row.get("lower", 0) == row.get("lower", 0) for row in statistics.values()):
        add_empty_note(axis, "Not estimable")
        return
    axis.axvline(0, color=INK, linewidth=0.8)
    if shrunk.threshold is None:
        return
    axis.axvline(shrunk.threshold, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    axis.annotate(
        f"threshold {shrunk.threshold:g}",
        (shrunk.threshold, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=SMALL,
        color=MUTED,
    )
