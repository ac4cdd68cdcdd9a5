"""The distribution of a statistic over repeated looks, by recursive numerical integration.

Source: Armitage, McPherson and Rowe, JRSS A 1969;132:235.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

_POINTS = 16  # Gauss-Legendre points per panel
_PANEL = 4.0  # width of a panel in standard deviations of the narrowest normal curve
_FAR_TAIL = 9.0  # standard deviations beyond which nothing matters, 1e-19
_FAR_BOUND = 30.0  # the same towards a bound, where tiny errors are spent
SMALLEST_STEP = 1e-4  # of the information; below it the looks are taken as so far apart


@dataclass(frozen=True)
class Continuation:
    """Trials that go on: score B at information ``t``, with mass on quadrature nodes.

    B has independent normal increments of mean ``drift`` and variance 1 per unit of information
    (Armitage, McPherson and Rowe, JRSS A 1969;132:235; Jennison and Turnbull 2000, chapter 19).
    """

    t: float
    drift: float
    nodes: Floats
    mass: Floats

    def crossing(self, t: float, upper: float, lower: float) -> tuple[float, float]:
        """Return the chances to be at or beyond the upper and the lower z bound at ``t``."""
        step = t - self.t
        scale, centre = math.sqrt(step), self.nodes + self.drift * step
        above = ndtr((centre - upper * math.sqrt(t)) / scale)
        below = ndtr((lower * math.sqrt(t) - centre) / scale)
        return float(self.mass @ above), float(self.mass @ below)

    def advance(self, t: float, upper: float, lower: float, following: float) -> "Continuation":
        """Return the trials between the bounds at ``t``; ``following`` is the next look.

        At a look that nothing can cross nobody leaves: the score is as it was, and the next step
        integrates over both increments. A look without new information would need a grid as fine
        as its step.
        """
        if upper == math.inf and lower == -math.inf:
            return self
        step = t - self.t
        scale, mean = math.sqrt(step), self.drift * t
        low = max(lower * math.sqrt(t), mean - _FAR_TAIL * math.sqrt(t))
        high = min(upper * math.sqrt(t), mean + _FAR_BOUND * math.sqrt(t))
        if high <= low:
            return Continuation(t, self.drift, np.zeros(1), np.zeros(1))
        narrowest = 1.0 / math.sqrt(1.0 / step + 1.0 / max(following - t, 1e-300))
        nodes, weights = _make_grid(low, high, narrowest)
        distance = (nodes[:, None] - self.nodes[None, :] - self.drift * step) / scale
        density = np.exp(-0.5 * distance**2) @ self.mass / (scale * math.sqrt(2.0 * math.pi))
        return Continuation(t, self.drift, nodes, weights * density)


def start(drift: float = 0.0) -> Continuation:
    """Return the state before any information: everyone at 0."""
    return Continuation(0.0, drift, np.zeros(1), np.ones(1))


def space_looks(t: Floats) -> Floats:
    """Return information times that grow by at least the smallest step the grid resolves."""
    spaced = t.copy()
    for k in range(t.size):
        before = spaced[k - 1] if k else 0.0
        spaced[k] = max(spaced[k], before * (1.0 + SMALLEST_STEP), SMALLEST_STEP**2)
    return spaced


def compute_crossings(
    t: Floats, upper: Floats, lower: Floats, drift: float
) -> tuple[Floats, Floats]:
    """Return the chances to cross first at each look, above and below."""
    times = space_looks(t)
    above, below = np.zeros(t.size), np.zeros(t.size)
    state = start(drift)
    for k, now in enumerate(times):
        above[k], below[k] = state.crossing(now, upper[k], lower[k])
        if k + 1 < times.size:
            state = state.advance(now, upper[k], lower[k], times[k + 1])
    return above, below


def _make_grid(low: float, high: float, narrowest: float) -> tuple[Floats, Floats]:
    points, weights = _legendre()
    panels = max(math.ceil((high - low) / (_PANEL * narrowest)), 1)
    half = (high - low) / panels / 2.0
    centres = low + half * (2.0 * np.arange(panels) + 1.0)
    return (centres[:, None] + half * points).ravel(), np.tile(half * weights, panels)


@lru_cache(maxsize=1)
def _legendre() -> tuple[Floats, Floats]:
    points, weights = np.polynomial.legendre.leggauss(_POINTS)
    return points, weights
