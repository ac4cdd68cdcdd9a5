"""What a trial of a given size can and cannot find.

Source: noncentral t distribution; binomial distribution.
"""

import math

from scipy.optimize import brentq
from scipy.stats import nct, t


def compute_power(
    effect: float, n_per_arm: int, *, alpha: float = 0.05, correlation: float = 0.0
) -> float:
    """Return the power of a two-sided t test of two equal arms.

    Parameters
    ----------
    effect : float
        Difference of means in standard deviations.
    n_per_arm : int
        Participants per arm, at least 2.
    alpha : float
        Two-sided level.
    correlation : float
        With a covariate so correlated the standard deviation shrinks by sqrt(1 - r^2).

    Returns
    -------
    float
        From the noncentral t distribution, both tails.
    """
    if n_per_arm < 2 or not 0.0 < alpha < 1.0 or not -1.0 < correlation < 1.0:
        raise ValueError(f"unusable design: {n_per_arm=}, {alpha=}, {correlation=}")
    df = 2 * n_per_arm - 2
    shift = effect / math.sqrt(1.0 - correlation**2) * math.sqrt(n_per_arm / 2.0)
    critical = float(t.isf(alpha / 2.0, df))
    return float(nct.sf(critical, df, shift) + nct.cdf(-critical, df, shift))


def compute_detectable_effect(
    n_per_arm: int, *, power: float = 0.8, alpha: float = 0.05, correlation: float = 0.0
) -> float:
    """Return the difference in standard deviations that is found with the given power."""
    if not alpha < power < 1.0:
        raise ValueError(f"power must lie between alpha and 1, got {power!r}")

    def lacking(effect: float) -> float:
        found = compute_power(effect, n_per_arm, alpha=alpha, correlation=correlation)
        return found - power

    largest = 1.0
    while lacking(largest) < 0.0:
        largest *= 2.0
    return float(brentq(lacking, 0.0, largest, xtol=1e-12))


def compute_chance_of_no_event(rate: float, n: int) -> float:
    """Return the probability that an event of this rate is seen in none of ``n`` participants."""
    if not 0.0 <= rate <= 1.0 or n < 0:
        raise ValueError(f"unusable: {rate=}, {n=}")
    return float((1.0 - rate) ** n)
