"""What standardised differences chance alone makes, by the size of the groups.

Source: t distribution for means; for categories simulated once and tabulated in the module.
"""

import math

import numpy as np
from numpy.typing import NDArray

from helpers.stats.estimates import NAN

FEWEST = 5  # per group: in smaller ones the categories of two groups often rule each other out
SEED, DRAWS = 20210705, 20_000
QUANTILES = (0.5, 0.9)


def mean_difference_sd(a: int, b: int) -> float:
    """Return the SD of the standardised difference of two means where there is no difference.

    Parameters
    ----------
    a, b : int
        Sizes of the groups.

    Returns
    -------
    float
        That of a t variable times ``sqrt(1/a + 1/b)``, with the degrees of freedom of the mean of
        two equal variances (Satterthwaite); normal values. NaN with two degrees of freedom or
        fewer.
    """
    if min(a, b) < 2:
        return NAN
    df = 4.0 / (1.0 / (a - 1) + 1.0 / (b - 1))
    return math.sqrt((1.0 / a + 1.0 / b) * df / (df - 2.0)) if df > 2.0 else NAN


def category_difference_quantiles(a: int, b: int, categories: int) -> tuple[float, float]:
    """Return median and 90th percentile of the difference of two distributions that do not differ.

    Parameters
    ----------
    a, b : int
        Sizes of the groups.
    categories : int
        Categories, equally frequent.

    Returns
    -------
    tuple of float
        From `BY_CHANCE` at the harmonic mean of the sizes; between its rows the one below, scaled
        by the square root of the sizes. NaN below `FEWEST` and for one category or more than the
        table holds.
    """
    size = 2.0 * a * b / (a + b) if a + b else 0.0
    column = categories - 2
    if size < FEWEST or not 0 <= column < len(BY_CHANCE[FEWEST]):
        return NAN, NAN
    row = max(n for n in BY_CHANCE if n <= size)
    median, high = BY_CHANCE[row][column]
    scale = math.sqrt(row / size)
    return median * scale, high * scale


def simulate_quantiles(size: int, categories: int) -> tuple[float, float]:
    """Return the entry of `BY_CHANCE` for two groups of a size, as it was made.

    `DRAWS` pairs of groups with equally frequent categories, the seed made of `SEED`, the size and
    the number of categories.
    """
    generator = np.random.default_rng([SEED, size, categories])
    shares = [1.0 / categories] * categories
    counts = generator.multinomial(size, shares, size=(DRAWS, 2))
    differences = compute_distances(counts)
    median, high = np.quantile(differences, QUANTILES, method="higher")
    return round(float(median), 2), round(float(high), 2)


def compute_distances(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return `standardize_category_difference` of many pairs of groups at once.

    Parameters
    ----------
    counts : array of shape (pairs, 2, categories)
    """
    shares = counts / counts.sum(axis=2, keepdims=True)
    first, second = shares[:, 0], shares[:, 1]
    gap, middle = first - second, (first + second) / 2.0
    outer = first[:, :, None] * first[:, None, :] + second[:, :, None] * second[:, None, :]
    covariance = middle[:, :, None] * np.eye(counts.shape[2]) - outer / 2.0
    inverse = np.linalg.pinv(covariance, rcond=1e-12, hermitian=True)
    direction = np.einsum("ijk,ik->ij", inverse, gap)
    residual = np.abs(np.einsum("ijk,ik->ij", covariance, direction) - gap).max(axis=1)
    squares = np.maximum((direction * gap).sum(axis=1), 0.0)
    return np.where(residual > 1e-9, np.inf, np.sqrt(squares))


# size of both groups: (median, 90th percentile) for 2, 3, ... 7 categories; `simulate_quantiles`
BY_CHANCE: dict[int, tuple[tuple[float, float], ...]] = {
    5: ((0.45, 1.50), (0.89, 1.87), (1.21, 2.14), (1.41, 3.06), (1.87, 3.32), (2.00, 4.00)),
    6: ((0.34, 1.18), (0.80, 1.63), (1.07, 2.04), (1.41, 2.29), (1.56, 2.51), (1.75, 2.83)),
    7: ((0.30, 1.00), (0.69, 1.44), (1.00, 1.73), (1.23, 2.04), (1.38, 2.43), (1.57, 2.60)),
    8: ((0.27, 0.88), (0.64, 1.28), (0.89, 1.55), (1.10, 1.84), (1.28, 2.09), (1.45, 2.27)),
    9: ((0.25, 0.80), (0.60, 1.18), (0.83, 1.46), (1.03, 1.66), (1.21, 1.89), (1.35, 2.08)),
    10: ((0.41, 0.87), (0.56, 1.16), (0.78, 1.36), (0.97, 1.58), (1.10, 1.75), (1.26, 1.92)),
    11: ((0.37, 0.78), (0.54, 1.05), (0.73, 1.28), (0.90, 1.46), (1.06, 1.62), (1.20, 1.80)),
    12: ((0.34, 0.72), (0.53, 1.02), (0.70, 1.21), (0.85, 1.37), (1.00, 1.54), (1.13, 1.69)),
    13: ((0.31, 0.67), (0.50, 0.94), (0.66, 1.14), (0.81, 1.30), (0.95, 1.46), (1.06, 1.58)),
    14: ((0.29, 0.62), (0.48, 0.91), (0.63, 1.08), (0.77, 1.23), (0.90, 1.38), (1.01, 1.51)),
    15: ((0.27, 0.59), (0.45, 0.88), (0.60, 1.03), (0.74, 1.18), (0.86, 1.32), (0.98, 1.44)),
    16: ((0.25, 0.66), (0.43, 0.83), (0.58, 1.00), (0.71, 1.13), (0.83, 1.26), (0.93, 1.38)),
    17: ((0.24, 0.62), (0.42, 0.80), (0.56, 0.96), (0.68, 1.10), (0.80, 1.20), (0.90, 1.32)),
    18: ((0.23, 0.58), (0.40, 0.77), (0.55, 0.92), (0.66, 1.06), (0.77, 1.16), (0.87, 1.28)),
    19: ((0.21, 0.55), (0.39, 0.74), (0.53, 0.89), (0.64, 1.02), (0.74, 1.13), (0.84, 1.22)),
    20: ((0.21, 0.52), (0.38, 0.72), (0.52, 0.87), (0.62, 0.98), (0.72, 1.09), (0.82, 1.19)),
    24: ((0.17, 0.52), (0.36, 0.65), (0.47, 0.78), (0.56, 0.88), (0.65, 0.97), (0.73, 1.06)),
    32: ((0.19, 0.45), (0.30, 0.56), (0.40, 0.66), (0.48, 0.75), (0.55, 0.82), (0.62, 0.89)),
    48: ((0.13, 0.34), (0.24, 0.45), (0.32, 0.53), (0.39, 0.60), (0.44, 0.66), (0.49, 0.70)),
    64: ((0.13, 0.29), (0.21, 0.39), (0.28, 0.45), (0.33, 0.51), (0.38, 0.56), (0.42, 0.60)),
}  # fmt: skip
