"""Boundaries of a group-sequential test at the information that was actually reached.

Source: Lan and DeMets, Biometrika 1983;70:659; Haybittle, Br J Radiol 1971;44:793.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr

from helpers.stats.sequential.conditional_power import ConditionalPower, conditional_power
from helpers.stats.sequential.design import crossing_probabilities, design_characteristics
from helpers.stats.sequential.recursion import Continuation, Floats, space_looks, start
from helpers.stats.sequential.spending import SPENDING, compute_spending

__all__ = [
    "ConditionalPower",
    "conditional_power",
    "crossing_probabilities",
    "design_characteristics",
    "spending_boundary",
]

_COLUMNS = ("look", "t", "z", "nominal_p", "cum_alpha", "note")
_NOTHING = 1e-300  # an error this small cannot be spent
_FARTHEST = 38.0  # beyond it a normal tail is 0 in double precision


def spending_boundary(
    t: Iterable[float],
    *,
    alpha: float = 0.05,
    spending: str = "ld_obf",
    sides: int = 2,
    final: bool | None = None,
    haybittle: float = 3.29,
    charge: float = 0.0,
    kept: Sequence[float] = (),
) -> pd.DataFrame:
    """Compute the boundary at each look from the information reached.

    Parameters
    ----------
    t : iterable of float
        Information of each look as a share of the planned one, not decreasing.
    alpha : float
        Total type I error, over both sides when ``sides`` is 2.
    spending : str
        ``ld_obf``, ``ld_pocock``; ``haybittle`` (a fixed bound before the last look); ``none``
        (nothing before the last look). The last look takes what is left.
    sides : int
        2: symmetric bounds, both tails counted; 1: upper bound only.
    final : bool, optional
        Whether the last look is the final one, at which all remaining error is spent whatever
        ``t`` was reached; by default when its ``t`` is at least 1.
    haybittle : float
        The fixed bound of that rule.
    charge : float
        Error spent outside the looks (an unplanned comparison), taken off the final level.
    kept : sequence of float
        Bounds of the first looks, which stand as they were set: what they spend is the chance to
        cross them, whatever ``spending`` would allow at ``t``.

    Returns
    -------
    pandas.DataFrame
        One row per look: look, t, z (infinite where nothing can be spent), nominal_p,
        cum_alpha, note. Accurate to better than 1e-8 in z.

    Raises
    ------
    ValueError
        Unknown spending, alpha outside (0, 1), sides other than 1 or 2, or unusable ``t``.
    """
    times = _read_times(t)
    if spending not in SPENDING:
        raise ValueError(f"spending {spending!r} is not one of {', '.join(SPENDING)}")
    if not 0.0 < alpha < 1.0 or sides not in (1, 2):
        raise ValueError(f"need 0 < alpha < 1 and sides 1 or 2, got {alpha=}, {sides=}")
    if not 0.0 <= charge < alpha:
        raise ValueError(f"a charge lies between 0 and alpha, got {charge=}, {alpha=}")
    is_final = bool(times.size and times[-1] >= 1.0) if final is None else final
    state, spent, rows = start(), 0.0, []
    spaced = space_looks(times)
    for k, now in enumerate(spaced):
        last = is_final and k == times.size - 1
        if k < len(kept) or (spending == "haybittle" and not last):
            z = kept[k] if k < len(kept) else haybittle
            increment = sum(state.crossing(now, z, _mirror(z, sides)))
        else:
            goal = alpha - charge if last else _planned(times[k], alpha, spending, sides)
            increment = max(goal - spent, 0.0)
            z = _find_bound(state, now, increment, sides)
        spent += increment if math.isfinite(z) else 0.0
        note = "" if math.isfinite(z) else "nothing to spend at this look"
        if now != times[k]:
            note = "no new information since the look before"
        nominal = sides * float(ndtr(-z))
        rows.append((k + 1, float(times[k]), z, nominal, spent, note))
        if k + 1 < times.size:
            state = state.advance(now, z, _mirror(z, sides), spaced[k + 1])
    return pd.DataFrame({name: [row[at] for row in rows] for at, name in enumerate(_COLUMNS)})


def _planned(t: float, alpha: float, spending: str, sides: int) -> float:
    return 0.0 if spending == "none" else compute_spending(t, alpha, spending, sides)


def _mirror(z: float, sides: int) -> float:
    return -z if sides == 2 else -math.inf


def _find_bound(state: Continuation, t: float, increment: float, sides: int) -> float:
    """Return the bound that is crossed at ``t`` with the chance ``increment``."""
    if increment < _NOTHING:
        return math.inf
    target = math.log(increment)

    def excess(z: float) -> float:
        return math.log(max(sum(state.crossing(t, z, _mirror(z, sides))), _NOTHING)) - target

    lowest = 0.0 if sides == 2 else -_FARTHEST
    if excess(lowest) <= 0.0:  # less mass is left than may be spent
        return lowest if sides == 2 else -math.inf
    return float(brentq(excess, lowest, _FARTHEST, xtol=1e-13, rtol=1e-14))


def _read_times(t: Iterable[float]) -> Floats:
    times = np.array([float(value) for value in np.atleast_1d(np.asarray(t, dtype=float))])
    if not np.all(np.isfinite(times)) or np.any(times < 0.0) or np.any(np.diff(times) < 0.0):
        raise ValueError(f"information must be finite, not negative, not decreasing: {t!r}")
    return times
