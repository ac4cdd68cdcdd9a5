"""The estimation problem in its best-conditioned form, and the way back to the user's units.

The design is replaced by orthonormal columns, the response by its ordinary residuals in units of
their standard deviation. Neither changes the likelihood but for a constant, and a response of
1e-12 or 1e9 with or without an offset then looks like any other.

Source: Gram-Schmidt; part of `likelihood`.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from helpers.stats.linear.design_matrix import FloatArray, IntArray
from helpers.stats.mmrm.cross_products import CrossProducts, SubjectArrays, compute_cross_products

# Relative length below which a column counts as a combination of the columns before it.
ALIAS_TOLERANCE = 1e-11
# The same for features within a visit, on the scale of squares (correlation matrix).
GRAM_TOLERANCE = 1e-10
# Residual standard deviation, relative to the response, that is rounding and not data.
CONSTANT_TOLERANCE = 1e-13


@dataclass(frozen=True)
class MmrmProblem:
    """What the likelihood is computed from.

    Attributes
    ----------
    moments : CrossProducts
        Of the features and the standardised residuals.
    basis : (m * k, r) float
        Orthonormal columns: the design of subject i at visit a is `u_i @ basis[a*k:(a+1)*k]`.
    n_obs, n_visits, n_groups : int
    reml : bool
    """

    moments: CrossProducts
    basis: FloatArray
    n_obs: int
    n_visits: int
    n_groups: int
    reml: bool

    @property
    def rank(self) -> int:
        """Number of fixed effects that can be estimated."""
        return int(self.basis.shape[1])


@dataclass(frozen=True)
class DesignScaling:
    """How the user's columns and units relate to those of the problem.

    Attributes
    ----------
    kept : (r,) int
        Columns of the design that are not combinations of earlier ones.
    triangle : (r, r) float
        `X[:, kept] = X_orthonormal @ triangle`.
    aliased : (p - r,) int
        The other columns; `X[:, aliased] = X[:, kept] @ combination`.
    combination : (r, p - r) float
    centre : float
        Mean of the response.
    offset : (r,) float
        Ordinary least squares of the centred response in the orthonormal columns.
    scale : float
        Residual standard deviation of ordinary least squares.
    """

    kept: IntArray
    triangle: FloatArray
    aliased: IntArray
    combination: FloatArray
    centre: float
    offset: FloatArray
    scale: float

    def to_orthonormal(self, rows: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Turn contrasts of the user's coefficients (q x p) into ours; say which are estimable."""
        used = rows[:, self.kept]
        gap = np.abs(rows[:, self.aliased] - used @ self.combination)
        size = np.abs(used) @ np.abs(self.combination) + np.abs(rows[:, self.aliased]) + 1.0
        return self.from_kept(used), np.asarray((gap <= 1e-8 * size).all(axis=1), dtype=np.bool_)

    def from_kept(self, rows: FloatArray) -> FloatArray:
        """Turn contrasts of the kept coefficients (q x r) into ours."""
        return np.asarray(np.linalg.solve(self.triangle.T, rows.T).T, dtype=np.float64)


def orthonormalise(subjects: SubjectArrays) -> tuple[FloatArray, DesignScaling]:
    """Find the orthonormal basis of the design (m*k x r) and the aliased columns."""
    observed = subjects.observed.astype(np.float64)
    u = subjects.features
    grams = np.stack([(u * seen[:, None]).T @ u for seen in observed.T])
    m, k, p = subjects.basis.shape
    columns = (_roots(grams) @ subjects.basis).reshape(m * k, p)
    kept, triangle, aliased, combination = _pivot_columns(columns)
    basis = np.linalg.solve(triangle.T, subjects.basis.reshape(m * k, p)[:, kept].T).T
    no_offset = np.zeros(len(kept))
    scaling = DesignScaling(
        kept, triangle, aliased, combination, subjects.centre, no_offset, scale=1.0
    )
    return np.ascontiguousarray(basis), scaling


def _roots(grams: FloatArray) -> FloatArray:
    """Give R with R'R = gram for each gram; combinations that are only rounding become zero."""
    size = np.sqrt(np.einsum("akk->ak", grams))
    size = np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh(grams / (size[:, :, None] * size[:, None, :]))
    values = np.where(values > GRAM_TOLERANCE, values, 0.0)
    roots: FloatArray = np.sqrt(values)[:, :, None] * vectors.transpose(0, 2, 1) * size[:, None, :]
    return roots


def _pivot_columns(
    columns: FloatArray,
) -> tuple[IntArray, FloatArray, IntArray, FloatArray]:
    """Gram-Schmidt, twice per column, keeping each column that adds to those before it."""
    n, p = columns.shape
    q = np.zeros((n, p))
    triangle = np.zeros((p, p))
    kept: list[int] = []
    aliased: list[int] = []
    for j in range(p):
        rest, r = columns[:, j], len(kept)
        for _ in range(2):
            projection = rest @ q[:, :r]
            rest = rest - q[:, :r] @ projection
            triangle[:r, j] += projection
        length = float(np.sqrt(rest @ rest))
        if length <= ALIAS_TOLERANCE * float(np.sqrt(columns[:, j] @ columns[:, j])):
            aliased.append(j)
            continue
        q[:, r] = rest / length
        triangle[r, j] = length
        kept.append(j)
    r = len(kept)
    upper = np.ascontiguousarray(triangle[:r, kept])
    combination = np.asarray(np.linalg.solve(upper, triangle[:r, aliased]), dtype=np.float64)
    return np.array(kept, dtype=np.int64), upper, np.array(aliased, dtype=np.int64), combination


def build_problem(subjects: SubjectArrays, reml: bool) -> tuple[MmrmProblem, DesignScaling]:
    """Orthonormalise the design, standardise the response, sum the cross-products.

    The scale is 0 where the residuals are nothing but rounding (constant response).
    """
    basis, scaling = orthonormalise(subjects)
    residual, offset = _residuals(subjects, basis)
    n_obs, rank = int(subjects.observed.sum()), basis.shape[1]
    scale = float(np.sqrt(np.sum(residual * residual) / max(n_obs - rank, 1)))
    if scale <= CONSTANT_TOLERANCE * subjects.size:
        scale = 0.0
    standardised = replace(subjects, response=residual / (scale or 1.0))
    problem = MmrmProblem(
        moments=compute_cross_products(standardised),
        basis=basis,
        n_obs=n_obs,
        n_visits=subjects.response.shape[1],
        n_groups=int(subjects.group.max()) + 1,
        reml=reml,
    )
    return problem, replace(scaling, offset=offset, scale=scale)


def _residuals(subjects: SubjectArrays, basis: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give ordinary least squares residuals (N x m) and coefficients, refined once."""
    m, k = subjects.response.shape[1], subjects.features.shape[1]
    residual, offset = subjects.response, np.zeros(basis.shape[1])
    for _ in range(2):
        step = basis.T @ (subjects.features.T @ residual).T.reshape(m * k)
        fitted = subjects.features @ (basis @ step).reshape(m, k).T
        residual = np.where(subjects.observed, residual - fitted, 0.0)
        offset = offset + step
    return residual, offset
