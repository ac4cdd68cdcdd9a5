"""Boxes and arrows of the flow of participants."""

import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from helpers.displays.figures.style import (
    INK,
    MUTED,
    PAPER,
    POINTS_PER_INCH,
    WIDTH,
    arm_colour,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.flow.node import Node
from helpers.displays.flow.tree import Flow

SIZE, LEADING, PADDING, GAP, ARROW = 8.0, 12.0, 6.0, 12.0, 20.0  # points
LETTER = 4.9  # points of a letter of this size, on the safe side
INDENT = 8.0
WIDEST = 250.0  # points; a box alone in its row needs no more


class Text(NamedTuple):
    """One line of a box: words on the left, a number on the right."""

    label: str
    number: str = ""
    level: int = 0
    bold: bool = False


class Place(NamedTuple):
    """A box on the sheet in points: its left edge, its top measured downwards, its size."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Middle of the box across."""
        return self.left + self.width / 2

    @property
    def bottom(self) -> float:
        """Lower edge, measured downwards."""
        return self.top + self.height


def list_texts(node: Node, width: float) -> list[Text]:
    """Lines of a box: its title, then its parts, nested; empty reasons are left out."""
    lines = wrap_text(node.label, str(node.n), 0, width, bold=True)
    for split in node.splits:
        lines += list_parts(split, 0, width)
    return lines


def list_parts(parts: Sequence[Node], level: int, width: float) -> list[Text]:
    """Lines of the parts of a split and what is below them."""
    lines: list[Text] = []
    for part in (part for part in parts if part.drawn):
        lines += wrap_text(part.label, str(part.n), level, width)
        for split in part.splits:
            lines += list_parts(split, level + 1, width) if part.n else []
    return lines


def wrap_text(label: str, number: str, level: int, width: float, bold: bool = False) -> list[Text]:
    """A label on as many lines as it needs; the number stands on the last."""
    room = width - 2 * PADDING - level * INDENT - (len(number) + 1) * LETTER
    lines = textwrap.wrap(label, max(int(room / LETTER), 8)) or [""]
    texts = [Text(line, "", level, bold) for line in lines[:-1]]
    return [*texts, Text(lines[-1], number, level, bold)]


def measure_box(texts: Sequence[Text]) -> float:
    """Height of a box in points."""
    return 2 * PADDING + LEADING * len(texts)


@figure_style()
def draw_flow(flow: Flow, display_id: str) -> str:
    """SVG of a flow: enrolment on top, exclusions beside it, one column of boxes per group."""
    sheet = WIDTH * POINTS_PER_INCH
    columns = max(len(flow.stages), 1)
    width = min((sheet - GAP * (columns - 1)) / columns, WIDEST)
    lefts = spread_columns(columns, width, sheet)
    top, upper = place_enrolment(flow, sheet)
    rows = list_rows(flow, width)
    heights = [max(measure_box(texts) for texts in row) for row in rows]
    total = top + sum(heights) + ARROW * len(heights)
    figure, (axis,) = new_figure(total / POINTS_PER_INCH, grid="none")
    prepare_axis(axis, sheet, total)
    draw_enrolment(axis, upper)
    sources = [upper[-1][0]] * columns
    for texts_of_row, height in zip(rows, heights, strict=True):
        places = [Place(left, top + ARROW, width, height) for left in lefts]
        for i, (place, texts) in enumerate(zip(places, texts_of_row, strict=True)):
            connect(axis, sources[i], place)
            draw_box(axis, place, texts, arm_colour(flow.stages[i][0].position))
        sources, top = places, top + ARROW + height
    return render_svg(figure, display_id)


def spread_columns(columns: int, width: float, sheet: float) -> list[float]:
    """Left edges of the columns; a single one stands to the left of the middle."""
    if columns == 1:
        return [sheet / 2 - width]
    step = width + GAP
    start = (sheet - step * columns + GAP) / 2
    return [start + step * i for i in range(columns)]


Boxes = list[tuple[Place, list[Text]]]


def place_enrolment(flow: Flow, sheet: float) -> tuple[float, Boxes]:
    """Assessed, excluded beside the way down, still in screening, randomised; where they end."""
    assessed = flow.enrolment
    randomised, excluded, waiting = assessed.splits[0]
    width = min(sheet * 0.36, WIDEST)
    # under it stands the column in the middle, or the only one
    left = sheet / 2 - (width / 2 if len(flow.stages) != 1 else WIDEST / 2 + width / 2)
    side = left + width + 3 * GAP
    beside = sheet - side
    first = list_texts(Node(assessed.label, assessed.key, assessed.n), width)
    asides = [*list_texts(excluded, beside), *list_texts(waiting, beside)]
    last = list_texts(randomised, width)
    top = Place(left, 0, width, measure_box(first))
    aside = Place(side, top.bottom + ARROW / 2, beside, measure_box(asides))
    bottom = Place(left, aside.bottom + ARROW / 2, width, measure_box(last))
    return bottom.bottom, [(top, first), (aside, asides), (bottom, last)]


def list_rows(flow: Flow, width: float) -> list[list[list[Text]]]:
    """Texts of the boxes, stage by stage, one list per group."""
    columns = [[list_texts(node, width) for node in nodes] for _, nodes in flow.stages]
    return [list(row) for row in zip(*columns, strict=True)]


def prepare_axis(axis: Axes, width: float, height: float) -> None:
    """An axis in points, downwards, without anything of its own."""
    axis.set_position((0, 0, 1, 1))
    axis.set_xlim(0, width)
    axis.set_ylim(height, 0)
    axis.set_axis_off()


def draw_enrolment(axis: Axes, boxes: Boxes) -> None:
    """The three boxes on top and the way from the first to the last."""
    (top, _), (aside, _), (bottom, _) = boxes
    connect(axis, top, bottom)
    level = aside.top + LEADING
    draw_arrow(axis, (top.middle, level), (aside.left, level))
    for place, texts in boxes:
        draw_box(axis, place, texts, MUTED)


def draw_box(axis: Axes, place: Place, texts: Sequence[Text], colour: str) -> None:
    """A frame with its lines; the frame has the colour of the arm."""
    across = (place.left, place.left + place.width)
    frame: dict[str, Any] = {"facecolor": PAPER, "edgecolor": colour, "linewidth": 1}
    axis.fill_between(across, place.top, place.bottom, clip_on=False, **frame)
    for number, text in enumerate(texts):
        height = place.top + PADDING + LEADING * (number + 0.72)
        weight = "bold" if text.bold else "normal"
        style: dict[str, Any] = {"fontsize": SIZE, "color": INK, "fontweight": weight}
        axis.text(place.left + PADDING + INDENT * text.level, height, text.label, **style)
        axis.text(place.left + place.width - PADDING, height, text.number, ha="right", **style)


def connect(axis: Axes, above: Place, below: Place) -> None:
    """The way from a box down to another: straight, or along the middle of the gap."""
    if abs(above.middle - below.middle) < 1:
        draw_arrow(axis, (above.middle, above.bottom), (above.middle, below.top))
        return
    bend = above.bottom + ARROW / 2
    path = ((above.middle, above.bottom), (above.middle, bend), (below.middle, bend))
    axis.plot(*zip(*path, strict=True), color=MUTED, linewidth=1)
    draw_arrow(axis, (below.middle, bend), (below.middle, below.top))


def draw_arrow(axis: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """An arrow with a small head."""
    look: dict[str, Any] = {
        "arrowstyle": "-|>",
        "color": MUTED,
        "linewidth": 1,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    axis.annotate("", xy=end, xytext=start, arrowprops=look)
