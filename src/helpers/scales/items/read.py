"""Item columns of any dtype become small integer codes; what cannot be read is coded as such."""

import difflib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.errors import UsageError

Codes = NDArray[np.uint8]

# Codes 0-9 are answers; the rest say why there is none.
MISSING = 10
IMPOSSIBLE = 11
UNTESTABLE = 12
UNTESTABLE_OLD = 13
N_CODES = 16


class ItemsError(UsageError, ValueError):
    """The item frame cannot be scored: a caller's mistake, not a patient's answer."""


@dataclass(frozen=True)
class Item:
    """One item: its code, a neutral label and what may be recorded.

    Attributes
    ----------
    code : column name or QSTESTCD
    label : neutral words of our own, never licensed wording
    coding : legal raw text -> code (0-9 an answer, `UNTESTABLE`, `UNTESTABLE_OLD`)
    numeric : False where a number may have lost its meaning (grade 1+ read as 1)
    limits : range of a free number, for an item that has no code list
    """

    code: str
    label: str
    coding: Mapping[str, int]
    numeric: bool = True
    limits: tuple[float, float] | None = None

    @property
    def allowed(self) -> tuple[str, ...]:
        """Legal raw values as text, in order; the old code 9 for untestable is not among them."""
        return tuple(raw for raw, code in self.coding.items() if code != UNTESTABLE_OLD)

    @property
    def highest(self) -> int:
        """Largest answer code."""
        return max(code for code in self.coding.values() if code < MISSING)

    @property
    def lowest(self) -> int:
        """Smallest answer code."""
        return min(code for code in self.coding.values() if code < MISSING)


def whole_numbers(low: int, high: int, **special: int) -> dict[str, int]:
    """Coding of an item answered by whole numbers `low` to `high`, plus special codes."""
    return {str(number): number for number in range(low, high + 1)} | special


def encode_items(frame: pd.DataFrame, items: Sequence[Item]) -> Codes:
    """Codes of the items, one row per item and one column per form.

    Parameters
    ----------
    frame : one row per form; must hold every item (see `check_item_columns`)
    items : the items wanted, in order

    Returns
    -------
    uint8 array, shape (len(items), len(frame))
    """
    codes = np.empty((len(items), len(frame)), dtype=np.uint8)
    names = [item.code for item in items]
    if all(pd.api.types.is_object_dtype(dtype) for dtype in frame.dtypes.loc[names]):
        answers = frame[names].to_numpy(dtype=object)
        for row, item in enumerate(items):
            codes[row] = _encode_objects(answers[:, row], item)
        return codes
    for row, item in enumerate(items):
        codes[row] = encode_column(frame[item.code], item)
    return codes


def encode_column(column: "pd.Series[Any]", item: Item) -> Codes:
    """Codes of one column; text, numbers, categories and Arrow types give the same codes."""
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        table = [encode_value(value, item) for value in dtype.categories]
        return _look_up([*table, MISSING], column.cat.codes.to_numpy())
    if pd.api.types.is_bool_dtype(dtype):
        return np.where(column.isna().to_numpy(bool), MISSING, IMPOSSIBLE).astype(np.uint8)
    if item.numeric and item.limits is None and pd.api.types.is_numeric_dtype(dtype):
        return _encode_numbers(column, _number_table(item))
    return _encode_objects(column, item)


def _encode_objects(answers: "pd.Series[Any] | NDArray[np.object_]", item: Item) -> Codes:
    positions, values = pd.factorize(answers)
    table = [encode_value(value, item) for value in values]
    return _look_up([*table, MISSING], positions)


def encode_value(value: object, item: Item) -> int:
    """Code of one raw value; surrounding blanks and a trailing ``.0`` do not matter."""
    if value is None or value is pd.NA or value is pd.NaT:
        return MISSING
    if isinstance(value, float | np.floating | Decimal) and math.isnan(value):
        return MISSING
    text = str(value).strip()
    if not text:
        return MISSING
    if item.limits is not None:
        return _encode_within(text, *item.limits)
    if item.numeric:
        text = re.sub(r"^([0-9]+)\.0+$", r"\1", text)
    return item.coding.get(text, IMPOSSIBLE)


