"""Several arms against one control: p values and limits that hold for all of them together.

Source: Dunnett, JASA 1955;50:1096.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import stdtr, stdtrit

from helpers.stats.estimates import check_level
from helpers.stats.multiplicity.family_rule import DUNNETT, FamilyRule, adjust_hochberg
from helpers.stats.multiplicity.multivariate_t import (
    compute_largest_t_tail,
    compute_upper_t_tail,
)

FloatArray = NDArray[np.float64]
NUMBERS = ("estimate", "se", "df", "t", "p")  # of a table of contrasts, what is adjusted


def adjust_dunnett(
    t: ArrayLike, df: ArrayLike, correlation: ArrayLike, *, sides: int = 2
) -> FloatArray:
    """Return p values adjusted for all contrasts of one family.

    Parameters
    ----------
    t : (k,) float
        t statistics; those that are NaN are not part of the family and stay NaN. Of a one-sided
        test positive for benefit.
    df : float or (k,) float
        Degrees of freedom; of several the smallest is used. May be infinite.
    correlation : (k, k) or float
        Correlation of the statistics; one number means the same for every pair.
    sides : int
        2 or 1.

    Returns
    -------
    (k,) float
        P(max over the family of |T| >= |t|), of one side P(max of T >= t), T multivariate t
        (Dunnett, JASA 1955;50:1096).

    Raises
    ------
    ValueError
        Shapes that do not fit, or a correlation that is none.
    """
    statistics = np.atleast_1d(np.asarray(t, dtype=np.float64))
    statistics = np.abs(statistics) if sides == 2 else statistics
    matrix = _as_matrix(correlation, statistics.size)
    if len(matrix) != statistics.size:
        raise ValueError(f"{statistics.size} statistics, but a correlation of {len(matrix)}")
    used = ~np.isnan(statistics)
    smallest = _smallest_df(df, used)
    adjusted = np.full(statistics.size, np.nan)
    if np.isnan(smallest) or not used.any():
        return adjusted
    family = matrix[np.ix_(used, used)]
    tail = _find_tail(sides)
    adjusted[used] = [tail(float(c), smallest, family) for c in statistics[used]]
    return adjusted


def _find_tail(sides: int) -> Callable[[float, float, FloatArray], float]:
    if sides not in (1, 2):
        raise ValueError(f"sides must be 1 or 2, got {sides!r}")
    return compute_largest_t_tail if sides == 2 else compute_upper_t_tail


def dunnett_critical(level: float, df: float, correlation: ArrayLike, *, sides: int = 2) -> float:
    """Return the value that no |T| (one side: no T) of the family exceeds with this probability.

    Parameters
    ----------
    level : float
        Simultaneous confidence level, such as 0.95.
    df : float
        Degrees of freedom, may be infinite; NaN gives NaN, and so does less than 1, where the
        distribution has no limits that say anything.
    correlation : (k, k) or float
        As for `adjust_dunnett`; one number means two contrasts.
    sides : int
        2 or 1.
    """
    check_level(level)
    matrix = _as_matrix(correlation, 2)
    if math.isnan(df) or df < 1:
        return math.nan
    alpha, tail = 1.0 - level, _find_tail(sides)
    single = float(-stdtrit(_finite(df), alpha / sides))
    every = float(-stdtrit(_finite(df), alpha / (sides * len(matrix))))  # Bonferroni: never below
    low, high = single - 1e-6 * abs(single), every + 1e-6 * abs(every)

    def excess(c: float) -> float:
        return math.log(tail(c, df, matrix) / alpha)

    return float(brentq(excess, low, high, xtol=1e-13, rtol=1e-14))


def adjust_contrasts(
    table: pd.DataFrame, covariance: FloatArray, level: float, rule: FamilyRule = DUNNETT
) -> pd.DataFrame:
    """Make limits and p of a table of contrasts simultaneous over its rows.

    The limits are `estimate` -+ the value of t at which a contrast by itself is significant at
    1 - level: by Dunnett those of the family, by Hochberg those of Bonferroni, which Hochberg's
    test is never stricter than; without adjustment those of one contrast. Of a one-sided test both
    ends are one-sided limits, so together they cover 1 - 2 (1 - level) at the least.

    Parameters
    ----------
    table : DataFrame
        One family: estimate, se, df, lower, upper, t, p (see `linear_estimates`).
    covariance : (k, k) float
        Of the estimates, rows of NaN where one is not estimable.
    level : float
        Simultaneous confidence level; of a one-sided test that of each end.
    rule : FamilyRule
        Method, sides, and the direction of benefit.

    Returns
    -------
    DataFrame
        The same with new lower, upper, p, and p_adjusted (equal to p), p_unadjusted, one-sided
        where the rule is. By Dunnett all limits use the smallest df of the family, else each its
        own.
    """
    numbers = {name: table[name].to_numpy(dtype=np.float64) for name in NUMBERS}
    return table.assign(**adjust_families(numbers, [covariance], level, rule))


def adjust_families(
    numbers: Mapping[str, FloatArray],
    covariances: Sequence[FloatArray],
    level: float,
    rule: FamilyRule = DUNNETT,
) -> dict[str, FloatArray]:
    """Do for several families, one below the other, what `adjust_contrasts` does.

    `numbers` are the columns estimate, se, df, t and p; `covariances` those of the families in the
    order of the rows. Given back are the columns that become others.
    """
    estimate, se, df, t, p = (numbers[name] for name in NUMBERS)
    adjusted, single, critical = (np.full(len(t), np.nan) for _ in range(3))
    end = 0
    for covariance in covariances:
        own = slice(end, end + len(covariance))
        adjusted[own], single[own], critical[own] = _adjust_family(
            t[own], df[own], covariance, level, rule
        )
        end = own.stop
    margin = critical * se
    return {
        "lower": estimate - margin,
        "upper": estimate + margin,
        "p": adjusted,
        "p_adjusted": adjusted.copy(),
        "p_unadjusted": p if rule.sides == 2 else single,
    }


def _adjust_family(
    t: FloatArray, df: FloatArray, covariance: FloatArray, level: float, rule: FamilyRule
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give per contrast its adjusted p, its p by itself, and the t at its limits."""
    spread = np.sqrt(np.diag(covariance))
    estimable = ~np.isnan(t) & (spread > 0)
    correlation = np.eye(len(t))
    kept = np.ix_(estimable, estimable)
    correlation[kept] = covariance[kept] / np.outer(spread[estimable], spread[estimable])
    statistics = rule.direction * np.where(estimable, t, np.nan)
    single = _find_single_p(statistics, df, rule.sides)
    critical = np.full(len(t), np.nan)
    if rule.method == "dunnett":
        adjusted = adjust_dunnett(statistics, df, correlation, sides=rule.sides)
        if estimable.any():
            smallest = float(df[estimable].min())
            family = correlation[kept]
            critical[:] = dunnett_critical(level, smallest, family, sides=rule.sides)
    else:
        hochberg = rule.method == "hochberg"
        adjusted = adjust_hochberg(single) if hochberg else single
        share = max(int(estimable.sum()), 1) if hochberg else 1
        at = np.where(np.isinf(df), 1e12, df)
        critical = np.where(estimable, -stdtrit(at, (1.0 - level) / rule.sides / share), np.nan)
    return adjusted, single, critical


def _find_single_p(t: FloatArray, df: FloatArray, sides: int) -> FloatArray:
    """P value of each contrast by itself; of one side that of a t as large or larger."""
    at = np.where(np.isinf(df), 1e12, df)
    found = sides * stdtr(at, -np.abs(t) if sides == 2 else -t)
    return np.asarray(found, dtype=np.float64)


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
