"""Step curves with a band per arm, and the table of counts below each panel."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.displays.event_times.curves import DOTTED, Curve, Panel, find_day_below
from helpers.displays.figures.parts import (
    LINE,
    Below,
    add_empty_note,
    add_end_labels,
    write_below,
)
from helpers.displays.figures.style import (
    MUTED,
    POINTS_PER_INCH,
    WIDTH,
    arm_colour,
    arm_line,
    arm_points,
    new_figure,
)

BLOCKS: Mapping[str, str] = {
    "at_risk": "At risk",
    "events": "Cumulative events",
    "censored": "Cumulative censored",
    "competing": "Died before the event",
}
PANEL, TITLE = 1.7, 0.4  # inches of a panel, and of its title with the gap above
LETTER = 0.08  # inches of a letter in the margin
LONGEST = 12  # letters of the name of an arm
NARROW = 0.9  # inches of a margin beside which two panels have room
DOTS = (0, (1, 1.4))
BAND = 0.14
NOTHING: Mapping[str, float] = {"%": 10.0}  # upper end of an axis on which everything is 0, by unit


def draw_panels(panels: Sequence[Panel], y_label: str, empty: str) -> tuple[Figure, list[Axes]]:
    """A figure with one panel each, two side by side where the names of the arms are short."""
    names = [_shorten(curve.label) for panel in panels for curve in panel.curves]
    margin = 0.3 + LETTER * max(map(len, names), default=0)
    columns = 2 if len(panels) > 1 and margin <= NARROW else 1
    lines = -(-len(panels) // columns)
    blocks = list_blocks(panels)
    below = _measure_below(panels, blocks)
    height = lines * (TITLE + PANEL + below)
    gap = 2 * margin + 0.3
    room = WIDTH - 2 * margin - 0.1 - gap
    figure, axes = new_figure(
        height,
        rows=lines,
        columns=columns,
        gridspec_kw={
            "left": (margin + 0.1) / WIDTH,
            "right": 1 - margin / WIDTH,
            "top": 1 - TITLE / height,
            "bottom": below / height,
            "hspace": (below + TITLE) / PANEL,
            "wspace": 2 * gap / room,
        },
    )
    for axis, panel in zip(axes, panels, strict=False):
        axis.set_title(panel.title)
        if panel.is_empty:
            add_empty_note(axis, empty)
            continue
        axis.set_ylabel(y_label)
        _draw_panel(axis, panel, list_blocks([panel]))
    for axis in axes[len(panels) :]:
        axis.set_axis_off()
    return figure, axes


def list_blocks(panels: Sequence[Panel]) -> tuple[str, ...]:
    """Counts below the panels; deaths only where somebody died before the event."""
    counted = [counts for panel in panels for curve in panel.curves for counts in curve.counts]
    return tuple(
        name
        for name in BLOCKS
        if any(name in counts for counts in counted)
        and (name != "competing" or any(counts["competing"] for counts in counted))
    )


def _measure_below(panels: Sequence[Panel], blocks: Sequence[str]) -> float:
    """Inches of the counts below a panel."""
    arms = max((len(panel.curves) for panel in panels), default=0)
    return (3 * LINE + 6 + len(blocks) * (arms + 1) * LINE) / POINTS_PER_INCH


def _draw_panel(axis: Axes, panel: Panel, blocks: Sequence[str]) -> None:
    drawn = [curve for curve in panel.curves if curve.n]
    end = max(curve.last for curve in drawn)
    axis.set_xlim(0, max(end, panel.ticks[-1], 1))
    axis.set_xticks(panel.ticks)
    axis.set_xlabel("day")
    for curve in drawn:
        _draw_curve(axis, curve)
    _limit_height(axis, drawn, axis.get_ylabel())
    add_end_labels(
        axis,
        [_shorten(curve.label) for curve in drawn],
        [float(curve.drawn["estimate"].iloc[-1]) for curve in drawn],
        [curve.position for curve in drawn],
    )
    _add_counts(axis, panel, blocks)


def _limit_height(axis: Axes, curves: Sequence[Curve], unit: str) -> None:
    """From 0 to the highest estimate or limit; a band must not be cut.

    Where everything is 0, an axis up to 1% would make a hundredth look like a scale.
    """
    tops = [curve.drawn[name].max() for curve in curves for name in ("estimate", "upper")]
    high = max((top for top in tops if top == top), default=0.0)
    axis.set_ylim(0, 1.05 * high if high else NOTHING.get(unit, 1.0))


def _draw_curve(axis: Axes, curve: Curve) -> None:
    """Solid while enough are at risk, dotted after, a point at its last day."""
    steps, colour = curve.drawn, arm_colour(curve.position)
    time, estimate = steps["time"], steps["estimate"]
    axis.fill_between(
        time, steps["lower"], steps["upper"], step="post", color=colour, alpha=BAND, linewidth=0
    )
    until = find_day_below(steps, DOTTED)
    solid, dotted = time <= until, time >= until
    if until > 0:
        line = {**arm_line(curve.position), "linewidth": 1.6}
        axis.step(time[solid], estimate[solid], where="post", **line)
    axis.step(
        time[dotted], estimate[dotted], where="post", color=colour, linestyle=DOTS, linewidth=1.6
    )
    last = {**arm_points(curve.position), "markersize": 4.5, "clip_on": False}
    axis.plot(time.iloc[-1:], estimate.iloc[-1:], **last)


def _add_counts(axis: Axes, panel: Panel, blocks: Sequence[str]) -> None:
    """Blocks of counts under the ticks, one line per arm."""
    points = 3.0 * LINE
    for block in blocks:
        points += LINE
        write_below(axis, None, points, BLOCKS[block], Below(MUTED, "left"))
        for curve in panel.curves:
            points += LINE
            look = Below(arm_colour(curve.position), "right", bold=True)
            write_below(axis, None, points, _shorten(curve.label), look)
            for day, counts in zip(panel.ticks, curve.counts, strict=True):
                write_below(axis, day, points, str(int(counts[block])), Below())


def _shorten(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}\u2026"
