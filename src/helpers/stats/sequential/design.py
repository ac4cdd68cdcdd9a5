"""Operating characteristics of a group-sequential design.

Source: Jennison and Turnbull, Group Sequential Methods, 2000, chapter 19.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.stats.estimates import NAN
from helpers.stats.sequential.recursion import Floats, compute_crossings


def crossing_probabilities(
    t: Iterable[float], z: Iterable[float], *, drift: float = 0.0, sides: int = 2
) -> pd.DataFrame:
    """Compute the chance to cross first at each look.

    Parameters
    ----------
    t : iterable of float
        Information of each look as a share of the planned one, increasing.
    z : iterable of float
        Bound at each look; with ``sides`` 2 also its mirror image.
    drift : float
        Mean of Z at full information: 0 under the null hypothesis.
    sides : int
        1 or 2.

    Returns
    -------
    pandas.DataFrame
        look, t, z, upper, lower, cumulative (either bound, up to this look).

    Raises
    ------
    ValueError
        Lengths that differ, or information not increasing.
    """
    times, bounds = _read_design(t, z, sides)
    upper, lower = compute_crossings(times, bounds, _lower_bounds(bounds, sides), drift)
    return pd.DataFrame(
        {
            "look": np.arange(1, times.size + 1),
            "t": times,
            "z": bounds,
            "upper": upper,
            "lower": lower,
            "cumulative": np.cumsum(upper + lower),
        }
    )


def design_characteristics(
    t: Iterable[float],
    z: Iterable[float],
    *,
    drifts: Iterable[float] = (0.0, 2.8016),
    sides: int = 2,
    n_max: float | None = None,
) -> pd.DataFrame:
    """Compute power and expected size of a design that stops at a crossing.

    Parameters
    ----------
    t, z, sides
        As in ``crossing_probabilities``.
    drifts : iterable of float
        Means of Z at full information.
    n_max : float, optional
        Size at full information; expected sizes are NaN without it.

    Returns
    -------
    pandas.DataFrame
        One row per drift: drift, p_upper, p_lower, p_any, expected_t, expected_n.
    """
    times, bounds = _read_design(t, z, sides)
    rows = []
    for drift in drifts:
        upper, lower = compute_crossings(times, bounds, _lower_bounds(bounds, sides), drift)
        stopped = upper + lower
        expected = float(times @ stopped + times[-1] * (1.0 - stopped.sum()))
        size = NAN if n_max is None else n_max * expected
        rows.append((drift, upper.sum(), lower.sum(), stopped.sum(), expected, size))
    names = ["drift", "p_upper", "p_lower", "p_any", "expected_t", "expected_n"]
    return pd.DataFrame(rows, columns=names)


def _read_design(t: Iterable[float], z: Iterable[float], sides: int) -> tuple[Floats, Floats]:
    times, bounds = np.array(list(t), dtype=float), np.array(list(z), dtype=float)
    if times.shape != bounds.shape or times.size == 0 or np.isnan(bounds).any():
        raise ValueError("need one bound for each look")
    if not np.all(np.isfinite(times)) or np.any(np.diff(times, prepend=0.0) <= 0.0):
        raise ValueError(f"information must be increasing, got {times.tolist()}")
    if sides not in (1, 2):
        raise ValueError(f"sides must be 1 or 2, got {sides!r}")
    return times, bounds


def _lower_bounds(bounds: Floats, sides: int) -> Floats:
    return -bounds if sides == 2 else np.full(bounds.size, -np.inf)
