"""Displays as values: numbers plus how to show them. Nothing here computes a number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from helpers.displays.cells import Cell as Cell
from helpers.displays.results import KEY_COLUMNS, Key, Result, index_results, write_row

MIME = "application/vnd.interim.display+json"
SHOWN = "shown"  # where a display carries what templates show of it


@dataclass(frozen=True)
class Header:
    """Head of one column; `position` is the arm's place (its colour), None for other columns."""

    label: str
    note: str = ""
    position: int | None = None
    group: str = ""


NOT_APPLICABLE = "n.a."


@dataclass(frozen=True)
class Line:
    """One row: label and cells; a plain string is shown as it is (escaped)."""

    label: str
    cells: tuple[Cell | str, ...] = ()
    level: int = 0
    strong: bool = False
    heading: bool = False


@dataclass(frozen=True)
class Display:
    """What every display has; its declaration (`shown_as`) gives id and title.

    `population_line` says who is counted and how; `notes` are numbered below; `source_note` says
    how the display was made (folded on the page); `headline` is one sentence made from the numbers.
    `shown_as` writes `defined`, definitions of the variables that `source_note` names, and `maker`,
    the name of the declared function that made it.
    """

    id: str = ""
    title: str = ""
    population_line: str = ""
    results: tuple[Result, ...] = ()
    notes: tuple[str, ...] = ()
    source_note: str = ""
    headline: str = ""
    defined: tuple[str, ...] = field(default=(), kw_only=True, compare=False)
    maker: str = field(default="", kw_only=True, compare=False)

    @property
    def kind(self) -> str:
        """Name of the kind of display."""
        return type(self).__name__.lower()

    @cached_property
    def statistics(self) -> dict[Key, dict[str, float]]:
        """Statistics by key, from the results of this display."""
        return index_results(self.results)

    def csv_copy(self) -> tuple[list[str], list[list[str]]]:
        """Header and rows of the CSV copy, as text."""
        return [], []

    def payload(self) -> dict[str, Any]:
        """What the launcher harvests from the executed notebook."""
        header, rows = self.csv_copy()
        return {
            "id": self.id,
            "kind": self.kind,
            "maker": self.maker,
            "title": self.title,
            "results": [write_row(result) for result in self.results],
            "header": header,
            "rows": rows,
        }

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        # late: showing needs templates, computing does not
        from helpers.displays.payload import describe_shown
        from helpers.displays.render import render_shown, show_text

        shown, payload = describe_shown(self), self.payload()
        copy = (payload["header"], payload["rows"])  # every number is made text once
        return {
            "text/html": render_shown(shown),
            "text/plain": show_text(self, copy),
            MIME: {**payload, SHOWN: shown},
        }


@dataclass(frozen=True)
class Table(Display):
    """A table of numbers by column; `file_lines` stand in its CSV copy only, below the others."""

    stub: str = ""
    headers: tuple[Header, ...] = ()
    lines: tuple[Line, ...] = ()
    empty: str = ""
    file_lines: tuple[Line, ...] = ()

    def csv_copy(self) -> tuple[list[str], list[list[str]]]:
        """Header and cells as shown, one row per line."""
        from helpers.displays.formats import format_cell

        header = [self.stub, *(_flatten(head) for head in self.headers)]
        rows = [
            [line.label, *(format_cell(cell, self.statistics) for cell in line.cells)]
            for line in (*self.lines, *self.file_lines)
        ]
        width = len(header)
        return header, [row + [""] * (width - len(row)) for row in rows]

    def payload(self) -> dict[str, Any]:
        """What the launcher harvests; `typed` are the cells that point at no number."""
        typed = [cell for line in self.lines for cell in line.cells if isinstance(cell, str)]
        return {**super().payload(), "typed": [text for text in dict.fromkeys(typed) if text]}


def _flatten(head: Header) -> str:
    return " ".join(part for part in (head.group, head.label, head.note) if part)


