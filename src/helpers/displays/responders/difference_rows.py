"""Rows of a forest of differences between shares: name, contrast, counts, points and limits."""

from collections.abc import Mapping
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from helpers.displays import show
from helpers.displays.efficacy.comparisons import list_compared
from helpers.displays.figures.forest import (
    CONTRAST,
    COUNTS,
    HEAD,
    NAME,
    NUMBERS,
    ROW,
    Look,
    draw_points,
    write_text,
)
from helpers.displays.figures.parts import shorten
from helpers.displays.figures.style import INK, MUTED, arm_colour, new_figure
from helpers.displays.formats import format_cell
from helpers.displays.model import Cell
from helpers.displays.responders.states import Assessed
from helpers.displays.results import Key

LONGEST = 34  # letters of a name
Numbers = Mapping[Key, Mapping[str, float]]


class Entry(NamedTuple):
    """One row: key of the difference, name (empty below the first of it), arms compared."""

    key: Key
    name: str
    contrast: str
    position: int
    counts: tuple[Key, Key]


def list_entries(assessed: Assessed, key: Key, name: str) -> list[Entry]:
    """A row for every comparison of the look; `key` is that of the counts, without arm."""
    arms = {group.code: group for group in assessed.arms}
    return [
        Entry(
            key._replace(contrast=contrast),
            "" if number else name,
            contrast,
            int(arms[arm].position or 0),
            (key._replace(arm=arms[arm].label), key._replace(arm=arms[reference].label)),
        )
        for number, (contrast, arm, reference) in enumerate(list_compared(assessed.view))
    ]


def new_panel(rows: float) -> tuple[Drawing, Axes]:
    """A panel that has room for texts on both sides; `rows` is what stands in it, in inches."""
    height = HEAD + rows
    edges = {"left": 0.46, "right": 0.76, "top": 1 - 0.35 / height, "bottom": 0.4 / height}
    figure, (axis,) = new_figure(height, grid="x", gridspec_kw=edges)
    return figure, axis


def draw_entry(axis: Axes, place: float, entry: Entry, numbers: Numbers) -> None:
    """One row, at y in data units."""
    counts = [format_cell(Cell(key, show.n_over()), numbers) for key in entry.counts]
    draw_points(axis, place, numbers[entry.key], entry.position)
    write_text(axis, place, shorten(entry.name, LONGEST), NAME)
    write_text(axis, place, entry.contrast, CONTRAST, Look(arm_colour(entry.position)))
    write_text(axis, place, " v ".join(count.replace(" ", "") for count in counts), COUNTS)
    write_text(axis, place, format_cell(Cell(entry.key, show.points()), numbers), NUMBERS)


def finish_panel(axis: Axes, last: float, unit: str) -> None:
    """Heads of the columns, the line at 0, and the axis; `last` is where the last row stands."""
    write_text(axis, ROW * 0.3, "n / N", COUNTS, Look(MUTED))
    write_text(axis, ROW * 0.3, f"{unit} (CI)", NUMBERS, Look(MUTED))
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.set_ylim(last + ROW, 0)
    axis.set_xlim(-100, 100)
    axis.set_xticks([-100, -50, 0, 50, 100])
    axis.set_yticks([])
