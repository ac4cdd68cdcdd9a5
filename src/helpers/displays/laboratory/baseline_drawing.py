"""What both forms of F-S-21 draw alike: a panel per test, its names, limits, line of no change."""

import math
from collections.abc import Callable, Iterable, Sequence
from textwrap import wrap

from matplotlib.axes import Axes

from helpers.displays.figures.parts import add_arm_legend, add_empty_note, shorten
from helpers.displays.figures.style import INK, MUTED, figure_style, new_figure, render_svg
from helpers.displays.laboratory.baseline_pairs import BEYOND_WORDS, Panel, narrow_groups
from helpers.displays.measurements.units import split_unit
from helpers.view import Group

PANEL = 2.35  # inches
TITLE = 22  # letters of a title on one line
COLUMNS = 3
LETTERS = 24  # of an arm in the legend


def describe_beyond(panel: Panel, groups: Sequence[Group]) -> str:
    """Who newly left the range, by group."""
    said = [
        f"{group.label} {len(set(panel.beyond) & set(group.subjects))} of {group.n}"
        for group in narrow_groups(groups, panel)
    ]
    side = BEYOND_WORDS[panel.way]
    return f"{panel.name}, {panel.way} value: newly {side} the limit {', '.join(said)}."


@figure_style()
def draw_tests(
    groups: Sequence[Group], panels: Sequence[Panel], draw: Callable[[Axes, Panel], None]
) -> str:
    """A panel per test in lines of three, each filled by `draw`, with a legend of the groups."""
    lines = max(math.ceil(len(panels) / COLUMNS), 1)
    height = PANEL * lines + 0.5
    figure, axes = new_figure(
        height,
        rows=lines,
        columns=COLUMNS if panels else 1,
        grid="both",
        gridspec_kw={
            "wspace": 0.42,
            "hspace": 0.6,
            "top": 1 - 0.6 / height,
            "bottom": 0.45 / height,
        },
    )
    if not panels:
        add_empty_note(axes[0], "No value of these tests")
    for axis, panel in zip(axes, panels, strict=False):
        name, _ = split_unit(panel.name)
        axis.set_title("\n".join(wrap(name, TITLE, max_lines=2, placeholder="\u2026")))
        draw(axis, panel)
    for axis in axes[max(len(panels), 1) :]:
        axis.set_axis_off()
    labels = [f"{shorten(group.label, LETTERS)} (N = {group.n})" for group in groups]
    add_arm_legend(figure, labels, [group.position for group in groups])
    return render_svg(figure, "F-S-21")


def name_axes(axis: Axes, panel: Panel) -> None:
    """Baseline across, the most extreme value after it up, with its unit."""
    _, unit = split_unit(panel.name)
    axis.set_xlabel("baseline")
    axis.set_ylabel(f"{panel.way} after, {unit}" if unit else f"{panel.way} after")


def find_near_limits(panel: Panel, low: float, high: float) -> list[float]:
    """Limits of the normal range that lie near the values drawn; others would squeeze these."""
    return [limit for limit in panel.limits if low / 2 <= limit <= high * 2]


def draw_limits(axis: Axes, limits: Iterable[float], ends: tuple[float, float]) -> None:
    """Limits dashed both ways, the line of no change dotted from end to end."""
    for limit in limits:
        for line in (axis.axhline, axis.axvline):
            line(limit, color=INK, linewidth=0.7, linestyle=(0, (4, 2)))
    axis.plot(ends, ends, color=MUTED, linewidth=0.8, linestyle=(0, (1, 1.6)), zorder=0)
