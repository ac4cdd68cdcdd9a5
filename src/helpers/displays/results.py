"""Numbers of the reports: one tidy row each, full precision; every shown number is one of them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

from helpers.displays.vocabulary import STATISTICS

COLUMNS = (
    "report",
    "display",
    "population",
    "subgroup",
    "arm",
    "contrast",
    "parameter",
    "visit",
    "category",
    "statistic",
    "value",
    "method",
)

WHOLE_EXPORT = "EXPORT"  # population of the numbers of an export as a whole


class Key(NamedTuple):
    """What a number is about; its fields are columns of results.csv.

    `contrast` (`A - B`) stands instead of an arm; `subgroup` is empty for everybody.
    """

    population: str = ""
    arm: str = ""
    parameter: str = ""
    visit: str = ""
    category: str = ""
    contrast: str = ""
    subgroup: str = ""


KEY_COLUMNS = COLUMNS[2:9]


class Result(NamedTuple):
    """One number."""

    key: Key
    statistic: str
    value: float
    method: str = ""


def write_row(result: Result) -> list[str]:
    """A result as the columns of results.csv from `population` on."""
    key = [getattr(result.key, name) for name in KEY_COLUMNS]
    return [*key, result.statistic, format_value(result.value), result.method]


def read_row(row: Sequence[str]) -> Result:
    """The result that `write_row` wrote."""
    *key, statistic, value, method = map(str, row)
    named = Key(**dict(zip(KEY_COLUMNS, key, strict=True)))
    return Result(named, statistic, float(value or math.nan), method)


def rows_of(key: Key, values: Mapping[str, float], method: str = "") -> list[Result]:
    """One result per statistic of `values`."""
    return [Result(key, statistic, float(value), method) for statistic, value in values.items()]


def index_results(results: Iterable[Result]) -> dict[Key, dict[str, float]]:
    """Statistics by key.

    Raises
    ------
    ValueError
        If a statistic is outside the vocabulary, or stands twice under one key.
    """
    index: dict[Key, dict[str, float]] = {}
    for result in results:
        if result.statistic not in STATISTICS:
            raise ValueError(f"{result.statistic!r} is not in the vocabulary of statistics")
        known = index.setdefault(result.key, {})
        if result.statistic in known:
            raise ValueError(f"{result.statistic} of {result.key} is given twice")
        known[result.statistic] = result.value
    return index


def format_value(value: float) -> str:
    """A number for results.csv: decimal, 12 significant digits; empty where not estimable."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    # through Decimal: a float written with fixed places shows digits that it does not have
    text = f"{Decimal(f'{value:.12g}'):f}"
    shortest = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if shortest == "-0" else shortest


def frame_of(results: Iterable[Result]) -> pd.DataFrame:
    """Results as a frame, for analysts: one row per number."""
    rows = [
        (*(getattr(r.key, name) for name in KEY_COLUMNS), r.statistic, r.value, r.method)
        for r in results
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS[2:]))
