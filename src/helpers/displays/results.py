"""Numbers of the reports: one tidy row each, full precision; every shown number is one of them."""

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

COLUMNS = (
    "report",
    "display",
    "population",
    "arm",
    "parameter",
    "visit",
    "category",
    "statistic",
    "value",
    "method",
)
_COUNTS = "n N pct events person_years days count fraction evaluable alert_at bound"
_SUMMARIES = "mean sd median q1 q3 min max floor_pct ceiling_pct correlation"
_ESTIMATES = "estimate se df t lower upper p p_adjusted rate ratio shift effect difference"
_MONITOR = "posterior_mean prob_above"
STATISTICS = frozenset(f"{_COUNTS} {_SUMMARIES} {_ESTIMATES} {_MONITOR}".split(" "))


class Key(NamedTuple):
    """What a number is about; the same five names as in results.csv."""

    population: str = ""
    arm: str = ""
    parameter: str = ""
    visit: str = ""
    category: str = ""


class Result(NamedTuple):
    """One number."""

    key: Key
    statistic: str
    value: float
    method: str = ""


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
    rows = [(*result.key, result.statistic, result.value, result.method) for result in results]
    return pd.DataFrame(rows, columns=list(COLUMNS[2:]))
