"""Pooled counts of participants in steps, so that neither a count nor a change of it is small.

A count is published as the step that it lies in: 0, then below the limit, then steps as wide as the
limit (3 to 5, 6 to 8, ...). The step depends on the count alone, not on what an earlier report said
or on what is known today of an earlier day, so it stays safe when records are corrected between two
reports: the numbers of two reports differ by nothing or by whole steps.
"""

from collections.abc import Iterable
from typing import NamedTuple

from helpers.displays import show
from helpers.displays.adverse_events.event_counts import HIDDEN, Counts
from helpers.displays.model import Cell, Line
from helpers.displays.results import Key, rows_of
from helpers.displays.rows import Row
from helpers.displays.small_counts import NOT_SHOWN
from helpers.stats.estimates import NAN


class Band(NamedTuple):
    """Lowest and highest number of participants that are published alike."""

    low: int
    high: int


def find_band(n: float, small_cell: int) -> Band:
    """The step of a count; without a limit the count itself."""
    count = int(n)
    if count == 0 or not small_cell:
        return Band(count, count)
    if count < small_cell:
        return Band(1, small_cell - 1)
    low = count // small_cell * small_cell
    return Band(low, low + small_cell - 1)


def band_row(
    label: str, key: Key, counts: Counts, small_cell: int, *, level: int = 0, strong: bool = False
) -> Row:
    """A row with the step of a count as `min`; percent and events would give the count away.

    Below the limit there is no `min` either: the cell shows `<3`. Nobody is shown as 0.
    """
    if not counts["n"] or not small_cell:
        line = Line(label, (Cell(key, show.n_pct_events()),), level=level, strong=strong)
        return Row(line, tuple(rows_of(key, counts)))
    numbers = {**counts, **dict.fromkeys(HIDDEN, NAN)}
    if counts["n"] < small_cell:
        cell = Cell(key, show.n_pct(hidden_below=small_cell))
    else:
        numbers["min"] = find_band(counts["n"], small_cell).low
        cell = Cell(key, show.n_band(small_cell))
    line = Line(label, (cell,), level=level, strong=strong)
    return Row(line, tuple(rows_of(key, numbers)))


def suppressed_row(
    label: str, key: Key, counts: Counts, *, level: int = 0, strong: bool = False
) -> Row:
    """A row without a number (secondary suppression): its step would give away another count."""
    numbers = {**counts, **dict.fromkeys(HIDDEN, NAN)}
    line = Line(label, (NOT_SHOWN,), level=level, strong=strong)
    return Row(line, tuple(rows_of(key, numbers)))


def is_pinned(n: float, small_cell: int, published: Iterable[float]) -> bool:
    """Whether a published exact count of a part of these participants leaves one number only."""
    band = find_band(n, small_cell)
    return band.low < band.high <= max(published, default=0)


def pins_the_classes(total: float, classes: Iterable[float], small_cell: int) -> bool:
    """Whether the step of everybody leaves the classes no choice.

    Everybody is in some class, so the highest numbers of all classes together are at least the
    lowest number of everybody; where they are just that, each class is known to be at its highest.
    """
    bands = [find_band(n, small_cell) for n in classes]
    if not any(band.low < band.high for band in bands):
        return False
    return sum(band.high for band in bands) <= find_band(total, small_cell).low
