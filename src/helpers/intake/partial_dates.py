"""Partial ISO 8601 dates: which moments a text like `2021-03` can mean.

`dtc` columns keep the recorded text; `date` and `dtm` columns are already datetime64. Every
function here takes either and works on distinct values, since exports repeat themselves.
"""

from calendar import monthrange
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

PRECISIONS = {4: "Y", 7: "M", 10: "D", 16: "T"}
_EARLIEST = "0001-01-01T00:00"


def earliest_date(text: "pd.Series[Any]") -> "pd.Series[pd.Timestamp]":
    """First day that each value can mean, at midnight.

    Parameters
    ----------
    text : partial ISO texts (`YYYY` to `YYYY-MM-DDThh:mm`) and nulls, or datetime64.

    Returns
    -------
    datetime64[s] column of the same index; NaT where the value is null.
    """
    return _map_distinct(text, _first_day)


def latest_date(text: "pd.Series[Any]") -> "pd.Series[pd.Timestamp]":
    """Last day that each value can mean, at midnight; arguments as `earliest_date`."""
    return _map_distinct(text, _last_day)


def parse_datetime(text: "pd.Series[Any]") -> "pd.Series[pd.Timestamp]":
    """Date and time where both are recorded, else NaT; arguments as `earliest_date`."""
    if pd.api.types.is_datetime64_any_dtype(text):
        return text.astype("datetime64[s]")
    return _map_distinct(text, lambda value: value if len(value) == 16 else "NaT")


def has_time(text: "pd.Series[Any]") -> "pd.Series[bool]":
    """Whether a time of day is recorded.

    A datetime64 column cannot say; it counts as timed where it is not null, so ask only for
    `dtm` columns.
    """
    if pd.api.types.is_datetime64_any_dtype(text):
        return text.notna()
    return describe_precision(text) == "T"


def describe_precision(text: "pd.Series[Any]") -> "pd.Series[Any]":
    """How much of each partial date text is recorded: Y, M, D, T (with time), null for nothing."""
    lengths = text.map(len, na_action="ignore")
    return lengths.map(PRECISIONS).astype(object).where(text.notna(), None)


def _map_distinct(
    text: "pd.Series[Any]", complete: Callable[[str], str]
) -> "pd.Series[pd.Timestamp]":
    if pd.api.types.is_datetime64_any_dtype(text):
        return text.dt.normalize().astype("datetime64[s]")
    codes, uniques = pd.factorize(text, use_na_sentinel=True)
    whole = [*(complete(value) for value in uniques), "NaT"]  # the last for nothing, code -1
    return pd.Series(np.array(whole, dtype="datetime64[s]")[codes], index=text.index)


def _first_day(value: str) -> str:
    return (value + _EARLIEST[len(value) :])[:10]


def _last_day(value: str) -> str:
    if len(value) == 4:
        return f"{value}-12-31"
    if len(value) == 7:
        return f"{value}-{monthrange(int(value[:4]), int(value[5:]))[1]}"
    return value[:10]
