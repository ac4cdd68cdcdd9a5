"""How far apart two groups are at baseline, in standard deviations.

Source: Austin, Stat Med 2009;28:3083; categories by Yang and Dalton, SAS Global Forum 2012, 335.
"""

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from helpers.stats.estimates import NAN
from helpers.stats.moments import compute_moments, select_observed

Values = Iterable[float]


def standardize_mean_difference(a: Values, b: Values) -> float:
    """Return (mean a - mean b) / sqrt((var a + var b) / 2).

    NaN where a group has fewer than two values or neither varies (Austin, Commun Stat 2009;38:
    1228).
    """
    mean_a, variance_a = compute_moments(select_observed(a))
    mean_b, variance_b = compute_moments(select_observed(b))
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
