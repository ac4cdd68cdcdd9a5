"""A frequentist stopping boundary that spends its error evenly: exact, after every participant.

Source: Ivanova, Qaqish and Schell, Biometrics 2005;61:540.
"""

import numpy as np
import pandas as pd
from scipy.stats import binom

from helpers.stats.estimates import NAN
from helpers.stats.stopping.operating_characteristics import operating_characteristics


def pocock_boundary(n_max: int = 16, *, p0: float = 0.1, alpha: float = 0.1) -> pd.DataFrame:
    """Tabulate the smallest number of events that crosses, for 1 to ``n_max`` participants.

    Parameters
    ----------
    n_max : int
        Largest number of participants.
    p0 : float
        Acceptable event rate.
    alpha : float
        Largest allowed probability of ever crossing at that rate.

    Returns
    -------
    pandas.DataFrame
        n, alert_at (NaN where no count crosses), constant, size. A count crosses when its tail
        probability under ``p0`` is at most the constant, which is the largest for which the
        probability of ever crossing (``size``) is at most ``alpha`` (Ivanova, Qaqish and
        Schell, Biometrics 2005;61:540).

    Raises
    ------
    ValueError
        ``p0`` or ``alpha`` outside (0, 1), or ``n_max`` below 1.
    """
    if not (0.0 < p0 < 1.0 and 0.0 < alpha < 1.0 and n_max >= 1):
        raise ValueError(f"unusable design: n_max={n_max!r}, p0={p0!r}, alpha={alpha!r}")
    n = np.arange(1, n_max + 1)
    tail = binom.sf(n[None, :] - 1, n[:, None], p0)  # row: persons, column: events - 1
    tail[n[None, :] > n[:, None]] = np.nan
    constants = np.unique(tail[~np.isnan(tail)])
    low, high = -1, constants.size  # size is at most alpha at low, above it at high
    while high - low > 1:
        middle = (low + high) // 2
        too_large = _size(_counts(tail, constants[middle]), p0) > alpha
        low, high = (low, middle) if too_large else (middle, high)
    constant = float(constants[low]) if low >= 0 else 0.0
    counts = _counts(tail, constant)
    return pd.DataFrame(
        {"n": n, "alert_at": counts, "constant": constant, "size": _size(counts, p0)}
    )


def _counts(tail: np.ndarray, constant: float) -> np.ndarray:
    crosses = tail <= constant  # NaN compares as false
    return np.where(crosses.any(axis=1), np.argmax(crosses, axis=1) + 1.0, NAN)


def _size(counts: np.ndarray, p0: float) -> float:
    return float(operating_characteristics(counts, rates=[p0])["p_alert"].iloc[0])
