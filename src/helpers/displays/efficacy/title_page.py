"""P-E-00: what the efficacy report is, of which data, what it holds, and who may read it."""

from collections.abc import Sequence
from dataclasses import replace

from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import PARTS, list_reasons, list_shown
from helpers.displays.model import Page, Withheld, join_notes
from helpers.displays.summary.title_page import show_title_page
from helpers.view import ArmView, View

NO_ALPHA = "spends no alpha"  # in the reasons of displays that compare arms
ONE_REASON = (
    "This look spends no alpha, so nothing in it compares arms: no model, no difference, no "
    "subgroup, no supportive analysis, benefit and risk not side by side."
)
OPEN_CONTENT = "Open reports never show a score."


@shown_as(
    "P-E-00",
    title="This report",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adsl",),
    small_counts="shown",
)
def show_efficacy_title_page(view: View) -> Page | Withheld:
    """The title page of the safety report under its own number, with what this report holds."""
    page = show_title_page(view)
    if not isinstance(page, Page):
        return page
    first, *others = page.sentences
    return replace(page, id="", sentences=(first, state_content(view), *others))


def state_content(view: View) -> str:
    """Topics of the report with their displays, and why others are not in it."""
    topics: dict[str, list[str]] = {}
    for display_id in list_shown(view):
        topics.setdefault(PARTS[display_id].topic, []).append(display_id)
    held = "; ".join(f"{topic} ({', '.join(ids)})" for topic, ids in topics.items())
    scored = isinstance(view, ArmView)
    sentences = join_notes(
        f"In this report: {held}." if held else "",
        _shorten(list_reasons(view)) if scored else OPEN_CONTENT,
    )
    return " ".join(sentences)


def _shorten(reasons: Sequence[str]) -> list[str]:
    """Reasons why displays are not in the report, one for all that a look without alpha lacks."""
    alpha = [reason for reason in reasons if NO_ALPHA in reason]
    if len(alpha) < 2:
        return list(reasons)
    return [ONE_REASON, *(reason for reason in reasons if reason not in alpha)]
