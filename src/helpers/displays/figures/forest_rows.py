"""Rows of a forest of differences: a point with limits, and columns of texts beside the panel."""

from typing import Literal, NamedTuple

from matplotlib.axes import Axes

from helpers.displays.figures.style import arm_colour, arm_points


class Column(NamedTuple):
    """A column of texts: from which edge of the panel (0 left, 1 right), how many points, where."""

    side: int
    points: float
    align: Literal["left", "right"] = "left"


NAME, CONTRAST = Column(0, -300), Column(0, -142)
COUNTS, NUMBERS = Column(0, -6, "right"), Column(1, 8)
ROW, GAP, HEAD = 0.2, 0.14, 0.75  # inches: a contrast, the room between rows, title and axis


def draw_difference(axis: Axes, place: float, position: int, row: dict[str, float]) -> None:
    """A difference of shares in points with its limits; nothing where there is none."""
    if row["estimate"] != row["estimate"]:
        return
    low, high = 100 * row["lower"], 100 * row["upper"]
    axis.hlines(place, low, high, color=arm_colour(position), linewidth=1.2)
    axis.plot([100 * row["estimate"]], [place], **{**arm_points(position), "markersize": 4.5})


def write_beside(axis: Axes, place: float, text: str, column: Column, colour: str) -> None:
    """Text of a column beside the panel."""
    axis.annotate(
        text,
        (column.side, place),
        xycoords=("axes fraction", "data"),
        xytext=(column.points, 0),
        textcoords="offset points",
        ha=column.align,
        va="center",
        fontsize=8,
        color=colour,
        annotation_clip=False,
    )
