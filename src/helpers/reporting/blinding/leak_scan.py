"""The leak scan of finished bytes: what the readers of an audience may not get, however packed.

Words that tell of arms are searched for where readers may not know them, places and names of the
machine everywhere. What cannot be looked into goes to nobody who may not know the arms.
"""

import html
import platform
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from helpers.errors import RunError
from helpers.masking.telling_words import Words, build_words
from helpers.params.trial import Trial
from helpers.reporting.blinding.forbidden_words import find_word
from helpers.reporting.blinding.unpack import Piece, read_texts, unpack

KNOWS_ARMS, LETTERS = "closed_unmasked", "closed_masked"
SHORTEST = 5  # signs of a place: a shorter one stands in other words
# Folders that only a machine has, whoever's it is.
_FOLDERS = re.compile(
    r"(?<![\w/.~-])(?:/(?:home|Users|root|tmp|var/folders|private/var|mnt|media|srv)/[\w.-]+"
    r"|[A-Za-z]:\\(?:Users|Temp|Windows)\\|file:///?\w)"
)
_PICTURE_TEXTS = ("tEXt", "zTXt", "iTXt", "eXIf", "after its end")
# What matplotlib writes into every picture; a date, an author or a comment is something else.
_HARMLESS_TEXT = re.compile(rb"Software\nMatplotlib version[\w.]+, https://matplotlib\.org/")


class Scan(NamedTuple):
    """What is searched for on behalf of an audience: `words` None where it may know the arms."""

    audience: str
    words: Words | None
    places: re.Pattern[str]


def check_leaks(files: Mapping[str, bytes], trial: Trial, audience: str) -> None:
    """Stop when finished files hold what readers of an audience may not get.

    Raises
    ------
    RunError
        Naming file, place and what is wrong; what stands around it is not repeated.
    """
    scan = build_scan(trial, audience)
    for name in sorted(files):
        for piece in unpack(name, files[name]):
            found = find_leak(piece, scan)
            if found:
                raise RunError(
                    f"{found}, which {audience} readers may not get; nothing is released"
                )


def build_scan(trial: Trial, audience: str, machine: Iterable[str] | None = None) -> Scan:
    """What is searched for: words of the trial for those who may not know arms, and places."""
    places = list_places() if machine is None else machine
    known = sorted(map(re.escape, {place for place in places if len(place) >= SHORTEST}))
    pattern = "|".join([*(rf"{place}(?![\w-])" for place in known), _FOLDERS.pattern])
    words = None if audience == KNOWS_ARMS else build_words(trial, masked=audience == LETTERS)
    return Scan(audience, words, re.compile(pattern))


def list_places() -> Iterator[str]:
    """Places and the name of this machine that no reader has to know."""
    yield str(Path(__file__).parents[4])
    yield from (sys.prefix, sys.base_prefix, str(Path.home()), tempfile.gettempdir())
    name = platform.node()
    if re.search(r"[\d.-]", name):  # a plain word may stand anywhere
        yield name


def find_leak(piece: Piece, scan: Scan) -> str:
    """What is wrong with one piece, and where it stands; empty where nothing is."""
    where, content = piece
    if where.endswith(_PICTURE_TEXTS) and not _HARMLESS_TEXT.fullmatch(content):
        return f"{where}: holds a text beside the picture"
    if not piece.is_text:
        opaque = not content.startswith((b"PK", b"\x1f\x8b", b"\x89PNG"))
        return f"{where}: is no text" if opaque and scan.words is not None else ""
    texts = read_texts(content)
    hit = None if scan.words is None else find_word(_name_kind(where, texts), content, scan.words)
    if hit is not None:
        return f"{where}: {hit.where} holds the word {hit.word!r}"
    if any(scan.places.search(html.unescape(text)) for text in (where, *texts)):
        return f"{where}: holds a place or name of the machine"
    return ""


def _name_kind(where: str, texts: list[str]) -> str:
    """The name of a piece, with the ending by which `find_word` knows JSON."""
    is_json = len(texts) != 1 and not where.endswith((".ipynb", ".json"))
    return f"{where}.json" if is_json else where
