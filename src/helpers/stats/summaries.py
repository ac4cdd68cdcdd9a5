"""Descriptive numbers that do not depend on the order of the rows."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from helpers.stats.estimates import NAN

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
    x = _observed(values)
    mean, variance = _moments(x)
    q1, median, q3 = (compute_quantile(x, p) for p in (0.25, 0.5, 0.75))
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
    x = _observed(values)
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
    return _moments(_observed(values))[0]


def standardize_mean_difference(a: Values, b: Values) -> float:
    """Return (mean a - mean b) / sqrt((var a + var b) / 2).

    NaN where a group has fewer than two values or neither varies (Austin, Commun Stat 2009;38:
    1228).
    """
    mean_a, variance_a = _moments(_observed(a))
    mean_b, variance_b = _moments(_observed(b))
    pooled = (variance_a + variance_b) / 2.0
    return (mean_a - mean_b) / math.sqrt(pooled) if pooled > 0.0 else NAN


def standardize_category_difference(
    a: Mapping[str, int] | Iterable[int], b: Mapping[str, int] | Iterable[int]
) -> float:
    """Return the standardised difference of two categorical distributions.

    Parameters
    ----------
    a, b : mapping of category to count, or counts in the same order
        A category missing from a mapping counts 0.

    Returns
    -------
    float
        Never negative: the Mahalanobis distance of the two vectors of proportions, first
        category left out, with the mean of the two multinomial covariances (Yang and Dalton,
        SAS Global Forum 2012, paper 335). NaN where a group is empty, infinite where a group
        has categories that rule out the other.
    """
    counts = _category_counts(a, b)
    counts = counts[:, counts.sum(axis=0) > 0]
    totals = counts.sum(axis=1, keepdims=True)
    if np.any(totals == 0) or counts.shape[1] == 0:
        return NAN
    first, second = (counts / totals)[:, 1:]
    if np.array_equal(counts[0] * totals[1], counts[1] * totals[0]):
        return 0.0
    covariance = (_multinomial(first) + _multinomial(second)) / 2.0
    difference = first - second
    direction, _, rank, _ = np.linalg.lstsq(covariance, difference, rcond=1e-12)
    residual = covariance @ direction - difference
    if rank < len(difference) and float(np.max(np.abs(residual))) > 1e-9:
        return math.inf
    return math.sqrt(max(float(difference @ direction), 0.0))


def _observed(values: Values) -> NDArray[np.float64]:
    x = np.asarray([NAN if v is None else v for v in values], dtype=np.float64)
    return np.sort(x[~np.isnan(x)])


def _moments(x: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and variance of sorted values; equal values have a variance of exactly 0."""
    n = x.size
    if n == 0 or not np.all(np.isfinite(x)):
        return NAN, NAN
    mean = float(x[0]) if x[0] == x[-1] else math.fsum(x) / n
    if n < 2:
        return mean, NAN
    residual = x - mean
    correction = math.fsum(residual) ** 2 / n
    return mean, max(math.fsum(residual**2) - correction, 0.0) / (n - 1)


def _multinomial(p: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.diag(p) - np.outer(p, p)


def _category_counts(
    a: Mapping[str, int] | Iterable[int], b: Mapping[str, int] | Iterable[int]
) -> NDArray[np.float64]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        names = sorted(set(a) | set(b), key=str)
        return np.array([[a.get(k, 0) for k in names], [b.get(k, 0) for k in names]], dtype=float)
    if isinstance(a, Mapping) or isinstance(b, Mapping):
        raise ValueError("give both groups as mappings or both as counts in the same order")
    return np.array([list(a), list(b)], dtype=float)
