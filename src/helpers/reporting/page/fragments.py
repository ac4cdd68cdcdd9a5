"""The HTML of a display, fitted into a page: its heading's place, its links."""

import re
from collections.abc import Container
from typing import Literal

_HEADING = re.compile(r"<h3 id=\"([^\"]*)\">(.*?)</h3>", re.DOTALL)
_TITLE = re.compile(r"(<span class=\"id\">[^<]*</span>) (.*)", re.DOTALL)
_LINK = re.compile(r"<a href=\"#([^\"]*)\">(.*?)</a>", re.DOTALL)

Hide = Literal["", "title", "all"]


def place_heading(html: str, level: int, hide: Hide = "") -> str:
    """HTML of a display with its heading at a level.

    What is hidden is still there for a screen reader: the `title` where the page says the same just
    above it - the id stays, readers cite it - or `all` of the heading.
    """

    def place(found: re.Match[str]) -> str:
        look = ' class="away"' if hide == "all" else ""
        words = _TITLE.sub(r'\1 <span class="away">\2</span>', found[2]) if hide else found[2]
        return f'<h{level} id="{found[1]}"{look}>{words}</h{level}>'

    return _HEADING.sub(place, html, count=1)


def drop_dead_links(html: str, anchors: Container[str]) -> str:
    """HTML without links to displays that this page does not have; their words stay."""
    return _LINK.sub(lambda link: link[0] if link[1] in anchors else link[2], html)
