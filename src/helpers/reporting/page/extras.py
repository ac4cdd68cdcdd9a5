"""What a cell shows beside displays - a table of pandas, a picture, a printed line - made inert.

An analyst's cell must not be lost on the way to the page. What is kept of it is text in table
cells, text as printed, and pictures as data; no element and no attribute of somebody else.
"""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from helpers.displays.free_text import clean_text, shorten_text
from helpers.reporting.page.inert import inert_html
from helpers.reporting.page.prose import render_prose

MARK = "Not a catalogued display: no number in results.csv, no suppression."
NO_WORDS = (
    "Picture without alternative text; give it one: "
    'display(figure, metadata={"image/png": {"alt": "what it shows"}}).'
)
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
TEXTS = ("text/html", "text/markdown", "text/plain", "text/latex")
LONGEST = 20_000
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+=*\s*")
_OBJECT = re.compile(r"\s*<[^<>]*>\s*")  # how Python calls a thing that has no text of its own


def show_extras(outputs: Iterable[Mapping[str, Any]], number: int) -> Markup:
    """One marked section of everything that a cell shows beside displays; empty where nothing.

    `number` tells the sections of a page apart for those who hear it.
    """
    shown = [text for text in map(_show_output, join_streams(outputs)) if text]
    if not shown:
        return Markup()
    return Markup('<section class="display extra">\n{}\n{}\n</section>').format(
        mark_uncatalogued(),
        Markup("\n").join(
            _name_region(text, f"Output {number}.{place} outside the catalogue")
            for place, text in enumerate(shown, start=1)
        ),
    )


def mark_uncatalogued() -> Markup:
    """The line that tells a reader what a display outside the catalogue lacks."""
    return Markup('<p class="uncatalogued">{}</p>').format(MARK)


def join_streams(outputs: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Outputs with printed pieces that follow each other as one; warnings and errors left out."""
    joined: list[Mapping[str, Any]] = []
    for output in outputs:
        if output["output_type"] == "stream":
            if output["name"] != "stdout":
                continue
            if joined and joined[-1]["output_type"] == "stream":
                text = joined[-1]["text"] + output["text"]
                joined[-1] = {**joined[-1], "text": text}
                continue
        if output["output_type"] != "error":
            joined.append(output)
    return joined


def _name_region(content: Markup, name: str) -> Markup:
    return Markup('<div class="scroll" role="region" tabindex="0" aria-label="{}">{}</div>').format(
        name, content
    )


def _show_output(output: Mapping[str, Any]) -> Markup:
    if output["output_type"] == "stream":
        return _build_printed(output["text"])
    data = output.get("data", {})
    for kind in PICTURES:
        if kind in data:
            words = output.get("metadata", {}).get(kind, {}).get("alt", "")
            return _build_picture(kind, "".join(data[kind]), str(words))
    for kind in TEXTS:
        text = "".join(data.get(kind, ""))
        shown = _show_text(kind, text)
        if shown:
            return shown
    return Markup()


def says_something(text: str | Sequence[str]) -> bool:
    """Whether text is more than how Python calls a thing that has no text of its own."""
    joined = "".join(text)
    return bool(joined.strip()) and not _OBJECT.fullmatch(joined)


def _show_text(kind: str, text: str) -> Markup:
    if kind == "text/html":
        return inert_html(text)
    if kind == "text/markdown":
        return render_prose(text)
    return _build_printed(text) if says_something(text) else Markup()


def _build_printed(text: str) -> Markup:
    if not text.strip():
        return Markup()
    return Markup("<pre>{}</pre>").format(clean_text(shorten_text(text.rstrip(), LONGEST)))


def _build_picture(kind: str, content: str, words: str) -> Markup:
    if kind == "image/svg+xml":
        content = base64.b64encode(content.encode()).decode()
    if not _BASE64.fullmatch(content):
        return Markup()
    source = f"data:{kind};base64,{''.join(content.split())}"
    note = Markup("") if words else Markup("\n<figcaption>{}</figcaption>").format(NO_WORDS)
    alternative = clean_text(words) or "Picture without alternative text"
    return Markup('<figure><img alt="{}" src="{}">{}</figure>').format(alternative, source, note)
