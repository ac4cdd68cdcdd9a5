"""The chance of success at the end, given what is known now.

Source: Lan and Wittes, Biometrics 1988;44:579.
"""

import math
from dataclasses import dataclass

from scipy.special import ndtr

from helpers.stats.estimates import NAN, Row


@dataclass(frozen=True)
class ConditionalPower(Row):
    """Chance to end at or above the bound.

    Under the current ``trend``, under no effect (``null``), under the drift of the ``design``, and
    averaged over what is plausible now (``predictive``, flat prior).
    """

    trend: float
    null: float
    design: float
    predictive: float
    method: str = "brownian_motion"
    note: str = ""


def conditional_power(
    z: float, t: float, bound: float, *, drift: float = 2.8016
) -> ConditionalPower:
    """Compute conditional and predictive power of one contrast.

    Parameters
    ----------
    z : float
        Test statistic now, positive for benefit.
    t : float
        Information now as a share of the final one.
    bound : float
        z bound of the final look.
    drift : float
        Mean of Z at the end that the trial was planned for; 2.8016 is 80 % power at two-sided
        5 %.

    Returns
    -------
    ConditionalPower
        With B = z sqrt(t): Phi((B + theta (1 - t) - bound)/sqrt(1 - t)) for theta = B/t, 0 and
        ``drift`` (Lan and Wittes, Biometrics 1988;44:579); predictive
        Phi((z - bound sqrt(t))/sqrt(1 - t)). NaN with a note at t = 0 and t = 1, or without z.
    """
    if not 0.0 < t < 1.0 or math.isnan(z) or math.isnan(bound):
        note = "no statistic" if 0.0 < t < 1.0 else "needs some information and some to come"
        return ConditionalPower(NAN, NAN, NAN, NAN, note=note)
    score, rest = z * math.sqrt(t), 1.0 - t

    def power(theta: float) -> float:
        return float(ndtr((score + theta * rest - bound) / math.sqrt(rest)))

    predictive = float(ndtr((z - bound * math.sqrt(t)) / math.sqrt(rest)))
    return ConditionalPower(power(score / t), power(0.0), power(drift), predictive)
