"""An effect after repeated looks: median-unbiased estimate and interval by stagewise ordering.

Source: Tsiatis, Rosner and Mehta, Biometrics 1984;40:797-803; Jennison and Turnbull, Group
Sequential Methods (2000), chapter 8.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.optimize import brentq

from helpers.stats.estimates import NAN, Estimate, check_level
from helpers.stats.sequential.recursion import Floats, compute_crossings

METHOD = "stagewise"
_FARTHEST = 25.0  # drifts beyond the naive one, in standard errors, that are searched
_EDGE = 1e-12  # a chance closer to 0 or 1 is as good as certain


def estimate_stagewise(
    z: float, t: Iterable[float], bounds: Sequence[float], *, level: float = 0.95, sides: int = 2
) -> Estimate:
    """Estimate the drift of a trial that ended at its last look, allowing for the looks before.

    Results are ordered by stage: upper crossings, earlier ones first; then the z of the last look;
    then lower crossings, later ones first. The estimate is the drift under which a result as large
    or larger has the chance 1/2; the ends of the interval are those with (1 - level)/2 and
    (1 + level)/2.

    Parameters
    ----------
    z : float
        Statistic at the last look, positive for benefit.
    t : iterable of float
        Information of every look as a share of the planned one, increasing; the last is the one
        at which the trial ended.
    bounds : sequence of float
        Z bounds of the looks before the last: none of them was crossed. May be infinite.
    level : float
        Confidence level.
    sides : int
        2: the bounds are symmetric; 1: upper bounds only, nothing ended on the other side.

    Returns
    -------
    Estimate
        In units of the drift, the mean of z at full information: estimate sqrt(t) se is on the
        scale of an effect with z = effect / se at the last look. Without an earlier look it is z /
        sqrt(t) with its normal interval. NaN with a note without z.

    Raises
    ------
    ValueError
        Information not increasing, or other than one bound for each look before the last.

    References
    ----------
    Siegmund, Biometrika 1978;65:341; Tsiatis, Rosner and Mehta, Biometrics 1984;40:797; Jennison
    and Turnbull 2000, sections 8.4 and 8.5. The order depends on nothing after the last look.
    """
    check_level(level)
    times = np.array(list(t), dtype=float)
    if times.size == 0 or np.any(np.diff(times, prepend=0.0) <= 0.0):
        raise ValueError(f"information must be increasing, got {times.tolist()}")
    if len(bounds) != times.size - 1:
        raise ValueError(f"{times.size} looks need {times.size - 1} bounds, got {len(bounds)}")
    if math.isnan(z):
        return Estimate(NAN, NAN, NAN, level, METHOD, "no statistic")
    before = np.array(bounds, dtype=float)
    lower = -before if sides == 2 else np.full(before.size, -math.inf)
    stages = (times, before, lower)

    def find(chance: float) -> float:
        return _find_drift(z, stages, chance)

    half = (1.0 - level) / 2.0
    return Estimate(find(0.5), find(half), find(1.0 - half), level, METHOD)


def find_tail(z: float, stages: tuple[Floats, Floats, Floats], drift: float) -> float:
    """Return the chance of a result at or above z of the last look, by the order of stages.

    `stages` are the information of every look, upper and lower bounds of those before the last.
    """
    t, upper, lower = stages
    above, _ = compute_crossings(t, np.append(upper, z), np.append(lower, -math.inf), drift)
    return float(above.sum())


def _find_drift(z: float, stages: tuple[Floats, Floats, Floats], chance: float) -> float:
    """Return the drift under which `find_tail` is `chance`: it rises with the drift."""
    scale = math.sqrt(float(stages[0][-1]))

    def excess(drift: float) -> float:
        tail = min(max(find_tail(z, stages, drift), _EDGE), 1.0 - _EDGE)
        return math.log(tail / (1.0 - tail)) - math.log(chance / (1.0 - chance))

    low, high = (z - _FARTHEST) / scale, (z + _FARTHEST) / scale
    return float(brentq(excess, low, high, xtol=1e-12, rtol=1e-13))
