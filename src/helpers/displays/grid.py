"""A table as a grid of cells with spans and alignment: what a template needs to draw it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from helpers.displays.cells import Form
from helpers.displays.formats import (
    NO_DENOMINATOR,
    NOT_ESTIMABLE,
    align_column,
    format_parts,
)
from helpers.displays.model import NOT_APPLICABLE, Cell, Header, Line, Table

INTERVALS = frozenset(["points", "rate"])
"""Forms whose interval may stand on a second line where the page is too narrow."""
MARKS = frozenset([NOT_APPLICABLE, NO_DENOMINATOR, NOT_ESTIMABLE, ""])


@dataclass(frozen=True)
class GridCell:
    """One cell of the body: its text and how it is set.

    `number`: right-aligned; `mark`: muted; `breaks`: its interval may take a second line.
    """

    text: str
    number: bool
    mark: bool
    breaks: bool = False


Body = list[tuple[Line, list[GridCell]]]


@dataclass(frozen=True)
class HeadCell:
    """One cell of the head; `scope` is col or colgroup, `number` as in the cells below it."""

    header: Header
    scope: str
    number: bool = True
    columns: int = 1
    rows: int = 1


def build_head(table: Table) -> list[list[HeadCell]]:
    """Rows of a table's head, without the stub: groups over their columns where there are any."""
    numbers = [_is_number_column(column) for column in _columns_of(table)]
    members = list(zip(table.headers, numbers, strict=True))
    if not any(header.group for header in table.headers):
        return [[HeadCell(header, "col", number) for header, number in members]]
    upper: list[HeadCell] = []
    lower: list[HeadCell] = []
    for group, columns in groupby(members, key=lambda member: member[0].group):
        cells = [HeadCell(header, "col", number) for header, number in columns]
        if group:
            upper.append(HeadCell(Header(group), "colgroup", columns=len(cells)))
            lower.extend(cells)
        else:
            upper.extend(replace(cell, rows=2) for cell in cells)
    return [upper, lower]


def _has_cells(line: Line) -> bool:
    return bool(line.cells) or not line.heading


def _columns_of(table: Table) -> list[list[Cell | str]]:
    """Cells by column; missing cells at the end of a line are empty."""
    lines = [line.cells for line in table.lines if _has_cells(line)]
    width = len(table.headers)
    return [[cells[i] if i < len(cells) else "" for cells in lines] for i in range(width)]


def build_body(table: Table) -> Body:
    """Lines of a table with their cells, aligned column by column; a heading has no cells."""
    columns = [_build_column(column, table) for column in _columns_of(table)]
    rows = iter(range(len(table.lines)))
    return [
        (line, _take_row(columns, next(rows)) if _has_cells(line) else []) for line in table.lines
    ]


def _take_row(columns: Sequence[Sequence[GridCell]], row: int) -> list[GridCell]:
    return [column[row] for column in columns]


def _build_column(cells: Sequence[Cell | str], table: Table) -> list[GridCell]:
    parts = [format_parts(cell, table.statistics) for cell in cells]
    forms = [cell.form if isinstance(cell, Cell) else None for cell in cells]
    number = _is_number_column(cells)
    return [
        GridCell(text, number, parts[i][0] in MARKS, _may_break(forms[i]))
        for i, text in enumerate(align_column(parts, forms))
    ]


def _may_break(form: Form | None) -> bool:
    return form is not None and form.name in INTERVALS


def _is_number_column(cells: Sequence[Cell | str]) -> bool:
    written = [cell for cell in cells if isinstance(cell, str)]
    return len(written) < len(cells) or is_numeric(written)


def is_numeric(texts: Iterable[str]) -> bool:
    """Whether a column of texts reads as numbers, dates or marks and so is set to the right."""
    return not any(any(sign.isalpha() for sign in text) for text in texts if text not in MARKS)
