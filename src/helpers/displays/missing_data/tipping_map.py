"""F-E-06: how far missing values would have to be off to overturn the key differences."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import describe_score
from helpers.displays.efficacy.report_parts import TIPPING, made_where_possible
from helpers.displays.figures.parts import add_empty_note, shorten
from helpers.displays.figures.style import INK, MUTED, figure_style, new_figure, render_svg
from helpers.displays.formats import format_level, format_number
from helpers.displays.missing_data.tipping_grid import TippingGrid, build_grid, list_results
from helpers.displays.missing_data.tipping_words import (
    list_notes,
    state_contrast,
    state_count,
    state_headline,
    state_uniform,
)
from helpers.displays.model import Figure
from helpers.displays.results import format_value
from helpers.view import View

PANEL, ACROSS = 3.0, 2  # inches of a panel; panels beside each other
LONGEST = 40  # letters of the title of a panel
SHADES = LinearSegmentedColormap.from_list("in_favour", [to_rgba(INK, 0.02), to_rgba(INK, 0.42)])
Dash = Literal["solid", "dashed"]
LINES: Mapping[Dash, str] = {
    "solid": "below and left: interval off 0, in favour of the active arm",
    "dashed": "above and right: interval off 0, in favour of the control",
}


@shown_as("F-E-06", title="Tipping points of the key result", needs=("adeff", "advisit"))
@made_where_possible(TIPPING)
def plot_tipping_points(view: View) -> Figure:
    """A panel per difference from the control: the estimate after shifting imputed values.

    Results: population, PARAMCD, key visit; by arm IMPUTED: n, N; by contrast and pair of shifts
    (`SHIFT active A, control C`: what is added to the imputed changes, in the unit of the score)
    estimate, se, df, lower, upper; those at shifts of 0 are MAR of T-E-13.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    grid = build_grid(view)
    imputed = grid.imputed
    return Figure(
        population_line=f"{state_population(view, imputed.key.population)} Difference in the "
        f"change of {describe_score(imputed.score)} at {imputed.visit} after imputed values were "
        f"shifted; {format_level(imputed.level)} CI. Estimand E1.",
        results=tuple(list_results(grid)),
        notes=list_notes(grid),
        source_note="adeff with ANL01FL = Y (CHG, BASE), advisit (STATUS, DUEDT), adsl; "
        "plot_tipping_points; helpers.stats.missing.",
        headline=state_headline(grid),
        alternative=_describe(grid),
        svg=_draw(grid),
    )


def _describe(grid: TippingGrid) -> str:
    """The corners of each panel in words."""
    decimals = grid.imputed.score.decimals + 1
    most = format_value(grid.points[-1])
    said = []
    for label, arm, _ in grid.imputed.contrasts:
        if not grid.estimable(label):
            said.append(f"{label}: not estimable.")
            continue
        own = grid.numbers[label]["estimate"]
        corners = (own[0, 0], own[0, -1], own[-1, 0], own[-1, -1])
        none, active, control, both = (format_number(value, decimals) for value in corners)
        said.append(
            f"{label}: {none} without a shift, {active} with the active arms worse by {most} "
            f"points, {control} with the control better by {most}, {both} with both; "
            f"{state_contrast(grid, label, arm)}."
        )
    return f"Cells of numbers, a panel per difference. {' '.join(said)} All are in the CSV copy."


@figure_style()
def _draw(grid: TippingGrid) -> str:
    contrasts = grid.imputed.contrasts
    columns = min(len(contrasts), ACROSS)
    rows = -(-len(contrasts) // columns)
    height = rows * (PANEL + 1.0)
    figure, axes = new_figure(
        height,
        rows=rows,
        columns=columns,
        grid="none",
        gridspec_kw={
            "left": 0.08,
            "right": 0.99 if columns > 1 else 0.52,
            "top": 1 - 0.45 / height,
            "bottom": 0.45 / height,
            "wspace": 0.2,
            "hspace": 1.0 / PANEL,
        },
    )
    drawn: set[Dash] = set()
    for axis, (label, _, _) in zip(axes, contrasts, strict=False):
        _name_panel(axis, grid, label)
        if not grid.estimable(label):
            add_empty_note(axis, "Not estimable")
            continue
        _draw_cells(axis, grid, label)
        drawn |= _draw_lines(axis, grid, label)
        _name_axes(axis, grid)
    for axis in axes[len(contrasts) :]:
        axis.set_axis_off()
    _add_legend(figure, drawn)
    return render_svg(figure, TIPPING)


def _add_legend(figure: Canvas, drawn: set[Dash]) -> None:
    """What the lines mean, above the panels; nothing where no line is drawn."""
    looks = [style for style in LINES if style in drawn]
    if looks:
        figure.legend(
            [Line2D([], [], color=INK, linewidth=2, linestyle=style) for style in looks],
            [LINES[style] for style in looks],
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
        )


def _name_panel(axis: Axes, grid: TippingGrid, label: str) -> None:
    axis.set_title(shorten(label, LONGEST), pad=17)
    axis.annotate(
        "; ".join(filter(None, (state_count(grid, label), state_uniform(grid, label)))),
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 5),
        textcoords="offset points",
        fontsize=8,
        color=MUTED,
    )


def _draw_cells(axis: Axes, grid: TippingGrid, label: str) -> None:
    """Estimates, shaded by how much they are in favour of the active arm."""
    direction, decimals = grid.imputed.score.direction, grid.imputed.score.decimals + 1
    every = direction * np.concatenate([own["estimate"].ravel() for own in grid.numbers.values()])
    low, high = float(np.nanmin(every)), float(np.nanmax(every))
    own = grid.numbers[label]["estimate"]
    places = np.arange(len(grid.points) + 1) - 0.5
    axis.pcolormesh(
        places,
        places,
        direction * own,
        vmin=low,
        vmax=high if high > low else low + 1,
        cmap=SHADES,
        edgecolors="none",
    )
    better, worse = grid.favours(label)
    for down, across in np.ndindex(own.shape):
        off = bool(better[down, across] or worse[down, across])
        axis.text(
            across,
            down,
            format_number(float(own[down, across]), decimals),
            ha="center",
            va="center",
            fontsize=7,
            color=INK,
            fontweight="bold" if off else "normal",
        )


def _draw_lines(axis: Axes, grid: TippingGrid, label: str) -> set[Dash]:
    """Lines between the cells where the interval begins or ends to lie off 0; their styles."""
    better, worse = grid.favours(label)
    sides: tuple[tuple[NDArray[np.bool_], Dash], ...] = ((better, "solid"), (worse, "dashed"))
    found: set[Dash] = set()
    for inside, style in sides:
        # along the cells, so that no line crosses a number
        for down, across in np.argwhere(inside[:, 1:] != inside[:, :-1]):
            axis.vlines(across + 0.5, down - 0.5, down + 0.5, INK, style, linewidth=2)
            found.add(style)
        for down, across in np.argwhere(inside[1:] != inside[:-1]):
            axis.hlines(down + 0.5, across - 0.5, across + 0.5, INK, style, linewidth=2)
            found.add(style)
    return found


def _name_axes(axis: Axes, grid: TippingGrid) -> None:
    control = grid.imputed.view.trial.arm(grid.imputed.rows.control).label
    texts = [format_value(point) for point in grid.points]
    ticks = np.arange(len(grid.points))
    axis.set_xticks(ticks[::2], texts[::2])
    axis.set_yticks(ticks[::2], texts[::2])
    axis.set_xlabel("Active arms worse by (points)")
    axis.set_ylabel(f"{shorten(control, 20)} better by (points)")
    axis.set_aspect("equal")
