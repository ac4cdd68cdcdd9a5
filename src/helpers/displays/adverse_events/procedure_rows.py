"""Rows that tell the arm by themselves, in masked tables: their total alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from helpers.displays.model import Line
from helpers.displays.results import Key
from helpers.displays.rows import Row
from helpers.view import TOTAL

POOLED = "pooled"
POOLED_NOTE = (
    "Complaints of a procedure are one row for all participants: by letter they would name the arm."
)


def note_pooled(lines: Iterable[Line]) -> str:
    """Why a row has a total and nothing else, where one stands in the table."""
    return POOLED_NOTE if any(POOLED in line.cells for line in lines) else ""


def pool_rows(rows: Sequence[Row], tells: Callable[[Key], bool]) -> list[Row]:
    """Rows of which those that tell keep the number of the total; its column is the last."""
    return [_pool_row(row) if row.results and tells(row.results[0].key) else row for row in rows]


def _pool_row(row: Row) -> Row:
    *by_label, total = row.line.cells
    line = replace(row.line, cells=(*[POOLED] * len(by_label), total))
    return Row(line, tuple(result for result in row.results if result.key.arm == TOTAL))
