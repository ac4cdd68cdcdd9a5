"""What the HTML of a display, and of a finished page, may hold; anything else stops it.

The displays' own templates escape all text. This is the second lock: it also holds for a display
that somebody adds, and for a figure. A page is looked at once more before it is handed out.
"""

import re
from collections.abc import Collection
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
_PAGE_TAGS = _TAGS | frozenset(
    "html head meta title style body nav main header footer "
    "h1 h2 h4 h5 h6 pre img hr".lower().split(" ")
)
_PAGE_ATTRIBUTES = _ATTRIBUTES | frozenset(
    "lang charset name content http-equiv data-audience alt src open start".lower().split(" ")
)
_META_NAMES = frozenset(["viewport", "referrer", "color-scheme"])
_PICTURE_TAGS = frozenset(
    "svg g defs clipPath path use rect circle ellipse line polyline polygon text tspan pattern "
    "linearGradient stop".lower().split(" ")
)
_VOID = frozenset(["br", "col", "hr", "img", "meta"])
_PROPERTIES = frozenset(
    "--w fill fill-opacity fill-rule stroke stroke-opacity stroke-width stroke-linecap "
    "stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color stop-color "
    "font-size font-weight font-style text-anchor clip-path clip-rule".lower().split(" ")
)
# words, numbers, colours, a colour of the page, a part of the same picture; no other function
_VALUE = re.compile(
    r"(?:[\w.%,\s+-]|#[0-9a-fA-F]{3,8}\b|var\(--[\w-]+(?:,\s*#[0-9a-fA-F]{3,8})?\)"
    r"|url\(#[\w-]+\)|rgba?\([\d.,%\s]+\))*"
)
_ROOM = re.compile(r"--room:\s*\d{1,3}")
_PAINTED = frozenset(["clip-path", "fill", "stroke", "stop-color"])
_OUTSIDE = re.compile(r"@import|url\((?!#)|https?:|expression\(", re.IGNORECASE)
_PICTURE_DATA = re.compile(r"data:image/(?:png|jpeg|svg\+xml);base64,")
_WHOLE_TAG = re.compile(
    r"""</?[A-Za-z][\w:-]*(?:\s+[\w:-]+(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`]+))?)*\s*/?>"""
)


class _Guard(HTMLParser):
    tags, attributes = _TAGS, _ATTRIBUTES

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.ids: list[str] = []
        self.refused: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check_tag(tag, attrs)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check_tag(tag, attrs)
        if tag not in _PICTURE_TAGS | _VOID:  # a browser reads on as if the slash were not there
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.refused.append(f"an end of <{tag}> without its beginning")

    def _check_tag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.tags:
            self.refused.append(f"<{tag}>")
        for name, value in attrs:
            if name not in self.attributes or not self._is_harmless(tag, name, value or ""):
                self.refused.append(f"{name} in <{tag}>")
            if name == "id":
                self.ids.append(value or "")

    def _is_harmless(self, tag: str, name: str, value: str) -> bool:
        return _is_harmless(tag, name, value)

    def handle_comment(self, data: str) -> None:
        self.refused.append("a comment")

    def handle_decl(self, decl: str) -> None:
        self.refused.append("a declaration")

    def handle_pi(self, data: str) -> None:
        self.refused.append("a processing instruction")

    def unknown_decl(self, data: str) -> None:
        self.refused.append("a declaration")


class _PageGuard(_Guard):
    """Also knows the frame of a page: head, style, pictures as data, links to files beside it."""

    tags, attributes = _PAGE_TAGS, _PAGE_ATTRIBUTES

    def __init__(self, beside: Collection[str]) -> None:
        super().__init__()
        self.beside = beside
        self.text: list[str] = []

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            super().handle_decl(decl)

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            self.refused += [f"{found} in its style" for found in _OUTSIDE.findall(data)]
        else:
            self.text.append(data)

    def _is_harmless(self, tag: str, name: str, value: str) -> bool:
        if name == "href" and tag == "a":
            return value.startswith("#") or value.partition("#")[0] in self.beside
        if name == "src":
            return tag == "img" and _PICTURE_DATA.match(value) is not None
        if name == "http-equiv":
            return value == "Content-Security-Policy"
        if tag == "meta":
            return name != "name" or value in _META_NAMES
        return super()._is_harmless(tag, name, value)


def _is_harmless(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return value.startswith("#")
    if name == "style":
        # pictures have style attributes of their own; the look of the rest is the page's
        return _is_style(value) if tag in _PICTURE_TAGS else _is_room(tag, value)
    return name not in _PAINTED or _VALUE.fullmatch(value) is not None


def _is_style(text: str) -> bool:
    declarations = [part.partition(":") for part in text.split(";") if part.strip()]
    return all(
        name.strip().lower() in _PROPERTIES and _VALUE.fullmatch(value) is not None
        for name, _, value in declarations
    )


def _is_room(tag: str, text: str) -> bool:
    """Whether a section says no more than how many lines its notes take on paper."""
    return tag == "section" and _ROOM.fullmatch(text) is not None


def check_fragment(html: str, display: str) -> list[str]:
    """Ids in the HTML of a display, which may hold allowed elements and attributes only.

    Raises
    ------
    RunError
        If it holds anything else: a script, a handler, a link or picture from elsewhere, a comment,
        an element without its end or a tag that is not finished, which would swallow what follows.
    """
    guard = _Guard()
    guard.feed(html)
    guard.close()
    unfinished = ["a tag that is not finished"] if "<" in _WHOLE_TAG.sub("", html) else []
    refused = guard.refused + unfinished + [f"<{tag}> without its end" for tag in guard.open]
    if refused:
        raise RunError(
            f"{display}: its HTML holds {refused[0]}, which a page may not hold; "
            "build the display from the types in helpers.displays"
        )
    return guard.ids


def check_page(html: str, name: str, beside: Collection[str]) -> None:
    """Stop unless a whole page holds what our templates write, and links only to files `beside` it.

    Raises
    ------
    RunError
        Naming the page and what it holds.
    """
    guard = _PageGuard(beside)
    guard.feed(html)
    guard.close()
    unfinished = ["a tag that is not finished"] if any("<" in text for text in guard.text) else []
    refused = guard.refused + unfinished + [f"<{tag}> without its end" for tag in guard.open]
    if refused:
        raise RunError(f"{name}: holds {refused[0]}, which a page that is handed out may not hold")