@dataclass(frozen=True)
class Listing(Display):
    """Records as text, one row each; on a page a `stacked` column stands below the one before.

    `file_rows` stand in its CSV copy only, below the others.
    """

    headers: tuple[str, ...] = ()
    stacked: frozenset[str] = frozenset()
    rows: tuple[tuple[str, ...], ...] = ()
    empty: str = ""
    file_rows: tuple[tuple[str, ...], ...] = ()

    def csv_copy(self) -> tuple[list[str], list[list[str]]]:
        """The listing itself, with what the page leaves out."""
        return list(self.headers), [list(row) for row in (*self.rows, *self.file_rows)]


@dataclass(frozen=True)
class Figure(Display):
    """A picture (SVG text) with its text alternative; its numbers are its results."""

    svg: str = ""
    alternative: str = ""

    def csv_copy(self) -> tuple[list[str], list[list[str]]]:
        """The numbers drawn, one row each."""
        return [*KEY_COLUMNS, "statistic", "value"], [write_row(r)[:-1] for r in self.results]


@dataclass(frozen=True)
class Fact:
    """A label and its value on the title page."""

    label: str
    value: str


@dataclass(frozen=True)
class Light:
    """One light: `state` is ok, near, alert, or none where nothing can be judged yet.

    `word` is what it says, `why` the numbers, `display` the id of the display that holds more.
    """

    name: str
    state: str
    word: str
    why: str
    display: str = ""


@dataclass(frozen=True)
class Page(Display):
    """A page of facts, lights and sentences: title page, summary, position.

    `legend` says what the lights mean; `table` shows some of the page's own results by arm.
    """

    facts: tuple[Fact, ...] = ()
    lights: tuple[Light, ...] = ()
    legend: tuple[str, ...] = ()
    table: Table | None = None
    sentences: tuple[str, ...] = ()

    def csv_copy(self) -> tuple[list[str], list[list[str]]]:
        """Facts, lights, counts by arm and sentences as rows."""
        rows = [["fact", fact.label, fact.value] for fact in self.facts]
        rows += [["light", light.name, f"{light.word}: {light.why}"] for light in self.lights]
        rows += [["text", "", text] for text in self.legend]
        rows += [] if self.table is None else _list_cells(self.table)
        rows += [["text", "", sentence] for sentence in self.sentences]
        return ["kind", "name", "content"], rows

    def payload(self) -> dict[str, Any]:
        """What the launcher harvests; the index pages repeat the facts and the lights."""
        return {
            **super().payload(),
            "facts": [[fact.label, fact.value] for fact in self.facts],
            "lights": [[light.name, light.state, light.word, light.why] for light in self.lights],
        }


def _list_cells(table: Table) -> list[list[str]]:
    """Cells of a table, one row each: what is counted, in which column, the text of the cell."""
    (_, *heads), lines = table.csv_copy()
    return [
        ["count", f"{label}, {head}", cell]
        for label, *cells in lines
        for head, cell in zip(heads, cells, strict=True)
    ]


@dataclass(frozen=True)
class Withheld(Display):
    """A display that this audience does not see; at most one neutral sentence stands for it."""

    sentence: str = ""

    def payload(self) -> dict[str, Any]:
        """What the launcher harvests: not even the title, which may say too much."""
        return {**super().payload(), "title": "", "results": [], "sentence": self.sentence}


def join_notes(*parts: str | Sequence[str]) -> tuple[str, ...]:
    """Notes in order, empty ones left out."""
    flat = [note for part in parts for note in ([part] if isinstance(part, str) else part)]
    return tuple(note for note in flat if note)


@dataclass(frozen=True)
class Section:
    """Displays that belong together, shown one after the other by one notebook cell."""

    displays: tuple[Display, ...] = field(default=())

    def _ipython_display_(self) -> None:
        # late: only a notebook has somewhere to show them
        from IPython.display import display

        for shown in self.displays:
            display(shown)  # type: ignore[no-untyped-call]
