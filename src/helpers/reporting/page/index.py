"""Index pages: one per interim and audience, one for everything published."""

from collections.abc import Iterable

from helpers.reporting.page.facts import IndexEntry, InterimSummary


def render_interim_index(summary: InterimSummary) -> bytes:
    """Page (UTF-8) of one interim for one audience: status, lights, changes, links."""
    raise NotImplementedError


def render_reports_index(entries: Iterable[IndexEntry], title: str = "Interim reports") -> bytes:
    """Page (UTF-8) of everything published: newest interim first, each audience with its readers.

    `entries` may come in any order; without entries the page says that nothing is published.
    """
    raise NotImplementedError
