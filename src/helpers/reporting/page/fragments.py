"""The HTML of a display, fitted into a page: its heading's place, its links."""

import re
from collections.abc import Container

_HEADING = re.compile(r"<h3 id=\"([^\"]*)\">(.*?)</h3>", re.DOTALL)
_LINK = re.compile(r"<a href=\"#([^\"]*)\">(.*?)</a>", re.DOTALL)


def place_heading(html: str, level: int, hidden: bool) -> str:
    """HTML of a display with its heading at a level; hidden it is still there for a screen reader.

    A heading is hidden where the page says the same just above it.
    """
    look = ' class="away"' if hidden else ""
    return _HEADING.sub(rf'<h{level} id="\1"{look}>\2</h{level}>', html, count=1)


def drop_dead_links(html: str, anchors: Container[str]) -> str:
    """HTML without links to displays that this page does not have; their words stay."""
    return _LINK.sub(lambda link: link[0] if link[1] in anchors else link[2], html)
