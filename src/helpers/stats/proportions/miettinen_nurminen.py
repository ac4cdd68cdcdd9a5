"""Miettinen and Nurminen's score limits of a difference of two proportions.

Source: Miettinen and Nurminen, Stat Med 1985;4:213.
"""

import math

from scipy.optimize import brentq
from scipy.stats import norm

_INSIDE = 1e-12  # far below the width of any interval, far above rounding


def miettinen_nurminen_limits(
    x1: int, n1: int, x2: int, n2: int, level: float
) -> tuple[float, float]:
    """Return the differences at which the score test is just not significant.

    The variance under a difference ``d`` uses the maximum likelihood proportions restricted
    to that difference and the factor N/(N-1) (Stat Med 1985;4:213-226).

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Counts, both groups not empty.
    level : float
        Confidence level.

    Returns
    -------
    tuple of float
        Lower and upper limit of ``p1 - p2``, each to about 1e-14.
    """
    z2 = float(norm.isf((1.0 - level) / 2.0)) ** 2
    estimate = x1 / n1 - x2 / n2

    def excess(difference: float) -> float:
        # positive where the difference is rejected; no division, so no pole at the estimate
        variance = score_variance(difference, x1, n1, x2, n2)
        return (estimate - difference) ** 2 - z2 * variance

    lower, upper = -1.0, 1.0
    if estimate > -1.0:
        lower = brentq(excess, -1.0, estimate - _INSIDE, xtol=1e-15, rtol=1e-15)
    if estimate < 1.0:
        upper = brentq(excess, estimate + _INSIDE, 1.0, xtol=1e-15, rtol=1e-15)
    return float(lower), float(upper)


def score_variance(difference: float, x1: int, n1: int, x2: int, n2: int) -> float:
    """Return the variance of the observed difference when the true one is ``difference``."""
    p2 = restricted_proportion(difference, x1, n1, x2, n2)
    p1 = min(max(p2 + difference, 0.0), 1.0)
    total = n1 + n2
    return (p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2) * total / (total - 1.0)


def restricted_proportion(difference: float, x1: int, n1: int, x2: int, n2: int) -> float:
    """Return the maximum likelihood ``p2`` under ``p1 = p2 + difference``.

    The log-likelihood is concave in ``p2``: its slope is followed to zero by Newton steps kept
    inside a shrinking bracket. The closed form by a cubic loses half the digits where roots
    meet, which is where counts are 0 or n.
    """
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
    if high <= low or _slope(low, difference, x1, n1, x2, n2)[0] <= 0.0:
        return low
    if _slope(high, difference, x1, n1, x2, n2)[0] >= 0.0:
        return high
    p = (low + high) / 2.0
    for _ in range(200):
        slope, curvature = _slope(p, difference, x1, n1, x2, n2)
        low, high = (p, high) if slope > 0.0 else (low, p)
        newton = p - slope / curvature
        following = newton if low <= newton <= high else (low + high) / 2.0
        if abs(following - p) <= 4e-16:
            return following
        p = following
    return p


def _slope(p2: float, difference: float, x1: int, n1: int, x2: int, n2: int) -> tuple[float, float]:
    """First and second derivative of the log-likelihood in ``p2``; infinite at a boundary."""
    p1 = p2 + difference
    slope = curvature = 0.0
    for count, distance, sign in (
        (x1, p1, 1.0),
        (n1 - x1, 1.0 - p1, -1.0),
        (x2, p2, 1.0),
        (n2 - x2, 1.0 - p2, -1.0),
    ):
        if count == 0:
            continue
        if distance <= 0.0:
            return sign * math.inf, -math.inf
        slope += sign * count / distance
        curvature -= count / distance / distance
    return slope, curvature
