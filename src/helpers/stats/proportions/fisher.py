"""Fisher's exact test of a two by two table, with the conditional odds ratio.

Source: Fisher, J R Stat Soc 1935;98:39.
"""

import math

import numpy as np
from scipy.stats import fisher_exact
from scipy.stats.contingency import odds_ratio

from helpers.stats.estimates import NAN, TestedEstimate, check_count, check_level

_METHOD = "fisher_exact"


def compare_odds(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> TestedEstimate:
    """Estimate the odds ratio of the first over the second group, given the margins.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Participants with the event and participants, in the first and the second group.
    level : float
        Confidence level.

    Returns
    -------
    TestedEstimate
        Conditional maximum likelihood odds ratio (may be 0 or infinite), exact limits with
        equal tails, and the two-sided p value that sums all tables at most as likely as the
        observed one. A margin of 0 leaves no information: NaN with a note and p = 1.

    Raises
    ------
    ValueError
        Level outside (0, 1) or counts that are no counts.
    """
    check_level(level)
    x1, n1 = check_count(x1, n1)
    x2, n2 = check_count(x2, n2)
    if n1 == 0 or n2 == 0:
        return TestedEstimate(NAN, NAN, NAN, level, _METHOD, "no participants in one group", NAN)
    if x1 + x2 in (0, n1 + n2):
        note = "no events" if x1 + x2 == 0 else "only events"
        return TestedEstimate(NAN, NAN, NAN, level, _METHOD, note, 1.0)
    table = np.array([[x1, n1 - x1], [x2, n2 - x2]])
    p = min(float(fisher_exact(table)[1]), 1.0)
    result = odds_ratio(table, kind="conditional")
    limits = result.confidence_interval(level)
    upper = math.inf if x1 == n1 or x2 == 0 else float(limits.high)
    return TestedEstimate(float(result.statistic), float(limits.low), upper, level, _METHOD, "", p)
