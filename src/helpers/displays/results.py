"""Numbers of the reports: one tidy row each, full precision; every shown number is one of them."""

import math
from collections.abc import Iterable, Mapping
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
STATISTICS = frozenset(
    [
        "n",
        "N",
        "pct",
        "mean",
        "sd",
        "median",
        "q1",
        "q3",
        "min",
        "max",
        "estimate",
        "se",
        "df",
        "t",
        "lower",
        "upper",
        "p",
        "p_adjusted",
        "rate",
        "ratio",
        "events",
        "person_years",
        "days",
        "shift",
        "effect",
        "floor_pct",
        "ceiling_pct",
        "correlation",
        "difference",
        "evaluable",
        "posterior_mean",
        "prob_above",
        "alert_at",
        "bound",
        "count",
        "fraction",
    ]
)


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
    rounded = float(f"{value:.12g}")
    if rounded == int(rounded) and abs(rounded) < 1e15:
        return str(int(rounded))
    text = f"{rounded:.12g}"
    return text if "e" not in text else f"{rounded:.20f}".rstrip("0")


def frame_of(results: Iterable[Result]) -> pd.DataFrame:
    """Results as a frame, for analysts: one row per number."""
    rows = [(*result.key, result.statistic, result.value, result.method) for result in results]
    return pd.DataFrame(rows, columns=list(COLUMNS[2:]))
