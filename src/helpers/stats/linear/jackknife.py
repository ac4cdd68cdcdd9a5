"""Standard errors by leaving out one participant at a time: nothing is drawn at random.

Source: Efron and Stein, Ann Stat 1981;9:586.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MOST_GROUPS = 500  # more participants than this are left out in groups of equal size


def split_persons(strata: NDArray[np.int64], most: int = MOST_GROUPS) -> NDArray[np.int64]:
    """Assign every participant to the group in which they are left out.

    Parameters
    ----------
    strata : (n,) int
        Participants of one stratum (arm) are spread evenly over the groups.
    most : int
        Up to so many participants everyone is a group of their own.
    """
    n = len(strata)
    groups = np.empty(n, dtype=np.int64)
    groups[np.argsort(strata, kind="stable")] = np.arange(n) % max(min(n, most), 1)
    return groups


def compute_jackknife(
    estimate: Callable[[NDArray[np.bool_]], FloatArray], groups: NDArray[np.int64]
) -> FloatArray:
    """Return the jackknife covariance of a vector of estimates.

    Parameters
    ----------
    estimate : callable
        From who is kept (n,) bool to the estimates (q,); NaN where not estimable.
    groups : (n,) int
        From ``split_persons``.

    Returns
    -------
    (q, q) float
        (G - 1)/G times the sum of products about the mean of the G replicates (Efron and
        Stein, Ann Stat 1981;9:586). NaN where a replicate is not estimable.
    """
    replicates = np.array([estimate(groups != g) for g in range(int(groups.max(initial=-1)) + 1)])
    count = len(replicates)
    centred = replicates - replicates.mean(axis=0)
    return np.asarray(centred.T @ centred * ((count - 1) / count))
