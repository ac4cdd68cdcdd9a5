"""Order statistics of all pairwise differences, for Hodges and Lehmann's shift.

Source: Hodges and Lehmann, Ann Math Stat 1963;34:598.
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_DIRECT = 4_000_000  # so many distinct differences are simply sorted


def select_differences(a: Floats, b: Floats, ranks: list[int]) -> list[float]:
    """Return the differences ``a[i] - b[j]`` of the given ranks, 1 for the smallest.

    Infinite values stand for ranks beyond all others: two equal infinite values differ by 0.
    Equal values are counted, not repeated; what is still too large to multiply out is narrowed
    by counting first.
    """
    a, b, spread = make_finite(a, b)
    weighted_a = np.unique(a, return_counts=True)
    weighted_b = np.unique(b, return_counts=True)
    if weighted_a[0].size * weighted_b[0].size <= _DIRECT:
        distinct = np.subtract.outer(weighted_a[0], weighted_b[0]).ravel()
        order = np.argsort(distinct)
        so_far = np.cumsum(np.multiply.outer(weighted_a[1], weighted_b[1]).ravel()[order])
        found = [float(distinct[order[np.searchsorted(so_far, rank)]]) for rank in ranks]
    else:
        found = [_select(*weighted_a, *weighted_b, rank) for rank in ranks]
    return [math.copysign(math.inf, value) if abs(value) > spread else value for value in found]


def estimate_shift(a: Floats, b: Floats) -> float:
    """Return the median of all differences ``a[i] - b[j]`` (Ann Math Stat 1963;34:598)."""
    count = a.size * b.size
    low, high = select_differences(a, b, [(count + 1) // 2, count // 2 + 1])
    return low if low == high else (low + high) / 2.0


def make_finite(a: Floats, b: Floats) -> tuple[Floats, Floats, float]:
    """Replace infinite values by ones so far out that their differences exceed ``spread``."""
    pooled = np.concatenate([a, b])
    finite = pooled[np.isfinite(pooled)]
    if finite.size == pooled.size:
        return a, b, math.inf
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    spread = high - low
    far = 3.0 * spread + 1.0

    def replace(x: Floats) -> Floats:
        return np.where(x == -np.inf, low - far, np.where(x == np.inf, high + far, x))

    return replace(a), replace(b), spread


def _select(a: Floats, a_count: Ints, b: Floats, b_count: Ints, rank: int) -> float:
    """Bisect on the value of the difference until few enough are left to sort."""
    b_from = np.append(np.cumsum(b_count[::-1])[::-1], 0)  # participants at or above each b
    low, high = float(a[0] - b[-1]), float(a[-1] - b[0])
    below = 0  # participants' differences smaller than low
    while low < high:
        first = _first_at_most(a, b, high)
        last = _first_at_most(a, b, float(np.nextafter(low, -math.inf)))
        if np.sum(last - first) <= _DIRECT:
            break
        middle = low + (high - low) / 2.0
        count = int(a_count @ b_from[_first_at_most(a, b, middle)])
        if count >= rank:
            high = middle
        else:
            low, below = float(np.nextafter(middle, math.inf)), count
    if low >= high:
        return high
    near = np.concatenate([x - b[i:j] for x, i, j in zip(a, first, last, strict=True)])
    weight = np.concatenate(
        [k * b_count[i:j] for k, i, j in zip(a_count, first, last, strict=True)]
    )
    order = np.argsort(near)
    return float(near[order[np.searchsorted(np.cumsum(weight[order]), rank - below)]])


def _first_at_most(a: Floats, b: Floats, limit: float) -> Ints:
    """For each a, the first position in ascending b at which ``a - b`` is at most ``limit``.

    Bisection on the differences themselves, because ``b >= a - limit`` rounds otherwise.
    """
    low, high = np.zeros(a.size, dtype=np.int64), np.full(a.size, b.size, dtype=np.int64)
    while np.any(low < high):
        middle = (low + high) // 2
        reached = a - b[np.minimum(middle, b.size - 1)] <= limit
        open_ = low < high
        high = np.where(open_ & reached, middle, high)
        low = np.where(open_ & ~reached, middle + 1, low)
    return low
