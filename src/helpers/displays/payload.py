"""A display as plain data: its words, its grid and its look, ready for a template.

What a notebook carries of a display (`display.MIME`) holds this under `SHOWN`; from it come the
HTML in the notebook and the page, so that neither is read back from the other.
"""

from collections.abc import Sequence
from functools import singledispatch
from itertools import zip_longest
from typing import Any

from helpers.displays.blocks import Blocks, describe_blocks
from helpers.displays.figure_series import FigureSeries, describe_pictures
from helpers.displays.form import Form, describe_parts
from helpers.displays.free_text import clean_text, shorten_text
from helpers.displays.grid import Body, GridCell, HeadCell, build_body, build_head, is_numeric
from helpers.displays.model import Display, Figure, Listing, Page, Table, Withheld

UPRIGHT, TURNED = 88, 128  # letters beside the label that a sheet of A4 holds
WORDS, GAP = 12, 2  # letters from which a column of words breaks into lines, and between columns
LONGEST_WORD = 18  # letters of a word that a column of words keeps on one line
SHORT = 15  # rows up to which a table is not divided between sheets
NOTE_WIDTH = 95  # letters of a note that fit into a line on paper, at least
COLUMN_WIDTH, COLUMNS = 64, 3  # the same on a turned sheet, where notes stand in columns
MOST_LINES = 24  # lines of notes that are kept on the sheet of the last row
Shown = dict[str, Any]


@singledispatch
def describe_shown(display: Display) -> Shown:
    """What a template needs to show a display: plain values, all text as it was, unescaped.

    Raises
    ------
    TypeError
        If there is no way to show this kind of display.
    """
    raise TypeError(f"no way to show a {type(display).__name__}")


@describe_shown.register
def _(display: Table) -> Shown:
    body = build_body(display)
    columns = zip(*(cells for _, cells in body if cells), strict=True)
    letters = sum(max(len(cell.text) for cell in column) for column in columns)
    look = name_look(letters, len(display.lines))
    return {
        **_describe_frame(display, look),
        "room": count_note_lines(display.notes, look),
        "stub": display.stub,
        "head": [[_describe_head(cell) for cell in row] for row in build_head(display)],
        "body": _describe_body(body),
        "width": 1 + len(display.headers),
        "empty": display.empty,
    }


@describe_shown.register
def _(display: Listing) -> Shown:
    columns = stack_columns(display)
    letters = sum(min(max(map(_width, column)), WORDS) + GAP for column in columns)
    headers, *rows = zip(*columns, strict=True) if columns else [()]
    look = name_look(letters, len(display.rows))
    numeric = [i for i, (_, *cells) in enumerate(columns) if i and cells and is_numeric(cells)]
    wraps = [name_wrap(cells) if "dense" in look else "" for _, *cells in columns]
    return {
        **_describe_frame(display, look),
        "room": count_note_lines(display.notes, look),
        "headers": list(headers),
        "rows": [list(row) for row in rows],
        "columns": ["num" if i in numeric else wrap for i, wrap in enumerate(wraps)],
        "empty": display.empty,
    }


@describe_shown.register
def _(display: Figure) -> Shown:
    words = clean_text(display.alternative or display.headline or display.title)
    return {**_describe_frame(display, " short"), "svg": display.svg, "alternative": words}


@describe_shown.register
def _(display: Page) -> Shown:
    table = display.table
    words_only = not (display.facts or display.lights or table)
    return {
        **_describe_frame(display, " short" if words_only else ""),
        "facts": [[fact.label, fact.value] for fact in display.facts],
        "lights": [
            [light.name, light.state, light.word, light.why, light.display]
            for light in display.lights
        ],
        "legend": list(display.legend),
        "table": {}
        if table is None
        else {
            "title": table.title,
            "stub": table.stub,
            "headers": [[head.label, head.note, head.position] for head in table.headers],
            "body": _describe_body(build_body(table)),
        },
        "sentences": list(display.sentences),
    }


@describe_shown.register
def _(display: FigureSeries) -> Shown:
    shown = {**_describe_frame(display, ""), "pictures": describe_pictures(display)}
    return {**shown, "empty": display.empty}


