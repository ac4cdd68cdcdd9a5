"""Columns of text beside the panel of a forest, and a row of it."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from matplotlib.axes import Axes

from helpers.displays.figures.parts import SMALL
from helpers.displays.figures.style import INK, arm_colour, arm_points

POINT = 4.5  # points, size of a marker


class Column(NamedTuple):
    """A column of texts: from which edge of the panel (0 left, 1 right), how many points, where."""

    side: int
    points: float
    align: Literal["left", "right"] = "left"


class Look(NamedTuple):
    """How a text of a column is set."""

    colour: str = INK
    bold: bool = False


PLAIN = Look()
# of a forest of differences between shares, in points: name, contrast, counts and numbers
NAME, CONTRAST = Column(0, -300), Column(0, -142)
COUNTS, NUMBERS = Column(0, -6, "right"), Column(1, 8)
ROW, GAP, HEAD = 0.2, 0.14, 0.75  # inches: a contrast, the room between rows, title and axis
ENDS = ("estimate", "lower", "upper")


def write_text(axis: Axes, place: float, text: str, column: Column, look: Look = PLAIN) -> None:
    """Text of a column beside the panel, at y in data units."""
    axis.annotate(
        text,
        (column.side, place),
        xycoords=("axes fraction", "data"),
        xytext=(column.points, 0),
        textcoords="offset points",
        ha=column.align,
        va="center",
        fontsize=SMALL,
        fontweight="bold" if look.bold else "normal",
        color=look.colour,
        annotation_clip=False,
    )


def draw_interval(axis: Axes, place: float, row: Mapping[str, float], position: int | None) -> None:
    """A point with its limits in the look of an arm; nothing where there is no estimate."""
    if row["estimate"] != row["estimate"]:
        return
    axis.hlines(place, row["lower"], row["upper"], color=arm_colour(position), linewidth=1.2)
    axis.plot([row["estimate"]], [place], **{**arm_points(position), "markersize": POINT})


def draw_points(axis: Axes, place: float, row: Mapping[str, float], position: int | None) -> None:
    """A difference of shares and its limits, in percentage points."""
    draw_interval(axis, place, {end: 100 * row[end] for end in ENDS}, position)
