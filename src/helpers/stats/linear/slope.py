"""Slope of a response on one number at the same value of another.

Source: ordinary least squares, e.g. Seber and Lee, Linear Regression Analysis (2003), chapters 3
and 5.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from helpers.stats.estimates import NAN, Estimate, check_level
from helpers.stats.linear.least_squares import fit_least_squares

METHOD = "least_squares"


@dataclass(frozen=True)
class Slope(Estimate):
    """A slope with its standard error and degrees of freedom; NaN where not estimable."""

    se: float = NAN
    df: float = NAN


def estimate_slope(
    response: ArrayLike, number: ArrayLike, adjusted_for: ArrayLike, *, level: float = 0.95
) -> Slope:
    """Fit response = intercept + slope x number + coefficient x adjusted_for; t limits.

    Parameters
    ----------
    response, number, adjusted_for : (n,) float
        Without missing values.
    level : float
        Confidence level.

    Returns
    -------
    Slope
        NaN throughout, with the reason, where the number does not vary beyond the other one, or
        no degree of freedom or no residual variation is left.
    """
    check_level(level)
    y, x, z = (np.asarray(one, dtype=np.float64) for one in (response, number, adjusted_for))
    if len(y) == 0 or np.ptp(x) == 0:
        return _nothing(level, "the number does not vary" if len(y) else "no value")
    order = np.lexsort([y, x, z])  # so that the order of the values cannot change a bit
    # the slope last: it is aliased, and not the adjustment, where it adds nothing
    design = np.column_stack([np.ones(len(y)), z - z.mean(), x - x.mean()])[order]
    fit = fit_least_squares(design, y[order])
    row = np.array([[0.0, 0.0, 1.0]])
    estimate, estimable = fit.estimate(row)
    if not estimable[0]:
        return _nothing(level, "the number does not vary beyond what it is adjusted for")
    if fit.df <= 0:
        return _nothing(level, "no more values than coefficients")
    se = math.sqrt(float(fit.covariance_of(row)[0, 0]))
    if se == 0:
        return _nothing(level, "no variation of the response beyond the model")
    margin = float(stdtrit(fit.df, 0.5 + 0.5 * level)) * se
    slope = float(estimate[0])
    return Slope(slope, slope - margin, slope + margin, level, METHOD, "", se, float(fit.df))


def _nothing(level: float, note: str) -> Slope:
    return Slope(NAN, NAN, NAN, level, METHOD, note)
