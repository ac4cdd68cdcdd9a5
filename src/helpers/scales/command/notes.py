"""The sentence that says what happened to a form: blank, untestable, gated or impossible items."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.scales.items.read import IMPOSSIBLE, Codes, Item

Text = NDArray[np.object_]


@dataclass(frozen=True)
class Remark:
    """One part of the note, for some of the forms only.

    Attributes
    ----------
    rows : positions of the forms
    texts : one text per position
    """

    rows: NDArray[np.intp]
    texts: Text


def remark_items(prefix: str, names: Sequence[str], flags: NDArray[np.bool_]) -> Remark:
    """'prefix name, name' for each form with a flag; `flags` has one row per name.

    Forms share few patterns of flags, so each pattern is worded once.
    """
    rows = np.flatnonzero(flags.any(axis=0))
    patterns = np.zeros(len(rows), dtype=np.int64)
    for bit, flag in enumerate(flags):
        patterns |= flag[rows].astype(np.int64) << bit
    which, seen = pd.factorize(patterns)
    worded = np.empty(len(seen), dtype=object)
    worded[:] = [f"{prefix} {_name_pattern(int(pattern), names)}" for pattern in seen]
    return Remark(rows, worded[which])


def remark_missing(names: Sequence[str], flags: NDArray[np.bool_]) -> list[Remark]:
    """'missing name, name', or 'nothing recorded' where every item is blank."""
    empty: NDArray[np.bool_] = np.asarray(flags.all(axis=0))
    return [
        remark_forms("nothing recorded", empty),
        remark_items("missing", names, flags & ~empty),
    ]


def remark_impossible(frame: pd.DataFrame, items: Sequence[Item], codes: Codes) -> Remark:
    """'not a legal value n1a=7' for each form with a value no rater can have given."""
    flags = codes == IMPOSSIBLE
    rows = np.flatnonzero(flags.any(axis=0))
    texts = np.full(len(rows), "", dtype=object)
    for item, flag in zip(items, flags[:, rows], strict=True):
        if flag.any():
            raw = frame[item.code].iloc[rows[flag]]
            texts[flag] += np.array(
                [f", {item.code}={_plain(value, item)}" for value in raw], object
            )
    return Remark(rows, _with_prefix("not a legal value", texts))


def remark_forms(text: str, flags: NDArray[np.bool_]) -> Remark:
    """The same text for each flagged form."""
    rows = np.flatnonzero(flags)
    return Remark(rows, np.full(len(rows), text, dtype=object))


def join_remarks(n_forms: int, remarks: Sequence[Remark]) -> Text:
    """One note per form, its remarks joined by semicolons; empty where nothing happened."""
    notes = np.full(n_forms, "", dtype=object)
    begun = np.zeros(n_forms, dtype=bool)
    for remark in remarks:
        goes_on = begun[remark.rows]
        notes[remark.rows[~goes_on]] = remark.texts[~goes_on]
        notes[remark.rows[goes_on]] += "; " + remark.texts[goes_on]
        begun[remark.rows] = True
    return notes


def repeat_text(text: str, n_forms: int) -> Text:
    """The same text for every form."""
    return np.full(n_forms, text, dtype=object)


def _name_pattern(pattern: int, names: Sequence[str]) -> str:
    """The names whose bit is set."""
    return ", ".join(name for bit, name in enumerate(names) if pattern >> bit & 1)


def _with_prefix(prefix: str, texts: Text) -> Text:
    return np.array([f"{prefix} {text[2:]}" for text in texts], dtype=object)


def _plain(value: Any, item: Item) -> str:
    """Text of a raw value, the same for 7, 7.0 and '7', shortened where it is free text."""
    text = str(value).strip()
    if item.numeric and text.endswith(".0"):
        text = text.removesuffix(".0")
    return text if len(text) <= 20 else text[:19] + "…"
