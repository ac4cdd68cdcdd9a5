"""Rows of pooled counts of events in steps, beside counts that are published as they are."""

from collections.abc import Iterable

from helpers.displays import show
from helpers.displays.adverse_events.event_counts import HIDDEN, Counts
from helpers.displays.count_steps import NOT_SHOWN, find_band
from helpers.displays.model import Cell, Line
from helpers.displays.results import Key, rows_of
from helpers.displays.rows import Row, RowContext
from helpers.stats.estimates import NAN


def band_row(context: RowContext, label: str, counts: Counts, small_cell: int) -> Row:
    """A row with the step of the count of the one group as `min`.

    Percent and events would give the count away. Below the limit there is no `min` either: the
    cell shows `<3`. Nobody is shown as 0.
    """
    key = _find_key(context)
    if not counts["n"] or not small_cell:
        return _row(context, label, Cell(key, show.n_pct_events()), counts)
    numbers = {**counts, **dict.fromkeys(HIDDEN, NAN)}
    if counts["n"] < small_cell:
        cell = Cell(key, show.n_pct(hidden_below=small_cell))
    else:
        numbers["min"] = find_band(counts["n"], small_cell).low
        cell = Cell(key, show.n_band(small_cell))
    return _row(context, label, cell, numbers)


def suppressed_row(context: RowContext, label: str, counts: Counts) -> Row:
    """A row without a number (secondary suppression): its step would give away another count."""
    return _row(context, label, NOT_SHOWN, {**counts, **dict.fromkeys(HIDDEN, NAN)})


def _find_key(context: RowContext) -> Key:
    return context.key._replace(arm=context.groups[0].label)


def _row(context: RowContext, label: str, cell: Cell | str, numbers: Counts) -> Row:
    line = Line(label, (cell,), level=context.level, strong=context.strong)
    return Row(line, tuple(rows_of(_find_key(context), numbers)))


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
