"""P-E-00: what the efficacy report is, of which data, and who may read it."""

from dataclasses import replace

from helpers.displays.audience import shown_as
from helpers.displays.display import Page, Withheld
from helpers.displays.summary.title_page import show_title_page
from helpers.view import ClosedView, View

CONTENT = {
    "completeness": "At this interim: completeness of the forms only.",
    "descriptive": "At this interim: completeness, and scores within arms; nothing between arms.",
    "full": "At this interim: completeness and scores by arm.",
}
OPEN_CONTENT = "Open reports show how complete the forms are, and never a score."


@shown_as("P-E-00", needs=("adsl",), small_counts="shown")
def show_efficacy_title_page(view: View) -> Page | Withheld:
    """The title page of the safety report under its own number, with what is shown of scores."""
    page = show_title_page(view)
    if not isinstance(page, Page):
        return page
    closed = isinstance(view, ClosedView)
    shown = CONTENT[view.interim.efficacy_content] if closed else OPEN_CONTENT
    first, *others = page.sentences
    return replace(page, id="P-E-00", sentences=(first, shown, *others))
