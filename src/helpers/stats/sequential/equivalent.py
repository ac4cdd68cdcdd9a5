"""A p value as the standard normal statistic that has it.

Source: inverse of the standard normal distribution function.
"""

import math

from scipy.stats import norm

_LARGEST = 38.0  # beyond it a normal tail is 0 in double precision


def find_equivalent_z(p: float, effect: float, *, sides: int = 2) -> float:
    """Return the z with this p value, two-sided with the sign of `effect`.

    Parameters
    ----------
    p : float
        P value, adjusted or not; NaN gives NaN.
    effect : float
        Anything with the direction of the difference, positive for benefit; 0 gives 0.
    sides : int
        1: a one-sided p value, small for benefit, says the direction itself: above 0.5 z is
        negative.
    """
    if math.isnan(p) or math.isnan(effect):
        return math.nan
    if sides == 1:
        return max(min(float(norm.isf(p)), _LARGEST), -_LARGEST)
    size = min(float(norm.isf(p / 2.0)), _LARGEST)
    return 0.0 if effect == 0.0 else math.copysign(size, effect)
