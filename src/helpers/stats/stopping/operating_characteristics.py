"""How a stopping boundary behaves at given true rates: exactly, and by simulation.

Source: forward recursion over participants and events (Schultz et al., Biometrics 1973;29:293).
"""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

RATES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
_BATCH = 10_000  # simulated trials at a time
Boundary: TypeAlias = pd.DataFrame | Iterable[float]


def operating_characteristics(
    boundary: Boundary,
    *,
    rates: Iterable[float] = RATES,
    looks: Iterable[int] | None = None,
    arms: int = 2,
) -> pd.DataFrame:
    """Compute the probability of an alert and the expected number of participants, exactly.

    Parameters
    ----------
    boundary : pandas.DataFrame or iterable of float
        Counts that alert for 1, 2, ... participants (column ``alert_at``), NaN where none does.
    rates : iterable of float
        True event rates.
    looks : iterable of int, optional
        Numbers of participants at which the rule is checked; after every participant when absent.
    arms : int
        Independent arms with the same rate and rule, for ``p_either``.

    Returns
    -------
    pandas.DataFrame
        One row per rate: rate, p_alert, expected_n (participants when the arm alerts or is
        complete), p_either (at least one of the arms alerts).

    Raises
    ------
    ValueError
        Rates outside 0 to 1, or looks that are not among the participants of the boundary.

    Notes
    -----
    Recursion over participants and events: no simulation, no approximation.
    """
    counts = read_boundary(boundary)
    checked = read_looks(looks, counts.size)
    p = _read_rates(rates)[:, None]
    alive = np.zeros((p.size, counts.size + 1))
    alive[:, 0] = 1.0
    events = np.arange(counts.size + 1)
    alert, expected = np.zeros(p.size), np.zeros(p.size)
    for n, count in enumerate(counts, start=1):
        moving = alive * p
        alive = alive - moving
        alive[:, 1:] += moving[:, :-1]
        if n in checked:
            over = events >= count
            stopped = alive[:, over].sum(axis=1)
            alert, expected = alert + stopped, expected + n * stopped
            alive[:, over] = 0.0
    expected = expected + counts.size * alive.sum(axis=1)
    return pd.DataFrame(
        {
            "rate": p.ravel(),
            "p_alert": alert,
            "expected_n": expected,
            "p_either": 1.0 - (1.0 - alert) ** arms,
        }
    )


def simulate_operating_characteristics(
    boundary: Boundary,
    *,
    rates: Iterable[float] = RATES,
    looks: Iterable[int] | None = None,
    trials: int = 100_000,
    seed: int = 20210705,
) -> pd.DataFrame:
    """Simulate what ``operating_characteristics`` computes, as a check of it.

    Parameters
    ----------
    boundary, rates, looks
        As in ``operating_characteristics``.
    trials : int
        Simulated trials per rate.
    seed : int
        Seed of the generator; the same seed gives the same numbers.

    Returns
    -------
    pandas.DataFrame
        One row per rate: rate, p_alert, se (standard error of p_alert), expected_n.
    """
    counts = read_boundary(boundary)
    checked = np.array(sorted(read_looks(looks, counts.size)))
    rng = np.random.default_rng(seed)
    rows = []
    for rate in _read_rates(rates):
        alerts = participants = 0
        for start in range(0, trials, _BATCH):
            size = (min(_BATCH, trials - start), counts.size)
            seen = np.cumsum(rng.random(size) < rate, axis=1)
            over = seen[:, checked - 1] >= counts[checked - 1]
            alerted = over.any(axis=1)
            stop = np.where(alerted, checked[np.argmax(over, axis=1)], counts.size)
            alerts, participants = alerts + int(alerted.sum()), participants + int(stop.sum())
        share = alerts / trials
        se = (share * (1.0 - share) / trials) ** 0.5
        rows.append((rate, share, se, participants / trials))
    return pd.DataFrame(rows, columns=["rate", "p_alert", "se", "expected_n"])


def read_boundary(boundary: Boundary) -> NDArray[np.float64]:
    """Return the counts of a boundary as an array; NaN where no count alerts."""
    values = boundary["alert_at"] if isinstance(boundary, pd.DataFrame) else list(boundary)
    counts = np.asarray(values, dtype=np.float64)
    if counts.size == 0:
        raise ValueError("a boundary needs at least one participant")
    return counts


def read_looks(looks: Iterable[int] | None, n_max: int) -> frozenset[int]:
    """Return the numbers of participants at which the rule is checked."""
    checked = frozenset(range(1, n_max + 1) if looks is None else (int(n) for n in looks))
    if not checked or min(checked) < 1 or max(checked) > n_max:
        raise ValueError(f"looks must lie between 1 and {n_max}, got {sorted(checked)}")
    return checked


def _read_rates(rates: Iterable[float]) -> NDArray[np.float64]:
    p = np.array(list(rates), dtype=np.float64)
    if not np.all((p >= 0.0) & (p <= 1.0)):
        raise ValueError("rates must lie between 0 and 1")
    return p
