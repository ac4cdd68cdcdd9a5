"""HTML of somebody else's making as text and tables, built anew: no element of theirs is kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markupsafe import Markup, escape

from helpers.displays.free_text import clean_text, shorten_text

_SILENT = frozenset(["style", "script", "head", "title", "template"])
_LINES = frozenset(["p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6"])


def inert_html(html: str) -> Markup:
    """Tables and text of somebody else's HTML, built anew."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    blocks = [_build_table(b) if isinstance(b, _Rows) else _build_text(b) for b in reader.blocks]
    return Markup("\n").join(block for block in blocks if block)


@dataclass
class _Cell:
    head: bool
    spans: tuple[int, int]
    text: list[str] = field(default_factory=list)


@dataclass
class _Rows:
    """Rows of a table, those of its head first."""

    head: list[list[_Cell]] = field(default_factory=list)
    body: list[list[_Cell]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects text and tables; everything else is looked through."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[_Rows | list[str]] = []
        self.silent = 0
        self.rows: _Rows | None = None
        self.in_head = False
        self.cell: _Cell | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag == "table":
            self.rows, self.cell = _Rows(), None
            self.blocks.append(self.rows)
        elif tag in ("thead", "tbody"):
            self.in_head = tag == "thead"
        elif tag == "tr" and self.rows is not None:
            (self.rows.head if self.in_head else self.rows.body).append([])
        elif tag in ("th", "td") and self.rows is not None:
            self._open_cell(tag, dict(attrs))
        elif tag in _LINES and self.rows is None:
            self.blocks.append([])

    def _open_cell(self, tag: str, attrs: dict[str, str | None]) -> None:
        rows = self.rows.head if self.in_head else self.rows.body  # type: ignore[union-attr]
        spans = (_read_span(attrs.get("colspan")), _read_span(attrs.get("rowspan")))
        self.cell = _Cell(tag == "th", spans)
        if not rows:
            rows.append([])
        rows[-1].append(self.cell)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(self.silent - 1, 0)
        elif tag == "table":
            self.rows = self.cell = None
        elif tag == "thead":
            self.in_head = False
        elif tag in ("th", "td"):
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.cell is not None:
            self.cell.text.append(data)
        elif self.rows is None:
            if not self.blocks or isinstance(self.blocks[-1], _Rows):
                self.blocks.append([])
            self.blocks[-1].append(data)  # type: ignore[union-attr]


def _read_span(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"[1-9]\d{0,2}", text) else 1


def _build_text(pieces: Sequence[str]) -> Markup:
    text = " ".join("".join(pieces).split())
    return Markup("<p>{}</p>").format(clean_text(shorten_text(text))) if text else Markup()


def _build_table(rows: _Rows) -> Markup:
    parts = []
    for name, lines in (("thead", rows.head), ("tbody", rows.body)):
        filled = [line for line in lines if line]
        if filled:
            body = Markup("\n").join(_build_row(line, name == "thead") for line in filled)
            parts.append(Markup("<{0}>\n{1}\n</{0}>").format(name, body))
    if not parts:
        return Markup()
    return Markup('<table class="records">{}</table>').format(Markup("").join(parts))


def _build_row(cells: Sequence[_Cell], head: bool) -> Markup:
    return Markup("<tr>{}</tr>").format(Markup("").join(_build_cell(cell, head) for cell in cells))


def _build_cell(cell: _Cell, head: bool) -> Markup:
    tag = "th" if cell.head or head else "td"
    scope = "" if tag == "td" else f' scope="{"col" if head else "row"}"'
    spans = "".join(
        f' {name}="{span}"'
        for name, span in zip(("colspan", "rowspan"), cell.spans, strict=True)
        if span > 1
    )
    text = escape(clean_text(shorten_text(" ".join("".join(cell.text).split()))))
    return Markup(f"<{tag}{scope}{spans}>") + text + Markup(f"</{tag}>")  # noqa: S704 - our words
