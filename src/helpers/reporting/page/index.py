"""Index pages: one per interim and audience, one for everything published."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from markupsafe import Markup

from helpers.displays.model import Page
from helpers.displays.payload import describe_shown
from helpers.displays.render import render_shown
from helpers.reporting.page.audiences import AUDIENCES, SYNTHETIC, find_audience
from helpers.reporting.page.facts import IndexEntry, InterimSummary, Link
from helpers.reporting.page.render import describe_page, page_environment, read_style


def render_interim_index(summary: InterimSummary) -> bytes:
    """Page (UTF-8) of one interim for one audience: status, lights, changes, links."""
    return _render(
        "interim.html.j2",
        page=describe_page(summary.facts),
        facts=summary.facts,
        summary=summary,
        glance=_show_glance(summary),
    )


def _show_glance(summary: InterimSummary) -> Markup:
    if not (summary.numbers or summary.lights):
        return Markup()
    glance = Page("glance", "At a glance", "", facts=summary.numbers, lights=summary.lights)
    html = render_shown(describe_shown(glance), level=2, hide="all", anchors=())
    return Markup(html)  # noqa: S704 - made by our own template


def render_reports_index(
    entries: Iterable[IndexEntry], others: Iterable[Link] = (), title: str = "Interim reports"
) -> bytes:
    """Page (UTF-8) of everything published: newest interim first, each audience with its readers.

    `entries` may come in any order; without entries the page says that nothing is published.
    `others` lead to the index pages of other trials.
    """
    ordered = sorted(entries, key=_newest_first)
    interims = [list(members) for _, members in groupby(ordered, key=_interim_of)]
    synthetic = any(entry.synthetic for entry in ordered)
    page: dict[str, Any] = {
        "lang": "en",
        "audience": "none",
        "title": title,
        "band": "INDEX \u2013 holds no results. Each folder says who may read it.",
        "closed": False,
        "rehearsal": next((entry.rehearsal for entry in ordered if entry.rehearsal), ""),
        "synthetic": SYNTHETIC if synthetic else "",
        "paper_left": title,
        "paper_right": "",
        "made": "",
        "plan_note": "",
        "contents": [],
        "pictures": False,
        "style": read_style(),
    }
    return _render(
        "reports.html.j2",
        page=page,
        interims=interims,
        find_audience=find_audience,
        others=tuple(others),
    )


def _newest_first(entry: IndexEntry) -> tuple[str, int, str, int]:
    place = list(AUDIENCES.values()).index(find_audience(entry.audience))
    return (entry.study, -entry.sequence, entry.interim, place)


def _interim_of(entry: IndexEntry) -> tuple[str, int, str]:
    return (entry.study, entry.sequence, entry.interim)


def _render(template: str, **values: Any) -> bytes:
    return bytes(page_environment().get_template(template).render(**values), "utf-8")
