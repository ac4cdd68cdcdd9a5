"""The exact permutation distribution of a sum of midranks, ties and all.

Source: Streitberg and Roehmel, Statistical Software Newsletter 1986;12:10.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RankSumDistribution:
    """Possible doubled midrank sums of the first group, ascending, and their probabilities."""

    doubled_sum: Ints
    probability: Floats

    def two_sided(self, doubled_sum: int, centre: int) -> float:
        """Return the chance of a sum at least as far from its mean as the one observed."""
        far = np.abs(self.doubled_sum - centre) >= abs(doubled_sum - centre)
        return min(math.fsum(self.probability[far]), 1.0)

    def at_most(self, doubled_sum: Floats) -> Floats:
        """Return the chances of a sum of at most each value."""
        cumulative = np.append(0.0, np.cumsum(self.probability))
        return cumulative[np.searchsorted(self.doubled_sum, doubled_sum, side="right")]

    def at_least(self, doubled_sum: Floats) -> Floats:
        """Return the chances of a sum of at least each value."""
        cumulative = np.append(np.cumsum(self.probability[::-1])[::-1], 0.0)
        return cumulative[np.searchsorted(self.doubled_sum, doubled_sum, side="left")]


def double_midranks(values: Floats) -> Ints:
    """Return twice the midranks, which are whole numbers also where values tie."""
    return np.asarray(np.rint(2.0 * rankdata(values)), dtype=np.int64)


def compute_rank_sum_distribution(doubled: Ints, size: int) -> RankSumDistribution:
    """Compute the distribution over all choices of ``size`` of the doubled midranks.

    Parameters
    ----------
    doubled : array of int, shape (N,)
        Doubled midranks of the pooled values.
    size : int
        Participants in the first group.

    Returns
    -------
    RankSumDistribution
        By dynamic programming over the ascending ranks (Streitberg and Roehmel, Statistical
        Software Newsletter 1986;12:10). Row j holds the sums of j chosen ranks, counted from the
        smallest such sum; only rows that can still reach ``size`` are kept. Counts are whole
        numbers in floating point, exact up to 2^53 and to about 1e-14 beyond.
    """
    ranks = np.sort(doubled)
    total = ranks.size
    unit = int(np.gcd.reduce(ranks - ranks[0])) or 1
    steps = (ranks - ranks[0]) // unit
    rows: list[Floats] = [np.ones(1)] + [np.zeros(0)] * size
    for i in range(total):
        highest, lowest = min(i + 1, size), max(1, size - (total - 1 - i))
        for j in range(highest, lowest - 1, -1):
            if rows[j - 1].size:
                # relative to the smallest sums of j and of j - 1 ranks
                rows[j] = _add_shifted(rows[j], rows[j - 1], int(steps[i] - steps[j - 1]))
    counts = rows[size]
    smallest = int(ranks[:size].sum())
    possible = np.flatnonzero(counts)
    return RankSumDistribution(
        smallest + unit * possible, counts[possible] / math.fsum(counts[possible])
    )


def _add_shifted(row: Floats, other: Floats, shift: int) -> Floats:
    needed = other.size + shift
    if row.size < needed:
        row = np.concatenate([row, np.zeros(needed - row.size)])
    row[shift:needed] += other
    return row
