"""A two-sided p value as the standard normal statistic that has it.

Source: inverse of the standard normal distribution function.
"""

import math

from scipy.stats import norm

_LARGEST = 38.0  # beyond it a normal tail is 0 in double precision


def find_equivalent_z(p: float, effect: float) -> float:
    """Return the z with this two-sided p value and the sign of `effect`.

    Parameters
    ----------
    p : float
        Two-sided p value, adjusted or not; NaN gives NaN.
    effect : float
        Anything with the direction of the difference, positive for benefit; 0 gives 0.
    """
    if math.isnan(p) or math.isnan(effect):
        return math.nan
    size = min(float(norm.isf(p / 2.0)), _LARGEST)
    return 0.0 if effect == 0.0 else math.copysign(size, effect)
