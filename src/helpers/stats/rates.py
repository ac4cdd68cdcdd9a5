"""Events per person-time, one group and two, with exact Poisson limits.

Source: Garwood, Biometrika 1936;28:437; Przyborowski and Wilenski, Biometrika 1940;31:313.
"""

import math

from scipy.stats import binomtest, chi2

from helpers.stats.estimates import NAN, Estimate, TestedEstimate, check_level
from helpers.stats.proportions.compare import estimate_proportion

_RATE = "exact_poisson"
_RATIO = "exact_conditional_binomial"


def estimate_rate(events: int, person_time: float, *, level: float = 0.95) -> Estimate:
    """Estimate a Poisson rate with exact limits (chi-square form; Garwood 1936).

    Parameters
    ----------
    events : int
        Number of events.
    person_time : float
        Time at risk, any unit; the rate is per that unit.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        NaN with a note when nobody was at risk.

    Raises
    ------
    ValueError
        Level outside (0, 1), events not a count, or time negative or not a number.
    """
    check_level(level)
    _check_rate(events, person_time)
    if person_time == 0:
        return Estimate(NAN, NAN, NAN, level, _RATE, "no time at risk")
    tail = (1.0 - level) / 2.0
    lower = 0.0 if events == 0 else float(chi2.ppf(tail, 2 * events)) / 2.0
    upper = float(chi2.isf(tail, 2 * events + 2)) / 2.0
    return Estimate(events / person_time, lower / person_time, upper / person_time, level, _RATE)


def compare_rates(e1: int, t1: float, e2: int, t2: float, *, level: float = 0.95) -> TestedEstimate:
    """Estimate the ratio of two Poisson rates, the second being the reference.

    Given the sum of events, the first count is binomial: Clopper-Pearson limits of its
    probability become limits of the ratio, and the p value is the exact binomial one
    (Przyborowski and Wilenski, Biometrika 1940;31:313).

    Parameters
    ----------
    e1, t1, e2, t2 : int, float, int, float
        Events and time at risk of the first and the second group.
    level : float
        Confidence level.

    Returns
    -------
    TestedEstimate
        No events in the reference: ratio and upper limit infinite. No events at all or no
        time at risk: NaN with a note.

    Raises
    ------
    ValueError
        Level outside (0, 1), events not a count, or time negative or not a number.
    """
    check_level(level)
    _check_rate(e1, t1)
    _check_rate(e2, t2)
    if t1 == 0 or t2 == 0:
        return TestedEstimate(NAN, NAN, NAN, level, _RATIO, "no time at risk in one group", NAN)
    if e1 + e2 == 0:
        return TestedEstimate(NAN, NAN, NAN, level, _RATIO, "no events", 1.0)
    share = estimate_proportion(e1, e1 + e2, level=level)
    p = float(binomtest(e1, e1 + e2, t1 / (t1 + t2)).pvalue)
    ratio, lower, upper = (
        math.inf if q == 1.0 else q / (1.0 - q) * t2 / t1
        for q in (share.estimate, share.lower, share.upper)
    )
    return TestedEstimate(ratio, lower, upper, level, _RATIO, "", min(p, 1.0))


def _check_rate(events: float, person_time: float) -> None:
    if not (float(events).is_integer() and events >= 0):
        raise ValueError(f"events must be a whole number of at least 0, got {events!r}")
    if not (math.isfinite(person_time) and person_time >= 0):
        raise ValueError(f"person-time must be finite and not negative, got {person_time!r}")
