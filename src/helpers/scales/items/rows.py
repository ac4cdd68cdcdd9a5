"""Item-level long data: every answer classified at once, whatever the instrument.

A million rows hold a few hundred different combinations of form, item and answer, so each
combination is read once and the result is looked up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.scales.items.read import MISSING, Codes, Item, ItemsError, encode_value
from helpers.scales.registry import Instrument

FORM_KEYS = ("SUBJID", "VISIT", "QSDTC")
WHOLE_FORM = "ALL"
FOREIGN = 14
UNKNOWN_ITEM = 15


@dataclass(frozen=True)
class ItemRows:
    """Classified long data.

    Attributes
    ----------
    answers : per row, the number of its combination
    combinations : QSCAT, QSTESTCD, QSORRES of each combination
    table : per combination, an item code, or `UNKNOWN_ITEM`, or `FOREIGN` (no form of ours, or a
        row that stands for a whole form)
    """

    answers: NDArray[np.intp]
    combinations: list[tuple[Any, Any, Any]]
    table: Codes

    @property
    def codes(self) -> Codes:
        """Code of every row."""
        codes: Codes = self.table[self.answers]
        return codes


def classify_items(long: pd.DataFrame, instruments: Mapping[str, Instrument]) -> ItemRows:
    """Code of every row.

    Parameters
    ----------
    long : QSCAT, QSTESTCD, QSORRES (text; a number may have lost 1+)
    instruments : by QSCAT

    Raises
    ------
    ItemsError
        A column is lacking or QSORRES is numeric.
    """
    _check_long(long)
    parts = [pd.factorize(long[name]) for name in ("QSCAT", "QSTESTCD", "QSORRES")]
    width = [len(values) + 1 for _, values in parts]
    packed = np.zeros(len(long), dtype=np.int64)
    for (position, _), size in zip(parts, width, strict=True):
        packed = packed * size + position + 1
    answers, seen = pd.factorize(packed)
    combinations = [_unpack(int(value), parts, width) for value in seen]
    items = {qscat: {item.code: item for item in form.items} for qscat, form in instruments.items()}
    table = np.array([_classify(c, items) for c in combinations] or [FOREIGN], dtype=np.uint8)
    return ItemRows(answers, combinations, table)


def group_forms(long: pd.DataFrame, rows: NDArray[np.intp], form: Sequence[str]) -> Any:
    """Number of the form each of the rows belongs to, 0, 1, ... in order of appearance."""
    keys = [name for name in form if name in long.columns]
    if not keys:
        raise ItemsError(f"none of the columns that name a form is there: {', '.join(form)}")
    chosen = long[keys].iloc[rows]
    return chosen.groupby(keys, dropna=False, sort=False, observed=True).ngroup().to_numpy()


def spread_items(
    long: pd.DataFrame,
    classified: ItemRows,
    qscat: str,
    names: Sequence[str],
    form: Sequence[str],
) -> tuple[Codes, NDArray[np.intp]]:
    """Codes and row positions of a few items, one column per form.

    Returns
    -------
    Codes, shape (len(names), forms), `MISSING` where the form has no such row; row positions of
    the same shape, -1 there. Of two rows for one item the last counts.
    """
    place = {name: row for row, name in enumerate(names)}
    wanted = np.array(
        [place.get(item, -1) if cat == qscat else -1 for cat, item, _ in classified.combinations]
        or [-1]
    )[classified.answers]
    rows = np.flatnonzero(wanted >= 0)
    forms = group_forms(long, rows, form)
    shape = (len(names), int(forms.max(initial=-1)) + 1)
    codes = np.full(shape, MISSING, dtype=np.uint8)
    positions = np.full(shape, -1, dtype=np.intp)
    codes[wanted[rows], forms] = classified.codes[rows]
    positions[wanted[rows], forms] = rows
    return codes, positions


def _check_long(long: pd.DataFrame) -> None:
    lacking = [name for name in ("QSCAT", "QSTESTCD", "QSORRES") if name not in long.columns]
    if lacking:
        raise ItemsError(f"item rows lack column {', '.join(lacking)}")
    numeric = pd.api.types.is_numeric_dtype(long["QSORRES"].dtype)
    if numeric and long["QSORRES"].notna().any():
        raise ItemsError("QSORRES must be text: numbers may have lost the grade 1+")


def _unpack(packed: int, parts: list[Any], width: list[int]) -> tuple[Any, Any, Any]:
    found: list[Any] = []
    for (_, values), size in zip(reversed(parts), reversed(width), strict=True):
        packed, position = divmod(packed, size)
        found.append(values[position - 1] if position else None)
    return found[2], found[1], found[0]


def _classify(combination: tuple[Any, Any, Any], items: Mapping[str, Mapping[str, Item]]) -> int:
    qscat, code, raw = combination
    if qscat not in items or code == WHOLE_FORM:
        return FOREIGN
    if code not in items[qscat]:
        return UNKNOWN_ITEM
    return encode_value(raw, items[qscat][code])