@describe_shown.register
def _(display: Blocks) -> Shown:
    shown = {**_describe_frame(display, ""), "blocks": describe_blocks(display)}
    return {**shown, "empty": display.empty}


@describe_shown.register
def _(display: Form) -> Shown:
    return {**_describe_frame(display, ""), "parts": describe_parts(display)}


@describe_shown.register
def _(display: Withheld) -> Shown:
    return {"id": display.id, "kind": display.kind, "look": "", "sentence": display.sentence}


def _describe_frame(display: Display, look: str) -> Shown:
    """What every display has."""
    return {
        "id": display.id,
        "kind": display.kind,
        "title": display.title,
        "population_line": display.population_line,
        "headline": display.headline,
        "notes": list(display.notes),
        "source_note": display.source_note,
        "defined": list(display.defined),
        "look": look,
        "room": 0,
    }


def _describe_head(cell: HeadCell) -> Shown:
    look = "span" if cell.scope == "colgroup" else "" if cell.number else "text"
    return {
        "label": cell.header.label,
        "note": cell.header.note,
        "position": cell.header.position,
        "scope": cell.scope,
        "look": look,
        "columns": cell.columns,
        "rows": cell.rows,
    }


def _describe_body(body: Body) -> list[Shown]:
    return [
        {
            "label": line.label,
            "level": min(line.level, 4),
            "look": "heading" if line.heading else "key" if line.strong else "",
            "cells": [_describe_cell(cell) for cell in cells],
        }
        for line, cells in body
    ]


def _describe_cell(cell: GridCell) -> list[str]:
    """Text of a cell and its classes."""
    looks = {"num": cell.number, "mark": cell.mark, "breaks": cell.breaks}
    return [cell.text, " ".join(look for look, holds in looks.items() if holds)]


def stack_columns(listing: Listing) -> list[list[str]]:
    """Columns of a listing, head first, each `stacked` one as a second line of the one before."""
    columns: list[list[str]] = []
    for head, *cells in zip_longest(listing.headers, *listing.rows, fillvalue=""):
        column = [head, *map(shorten_text, cells)]
        if columns and head in listing.stacked:
            columns[-1] = [
                f"{above}\n{own}" for above, own in zip(columns[-1], column, strict=True)
            ]
        else:
            columns.append(column)
    return columns


def _width(text: str) -> int:
    return max(map(len, text.split("\n")))


def name_wrap(cells: Sequence[str]) -> str:
    """Class of a column by its words: `fixed` where no line may break, `whole` where no word may.

    Neither where a word is so long that it would push the other columns off the page.
    """
    words = [word for cell in cells for word in cell.split()]
    if any(len(word) > LONGEST_WORD for word in words):
        return ""
    return "whole" if any(" " in cell for cell in cells) else "fixed"


def name_look(letters: int, rows: int) -> str:
    """Classes for paper, from the letters side by side and the rows of a table.

    A table too wide for a sheet goes on a turned one (`wide`), and where that is too narrow as well
    its numbers may break into lines (`dense`); a short one is not divided between sheets.
    """
    looks = {"wide": letters > UPRIGHT, "dense": letters > TURNED, "short": rows <= SHORT}
    return "".join(f" {look}" for look, holds in looks.items() if holds)


def count_note_lines(notes: Sequence[str], look: str = "") -> int:
    """Lines that notes take on paper, rather too many than too few.

    The last row of a table keeps so much room below it that its notes stand on the same sheet;
    a browser alone divides them from a table that began on a sheet before.
    """
    if "wide" not in look.split():
        return min(sum(-(-len(note) // NOTE_WIDTH) for note in notes), MOST_LINES)
    lines = [-(-len(note) // COLUMN_WIDTH) for note in notes]
    heights = range(max(lines, default=0), sum(lines) + 1)
    least = next(height for height in heights if _count_columns(lines, height) <= COLUMNS)
    return min(least, MOST_LINES)


def _count_columns(lines: Sequence[int], height: int) -> int:
    """Columns of at most so many lines that whole notes fill, one after the other."""
    columns, left = 0, 0
    for taken in lines:
        columns, left = (columns, left - taken) if taken <= left else (columns + 1, height - taken)
    return columns
