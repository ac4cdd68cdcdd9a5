"""Text from an export on a page: harmless, readable, and never longer than a reader can use."""

import re
from collections.abc import Container

from markupsafe import Markup, escape

LONGEST = 2000
# control signs, halves of surrogates, and signs that turn the reading direction of what follows
_ACTIVE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PERCENT = re.compile(r"(?<=\d) %")
_DISPLAY_ID = re.compile(r"\b[A-Z]-[A-Z]-\d{2}[a-z]?\b")


def clean_text(text: str) -> str:
    """`text` with a replacement sign for every sign that is not meant to be read."""
    return _ACTIVE.sub("\ufffd", text)


def shorten_text(text: str, longest: int = LONGEST) -> str:
    """`text`, cut where it is far too long for a page, saying so."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]} \u2026 ({len(text):,} characters, whole in the file)"


def link_displays(text: str, anchors: Container[str] | None = None) -> Markup:
    """Escaped `text` in which the id of a display (T-S-10) is a link to it.

    Only to what `anchors` holds, where it is given. A number and its percent sign stay on one line.
    """
    escaped = _PERCENT.sub("\u00a0%", str(escape(clean_text(text))))

    def link(found: re.Match[str]) -> str:
        anchor = found[0].lower()
        known = anchors is None or anchor in anchors
        return f'<a href="#{anchor}">{found[0]}</a>' if known else found[0]

    return Markup(_DISPLAY_ID.sub(link, escaped))  # noqa: S704 - escaped above
