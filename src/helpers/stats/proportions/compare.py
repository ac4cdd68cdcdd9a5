"""One proportion and the difference of two, with intervals that hold in small samples.

Source: Clopper and Pearson, Biometrika 1934;26:404; Wilson, JASA 1927;22:209; Miettinen and
Nurminen, Stat Med 1985;4:213; Newcombe, Stat Med 1998;17:873.
"""

import math

from scipy.stats import beta, norm

from helpers.stats.estimates import Estimate, check_count, check_level, not_estimable
from helpers.stats.proportions.miettinen_nurminen import miettinen_nurminen_limits


def estimate_proportion(
    x: int, n: int, *, level: float = 0.95, method: str = "clopper_pearson"
) -> Estimate:
    """Estimate a proportion with a two-sided interval.

    Parameters
    ----------
    x, n : int
        Participants with the event, participants.
    level : float
        Confidence level.
    method : str
        ``clopper_pearson`` (exact, from beta quantiles; Biometrika 1934;26:404) or
        ``wilson`` (score; JASA 1927;22:209).

    Returns
    -------
    Estimate
        As proportions. NaN with a note when ``n`` is 0.

    Raises
    ------
    ValueError
        Unknown method, level outside (0, 1), or not ``0 <= x <= n`` in whole numbers.
    """
    if method not in _ONE_SAMPLE:
        raise ValueError(f"method {method!r} is not one of {', '.join(_ONE_SAMPLE)}")
    check_level(level)
    x, n = check_count(x, n)
    if n == 0:
        return not_estimable(method, level, "no participants")
    lower, upper = _ONE_SAMPLE[method](x, n, level)
    return Estimate(x / n, lower, upper, level, method)


def compare_proportions(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    *,
    level: float = 0.95,
    method: str = "miettinen_nurminen",
) -> Estimate:
    """Estimate the difference ``x1/n1 - x2/n2`` with a two-sided interval.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Participants with the event and participants, in the first and the second group.
    level : float
        Confidence level.
    method : str
        ``miettinen_nurminen`` (score with the factor N/(N-1); Stat Med 1985;4:213) or
        ``newcombe`` (hybrid of two Wilson intervals, method 10; Stat Med 1998;17:873).

    Returns
    -------
    Estimate
        As a difference of proportions. NaN with a note when a group is empty. Exchanging
        the groups mirrors it exactly.

    Raises
    ------
    ValueError
        Unknown method, level outside (0, 1), or counts that are no counts.
    """
    if method not in _TWO_SAMPLE:
        raise ValueError(f"method {method!r} is not one of {', '.join(_TWO_SAMPLE)}")
    check_level(level)
    x1, n1 = check_count(x1, n1)
    x2, n2 = check_count(x2, n2)
    if n1 == 0 or n2 == 0:
        return not_estimable(method, level, "no participants in one group")
    if (x1 * n2, n1) < (x2 * n1, n2):  # one orientation only, so that mirroring is exact
        return compare_proportions(x2, n2, x1, n1, level=level, method=method).mirrored()
    lower, upper = _TWO_SAMPLE[method](x1, n1, x2, n2, level)
    return Estimate(x1 / n1 - x2 / n2, lower, upper, level, method)


def _clopper_pearson_limits(x: int, n: int, level: float) -> tuple[float, float]:
    tail = (1.0 - level) / 2.0
    lower = 0.0 if x == 0 else float(beta.ppf(tail, x, n - x + 1))
    upper = 1.0 if x == n else float(beta.isf(tail, x + 1, n - x))
    return lower, upper


def _wilson_limits(x: int, n: int, level: float) -> tuple[float, float]:
    z2 = float(norm.isf((1.0 - level) / 2.0)) ** 2
    centre = (x + z2 / 2.0) / (n + z2)
    half = math.sqrt(z2 * (x * (n - x) / n + z2 / 4.0)) / (n + z2)
    return (0.0 if x == 0 else centre - half), (1.0 if x == n else centre + half)


def _newcombe_limits(x1: int, n1: int, x2: int, n2: int, level: float) -> tuple[float, float]:
    p1, p2 = x1 / n1, x2 / n2
    lower1, upper1 = _wilson_limits(x1, n1, level)
    lower2, upper2 = _wilson_limits(x2, n2, level)
    difference = p1 - p2
    return (
        difference - math.hypot(p1 - lower1, upper2 - p2),
        difference + math.hypot(upper1 - p1, p2 - lower2),
    )


_ONE_SAMPLE = {"clopper_pearson": _clopper_pearson_limits, "wilson": _wilson_limits}
_TWO_SAMPLE = {
    "miettinen_nurminen": miettinen_nurminen_limits,
    "newcombe": _newcombe_limits,
}
