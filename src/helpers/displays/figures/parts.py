"""Parts that several figures share: labels at line ends, numbers at risk, legend, empty panel."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from helpers.displays.figures.style import (
    INK,
    MUTED,
    POINTS_PER_INCH,
    arm_colour,
    arm_points,
    figure_style,
)
from helpers.view import Group

SMALL = 8  # points
LINE = 11  # points from one line of small text to the next
LETTER, HANDLE = 0.072, 0.5  # inches of a letter in a legend, and of a marker with the gaps


def spread_labels(
    places: Sequence[float], gap: float, low: float = -math.inf, high: float = math.inf
) -> list[float]:
    """Places moved apart to at least `gap`, as little as possible, in the same order.

    Labels that would overlap form a block around the mean of the places they were meant for; no
    block begins below `low`, and none ends above `high` where there is room.
    """
    order = sorted(range(len(places)), key=lambda i: (places[i], i))

    def find_start(block: Sequence[int]) -> float:
        length = gap * (len(block) - 1)
        middle = sum(places[i] for i in block) / len(block)
        return max(min(middle - length / 2, high - length), low)

    blocks: list[list[int]] = []
    for i in order:
        blocks.append([i])
        while len(blocks) > 1 and find_start(blocks[-2]) + gap * len(blocks[-2]) > find_start(
            blocks[-1]
        ):
            last = blocks.pop()
            blocks[-1].extend(last)
    moved = {i: find_start(block) + gap * step for block in blocks for step, i in enumerate(block)}
    return [moved[i] for i in range(len(places))]


def add_end_labels(
    axis: Axes, labels: Sequence[str], values: Sequence[float], positions: Sequence[int | None]
) -> None:
    """Name each line at its right end, in its colour; names that would touch are moved apart.

    Parameters
    ----------
    axis
        A panel whose limits are final.
    labels, values, positions
        Text, y in data units, and place of the arm (None: all arms) of each line.
    """
    scale = axis.get_window_extent().height * POINTS_PER_INCH / axis.figure.dpi
    low, high = axis.get_ylim()
    wanted = [(value - low) / (high - low) * scale for value in values]
    heights = spread_labels(wanted, LINE, low=LINE / 2, high=scale)  # clear of the axis below
    with figure_style():
        for label, height, position in zip(labels, heights, positions, strict=True):
            axis.annotate(
                label,
                (1, height / scale),
                xycoords="axes fraction",
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                color=arm_colour(position),
                fontweight="bold",
            )


def add_risk_table(
    axis: Axes,
    times: Sequence[float],
    rows: Mapping[str, Sequence[str]],
    positions: Sequence[int | None],
    title: str = "at risk",
) -> None:
    """Numbers below the panel, under the times they belong to; one row per arm.

    Parameters
    ----------
    axis
        A panel with its x label set.
    times
        x in data units.
    rows
        Name of the arm -> one text per time.
    positions
        Place of each arm, in the order of `rows`.
    """
    first = 2 * LINE + (LINE if axis.get_xlabel() else 0) + 6
    with figure_style():
        write_below(axis, None, first, title, Below(MUTED, "right"))
        for line, (name, texts) in enumerate(rows.items(), start=1):
            look = Below(arm_colour(positions[line - 1]), "right", bold=True)
            write_below(axis, None, first + line * LINE, name, look)
            for time, text in zip(times, texts, strict=True):
                write_below(axis, time, first + line * LINE, text, Below())


class Below(NamedTuple):
    """How a text below a panel stands: its colour, its side of the place, bold or not."""

    colour: str = INK
    align: str = "center"
    bold: bool = False


def write_below(axis: Axes, day: float | None, points: float, text: str, look: Below) -> None:
    """Text so many points below a panel: under a day, or beginning or ending at its left edge."""
    shift = {"left": -4, "right": -14}.get(look.align, 0)
    axis.annotate(
        text,
        (0 if day is None else day, 0),
        xycoords="axes fraction" if day is None else ("data", "axes fraction"),
        xytext=(shift, -points),
        textcoords="offset points",
        ha=look.align,
        va="baseline",
        fontsize=SMALL,
        fontweight="bold" if look.bold else "normal",
        annotation_clip=False,
        color=look.colour,
    )


def add_side_labels(axis: Axes, texts: Mapping[float, str]) -> None:
    """Small texts right of a panel at y in data units; those that would touch are moved apart."""
    scale = axis.get_window_extent().height * POINTS_PER_INCH / axis.figure.dpi
    low, high = axis.get_ylim()
    wanted = [(place - low) / (high - low) * scale for place in texts]
    heights = spread_labels(wanted, LINE - 1, low=0, high=scale)
    with figure_style():
        for text, height in zip(texts.values(), heights, strict=True):
            axis.annotate(
                text,
                (1, height / scale),
                xycoords="axes fraction",
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=SMALL,
                color=MUTED,
                annotation_clip=False,
            )


def add_arm_legend(
    figure: Figure,
    labels: Sequence[str],
    positions: Sequence[int | None],
    lines: bool = False,
    more: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> None:
    """Legend of the arms above the panels with the markers of the figure, no wider than it.

    `more` are other signs of the figure, as keywords of their points.
    """
    with figure_style():
        looks = [
            *(
                {**arm_points(place), **({"linestyle": "-"} if lines else {})}
                for place in positions
            ),
            *more.values(),
        ]
        names = [*labels, *more]
        figure.legend(
            [Line2D([], [], **look) for look in looks],
            names,
            loc="lower center",
            bbox_to_anchor=(0.5, 0.98),
            ncols=fit_columns(figure, names),
            handletextpad=0.4,
            columnspacing=1.6,
        )


def name_column(group: Group, letters: int) -> str:
    """Name and size of an arm; its label where the name is too long, shortened where that is."""
    name = group.name if len(group.name) <= letters else group.label
    return f"{shorten(name, letters)} (N = {group.n})"


def shorten(text: str, letters: int) -> str:
    """Text of at most so many letters, with an ellipsis where it was longer."""
    return text if len(text) <= letters else f"{text[: letters - 1]}\u2026"


def fit_columns(figure: Figure, labels: Sequence[str]) -> int:
    """Labels of a legend that have room beside each other, in rows as even as can be."""
    longest = LETTER * max(map(len, labels), default=0) + HANDLE
    room = max(int(figure.get_figwidth() // longest), 1)
    return max(math.ceil(len(labels) / math.ceil(len(labels) / room)), 1) if labels else 1


def add_empty_note(axis: Axes, text: str = "No data") -> None:
    """An empty panel that says so."""
    with figure_style():
        axis.set_xticks([])
        axis.set_yticks([])
        axis.grid(False)
        axis.text(0.5, 0.5, text, transform=axis.transAxes, ha="center", va="center", color=MUTED)


def find_overlaps(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts of a figure that cover each other; a test of a figure expects none."""
    with figure_style():
        canvas = FigureCanvasAgg(figure)
        figure.draw_without_rendering()  # ticks and layout as drawn, no pixel
        renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
        undrawn = _find_undrawn(figure)
        texts = [
            text
            for text in figure.findobj(Text)
            if text.get_visible() and text.get_text() and text not in undrawn
        ]
        boxes = [text.get_window_extent(renderer).shrunk(0.96, 0.8) for text in texts]
    if not boxes:
        return []
    left, low, right, high = np.array([np.sort(box.get_points(), axis=0) for box in boxes]).reshape(
        -1, 4
    ).T  # fmt: skip
    apart_x = (right[:, None] < left) | (right < left[:, None])
    apart_y = (high[:, None] < low) | (high < low[:, None])
    pairs = np.argwhere(np.triu(~apart_x & ~apart_y, k=1))
    return [(texts[i].get_text(), texts[j].get_text()) for i, j in pairs]


def _find_undrawn(figure: Figure) -> set[Text]:
    """Labels of ticks outside the limits of their axis: they exist and are never drawn."""
    undrawn: set[Text] = set()
    for axis in (line for axes in figure.axes for line in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        room = 1e-9 * (high - low)
        for tick in axis.get_major_ticks():
            if not low - room <= tick.get_loc() <= high + room:
                undrawn |= {tick.label1, tick.label2}
    return undrawn
