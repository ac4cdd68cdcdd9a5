"""A display as HTML and as plain text."""

from collections.abc import Container, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from helpers.displays.free_text import clean_text, link_displays, shorten_text
from helpers.displays.model import Display, Figure, Withheld
from helpers.displays.payload import describe_shown

TEMPLATES = Path(__file__).parent / "templates"
CsvCopy = tuple[list[str], list[list[str]]]
NOTEBOOK_WIDTH = 160  # characters of a cell in plain text


def show_html(display: Display) -> str:
    """HTML of one display: a `section` whose heading has the display's id in lower case.

    All text is escaped. The fragment carries no style of its own (see `page_style`); one that an
    audience does not see is one sentence, or nothing.

    Raises
    ------
    TypeError
        If there is no way to show this kind of display.
    """
    return render_shown(describe_shown(display))


def render_shown(
    shown: Mapping[str, Any],
    *,
    level: int = 3,
    hide: str = "",
    anchors: Container[str] | None = None,
) -> str:
    """HTML of what a display carries of itself.

    Its heading has a `level`; `hide` takes its title (`title`) or all of it (`all`) away from the
    eye, not from a screen reader. Ids of displays are links where `anchors` hold them; None: all.
    """
    template = _environment().get_template("display.html.j2")
    return template.render(
        display=shown, level=level, hide=hide, anchors=anchors, uncatalogued="", copy=""
    ).strip()


def show_text(display: Display, copy: CsvCopy | None = None) -> str:
    """Plain text of one display: title, who is counted, its CSV copy as columns, its notes.

    `copy` is the CSV copy where it has been made already.
    """
    if isinstance(display, Withheld):
        return display.sentence
    header, rows = ([], []) if isinstance(display, Figure) else copy or display.csv_copy()
    lines = [f"{display.id}  {display.title}", display.population_line, display.headline]
    notes = [f"{number}. {note}" for number, note in enumerate(display.notes, start=1)]
    kept = [line for line in lines if line]
    return "\n".join([*kept, *_set_columns([header, *rows]), *notes])


@cache  # the leak scan compares every text of a notebook with it
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


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return build_environment()


def build_environment(*folders: Path) -> Environment:
    """Environment of the templates of displays, and of those in `folders`: all text is escaped."""
    environment = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_finalize,
    )
    environment.filters["linked"] = link_displays
    environment.filters["drawing"] = _name_drawing
    return environment


def _name_drawing(svg: str, words: str) -> Markup:
    """A drawing with its alternative text."""
    label = Markup('<svg role="img" aria-label="{}" ').format(words)
    # our own figures are SVG made by `figure_style.render_svg`, where their text is escaped; a page
    # holds every drawing against a list of what it may hold
    return Markup(svg.replace("<svg ", label, 1))  # noqa: S704


def _finalize(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _set_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    cells = [[clean_text(shorten_text(cell, NOTEBOOK_WIDTH)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip_longest(*cells, fillvalue="")]
    padded = ([cell.ljust(widths[i]) for i, cell in enumerate(row)] for row in cells if any(row))
    return ["  ".join(row).rstrip() for row in padded]
