"""Ordinary least squares with what contrasts need: both covariances, and what is aliased.

Source: orthonormal columns by Gram-Schmidt; HC3 by MacKinnon and White, J Econometrics 1985;29:305.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helpers.stats.linear.design_matrix import FloatArray, IntArray

_ALIAS_TOLERANCE = 1e-11  # relative length below which a column repeats earlier ones
_CONSTANT_TOLERANCE = 1e-13  # residual spread, relative to the response, that is rounding
_LEVERAGE_TOLERANCE = 1e-10  # distance of a leverage from 1 that is rounding


@dataclass(frozen=True)
class LeastSquares:
    """A fitted linear model in orthonormal columns.

    Attributes
    ----------
    kept, aliased : int arrays
        Columns that add to those before them, and the others.
    triangle : (r, r) float
        ``X[:, kept] = basis @ triangle``.
    combination : (r, p - r) float
        ``X[:, aliased] = X[:, kept] @ combination``.
    basis : (n, r) float
        Orthonormal columns.
    beta : (r,) float
        Coefficients of the basis, of the centred response.
    centre : float
        Mean of the response; the first column of X is the intercept.
    residual : (n,) float
    """

    kept: IntArray
    aliased: IntArray
    triangle: FloatArray
    combination: FloatArray
    basis: FloatArray
    beta: FloatArray
    centre: float
    residual: FloatArray

    @property
    def df(self) -> int:
        """Residual degrees of freedom, n - r."""
        return len(self.basis) - len(self.kept)

    @property
    def variance(self) -> float:
        """Residual variance; NaN without degrees of freedom."""
        return float(self.residual @ self.residual) / self.df if self.df > 0 else float("nan")

    def estimate(self, rows: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Give contrasts (q x p) of the coefficients, and which of them are estimable."""
        z, estimable = self._turn(rows)
        return z @ self.beta + rows[:, 0] * self.centre, estimable

    def weights_of(self, rows: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Give the weight of every value in contrasts without the intercept (q x n)."""
        z, estimable = self._turn(rows)
        return np.asarray(z @ self.basis.T), estimable

    def covariance_of(self, rows: FloatArray) -> FloatArray:
        """Give the ordinary covariance of contrasts (q x q)."""
        z = self._turn(rows)[0]
        return np.asarray(z @ z.T * self.variance)

    def robust_covariance_of(self, rows: FloatArray) -> FloatArray:
        """Give the HC3 covariance (MacKinnon and White, J Econometrics 1985;29:305).

        Each residual is divided by one minus its leverage. NaN where a participant alone decides a
        contrast: the leverage is 1 and the residual says nothing.
        """
        leverage = np.einsum("ij,ij->i", self.basis, self.basis)
        alone = leverage > 1.0 - _LEVERAGE_TOLERANCE
        outside = np.where(alone, 0.0, self.residual / np.where(alone, 1.0, 1.0 - leverage))
        z = self._turn(rows)[0]
        influence = z @ self.basis.T
        covariance = (influence * outside**2) @ influence.T
        lost = np.any(np.abs(influence[:, alone]) > 1e-9, axis=1)
        covariance[lost, :] = covariance[:, lost] = np.nan
        return np.asarray(covariance)

    def _turn(self, rows: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
        used = rows[:, self.kept]
        gap = np.abs(rows[:, self.aliased] - used @ self.combination)
        size = np.abs(used) @ np.abs(self.combination) + np.abs(rows[:, self.aliased]) + 1.0
        turned = np.linalg.solve(self.triangle.T, used.T).T
        return turned.astype(np.float64), np.asarray((gap <= 1e-8 * size).all(axis=1))


def fit_least_squares(x: FloatArray, y: FloatArray) -> LeastSquares:
    """Fit y on the columns of x, the first of which is the intercept.

    Parameters
    ----------
    x : (n, p) float
        Columns that repeat earlier ones are set aside.
    y : (n,) float
        Residuals that are nothing but rounding become exactly 0.
    """
    basis, triangle, kept, aliased, combination = _orthonormalise(x)
    centre = float(y.mean())
    response = y - centre
    beta = basis.T @ response
    residual = response - basis @ beta
    correction = basis.T @ residual
    residual = residual - basis @ correction
    size = abs(centre) + float(np.abs(response).max(initial=0.0))
    if np.abs(residual).max(initial=0.0) <= _CONSTANT_TOLERANCE * size:
        residual = np.zeros_like(residual)
    return LeastSquares(
        kept, aliased, triangle, combination, basis, beta + correction, centre, residual
    )


def _orthonormalise(
    x: FloatArray,
) -> tuple[FloatArray, FloatArray, IntArray, IntArray, FloatArray]:
    """Gram-Schmidt, twice per column, keeping each column that adds to those before it."""
    n, p = x.shape
    q, triangle = np.zeros((n, p)), np.zeros((p, p))
    kept: list[int] = []
    aliased: list[int] = []
    for j in range(p):
        rest, r = x[:, j], len(kept)
        for _ in range(2):
            projection = rest @ q[:, :r]
            rest = rest - q[:, :r] @ projection
            triangle[:r, j] += projection
        length = float(np.sqrt(rest @ rest))
        if length <= _ALIAS_TOLERANCE * float(np.sqrt(x[:, j] @ x[:, j])):
            aliased.append(j)
            continue
        q[:, r], triangle[r, j] = rest / length, length
        kept.append(j)
    r = len(kept)
    upper = triangle[:r, kept]
    combination = np.linalg.solve(upper, triangle[:r, aliased])
    return (
        q[:, :r],
        upper,
        np.array(kept, dtype=np.int64),
        np.array(aliased, dtype=np.int64),
        combination.astype(np.float64),
    )
