"""The log-rank test for two or more groups, plain or stratified.

Source: Mantel, Cancer Chemother Rep 1966;50:163.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import chi2

from helpers.stats.estimates import NAN, TestResult
from helpers.stats.survival.step_tables import Floats, Ints, check_events, count_at_times

_METHOD = "log_rank"


@dataclass(frozen=True)
class GroupTest(TestResult):
    """A test of groups, with one row per group: group, n, observed, expected."""

    groups: pd.DataFrame = field(default_factory=pd.DataFrame, compare=False)


def log_rank(
    time: ArrayLike,
    event: ArrayLike,
    group: Iterable[Hashable],
    *,
    strata: Iterable[Hashable] | None = None,
) -> GroupTest:
    """Test that the hazards of the groups are equal.

    Parameters
    ----------
    time, event : array, shape (n,)
        Follow-up and whether it ended with the event (1) or was censored (0).
    group : array, shape (n,)
        Group of each participant.
    strata : array, shape (n,), optional
        Observed and expected numbers are added over strata.

    Returns
    -------
    GroupTest
        Chi-square statistic with the hypergeometric variance (Peto and Peto, JRSS A 1972;135:
        185; as R's survdiff), degrees of freedom, p; NaN with a note where fewer than two
        groups were at risk of an event.

    Raises
    ------
    ValueError
        Unusable times, events or groups.
    """
    times, events = np.asarray(time, dtype=float).ravel(), check_events(event)
    labels, member = code_groups(group, times.size)
    _, stratum = code_groups([0] * times.size if strata is None else strata, times.size)
    k = len(labels)
    observed, expected, covariance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    for s in np.unique(stratum):
        rows = stratum == s
        parts = _one_stratum(times[rows], events[rows], member[rows], k)
        observed, expected = observed + parts[0], expected + parts[1]
        covariance = covariance + parts[2]
    groups = pd.DataFrame(
        {
            "group": labels,
            "n": np.bincount(member, minlength=k),
            "observed": observed.astype(int),
            "expected": expected,
        }
    )
    statistic, df = compute_quadratic_form(observed - expected, covariance, expected > 0)
    if df < 1:
        note = "fewer than two groups at risk of an event"
        return GroupTest(NAN, 0, NAN, _METHOD, note, groups)
    return GroupTest(statistic, df, float(chi2.sf(statistic, df)), _METHOD, "", groups)


def code_groups(group: Iterable[Hashable], n: int) -> tuple[list[Hashable], Ints]:
    """Return the distinct groups in sorted order and the position of each participant's group."""
    values = pd.Series(list(group), dtype=object)
    if len(values) != n:
        raise ValueError(f"{n} times but {len(values)} groups")
    if values.isna().any():
        raise ValueError("group is missing for at least one participant")
    labels = sorted(values.unique(), key=lambda label: (str(type(label)), label))
    position = {label: i for i, label in enumerate(labels)}
    return labels, np.array([position[label] for label in values], dtype=np.int64)


def compute_quadratic_form(
    difference: Floats, covariance: Floats, used: np.ndarray
) -> tuple[float, int]:
    """Return d' V^-1 d over the used groups but the first, and its degrees of freedom."""
    keep = np.flatnonzero(used)[1:]
    if keep.size == 0:
        return NAN, 0
    d, v = difference[keep], covariance[np.ix_(keep, keep)]
    rank = int(np.linalg.matrix_rank(v, hermitian=True))
    return float(d @ np.linalg.pinv(v, hermitian=True) @ d), rank


def _one_stratum(time: Floats, event: Ints, member: Ints, k: int) -> tuple[Floats, Floats, Floats]:
    """Observed and expected events per group and the covariance of their difference."""
    every = count_at_times(time, event, 2)
    at_risk, events = np.zeros((k, every.time.size)), np.zeros((k, every.time.size))
    for g in range(k):
        own = np.sort(time[member == g])
        at_risk[g] = own.size - np.searchsorted(own, every.time, side="left")
        place = np.searchsorted(every.time, time[(member == g) & (event == 1)])
        events[g] = np.bincount(place, minlength=every.time.size)
    when = every.counts[1] > 0
    n, d = every.n_risk[when].astype(float), every.counts[1][when].astype(float)
    share = at_risk[:, when] / n
    weight = d * (n - d) / np.maximum(n - 1.0, 1.0)
    covariance = np.diag(share @ weight) - (share * weight) @ share.T
    return events.sum(axis=1), share @ d, covariance
