"""Descriptive numbers that do not depend on the order of the rows.

Source: Hyndman and Fan, Am Stat 1996;50:361 (type 7).
"""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from helpers.stats.balance.standardised_difference import (
    standardize_category_difference,
    standardize_mean_difference,
)
from helpers.stats.estimates import NAN
from helpers.stats.moments import compute_moments, select_observed

__all__ = [
    "compute_mean",
    "compute_quantile",
    "standardize_category_difference",
    "standardize_mean_difference",
    "summarize_values",
]

Values = Iterable[float]


def summarize_values(values: Values) -> dict[str, float]:
    """Describe numbers: n, mean, sd, median, q1, q3, min, max.

    Parameters
    ----------
    values : iterable of float
        Missing values (NaN, None) are left out and not counted.

    Returns
    -------
    dict
        Quartiles are of type 7 (linear between order statistics). Sums are correctly rounded,
        so the result is the same for every order of the rows. No values: NaN; one value: the
        standard deviation is NaN. Infinite values (a rank below all) leave the order
        statistics and make mean and standard deviation NaN.
    """
    x = select_observed(values)
    mean, variance = compute_moments(x)
    q1, median, q3 = (_interpolate(x, p) for p in (0.25, 0.5, 0.75))
    return {
        "n": x.size,
        "mean": mean,
        "sd": math.sqrt(variance),
        "median": median,
        "q1": q1,
        "q3": q3,
        "min": float(x[0]) if x.size else NAN,
        "max": float(x[-1]) if x.size else NAN,
    }


def compute_quantile(values: Values, p: float) -> float:
    """Return the type 7 quantile (Hyndman and Fan, Am Stat 1996;50:361); NaN without values."""
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"p must lie between 0 and 1, got {p!r}")
    return _interpolate(select_observed(values), p)


def _interpolate(x: NDArray[np.float64], p: float) -> float:
    """The quantile of sorted numbers."""
    if x.size == 0:
        return NAN
    position = (x.size - 1) * p
    index = math.floor(position)
    weight = position - index
    below = float(x[index])
    above = float(x[min(index + 1, x.size - 1)])
    if weight == 0.0 or below == above:
        return below
    return below + weight * (above - below)


def compute_mean(values: Values) -> float:
    """Return the mean of the observed values, correctly rounded sums; NaN without values."""
    return compute_moments(select_observed(values))[0]
