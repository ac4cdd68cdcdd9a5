"""The last look at an open or masked folder: no word in it may tell of arms, routes or doses.

Every file is searched as it is, with its entities and JSON strings resolved, and without its tags,
for a fixed list of English and Vietnamese words and for what the trial calls its arms and routes.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from helpers.displays.render import page_style
from helpers.errors import RunError
from helpers.masking.telling_words import Words, build_words, find_in_text
from helpers.params.trial import Trial

MASKED = "masked"  # how messages call readers of letters
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_TAG = re.compile(r"<[^<>\n]*>")


class Hit(NamedTuple):
    """A word and where it stands: `line 12`, `cell 3`, `its name`."""

    word: str
    where: str


def check_words(files: Mapping[str, bytes], trial: Trial, readers: str = "open") -> None:
    """Stop when a file for open or masked readers holds a word that tells of arms, routes or doses.

    Raises
    ------
    RunError
        Naming file, word and place; the words around it are not repeated.
    """
    words = build_words(trial, masked=readers == MASKED)
    for name in sorted(files):
        hit = find_word(name, files[name], words)
        if hit is not None:
            raise RunError(
                f"{name}: {hit.where} holds the word {hit.word!r}, which {readers} readers "
                "may not get; nothing is published"
            )


def find_word(name: str, content: bytes, words: Words) -> Hit | None:
    """The first forbidden word in a file, or in its name."""
    pieces = [("its name", name), *_list_pieces(name, content.decode("utf-8", errors="replace"))]
    if not _search("\n".join(piece for _, piece in pieces), words):
        return None
    found = ((_search(piece, words), where) for where, piece in pieces)
    return next((Hit(word, where) for word, where in found if word), None)


def _list_pieces(name: str, text: str) -> Iterator[tuple[str, str]]:
    if name.endswith((".ipynb", ".json")):
        try:
            content = json.loads(text)
        except ValueError:
            content = text
        if name.endswith(".ipynb") and isinstance(content, dict):
            yield from _list_cells(content)
        else:
            yield from (("its content", piece) for piece in _walk(content))
        return
    text = _STYLE.sub(lambda found: "\n" * found[0].count("\n"), text)
    yield from ((f"line {n}", line) for n, line in enumerate(text.splitlines(), start=1))


def _list_cells(notebook: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for number, cell in enumerate(notebook.get("cells", ()), start=1):
        yield from ((f"cell {number}", piece) for piece in _walk(cell))
    rest = {key: value for key, value in notebook.items() if key != "cells"}
    yield from (("its metadata", piece) for piece in _walk(rest))


def _walk(value: object) -> Iterator[str]:
    """Every text in a JSON value, keys included; the lines of a cell as one text."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _walk(inner)
    elif isinstance(value, list):
        if value and all(isinstance(piece, str) for piece in value):
            text = "".join(value)
            yield from () if text == page_style() else (text, "\n".join(value))
        else:
            for inner in value:
                yield from _walk(inner)
    elif isinstance(value, str):
        yield from () if value == page_style() else (value,)


def _search(text: str, words: Words) -> str:
    """The first forbidden word of a text; empty without one."""
    found = (find_in_text(seen, words) for seen in _look_at(text))
    return next(filter(None, found), "")


def _look_at(text: str) -> tuple[str, ...]:
    """A text as it is, with entities resolved, and without tags: inside a word, or between two."""
    plain = html.unescape(text)
    return tuple(dict.fromkeys((text, plain, _TAG.sub("", plain), _TAG.sub(" ", plain))))