def _encode_within(text: str, low: float, high: float) -> int:
    try:
        number = float(text)
    except ValueError:
        return IMPOSSIBLE
    return 0 if low <= number <= high else IMPOSSIBLE


def _number_table(item: Item) -> list[int]:
    """Lookup by the number itself: 0-9, then 10 = too high, -1 (the last) = too low."""
    legal = [item.coding.get(str(number), IMPOSSIBLE) for number in range(10)]
    return [*legal, IMPOSSIBLE, IMPOSSIBLE]


def _look_up(table: Sequence[int], positions: NDArray[Any]) -> Codes:
    codes: Codes = np.array(table, dtype=np.uint8)[positions]
    return codes


def _encode_numbers(column: "pd.Series[Any]", table: list[int]) -> Codes:
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind == "u":
        return _look_up(table, np.minimum(column.to_numpy(), 10))
    if isinstance(dtype, np.dtype) and dtype.kind == "i":
        return _look_up(table, np.clip(column.to_numpy(), -1, 10))
    if isinstance(dtype, np.dtype):
        values = column.to_numpy().astype(np.float64, copy=False)
    else:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    missing = np.isnan(values)
    clipped = np.clip(np.where(missing, -1.0, values), -1, 10)
    index = clipped.astype(np.intp)
    codes = _look_up(table, index)
    codes[index != clipped] = IMPOSSIBLE  # 2.5 is no answer
    codes[missing] = MISSING
    return codes


def sum_small(values: Codes | NDArray[np.bool_]) -> NDArray[np.int64]:
    """Column sums of small whole numbers; no scale here has a sum above 255, so bytes do."""
    return np.asarray(values.sum(axis=0, dtype=np.uint8), dtype=np.int64)


def check_item_columns(
    frame: pd.DataFrame, items: Sequence[Item], pattern: str, required: Sequence[str] | None = None
) -> None:
    """Stop where a column is lacking, doubled, or looks like an item but is none.

    Parameters
    ----------
    frame : one row per form
    items : the items of the instrument
    pattern : regular expression of the names only items have
    required : codes that must be there; all items when None

    Raises
    ------
    ItemsError
        With the nearest known name.
    """
    if not isinstance(frame, pd.DataFrame):
        raise ItemsError(f"items must be a pandas DataFrame, not {type(frame).__name__}")
    known = [item.code for item in items]
    names = [str(name) for name in frame.columns]
    unknown = [name for name in names if name not in set(known)]
    lacking = [c for c in (known if required is None else required) if c not in set(names)]
    if lacking:
        raise ItemsError(_say_lacking(lacking, unknown))
    doubled = sorted({name for name in known if names.count(name) > 1})
    if doubled:
        raise ItemsError(f"item column appears more than once: {', '.join(doubled)}")
    for name in unknown:
        near = nearest_name(name, known)
        if near and re.match(pattern, name.strip().casefold()):
            raise ItemsError(f"unknown item column {name!r}; did you mean {near!r}?")
    if frame.index.has_duplicates and any(name is not None for name in frame.index.names):
        twice = frame.index[frame.index.duplicated()][0]
        raise ItemsError(f"two rows for one form: {'/'.join(map(str, frame.index.names))} {twice}")


def nearest_name(name: str, candidates: Sequence[str]) -> str | None:
    """The candidate that resembles `name` most, ignoring case and blanks; None if none does."""
    folded = {candidate.strip().casefold(): candidate for candidate in candidates}
    near = difflib.get_close_matches(name.strip().casefold(), list(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def _say_lacking(lacking: Sequence[str], unknown: Sequence[str]) -> str:
    shown = ", ".join(lacking[:6]) + (f" and {len(lacking) - 6} more" if len(lacking) > 6 else "")
    near = {name: nearest_name(name, unknown) for name in lacking[:6]}
    hints = [f"{found!r} looks like {name!r}" for name, found in near.items() if found]
    return f"missing item column: {shown}" + (f" ({'; '.join(hints)})" if hints else "")
