"""Markdown of a notebook: split at its headings, and turned into HTML that cannot do anything."""

import re
from functools import cache
from typing import NamedTuple

import mistune
from markupsafe import Markup, escape

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:|//")


class Block(NamedTuple):
    """A heading (level 1 to 6) or the Markdown between two headings (level 0)."""

    level: int
    text: str


def split_markdown(source: str) -> list[Block]:
    """Blocks of a Markdown cell, in order; a heading inside fenced code is not one."""
    blocks: list[Block] = []
    lines: list[str] = []
    fenced = False
    for line in source.splitlines():
        fenced ^= bool(_FENCE.match(line))
        found = None if fenced else _HEADING.match(line)
        if found:
            blocks += [Block(0, "\n".join(lines)), Block(len(found[1]), found[2])]
            lines = []
        else:
            lines.append(line)
    blocks.append(Block(0, "\n".join(lines)))
    return [block for block in blocks if block.level or block.text.strip()]


def render_prose(markdown: str) -> Markup:
    """HTML of Markdown: raw HTML shows as text, pictures as their words, links stay in the folder.

    A heading in it (underlined, say) becomes a paragraph: the page's headings come from
    `split_markdown` alone.
    """
    return Markup(_renderer()(markdown))  # noqa: S704 - the renderer escapes


def make_anchor(text: str) -> str:
    """Id of a heading: its letters and digits in lower case, joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"


class _InertRenderer(mistune.HTMLRenderer):
    def __init__(self) -> None:
        super().__init__(escape=True)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return text if _SCHEME.match(url) else f'<a href="{escape(url)}">{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return text

    def heading(self, text: str, level: int, **attrs: object) -> str:
        return f"<p><strong>{text}</strong></p>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"<pre><code>{escape(code)}</code></pre>\n"


@cache
def _renderer() -> mistune.Markdown:
    return mistune.create_markdown(renderer=_InertRenderer())
