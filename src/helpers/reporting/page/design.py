"""The page of monitoring designs: one self-contained file that holds no data of a participant."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from helpers.displays.model import Display
from helpers.displays.payload import describe_shown
from helpers.displays.render import render_shown
from helpers.reporting.page.render import page_environment, read_style

TITLE = "Monitoring rules under discussion"
BAND = "DESIGN \u2013 holds no data of any participant."
PROSE = """An arm **alerts** when so many of its participants had a stopping event that its rate is
probably too high. An alert asks the monitoring committee for a decision and makes none.
All limits are proposals until the committee's charter sets them.

Two mistakes are possible. A harmless arm may alert: the probabilities at low true rates should be
small. A harmful arm may not: those at high true rates should be large, and the participants exposed
until the alert few. No design of so few participants avoids both; which mistake weighs more is for
the committee to say."""


def render_design(displays: Sequence[Display], *, study: str, lead: str, made: str) -> bytes:
    """Page (UTF-8) of displays under the words that say how to read them.

    `lead` says what is compared, `made` with which parameters.
    """
    page: dict[str, Any] = {
        "lang": "en",
        "audience": "none",
        "title": TITLE,
        "band": BAND,
        "rehearsal": "",
        "closed": False,
        "synthetic": "",
        "paper_left": "DESIGN \u00b7 no data of participants",
        "paper_right": study,
        "made": made,
        "plan_note": "",
        "contents": [],
        "pictures": False,
        "style": read_style(),
    }
    # made by our own templates, which escape all text
    parts = [Markup(render_shown(describe_shown(one), level=2)) for one in displays]  # noqa: S704
    html = (
        page_environment()
        .get_template("design.html.j2")
        .render(page=page, lead=lead, prose=PROSE, parts=parts)
    )
    return bytes(html, "utf-8")
