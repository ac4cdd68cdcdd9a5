"""A display as HTML and as plain text."""

from collections.abc import Sequence
from functools import cache, singledispatch
from itertools import zip_longest
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from helpers.displays.display import Display, Figure, Listing, Page, Table, Withheld
from helpers.displays.free_text import clean_text, link_displays, shorten_text
from helpers.displays.table_grid import build_body, build_head, is_numeric

TEMPLATES = Path(__file__).parent / "templates"
UPRIGHT, TURNED = 88, 128  # letters beside the label that a sheet of A4 holds
WORDS, GAP = 12, 2  # letters from which a column of words breaks into lines, and between columns
LONGEST_WORD = 18  # letters of a word that a column of words keeps on one line
SHORT = 15  # rows up to which a table is not divided between sheets
NOTEBOOK_WIDTH = 160  # characters of a cell in plain text
NOTE_WIDTH = 95  # letters of a note that fit into a line on paper, at least
MOST_LINES = 24  # lines of notes that are kept on the sheet of the last row


@singledispatch
def show_html(display: Display) -> str:
    """HTML of one display: a `section` whose heading has the display's id in lower case.

    All text is escaped. The fragment carries no style of its own (see `page_style`); one that an
    audience does not see is one sentence, or nothing.

    Raises
    ------
    TypeError
        If there is no way to show this kind of display.
    """
    raise TypeError(f"no way to show a {type(display).__name__}")


@show_html.register
def _(display: Table) -> str:
    body = build_body(display)
    columns = zip(*(cells for _, cells in body if cells), strict=True)
    letters = sum(max(len(cell.text) for cell in column) for column in columns)
    return _render(
        "table.html.j2",
        display,
        head=build_head(display),
        body=body,
        width=1 + len(display.headers),
        look=name_look(letters, len(display.lines)),
        room=count_note_lines(display.notes),
    )


@show_html.register
def _(display: Listing) -> str:
    columns = stack_columns(display)
    letters = sum(min(max(map(_width, column)), WORDS) + GAP for column in columns)
    headers, *rows = zip(*columns, strict=True) if columns else [()]
    look = name_look(letters, len(display.rows))
    return _render(
        "listing.html.j2",
        display,
        headers=headers,
        rows=rows,
        numeric={i for i, (_, *cells) in enumerate(columns) if i and cells and is_numeric(cells)},
        wraps=[name_wrap(cells) if "dense" in look else "" for _, *cells in columns],
        look=look,
        room=count_note_lines(display.notes),
    )


@show_html.register
def _(display: Figure) -> str:
    label = Markup('<svg role="img" aria-label="{}" ').format(
        clean_text(display.alternative or display.finding or display.title)
    )
    # our own figures are SVG made by `figure_style.render_svg`; their text is escaped there
    svg = Markup(display.svg.replace("<svg ", label, 1))  # noqa: S704
    return _render("figure.html.j2", display, svg=svg, look=" short", room=0)


@show_html.register
def _(display: Page) -> str:
    body = [] if display.table is None else build_body(display.table)
    return _render("page.html.j2", display, body=body, look="", room=0)


@show_html.register
def _(display: Withheld) -> str:
    return _render("withheld.html.j2", display) if display.sentence else ""


def show_text(display: Display) -> str:
    """Plain text of one display: title, who is counted, its twin as columns, its notes."""
    if isinstance(display, Withheld):
        return display.sentence
    header, rows = ([], []) if isinstance(display, Figure) else display.twin()
    lines = [f"{display.id}  {display.title}", display.counted, display.finding]
    notes = [f"{number}. {note}" for number, note in enumerate(display.notes, start=1)]
    kept = [line for line in lines if line]
    return "\n".join([*kept, *_set_columns([header, *rows]), *notes])


def page_style() -> str:
    """Style element for a notebook: the look of the report's page, in the notebook's own colours.

    Returns
    -------
    str
        One `style` element, to be shown once, before the first display.
    """
    colours, rules = (_read(name) for name in ("notebook.css", "display.css"))
    # JupyterLab styles every table itself; an id in the selector wins over that
    return f"<style>\n{colours}{rules.replace('.display', ':is(.display, #display)')}</style>"


def display_style() -> str:
    """CSS rules of displays, for a page that brings its own colours."""
    return _read("display.css")


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


def count_note_lines(notes: Sequence[str]) -> int:
    """Lines that notes take on paper, rather too many than too few.

    The last row of a table keeps so much room below it that its notes stand on the same sheet;
    a browser alone divides them from a table that began on a sheet before.
    """
    return min(sum(-(-len(note) // NOTE_WIDTH) for note in notes), MOST_LINES)


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _render(template: str, display: Display, **values: Any) -> str:
    return _environment().get_template(template).render(display=display, **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_finalize,
    )
    environment.filters["linked"] = link_displays
    environment.filters["short"] = shorten_text
    return environment


def _finalize(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _set_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    cells = [[clean_text(shorten_text(cell, NOTEBOOK_WIDTH)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip_longest(*cells, fillvalue="")]
    padded = ([cell.ljust(widths[i]) for i, cell in enumerate(row)] for row in cells if any(row))
    return ["  ".join(row).rstrip() for row in padded]
