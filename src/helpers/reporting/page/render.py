"""An executed notebook becomes one self-contained page.

nbconvert renders it with the template `interim`: anybody can do the same by hand,
`jupyter nbconvert --to html --template interim safety.ipynb`.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateError
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from helpers.displays.render import build_environment, display_style
from helpers.errors import RunError
from helpers.reporting.page.audiences import SYNTHETIC, find_audience, format_date, quote_css
from helpers.reporting.page.extras import MARK
from helpers.reporting.page.facts import PageFacts
from helpers.reporting.page.guard import check_fragment
from helpers.reporting.page.outline import (
    Entry,
    Part,
    drop_empty_sections,
    list_contents,
    name_anchors,
    place_headings,
    read_parts,
    turn_leads,
)
from helpers.reporting.page.prose import render_prose
from helpers.reporting.page.stated import read_facts, state_facts

TEMPLATES = Path(__file__).parent / "templates"
TEMPLATE = "interim"  # of nbconvert: a folder that calls `show_notebook`


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
        If a display is shown twice, or a drawing holds what a page may not hold.
    """
    return render_notebook(state_facts(notebook, facts))


def render_notebook(notebook: NotebookNode) -> bytes:
    """The page of a notebook that says what it is of (`state_facts`), made by nbconvert.

    Raises
    ------
    RunError
        As `render_page`.
    """
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name=TEMPLATE, extra_template_basedirs=[str(TEMPLATES)]
    )
    html, _ = exporter.from_notebook_node(notebook)
    return bytes(html, "utf-8")


class PagePreprocessor(Preprocessor):
    """Named by the template: gives it the function that shows a notebook."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook as it is, and `show_notebook` among the resources."""
        return nb, {**resources, "show_notebook": show_notebook}


def show_notebook(notebook: NotebookNode) -> Markup:
    """HTML of a whole page, from the parts of a notebook's cells.

    Raises
    ------
    RunError
        If a display is shown twice, carries what no template can show, or a drawing holds what a
        page may not hold.
    """
    facts = read_facts(notebook)
    read = read_parts(notebook, extras=facts.audience != "open")
    parts = turn_leads(place_headings(name_anchors(drop_empty_sections(read))))
    page = describe_page(facts, list_contents(parts))
    page["pictures"] = any("<img " in part.html for part in parts)
    anchors = {part.anchor for part in parts}
    check_drawings(parts, anchors)
    by_cell = [[part for part in parts if part.cell == i] for i in range(len(notebook.cells))]
    template = page_environment().get_template("report.html.j2")
    try:
        html = template.render(page=page, facts=facts, cells=by_cell, anchors=anchors, mark=MARK)
    except (TemplateError, TypeError, ValueError, AttributeError):
        raise RunError(
            "a display carries what no template can show; build it from the types in "
            "helpers.displays.model"
        ) from None
    return Markup(html)  # noqa: S704 - escaped by our own templates


def check_drawings(parts: Iterable[Part], anchors: Iterable[str]) -> None:
    """Stop where a drawing holds what a page may not hold, or an id that the page has already.

    Raises
    ------
    RunError
        Naming the display and what it holds.
    """
    ids = [name for part in parts for name in check_fragment(part.shown.get("svg", ""), part.id)]
    taken = set(anchors)
    for name in ids:
        if name in taken:
            raise RunError(
                f"two displays use the id {name}; make each figure with its own display id"
            )
        taken.add(name)


@cache
def page_environment() -> Environment:
    """Environment of all pages: templates of pages and of displays, everything escaped."""
    environment = build_environment(TEMPLATES)
    environment.filters["prose"] = render_prose
    environment.filters["date"] = format_date
    environment.filters["css_string"] = quote_css
    return environment


def describe_page(facts: PageFacts, contents: Iterable[Entry] = ()) -> dict[str, Any]:
    """What the templates need besides the parts: words of the audience, style, contents."""
    audience = find_audience(facts.audience)
    name = " ".join(part for part in (facts.report, facts.short) if part)
    title = (facts.rehearsal, facts.report, facts.interim, facts.study, audience.name.lower())
    paper = (facts.rehearsal, audience.paper, "SYNTHETIC DATA" if facts.synthetic else "")
    return {
        "facts": facts,
        "lang": facts.lang,
        "audience": facts.audience,
        "title": " \u2013 ".join(part for part in title if part),
        "band": audience.band,
        "closed": facts.audience != "open",
        "rehearsal": facts.rehearsal,
        "synthetic": SYNTHETIC if facts.synthetic else "",
        "paper_left": " \u00b7 ".join(part for part in paper if part),
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
