"""Cells that hold text: tidied, with words for missing taken as what they mean, all counted."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.intake.missing_words import MISSING_WORDS, fold_words, is_missing

ENDS = " \t\n\r\f\v\u00a0\u2000-\u200b\u202f\u3000\ufeff"
BLANK_ENDS = re.compile(f"^[{ENDS}]+|[{ENDS}]+$")
NO_TEXT = "\ufffd"
DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Said(NamedTuple):
    """One thing that was done to some cells of a variable."""

    what: str
    records: int
    severity: str = "W"


@dataclass(frozen=True)
class Texts:
    """Distinct texts of a variable, and where each stands: `codes` is -1 for nothing.

    `said` tells what was not as it stood, with the number of cells.
    """

    distinct: list[str]
    codes: np.ndarray = field(repr=False)
    index: pd.Index = field(repr=False)
    said: tuple[Said, ...] = ()

    def spread(self, values: list[object], dtype: str = "object") -> pd.Series:
        """One value per cell from one per distinct text."""
        column = np.empty(len(values) + 1, dtype=object)
        column[:-1] = values
        typed = column if dtype == "object" else pd.Series(column).astype(dtype).array
        return pd.Series(typed.take(self.codes), index=self.index)

    def mark(self, flags: list[bool]) -> pd.Series:
        """Whether the text of each cell is one of those marked."""
        return pd.Series(np.array([*flags, False], dtype=bool)[self.codes], index=self.index)

    def count(self, texts: Collection[str]) -> int:
        """Cells that hold one of these texts."""
        wanted = set(texts)
        return int(self.mark([text in wanted for text in self.distinct]).sum())


def tidy_texts(values: pd.Series, missing: Collection[str] = MISSING_WORDS) -> Texts:
    """Cells as text without blanks at their ends; words for missing, and nothing, as null."""
    codes, found = pd.factorize(values)
    raw = [write_text(value) for value in found]
    tidy = [clean_text(text) for text in raw]
    words = fold_words(missing)
    null = [is_missing(text, words) for text in tidy]
    place: dict[str, int] = {}
    target = [
        -1 if gone else place.setdefault(text, len(place))
        for text, gone in zip(tidy, null, strict=True)
    ]
    said: tuple[Said, ...] = ()
    if raw != tidy or any(null):
        cells = np.bincount(codes[codes >= 0], minlength=len(raw))
        said = tuple(said for said in _list_changes(raw, tidy, null, cells) if said.records)
    return Texts(list(place), np.array([*target, -1])[codes], values.index, said)


def _list_changes(
    raw: list[str], tidy: list[str], null: list[bool], cells: np.ndarray
) -> Iterator[Said]:
    """What was done to the distinct texts, counted by cells."""
    worded = np.array([gone and bool(text) for gone, text in zip(null, tidy, strict=True)], bool)
    words = ", ".join(sorted({text for text, hit in zip(tidy, worded, strict=True) if hit})[:5])
    yield Said(f"words for missing ({words}) read as empty", int(cells[worded].sum()))
    odd = np.array([NO_TEXT in t and t != r for t, r in zip(tidy, raw, strict=True)], bool)
    yield Said(f"signs that are no text, shown as {NO_TEXT}", int(cells[odd].sum()))
    hollow = np.array([not t and bool(r) for t, r in zip(tidy, raw, strict=True)], bool)
    yield Said("cells of blanks alone read as empty", int(cells[hollow].sum()))
    blank = np.array([t != r for t, r in zip(tidy, raw, strict=True)], bool) & ~odd & ~hollow
    yield Said("blanks at the ends left off", int(cells[blank].sum()), "I")


def clean_text(text: str) -> str:
    """Without blanks at the ends, and without signs that steer a terminal or turn a line around."""
    stripped = BLANK_ENDS.sub("", text)
    if stripped.isprintable():
        return stripped
    return "".join(NO_TEXT if _is_odd(sign) else sign for sign in stripped)


def _is_odd(sign: str) -> bool:
    if sign in "\t\n\r":
        return False
    return unicodedata.category(sign) in ("Cc", "Cs") or sign in DIRECTIONS


def write_text(value: object) -> str:
    """A value as text: whole numbers without a point and with every digit, days as ISO text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "Y" if value else "N"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return f"{value:.0f}" if float(value).is_integer() else f"{value:.12g}"
    if isinstance(value, pd.Timestamp):
        whole = value.tzinfo is None and value == value.normalize()
        return str(value.date()) if whole else str(value.isoformat())
    return str(value)


def map_texts(texts: Texts, read: Callable[[str], object]) -> list[object]:
    """What each distinct text is read as."""
    return [read(text) for text in texts.distinct]
