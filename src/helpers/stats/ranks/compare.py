"""Two groups compared by ranks: exact test, shift, and how often one exceeds the other.

Source: Wilcoxon, Biometrics Bull 1945;1:80; Kruskal and Wallis, JASA 1952;47:583.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kruskal, norm

from helpers.stats.estimates import NAN, Row, TestResult, check_level
from helpers.stats.moments import select_observed
from helpers.stats.ranks.brunner_munzel import estimate_relative_effect
from helpers.stats.ranks.hodges_lehmann import estimate_shift, make_finite, select_differences
from helpers.stats.ranks.rank_distribution import (
    RankSumDistribution,
    compute_rank_sum_distribution,
    double_midranks,
)
from helpers.stats.ranks.shift_limits import invert_exact_test

Floats = NDArray[np.float64]
Values = Iterable[float]

EXACT_LIMIT = 100  # participants per group beyond which the normal distribution is used
ROUNDING = 1e-11  # share of the largest value below which a difference is rounding
# participants of both groups beyond which ties do not move limits by more than a step
INVERTED_LIMIT = 64


@dataclass(frozen=True)
class RankComparison(Row):
    """First against second group.

    ``rank_sum`` is the midrank sum of the first group, ``statistic`` the same less its smallest
    possible value (R's W). ``shift`` with ``lower``, ``upper``: Hodges and Lehmann. ``effect``
    with ``effect_lower``, ``effect_upper``, ``effect_p``: the chance that the first exceeds the
    second, ties half, after Brunner and Munzel.
    """

    n1: int
    n2: int
    rank_sum: float
    statistic: float
    p: float
    shift: float
    lower: float
    upper: float
    effect: float
    effect_lower: float
    effect_upper: float
    effect_p: float
    level: float
    method: str
    note: str = ""


def compare_ranks(
    a: Values, b: Values, *, level: float = 0.95, method: str = "exact", continuity: bool = False
) -> RankComparison:
    """Compare two groups by the Wilcoxon rank sum test and its companions.

    Parameters
    ----------
    a, b : iterable of float
        Values of the two groups; missing ones are left out. Minus infinity ranks below all,
        two such values tie, as do values that differ by rounding only.
    level : float
        Confidence level of all limits.
    method : str
        ``exact``: permutation distribution of the midrank sum, ties and all, two-sided by the
        distance from the mean; beyond 100 values in a group it becomes ``normal`` and the note
        says so. ``normal``: normal approximation with tie correction.
    continuity : bool
        Continuity correction of the normal approximation.

    Returns
    -------
    RankComparison
        ``shift`` is the median of all differences first minus second; its limits are the
        smallest and the largest shift that the same test, made of the data so shifted, does not
        reject. Beyond 64 values in all, where ties hardly matter, they are the order statistics
        that the distribution of the data as they are does not reject. NaN with a note where not
        estimable; all values equal: p = 1 and no limits.

    Raises
    ------
    ValueError
        Unknown method or level outside (0, 1).
    """
    if method not in ("exact", "normal"):
        raise ValueError(f"method {method!r} is not one of exact, normal")
    check_level(level)
    x, y = _tie_close(select_observed(a), select_observed(b))
    notes = []
    if method == "exact" and max(x.size, y.size) > EXACT_LIMIT:
        method = "normal"
        notes.append(f"more than {EXACT_LIMIT} values in a group: normal approximation")
    effect = estimate_relative_effect(x, y, level=level)
    if x.size == 0 or y.size == 0:
        numbers = dict.fromkeys(("rank_sum", "statistic", "p", "shift", "lower", "upper"), NAN)
    else:
        numbers, reason = _compare(x, y, level, method, continuity)
        notes += [note for note in (reason, effect.note) if note]
    return RankComparison(
        n1=x.size,
        n2=y.size,
        **numbers,
        effect=effect.estimate,
        effect_lower=effect.lower,
        effect_upper=effect.upper,
        effect_p=effect.p,
        level=level,
        method=method,
        note="; ".join(dict.fromkeys(notes)) if x.size and y.size else effect.note,
    )


def compare_many_ranks(groups: Iterable[Values]) -> TestResult:
    """Test by ranks that several groups have one distribution (Kruskal and Wallis, JASA 1952).

    Chi-square approximation with tie correction; NaN with a note where fewer than two groups
    have values, p = 1 where all values are equal.
    """
    observed = [x for x in map(select_observed, groups) if x.size]
    method, df = "kruskal_wallis", len(observed) - 1
    if df < 1:
        return TestResult(NAN, 0, NAN, method, "fewer than two groups with values")
    if np.unique(np.concatenate(observed)).size == 1:
        return TestResult(0.0, df, 1.0, method, "all values are equal")
    result = kruskal(*observed)
    return TestResult(float(result.statistic), df, float(result.pvalue), method)


def _tie_close(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Values nearer to each other than rounding can tell become the smallest of them.

    Differences of means are not exact in binary: 5/3 - 1 and 2 - 4/3 would not tie.
    """
    pooled = np.unique(np.concatenate([a, b]))
    finite = pooled[np.isfinite(pooled)]
    if finite.size < 2:
        return a, b
    apart = np.append(True, np.diff(finite) > ROUNDING * np.abs(finite).max())
    smallest = finite[apart]

    def tie(values: Floats) -> Floats:
        place = np.searchsorted(smallest, values, side="right") - 1
        return np.where(np.isfinite(values), smallest[np.maximum(place, 0)], values)

    return tie(a), tie(b)


def _compare(
    a: Floats, b: Floats, level: float, method: str, continuity: bool
) -> tuple[dict[str, float], str]:
    """Return the numbers of the rank sum test with the reason for missing limits."""
    doubled = double_midranks(np.concatenate([a, b]))
    observed, centre = int(doubled[: a.size].sum()), a.size * (a.size + b.size + 1)
    tail = (1.0 - level) / 2.0
    if method == "exact":
        distribution = compute_rank_sum_distribution(doubled, a.size)
        p = distribution.two_sided(observed, centre)
        ranks = _exact_limits(distribution, a.size, b.size, tail)
    else:
        correction = 0.5 if continuity else 0.0
        p = _normal_p((observed - centre) / 2.0, a, b, correction)
        ranks = _normal_limits(a, b, tail, correction)
    numbers = {
        "rank_sum": observed / 2.0,
        "statistic": observed / 2.0 - a.size * (a.size + 1) / 2.0,
        "p": p,
        "shift": estimate_shift(a, b),
        "lower": NAN,
        "upper": NAN,
    }
    if math.isnan(numbers["shift"]):
        return numbers, "the shift lies between values ranked beyond all others"
    if np.ptp(doubled) == 0:
        return numbers, "all values are equal"
    if method == "exact" and _needs_inversion(a, b):
        limits = invert_exact_test(a, b, ranks, level=level)
    else:
        limits = _pick_limits(a, b, ranks)
    numbers["lower"], numbers["upper"] = limits
    reason = f"too few values for limits at level {level:g}" if math.isnan(limits[0]) else ""
    return numbers, reason


def _needs_inversion(a: Floats, b: Floats) -> bool:
    """Whether differences are equal: then a shift makes ties, and they its distribution."""
    if a.size + b.size > INVERTED_LIMIT:
        return False
    x, y, _ = make_finite(a, b)
    differences = np.subtract.outer(x, y)
    return bool(np.unique(differences).size < differences.size)


def _pick_limits(a: Floats, b: Floats, ranks: tuple[int, int]) -> tuple[float, float]:
    """Differences of the ranks of the limits; NaN where a rank lies outside."""
    below, above = ranks
    if min(below, above) < 1:
        return NAN, NAN
    lower, upper = select_differences(a, b, [below, a.size * b.size + 1 - above])
    return lower, upper


def _exact_limits(
    distribution: RankSumDistribution, n1: int, n2: int, tail: float
) -> tuple[int, int]:
    """Ranks of the limits among the differences, counted from below and from above.

    A shift just below the k-th smallest difference leaves all but k - 1 differences above it:
    it is rejected when so large a statistic has a chance of at most ``tail``. Exact where no
    two differences are equal; else where the search for the limits begins.
    """
    k = np.arange(1.0, n1 * n2 + 1.0)
    base = n1 * (n1 + 1)  # doubled rank sum at statistic 0
    lower = distribution.at_least(base + 2.0 * (n1 * n2 - k + 1.0)) <= tail
    upper = distribution.at_most(base + 2.0 * (k - 1.0)) <= tail
    return int(np.count_nonzero(lower)), int(np.count_nonzero(upper))


def _normal_p(distance: float, a: Floats, b: Floats, correction: float) -> float:
    """Two-sided p of a rank sum that far from its mean, with the variance for ties."""
    total = a.size + b.size
    _, ties = np.unique(np.concatenate([a, b]), return_counts=True)
    variance = _rank_sum_variance(a.size, b.size, total, ties)
    if variance <= 0.0:
        return 1.0
    corrected = max(abs(distance) - correction, 0.0)
    return min(2.0 * float(norm.sf(corrected / math.sqrt(variance))), 1.0)


def _normal_limits(a: Floats, b: Floats, tail: float, correction: float) -> tuple[int, int]:
    """Ranks of the limits: between two differences only ties within a group remain."""
    ties = np.concatenate([np.unique(x, return_counts=True)[1] for x in (a, b)])
    variance = _rank_sum_variance(a.size, b.size, a.size + b.size, ties)
    reach = a.size * b.size / 2.0 - correction - float(norm.isf(tail)) * math.sqrt(variance)
    rank = math.floor(reach) + 1 if reach >= 0.0 else 0
    return rank, rank


def _rank_sum_variance(n1: int, n2: int, total: int, ties: NDArray[np.int64]) -> float:
    excess = float(np.sum(ties.astype(np.float64) ** 3 - ties))
    return n1 * n2 / 12.0 * (total + 1.0 - excess / (total * (total - 1.0)))
