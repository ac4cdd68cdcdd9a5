"""Text columns -> typed columns; what does not convert is said, never guessed.

Distinct values are converted once and spread over the rows: exports repeat themselves.
"""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.intake.missing_words import MISSING_WORDS, fold_words, is_missing
from helpers.intake.schema import Column

SENTINELS = frozenset({"-", "9999", "UNK"})
_MISSING = fold_words(MISSING_WORDS)
_PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2})?)?)?")
_INTEGER = re.compile(r"[+-]?\d{1,15}(\.0+)?")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
LARGEST = 1e15  # nothing measured is as large; 1e400 is no number at all
_FLAGS = frozenset({"Y", "N"})
DTYPES = {"int": "Int64", "num": "Float64", "date": "datetime64[s]", "dtm": "datetime64[s]"}


def convert_column(text: pd.Series, column: Column) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Typed values, and which cells hold a sentinel or do not convert.

    Parameters
    ----------
    text : object column of str and None.

    Returns
    -------
    values, sentinel, bad : columns of the same index; `values` is null where either is True.
    """
    codes, uniques = pd.factorize(text, use_na_sentinel=True)
    convert = _CONVERTERS.get(column.kind, _keep)
    sentinels = [stands_for_nothing(value) and value not in column.terms for value in uniques]
    converted = [
        None if hit else convert(value, column)
        for hit, value in zip(sentinels, uniques, strict=True)
    ]
    bad = [value is None and not hit for value, hit in zip(converted, sentinels, strict=True)]
    values = np.empty(len(converted) + 1, dtype=object)
    values[:-1] = converted  # the last is nothing, whose code is -1
    dtype = DTYPES.get(column.kind)
    typed = pd.Series(values).astype(dtype).array if dtype else values
    spread = pd.Series(typed.take(codes), index=text.index)
    return spread, _spread(sentinels, codes, text), _spread(bad, codes, text)


def _spread(flags: list[bool], codes: object, text: pd.Series) -> pd.Series:
    if not any(flags):
        return pd.Series(False, index=text.index)
    return pd.Series(flags, dtype=bool).reindex(codes, fill_value=False).set_axis(text.index)


def stands_for_nothing(text: str) -> bool:
    """Whether a cell holds a word, or only blanks, in place of nothing."""
    return text in SENTINELS or is_missing(text.strip(), _MISSING)


def is_value(text: str, column: Column) -> bool:
    """Whether a text is a value of a column: a code of its list, a number, a date as recorded."""
    return _CONVERTERS.get(column.kind, _keep)(text, column) is not None


def is_number(text: str) -> bool:
    """Whether a text is a decimal number as files may hold it."""
    return _NUMBER.fullmatch(text) is not None


def _keep(value: str, column: Column) -> str | None:
    return value


def _to_term(value: str, column: Column) -> str | None:
    return value if not column.terms or value in column.terms else None


def _to_flag(value: str, column: Column) -> str | None:
    return value if value in _FLAGS else None


def _to_int(value: str, column: Column) -> int | None:
    return int(float(value)) if _INTEGER.fullmatch(value) else None


def _to_num(value: str, column: Column) -> float | None:
    number = float(value) if _NUMBER.fullmatch(value) else LARGEST
    return number if abs(number) < LARGEST else None


def _to_partial(value: str, column: Column) -> str | None:
    if not _PARTIAL.fullmatch(value):
        return None
    filled = value + "0001-01-01T00:00"[len(value) :]
    return value if _parse(filled) is not None else None


def _to_date(value: str, column: Column) -> pd.Timestamp | None:
    return _parse(value + "T00:00") if len(value) == 10 else None


def _to_dtm(value: str, column: Column) -> pd.Timestamp | None:
    return _parse(value[:16]) if re.fullmatch(r".{16}(:\d{2})?", value) else None


def _parse(value: str) -> pd.Timestamp | None:
    if not _PARTIAL.fullmatch(value) or not "1900" <= value[:4] <= "2200":
        return None
    try:
        return pd.Timestamp(value)
    except ValueError:
        return None


_CONVERTERS: dict[str, Callable[[str, Column], object]] = {
    "ct": _to_term,
    "flag": _to_flag,
    "int": _to_int,
    "num": _to_num,
    "dtc": _to_partial,
    "date": _to_date,
    "dtm": _to_dtm,
}
