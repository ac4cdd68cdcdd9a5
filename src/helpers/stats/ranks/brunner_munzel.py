"""Brunner and Munzel's relative effect: how often one group exceeds the other.

Source: Brunner and Munzel, Biometrical J 2000;42:17.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata, t

from helpers.stats.estimates import NAN, TestedEstimate

Floats = NDArray[np.float64]

_METHOD = "brunner_munzel_logit"


def estimate_relative_effect(a: Floats, b: Floats, *, level: float = 0.95) -> TestedEstimate:
    """Estimate P(a > b) + P(a = b) / 2 without assuming equal variances.

    Parameters
    ----------
    a, b : array of float
        Observed values; infinite values rank beyond all others.
    level : float
        Confidence level.

    Returns
    -------
    TestedEstimate
        Limits on the logit scale with Satterthwaite's degrees of freedom, p of the t test on
        the plain scale (Brunner and Munzel, Biometrical J 2000;42:17). Limits and p are NaN with
        a note where groups are completely separated, do not vary, or have fewer than two values.
    """
    if a.size == 0 or b.size == 0:
        return TestedEstimate(NAN, NAN, NAN, level, _METHOD, "no values in one group", NAN)
    # share of the other group below each value, ties half
    pooled = rankdata(np.concatenate([a, b]))
    below_a = (pooled[: a.size] - rankdata(a)) / b.size
    below_b = (pooled[a.size :] - rankdata(b)) / a.size
    effect = math.fsum(below_a) / a.size
    if min(a.size, b.size) < 2:
        return TestedEstimate(effect, NAN, NAN, level, _METHOD, "fewer than two values", NAN)
    parts = [_variance(below) / below.size for below in (below_a, below_b)]
    variance = sum(parts)
    if variance <= 0.0 or not 0.0 < effect < 1.0:
        separated = effect in (0.0, 1.0)
        note = "groups completely separated" if separated else "ranks do not vary"
        return TestedEstimate(effect, NAN, NAN, level, _METHOD, note, NAN)
    df = variance**2 / (parts[0] ** 2 / (a.size - 1) + parts[1] ** 2 / (b.size - 1))
    se = math.sqrt(variance)
    half = float(t.isf((1.0 - level) / 2.0, df)) * se / (effect * (1.0 - effect))
    centre = math.log(effect / (1.0 - effect))
    lower, upper = (1.0 / (1.0 + math.exp(-(centre + s * half))) for s in (-1.0, 1.0))
    p = 2.0 * float(t.sf(abs(effect - 0.5) / se, df))
    return TestedEstimate(effect, lower, upper, level, _METHOD, "", p)


def _variance(values: Floats) -> float:
    centred = values - math.fsum(values) / values.size
    return math.fsum(centred**2) / (values.size - 1)
