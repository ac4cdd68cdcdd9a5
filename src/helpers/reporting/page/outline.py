"""A notebook as the parts of a page: headings, prose and displays, and nothing else."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count, takewhile
from typing import Any

from nbformat import NotebookNode

from helpers.displays.declare import is_declared
from helpers.displays.model import MIME, SHOWN, Withheld
from helpers.errors import RunError
from helpers.reporting.notebooks.csv_copies import name_copy
from helpers.reporting.page.extras import show_extras
from helpers.reporting.page.prose import make_anchor, split_markdown


@dataclass(frozen=True)
class Part:
    """One part of a page.

    A heading has a `level` and its text as `title`; a display has an `id`, a `title` and what it
    carries of itself as `shown`; what else a cell shows has `html` only; prose has `markdown` only.
    `cell` is its place in the notebook, `anchor` its id in the page, `copy` where its CSV copy
    lies. `level` of a display is that of its heading, of which `hide` takes the title or all away
    from the eye; `turned` says that it, or the display that follows, stands on a turned sheet.
    """

    cell: int
    title: str = ""
    level: int = 0
    markdown: str = ""
    id: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)
    catalogued: bool = True
    copy: str = ""
    html: str = ""
    anchor: str = ""
    hide: str = ""
    turned: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading of the notebook's prose."""
        return bool(self.level and not self.id)

    @property
    def holds_output(self) -> bool:
        """Whether it is something that a cell shows."""
        return bool(self.shown or self.html)


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
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            parts.extend(_read_prose(cell.source, place))
        elif cell.cell_type == "code":
            parts.extend(_read_displays(cell.outputs, place))
            parts.extend(_read_extras(cell.outputs, place) if extras else ())
    return parts


def _read_prose(source: str, place: int) -> Iterator[Part]:
    blocks = split_markdown(source)
    if any(block.level == 1 for block in blocks):
        return
    for level, text in blocks:
        yield Part(place, title=text, level=level) if level else Part(place, markdown=text)


def _read_displays(outputs: Sequence[Any], place: int) -> Iterator[Part]:
    for output in outputs:
        payload = output.get("data", {}).get(MIME)
        if payload is None or _says_nothing(payload[SHOWN]):
            continue
        declared = is_declared(payload)
        yield Part(
            place,
            title=payload["title"],
            id=payload["id"],
            shown=payload[SHOWN],
            catalogued=declared,
            copy=name_copy(payload["id"]) if declared and payload["header"] else "",
        )


def _says_nothing(shown: Mapping[str, Any]) -> bool:
    """Whether a display is withheld without a word."""
    return shown["kind"] == Withheld.__name__.lower() and not shown["sentence"]


def _read_extras(outputs: Sequence[Any], place: int) -> Iterator[Part]:
    others = [output for output in outputs if MIME not in output.get("data", {})]
    html = show_extras(others, place + 1)
    if html:
        yield Part(place, html=html)


def drop_empty_sections(parts: Sequence[Part]) -> list[Part]:
    """Parts without the headings under which this audience sees nothing, and their prose."""
    kept: list[Part] = []
    under = True
    for i, part in enumerate(parts):
        if part.level:
            under = any(later.holds_output for later in _section_of(part, parts[i + 1 :]))
        if part.holds_output or under:
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
        if part.is_heading:
            heading = part.title.casefold()
        elif part.id:
            if part.title.casefold() == heading:
                repeated.add(part.id)
            heading = ""
    return repeated


def place_headings(parts: Sequence[Part]) -> list[Part]:
    """Displays with their headings in order: none skips a level, no title repeats the one above."""
    repeated = find_repeated_titles(parts)
    placed: list[Part] = []
    level = 2
    for part in parts:
        if part.id:
            said = part.id in repeated or (level == 2 and part.shown["kind"] == "page")
            placed.append(replace(part, level=level, hide="title" if said else ""))
        else:
            placed.append(part)
        level = 3 if part.level else level
    return placed


def turn_leads(parts: Sequence[Part]) -> list[Part]:
    """Parts that know whether the next display stands on a turned sheet: they go there as well."""
    return [replace(part, turned=_is_turned(parts[i:])) for i, part in enumerate(parts)]


def _is_turned(parts: Sequence[Part]) -> bool:
    following = next((part for part in parts if part.holds_output), None)
    return following is not None and "wide" in str(following.shown.get("look", "")).split()


def list_contents(parts: Sequence[Part]) -> list[Entry]:
    """Lines of the contents: sections (level 2) and displays; a shared title stands once."""
    repeated = find_repeated_titles(parts)
    entries: list[Entry] = []
    nested = False
    for part in parts:
        if part.is_heading and part.level == 2:
            nested = True
            entries.append(Entry(part.anchor, part.title))
        elif part.id in repeated and entries and entries[-1].label == part.title:
            entries[-1] = Entry(part.anchor, part.title, part.id)
        elif part.id and part.title:
            entries.append(Entry(part.anchor, part.title, part.id, nested))
    return entries
