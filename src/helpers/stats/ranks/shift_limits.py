"""Limits of the shift between two groups with ties: the shifts that the exact test keeps.

Source: Hodges and Lehmann, Annals of Mathematical Statistics 1963;34:598-611; Bauer, JASA
1972;67:687-690.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from helpers.stats.ranks.hodges_lehmann import make_finite
from helpers.stats.ranks.rank_distribution import compute_rank_sum_distribution, double_midranks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PATIENCE = 6  # places in a row that are rejected before the search outwards ends
_FINE = 1e-10  # share of the spread below which two values tie


def invert_exact_test(
    a: Floats, b: Floats, ranks: tuple[int, int], *, level: float
) -> tuple[float, float]:
    """Return the smallest and the largest shift that the exact rank test does not reject.

    Parameters
    ----------
    a, b : array of float
        Observed values of the two groups; infinite values rank beyond all others.
    ranks : tuple of int
        Where to begin: ranks of the limits among the differences, from below and from above.
    level : float
        Confidence level.

    Returns
    -------
    tuple of float
        Every shift is judged by the permutation distribution of the data so shifted, since ties
        between the groups come and go with it (Bauer, JASA 1972;67:687, who has no ties). NaN
        where the test rejects no shift however large.
    """
    x, y, spread = make_finite(a, b)
    unit = _FINE * (float(np.ptp(np.concatenate([x, y]))) or 1.0)
    first, second = (np.rint(values / unit).astype(np.int64) for values in (x, y))
    every = np.sort(np.subtract.outer(first, second), axis=None)
    steps = np.unique(every)
    places = _list_places(steps)
    known: dict[int, bool] = {}

    def keeps(place: int) -> bool:
        if place not in known:
            p = _compute_p(2 * first - places[place], 2 * second)
            known[place] = p > 1.0 - level + 1e-12
        return known[place]

    if keeps(0) or keeps(places.size - 1):
        return math.nan, math.nan
    begin = (every[max(ranks[0], 1) - 1], every[every.size - max(ranks[1], 1)])
    low, high = (int(np.searchsorted(places, 2 * step)) for step in begin)
    low, high = _search(keeps, low, -1, places.size), _search(keeps, high, 1, places.size)
    # the room between two differences, at even places, ends at them
    differences = np.subtract.outer(x, y).ravel()
    order = np.subtract.outer(first, second).ravel()
    found = (
        float(differences[np.argmax(order == steps[step])]) for step in ((low - 1) // 2, high // 2)
    )
    lower, upper = (math.copysign(math.inf, end) if abs(end) > spread else end for end in found)
    return lower, upper


def _list_places(steps: Ints) -> Ints:
    """Twice the shifts at which the test can differ: the differences, and between and beyond."""
    inner = steps[:-1] + steps[1:]
    between = np.concatenate([[2 * steps[0] - 2], inner, [2 * steps[-1] + 2]])
    places = np.empty(2 * steps.size + 1, dtype=np.int64)
    places[0::2], places[1::2] = between, 2 * steps
    return places


def _search(keeps: Callable[[int], bool], start: int, outwards: int, size: int) -> int:
    """Outermost place that is kept, by a walk outwards and, if it meets none, inwards."""
    found, rejected, place = -1, 0, start
    while 0 <= place < size and rejected < PATIENCE:
        if keeps(place):
            found, rejected = place, 0
        else:
            rejected += 1
        place += outwards
    if found >= 0:
        return found
    inner = range(start, size) if outwards < 0 else range(start, -1, -1)
    return next(place for place in inner if keeps(place))


def _compute_p(a: Ints, b: Ints) -> float:
    """Two-sided p of the exact rank sum test."""
    doubled = double_midranks(np.concatenate([a, b]).astype(np.float64))
    distribution = compute_rank_sum_distribution(doubled, a.size)
    centre = a.size * (a.size + b.size + 1)
    return distribution.two_sided(int(doubled[: a.size].sum()), centre)
