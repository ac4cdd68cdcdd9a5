"""An executed notebook becomes one self-contained page.

nbconvert fills our template with a notebook that was reduced before: what is not on the page has
never been in the hands of the template.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode

from helpers.displays.show import display_style
from helpers.errors import RunError
from helpers.reporting.page.audiences import SYNTHETIC, find_audience, format_date, quote_css
from helpers.reporting.page.facts import PageFacts
from helpers.reporting.page.fragments import drop_dead_links, place_heading
from helpers.reporting.page.guard import check_fragment
from helpers.reporting.page.outline import (
    Entry,
    Part,
    drop_empty_sections,
    find_repeated_titles,
    list_contents,
    name_anchors,
    read_parts,
)
from helpers.reporting.page.prose import render_prose

TEMPLATES = Path(__file__).parent / "templates"
_TURNED = re.compile(r'<section class="[^"]*\bwide\b')


class PageExporter(TemplateExporter):
    """nbconvert with the project's template only, everything in it escaped."""

    def __init__(self) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            template_name="report",
            extra_template_basedirs=[str(TEMPLATES)],
            extra_template_paths=[str(TEMPLATES)],
            file_extension=".html",
            default_preprocessors=[],  # the notebook was reduced; nothing is left to process
        )

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        return prepare_environment(environment)


def prepare_environment(environment: Environment) -> Environment:
    """Settings and filters that all pages share."""
    environment.autoescape = True
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters["prose"] = render_prose
    environment.filters["date"] = format_date
    environment.filters["css_string"] = quote_css
    return environment


def render_page(notebook: NotebookNode, facts: PageFacts) -> bytes:
    """One HTML page (UTF-8) of an executed notebook: its prose, and what its cells show.

    Parameters
    ----------
    notebook
        The executed notebook. Shown are Markdown cells, except the title cell (the one with a
        heading of level 1), outputs that carry `display.MIME` and, on a page for closed readers,
        what else a cell shows, marked. A section in which nothing is shown is left out.
    facts
        What the page says about itself.

    Raises
    ------
    RunError
        If a display is shown twice, or its HTML holds what a page may not hold.
    """
    read = read_parts(notebook, extras=facts.audience != "open")
    parts = name_anchors(drop_empty_sections(read))
    reduced = _as_notebook(_place_headings(_check_displays(parts)))
    page = describe_page(facts, list_contents(parts))
    page["pictures"] = any("<img " in part.html for part in parts if not part.id)
    html, _ = PageExporter().from_notebook_node(reduced, resources={"page": page})
    return bytes(html, "utf-8")


def describe_page(facts: PageFacts, contents: Iterable[Entry] = ()) -> dict[str, Any]:
    """What the templates need besides the parts: words of the audience, style, contents."""
    audience = find_audience(facts.audience)
    name = " ".join(part for part in (facts.report, facts.short) if part)
    title = (facts.report, facts.interim, facts.study, audience.name.lower())
    return {
        "facts": facts,
        "lang": facts.lang,
        "audience": facts.audience,
        "title": " \u2013 ".join(part for part in title if part),
        "band": audience.band,
        "closed": facts.audience != "open",
        "synthetic": SYNTHETIC if facts.synthetic else "",
        "paper_left": audience.paper + (" \u00b7 SYNTHETIC DATA" if facts.synthetic else ""),
        "paper_right": f"{facts.study} \u00b7 {name} \u00b7 cut-off {facts.cutoff.isoformat()}",
        "made": facts.made,
        "plan_note": facts.plan_note,
        "contents": list(contents),
        "pictures": False,
        "style": read_style(),
    }


def read_style() -> str:
    """CSS of a page without comments: the page's own rules, then those of displays."""
    page = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/\s*", "", page + display_style(), flags=re.DOTALL)


def _check_displays(parts: Iterable[Part]) -> list[Part]:
    """Parts whose HTML was checked, links to displays that are not on this page taken out."""
    checked = list(parts)
    ids = [name for part in checked if part.id for name in check_fragment(part.html, part.id)]
    anchors = {*ids, *(part.anchor for part in checked)}
    if len(set(ids)) < len(ids):
        twice = next(name for name in ids if ids.count(name) > 1)
        raise RunError(f"two displays use the id {twice}; make each figure with its own display id")
    return [replace(part, html=drop_dead_links(part.html, anchors)) for part in checked]


def _place_headings(parts: Iterable[Part]) -> list[Part]:
    """Headings in order: none skips a level, no title repeats what stands above it."""
    listed = list(parts)
    repeated = find_repeated_titles(listed)
    placed: list[Part] = []
    level = 2
    for part in listed:
        said = part.id in repeated or (level == 2 and part.kind == "page")
        html = place_heading(part.html, level, "title" if said else "")
        placed.append(replace(part, html=html))
        level = 3 if part.level else level
    return placed


def _as_notebook(parts: Iterable[Part]) -> NotebookNode:
    """A notebook of these parts and nothing else, one cell each."""
    listed = list(parts)
    cells = [
        _as_cell(part, f"part-{number}", is_turned(listed[number:]))
        for number, part in enumerate(listed)
    ]
    return _node(cells=cells, metadata={}, nbformat=4, nbformat_minor=5)


def is_turned(parts: Iterable[Part]) -> bool:
    """Whether the next display stands on a turned sheet: what introduces it goes there as well."""
    return next((_TURNED.match(part.html) is not None for part in parts if part.html), False)


def _as_cell(part: Part, name: str, turned: bool) -> NotebookNode:
    if part.html:
        shown = {"output_type": "display_data", "data": {"text/html": part.html}, "metadata": {}}
        return _node(
            cell_type="code",
            id=name,
            source="",
            execution_count=None,
            metadata={},
            outputs=[_node(**shown)],
        )
    place = {"level": part.level, "anchor": part.anchor, "turned": turned}
    return _node(cell_type="markdown", id=name, source=part.title or part.markdown, metadata=place)


def _node(**values: Any) -> NotebookNode:
    return NotebookNode(values)  # type: ignore[no-untyped-call]
