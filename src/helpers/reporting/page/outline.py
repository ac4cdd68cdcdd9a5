"""A notebook as the parts of a page: headings, prose and displays, and nothing else."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count, takewhile
from typing import Any

from nbformat import NotebookNode

from helpers.displays.audience import is_declared
from helpers.displays.display import MIME
from helpers.errors import RunError
from helpers.reporting.page.extras import mark_uncatalogued, show_extras
from helpers.reporting.page.prose import make_anchor, split_markdown


@dataclass(frozen=True)
class Part:
    """One part of a page.

    A heading has a `level` and its text as `title`; a display has an `id`, a `title`, a `kind` and
    its `html`; what else a cell shows has `html` only; prose has `markdown` only. `anchor` is the
    part's id in the page.
    """

    title: str = ""
    level: int = 0
    markdown: str = ""
    id: str = ""
    kind: str = ""
    html: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the contents: a section, or a display in it (`id` set)."""

    anchor: str
    label: str
    id: str = ""
    nested: bool = False


def read_parts(notebook: NotebookNode, *, extras: bool = False) -> list[Part]:
    """Parts of an executed notebook that may be shown: an allow-list, whatever else it holds.

    Those are Markdown cells, except the title cell (the page has its own title), and of the outputs
    of code cells those that carry `display.MIME`. With `extras` what else a cell shows comes along,
    marked and made inert; code, warnings and errors never do.
    """
    parts: list[Part] = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            parts.extend(_read_prose(cell.source))
        elif cell.cell_type == "code":
            parts.extend(_read_displays(cell.outputs))
            parts.extend(_read_extras(cell.outputs, number) if extras else ())
    return parts


def _read_prose(source: str) -> Iterator[Part]:
    blocks = split_markdown(source)
    if any(block.level == 1 for block in blocks):
        return
    for level, text in blocks:
        yield Part(title=text, level=level) if level else Part(markdown=text)


def _read_displays(outputs: Sequence[Any]) -> Iterator[Part]:
    for output in outputs:
        data = output.get("data", {})
        html = "".join(data.get("text/html", ""))
        if MIME in data and html.strip():
            payload = data[MIME]
            mark = "" if is_declared(payload) else mark_uncatalogued()
            yield Part(
                title=payload["title"],
                id=payload["id"],
                kind=payload["kind"],
                html=html.strip().replace("</h3>", f"</h3>\n{mark}" if mark else "</h3>", 1),
            )


def _read_extras(outputs: Sequence[Any], number: int) -> Iterator[Part]:
    others = [output for output in outputs if MIME not in output.get("data", {})]
    html = show_extras(others, number)
    if html:
        yield Part(html=html)


def drop_empty_sections(parts: Sequence[Part]) -> list[Part]:
    """Parts without the headings under which this audience sees nothing, and their prose."""
    kept: list[Part] = []
    under = True
    for i, part in enumerate(parts):
        if part.level:
            under = any(later.html for later in _section_of(part, parts[i + 1 :]))
        if part.html or under:
            kept.append(part)
    return kept


def _section_of(heading: Part, following: Sequence[Part]) -> Iterator[Part]:
    """What stands under a heading: everything up to the next of its level or above."""
    return takewhile(lambda part: not 0 < part.level <= heading.level, following)


def name_anchors(parts: Sequence[Part]) -> list[Part]:
    """Parts with their ids in the page, each of them used once.

    Raises
    ------
    RunError
        If a display is shown twice.
    """
    shown = [part.id for part in parts if part.id]
    twice = sorted(name for name, times in Counter(shown).items() if times > 1)
    if twice:
        raise RunError(f"{twice[0]} is shown twice in the notebook; show each display once")
    taken = {name.lower() for name in shown}
    named: list[Part] = []
    for part in parts:
        anchor = part.id.lower()
        if part.level:
            anchor = _find_free(make_anchor(part.title), taken)
            taken.add(anchor)
        named.append(replace(part, anchor=anchor))
    return named


def _find_free(anchor: str, taken: Collection[str]) -> str:
    numbered = (f"{anchor}-{number}" for number in count(2))
    return next(name for name in chain([anchor], numbered) if name not in taken)


def find_repeated_titles(parts: Sequence[Part]) -> set[str]:
    """Ids of displays whose title is the heading they stand under; it is shown once."""
    repeated: set[str] = set()
    heading = ""
    for part in parts:
        if part.level:
            heading = part.title.casefold()
        elif part.id:
            if part.title.casefold() == heading:
                repeated.add(part.id)
            heading = ""
    return repeated


def list_contents(parts: Sequence[Part]) -> list[Entry]:
    """Lines of the contents: sections (level 2) and displays; a shared title stands once."""
    repeated = find_repeated_titles(parts)
    entries: list[Entry] = []
    nested = False
    for part in parts:
        if part.level == 2:
            nested = True
            entries.append(Entry(part.anchor, part.title))
        elif part.id in repeated and entries and entries[-1].label == part.title:
            entries[-1] = Entry(part.anchor, part.title, part.id)
        elif part.id and part.title:
            entries.append(Entry(part.anchor, part.title, part.id, nested))
    return entries
