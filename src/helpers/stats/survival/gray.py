"""Gray's test of equal cumulative incidence in two or more groups.

Source: Gray, Ann Stat 1988;16:1141; variance for ties as in the R package cmprsk.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import chi2

from helpers.stats.estimates import NAN
from helpers.stats.survival.aalen_johansen import Status, code_status
from helpers.stats.survival.log_rank import GroupTest, code_groups, compute_quadratic_form
from helpers.stats.survival.step_tables import Floats, check_times

_METHOD = "gray"
_ONE = 1.0 - 1e-12  # a sum of rounded jumps may miss 1 by a little


@dataclass(frozen=True)
class _Curves:
    """Per group (rows) and time of any event (columns); ``before`` means just before it."""

    n_risk: Floats
    event: Floats
    competing: Floats
    survival_before: Floats
    survival: Floats
    incidence_before: Floats


def gray_test(
    time: ArrayLike,
    status: Status,
    group: Iterable[Hashable],
    *,
    cause: Hashable,
    censored: Hashable = 0,
) -> GroupTest:
    """Test that the cumulative incidence of one cause is the same in all groups.

    Parameters
    ----------
    time, status : array, shape (n,)
        Time and what happened then, as in ``aalen_johansen``.
    group : array, shape (n,)
        Group of each participant.
    cause, censored : hashable
        The cause of interest, and the status of participants without an event.

    Returns
    -------
    GroupTest
        Chi-square statistic with equal weights over time (Gray, Ann Stat 1988;16:1141, with the
        variance for ties of R's cmprsk); NaN with a note where it does not exist.

    Raises
    ------
    ValueError
        Unusable times, status or groups.
    """
    times = check_times(time)
    codes = code_status(status, cause, censored)
    labels, member = code_groups(group, times.size)
    curves = _estimate_curves(times, codes, member, len(labels))
    observed, expected = _scores(curves)
    groups = pd.DataFrame(
        {
            "group": labels,
            "n": np.bincount(member, minlength=len(labels)),
            "observed": observed.astype(int),
            "expected": expected,
        }
    )
    if len(labels) < 2 or observed.sum() == 0:
        note = "fewer than two groups" if len(labels) < 2 else "no events of this cause"
        return GroupTest(NAN, 0, NAN, _METHOD, note, groups)
    covariance = _covariance(curves)
    if not np.isfinite(covariance).all():
        note = "the pooled incidence reaches 1 before the last event"
        return GroupTest(NAN, 0, NAN, _METHOD, note, groups)
    statistic, df = compute_quadratic_form(observed - expected, covariance, expected > 0)
    if df < 1:
        return GroupTest(NAN, 0, NAN, _METHOD, "the groups do not overlap in time", groups)
    return GroupTest(statistic, df, float(chi2.sf(statistic, df)), _METHOD, "", groups)


def _estimate_curves(time: Floats, code: np.ndarray, member: np.ndarray, k: int) -> _Curves:
    grid = np.unique(time[code > 0])
    counts = np.zeros((3, k, grid.size))
    for g in range(k):
        own = time[member == g]
        counts[0, g] = own.size - np.searchsorted(np.sort(own), grid, side="left")
        for c in (1, 2):
            place = np.searchsorted(grid, time[(member == g) & (code == c)])
            counts[c, g] = np.bincount(place, minlength=grid.size)
    n, event, competing = counts
    safe = np.where(n > 0, n, 1.0)
    survival = np.cumprod(
        np.where(n > 0, (n - event - competing) / safe, 1.0), axis=1, dtype=np.float64
    )
    start = np.ones((k, 1))
    before = np.hstack([start, survival[:, :-1]])
    incidence = np.cumsum(before * event / safe, axis=1)
    return _Curves(
        n, event, competing, before, survival, np.hstack([start * 0.0, incidence[:, :-1]])
    )


def _scores(curves: _Curves) -> tuple[Floats, Floats]:
    """Return observed events and those expected from the subdistribution risk sets."""
    weight = _risk(curves) * (1.0 - curves.incidence_before)
    total = weight.sum(axis=0)
    share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    return curves.event.sum(axis=1), share @ curves.event.sum(axis=0)


def _risk(curves: _Curves) -> Floats:
    """Return participants at risk over the survival just before: R_k of the paper over 1 - F_k."""
    usable = curves.n_risk > 0
    out = np.zeros_like(curves.n_risk)
    return np.divide(curves.n_risk, curves.survival_before, out=out, where=usable)


def _covariance(curves: _Curves) -> Floats:
    """Return the covariance of the scores under equal incidence.

    Each event at s moves score i through its own jump and through everything after s that
    depends on the curves at s; ``own`` and ``other`` are these influences for events of the
    cause and for competing ones in group j, ``chance`` the variance of such a jump.
    """
    risk = _risk(curves)
    total = risk.sum(axis=0)
    d1 = curves.event.sum(axis=0)
    safe_total = np.where(total > 0, total, 1.0)
    jump = d1 / safe_total
    pooled = np.cumsum(jump)
    pooled_before = np.concatenate(([0.0], pooled[:-1]))
    k = len(risk)
    weight = np.eye(k)[:, :, None] * risk[None, :, :]
    weight = weight - risk[:, None, :] * risk[None, :, :] / safe_total
    # where the pooled incidence is 1 nothing is left to expect: a jump there has no weight
    left = np.where(pooled_before < _ONE, 1.0 - pooled_before, NAN)
    hazard = np.divide(jump, left, out=np.zeros_like(jump), where=jump > 0)
    accumulated = np.cumsum(weight * hazard, axis=2)
    later = accumulated[:, :, -1:] - accumulated
    alive, usable = curves.survival > 0, curves.n_risk > 0
    ratio = np.divide(1.0 - pooled, curves.survival, out=np.zeros_like(risk), where=alive)
    own = weight + np.where(alive, 1.0 - ratio, 1.0) * later
    other = ratio * later
    n = np.where(usable, curves.n_risk, 1.0)
    before = curves.survival_before
    others = np.maximum(safe_total * before - 1.0, d1 - 1.0)  # keeps the factor from 0 to 1
    ties = np.where(d1 > 1, 1.0 - (d1 - 1.0) / np.where(d1 > 1, others, 1.0), 1.0)
    own_chance = np.where(usable, ties * before * d1 / (safe_total * n), 0.0)
    d2 = curves.competing
    ties = np.where(d2 > 1, 1.0 - (d2 - 1.0) / np.maximum(n - 1.0, 1.0), 1.0)
    other_chance = np.where(alive, ties * before**2 * d2 / n**2, 0.0)
    covariance: Floats = np.einsum("ikt,jkt,kt->ij", own, own, own_chance)
    covariance += np.einsum("ikt,jkt,kt->ij", other, other, other_chance)
    return covariance
