"""What the HTML of a display may hold; anything else stops the page.

The displays' own templates escape all text. This is the second lock: it also holds for a display
that somebody adds, and for a figure.
"""

import re
from html.parser import HTMLParser

from helpers.errors import RunError

_TAGS = frozenset(
    "section div p span strong em code bdi br a h3 ol ul li dl dt dd details summary figure "
    "figcaption table caption colgroup col thead tbody tfoot tr th td "
    "svg g defs clipPath path use rect circle ellipse line polyline polygon text tspan pattern "
    "linearGradient stop title desc".lower().split(" ")
)
_ATTRIBUTES = frozenset(
    "id class role scope colspan rowspan tabindex href style aria-label aria-labelledby "
    "aria-describedby aria-hidden focusable viewBox version width height x y x1 y1 x2 y2 cx cy r "
    "rx ry d dx dy points transform clip-path clip-rule fill stroke stroke-width opacity offset "
    "stop-color patternUnits patternTransform preserveAspectRatio text-anchor".lower().split(" ")
)
_LOADS = re.compile(r"url\(\s*[^#\s]|@import|expression|javascript:|\\", re.IGNORECASE)


class _Guard(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.refused: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.refused.append(f"<{tag}>")
        for name, value in attrs:
            self._check_attribute(tag, name, value or "")

    def _check_attribute(self, tag: str, name: str, value: str) -> None:
        outside = name == "href" and not value.startswith("#")
        # pictures have their own style attributes; the look of the rest is the page's
        loads = name in ("style", "clip-path", "fill", "stroke") and _LOADS.search(value)
        if name not in _ATTRIBUTES or outside or loads:
            self.refused.append(f"{name} in <{tag}>")
        if name == "id":
            self.ids.append(value)

    def handle_comment(self, data: str) -> None:
        self.refused.append("a comment")

    def handle_decl(self, decl: str) -> None:
        self.refused.append("a declaration")

    def handle_pi(self, data: str) -> None:
        self.refused.append("a processing instruction")

    def unknown_decl(self, data: str) -> None:
        self.refused.append("a declaration")


def check_fragment(html: str, display: str) -> list[str]:
    """Ids in the HTML of a display, which may hold allowed elements and attributes only.

    Raises
    ------
    RunError
        If it holds anything else: a script, a handler, a link or picture from elsewhere, a comment.
    """
    guard = _Guard()
    guard.feed(html)
    guard.close()
    if guard.refused:
        raise RunError(
            f"{display}: its HTML holds {guard.refused[0]}, which a page may not hold; "
            "build the display from the types in helpers.displays"
        )
    return guard.ids
