"""What a trial of a given size can and cannot find.

Source: noncentral t distribution; Dunnett, JASA 1955;50:1096; binomial distribution.
"""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.stats import nct, norm, t

from helpers.stats.multiplicity.dunnett import dunnett_critical
from helpers.stats.multiplicity.family_rule import DUNNETT, FamilyRule

NEGLIGIBLE = 1e-8


def compute_power(
    effect: float,
    n_per_arm: int,
    *,
    alpha: float = 0.05,
    correlation: float = 0.0,
    contrasts: int = 1,
    rule: FamilyRule = DUNNETT,
) -> float:
    """Return the power of a t test of two equal arms, for an effect that is a benefit.

    Parameters
    ----------
    effect : float
        Difference of means in standard deviations.
    n_per_arm : int
        Participants per arm, at least 2.
    alpha : float
        Level of the family, over the sides of the rule.
    correlation : float
        With a covariate so correlated the standard deviation shrinks by sqrt(1 - r^2).
    contrasts : int
        Arms compared with one control. From two on the test is of one of them, with the standard
        deviation pooled over every arm.
    rule : FamilyRule
        Sides, and how the contrasts are adjusted: by Dunnett; by Hochberg, where the least is
        given, that of Bonferroni, which holds whatever the other contrasts show; not at all.

    Returns
    -------
    float
        From the noncentral t distribution, both tails where the test is two-sided.
    """
    if n_per_arm < 2 or not 0.0 < alpha < 1.0 or not -1.0 < correlation < 1.0 or contrasts < 1:
        raise ValueError(f"unusable design: {n_per_arm=}, {alpha=}, {correlation=}, {contrasts=}")
    df = (contrasts + 1) * (n_per_arm - 1)
    shift = effect / math.sqrt(1.0 - correlation**2) * math.sqrt(n_per_arm / 2.0)
    critical = _find_critical(alpha, df, contrasts, rule)
    upper = float(nct.sf(critical, df, shift))
    return upper if rule.sides == 1 else upper + _compute_far_tail(-critical, df, shift)


def _compute_far_tail(critical: float, df: int, shift: float) -> float:
    """Chance to be significant on the other side than the effect.

    scipy has no number far out there, where it is below norm.sf(shift), less than 1e-8.
    """
    found = float(nct.cdf(critical, df, shift))
    return 0.0 if math.isnan(found) and norm.sf(shift) < NEGLIGIBLE else found


def _find_critical(alpha: float, df: int, contrasts: int, rule: FamilyRule) -> float:
    """The size of t that is significant; of equal arms contrasts with one control correlate 0.5."""
    if contrasts == 1 or rule.method != "dunnett":
        share = contrasts if rule.method == "hochberg" else 1
        return float(t.isf(alpha / rule.sides / share, df))
    return dunnett_critical(1.0 - alpha, df, (1.0 + np.eye(contrasts)) / 2.0, sides=rule.sides)


def compute_detectable_effect(
    n_per_arm: int,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    correlation: float = 0.0,
    contrasts: int = 1,
    rule: FamilyRule = DUNNETT,
) -> float:
    """Return the difference in standard deviations that is found with the given power."""
    if not alpha < power < 1.0:
        raise ValueError(f"power must lie between alpha and 1, got {power!r}")

    def lacking(effect: float) -> float:
        found = compute_power(
            effect, n_per_arm, alpha=alpha, correlation=correlation, contrasts=contrasts, rule=rule
        )
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
