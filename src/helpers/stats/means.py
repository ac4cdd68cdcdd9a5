"""The mean of one group with its t interval.

Source: Student's t with n - 1 degrees of freedom.
"""

import math
from collections.abc import Iterable

from scipy.stats import t

from helpers.stats.estimates import Estimate, check_level, not_estimable
from helpers.stats.summaries import summarize_values

METHOD = "t_interval"


def estimate_mean(values: Iterable[float], *, level: float = 0.95) -> Estimate:
    """Estimate a mean with a two-sided interval from Student's t, n - 1 degrees of freedom.

    Parameters
    ----------
    values : iterable of float
        Missing values are left out.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        NaN with a note for fewer than two values; without spread limits are NaN: the data do not
        say how sure the mean is.

    Raises
    ------
    ValueError
        Level outside (0, 1).
    """
    check_level(level)
    summary = summarize_values(values)
    n, mean, sd = int(summary["n"]), summary["mean"], summary["sd"]
    if n < 2:
        return not_estimable(METHOD, level, "fewer than two values")
    if sd == 0.0:
        return Estimate(mean, math.nan, math.nan, level, METHOD, "all values are equal")
    half = float(t.isf((1.0 - level) / 2.0, n - 1)) * sd / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, level, METHOD)
