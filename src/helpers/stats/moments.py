"""Mean and variance that do not depend on the order of the values.

Source: sums rounded once (Shewchuk, Discrete Comput Geom 1997;18:305).
"""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.stats.estimates import NAN


def select_observed(values: Iterable[float]) -> NDArray[np.float64]:
    """Return the values that are not missing (NaN, None, NA), sorted."""
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        x = values  # has no other missing value than NaN
    else:
        x = np.asarray([NAN if v is None or v is pd.NA else v for v in values], dtype=np.float64)
    return np.sort(x[~np.isnan(x)])


def compute_moments(x: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and variance of sorted values; equal values have a variance of exactly 0."""
    n = x.size
    if n == 0 or not np.all(np.isfinite(x)):
        return NAN, NAN
    mean = float(x[0]) if x[0] == x[-1] else math.fsum(x) / n
    if n < 2:
        return mean, NAN
    residual = x - mean
    correction = math.fsum(residual) ** 2 / n
    return mean, max(math.fsum(residual**2) - correction, 0.0) / (n - 1)
