"""Several arms against one control: p values and limits that hold for all of them together.

Source: Dunnett, JASA 1955;50:1096.
"""

import math

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import stdtrit

from helpers.stats.estimates import check_level
from helpers.stats.multiplicity.multivariate_t import compute_largest_t_tail

FloatArray = NDArray[np.float64]


def adjust_dunnett(t: ArrayLike, df: ArrayLike, correlation: ArrayLike) -> FloatArray:
    """Return two-sided p values adjusted for all contrasts of one family.

    Parameters
    ----------
    t : (k,) float
        t statistics; those that are NaN are not part of the family and stay NaN.
    df : float or (k,) float
        Degrees of freedom; of several the smallest is used. May be infinite.
    correlation : (k, k) or float
        Correlation of the statistics; one number means the same for every pair.

    Returns
    -------
    (k,) float
        P(max over the family of |T| >= |t|), T multivariate t (Dunnett, JASA 1955;50:1096).

    Raises
    ------
    ValueError
        Shapes that do not fit, or a correlation that is none.
    """
    statistics = np.abs(np.atleast_1d(np.asarray(t, dtype=np.float64)))
    matrix = _as_matrix(correlation, statistics.size)
    if len(matrix) != statistics.size:
        raise ValueError(f"{statistics.size} statistics, but a correlation of {len(matrix)}")
    used = ~np.isnan(statistics)
    smallest = _smallest_df(df, used)
    adjusted = np.full(statistics.size, np.nan)
    if np.isnan(smallest) or not used.any():
        return adjusted
    family = matrix[np.ix_(used, used)]
    adjusted[used] = [compute_largest_t_tail(float(c), smallest, family) for c in statistics[used]]
    return adjusted


def dunnett_critical(level: float, df: float, correlation: ArrayLike) -> float:
    """Return the value that no |T| of the family exceeds with probability `level`.

    Parameters
    ----------
    level : float
        Simultaneous confidence level, such as 0.95.
    df : float
        Degrees of freedom, may be infinite; NaN gives NaN, and so does less than 1, where the
        distribution has no limits that say anything.
    correlation : (k, k) or float
        As for `adjust_dunnett`; one number means two contrasts.
    """
    check_level(level)
    matrix = _as_matrix(correlation, 2)
    if math.isnan(df) or df < 1:
        return math.nan
    alpha = 1.0 - level
    single = float(-stdtrit(_finite(df), alpha / 2.0))
    every = float(-stdtrit(_finite(df), alpha / (2.0 * len(matrix))))  # Bonferroni: never below
    low, high = single * (1.0 - 1e-6), every * (1.0 + 1e-6)

    def excess(c: float) -> float:
        return math.log(compute_largest_t_tail(c, df, matrix) / alpha)

    return float(brentq(excess, low, high, xtol=1e-13, rtol=1e-14))


def adjust_contrasts(table: pd.DataFrame, covariance: FloatArray, level: float) -> pd.DataFrame:
    """Make limits and p of a table of contrasts simultaneous over its rows.

    Parameters
    ----------
    table : DataFrame
        One family: estimate, se, df, lower, upper, t, p (see `linear_estimates`).
    covariance : (k, k) float
        Of the estimates, rows of NaN where one is not estimable.
    level : float
        Simultaneous confidence level.

    Returns
    -------
    DataFrame
        The same with new lower, upper, p, and p_adjusted (equal to p), p_unadjusted. All
        limits use the smallest df of the family.
    """
    spread = np.sqrt(np.diag(covariance))
    estimable = table["t"].notna().to_numpy() & (spread > 0)
    correlation = np.eye(len(table))
    kept = np.ix_(estimable, estimable)
    correlation[kept] = covariance[kept] / np.outer(spread[estimable], spread[estimable])
    df = table["df"].to_numpy(dtype=np.float64)
    adjusted = adjust_dunnett(table["t"].where(estimable).to_numpy(), df, correlation)
    margin = np.full(len(table), np.nan)
    if estimable.any():
        critical = dunnett_critical(level, float(df[estimable].min()), correlation[kept])
        margin = critical * table["se"].to_numpy(dtype=np.float64)
    return table.assign(
        lower=table["estimate"] - margin,
        upper=table["estimate"] + margin,
        p=adjusted,
        p_adjusted=adjusted,
        p_unadjusted=table["p"],
    )


def _as_matrix(correlation: ArrayLike, k: int) -> FloatArray:
    matrix = np.asarray(correlation, dtype=np.float64)
    if matrix.ndim == 0:
        matrix = np.where(np.eye(k, dtype=bool), 1.0, float(matrix))
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"correlation must be one number or a square matrix, got {matrix.shape}")
    if not (np.all(np.isfinite(matrix)) and np.abs(matrix).max(initial=0.0) <= 1.0 + 1e-9):
        raise ValueError("correlation must hold numbers between -1 and 1")
    return np.clip(matrix, -1.0, 1.0)


def _smallest_df(df: ArrayLike, used: NDArray[np.bool_]) -> float:
    values = np.broadcast_to(np.asarray(df, dtype=np.float64), used.shape)[used]
    return float(values.min()) if values.size else math.nan


def _finite(df: float) -> float:
    return df if math.isfinite(df) else 1e12
