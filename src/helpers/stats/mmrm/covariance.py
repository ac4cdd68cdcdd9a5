"""Covariance matrices over visits as functions of free parameters, with exact derivatives.

The parameters are those of the R package mmrm (vignette "Covariance structures"), because the
Kenward-Roger adjustment depends on the parameterisation:

- standard deviations as logarithms, one for all visits or one per visit;
- a correlation as `theta / sqrt(1 + theta**2)`; the one of compound symmetry as a logistic curve
  from its lower bound `-1 / (m - 1)` to 1;
- unstructured: `Sigma = D L L' D`, log diagonal of D, then the unit lower triangle L by rows.

Source: the structures of SAS PROC MIXED and of the R package mmrm, parameterised as there.
"""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

STRUCTURES = ("us", "cs", "csh", "ar1", "ar1h", "toep", "toeph", "ad", "adh")


class CovarianceStructure(Protocol):
    """A covariance over m visits with n parameters."""

    @property
    def name(self) -> str:
        """Short name."""

    @property
    def n_visits(self) -> int:
        """Number of visits m."""

    @property
    def n_parameters(self) -> int:
        """Number of parameters n."""

    def covariance(self, theta: FloatArray) -> FloatArray:
        """Give Sigma (m x m); it may be indefinite for some structures."""

    def first_derivatives(self, theta: FloatArray) -> FloatArray:
        """Give dSigma / dtheta (n x m x m)."""

    def second_derivatives(self, theta: FloatArray) -> FloatArray:
        """Give d2Sigma / dtheta dtheta' (n x n x m x m)."""

    def second_along(self, theta: FloatArray, weights: FloatArray) -> FloatArray:
        """Give the second derivatives summed over cells with symmetric weights (n x n)."""

    def start(self, covariance: FloatArray) -> FloatArray:
        """Give parameters near a positive definite covariance (m x m)."""


@cache
def build_structure(name: str, n_visits: int) -> CovarianceStructure:
    """Make a structure by its short name; with one visit all are the variance alone."""
    if name not in STRUCTURES:
        raise ValueError(f"no covariance structure {name!r}; there are {', '.join(STRUCTURES)}")
    if name == "us" or n_visits == 1:
        return Unstructured(n_visits)
    kind = name.removesuffix("h")
    return CorrelationStructure(name, n_visits, name.endswith("h"), _exponents(kind, n_visits))


class _Factored:
    """Every variance and covariance free: `Sigma = C C'` with a lower triangle C."""

    name = "us"

    def __init__(self, n_visits: int) -> None:
        self.n_visits = n_visits
        self.n_parameters = n_visits * (n_visits + 1) // 2
        self._lower = np.tril_indices(n_visits, -1)
        scaled = [self._scaled_by(row) for row in range(n_visits)]
        self._scales = np.repeat(np.arange(n_visits), [len(own) for own in scaled])
        self._scaled = np.concatenate(scaled)

    def covariance(self, theta: FloatArray) -> FloatArray:
        """Give Sigma."""
        factor = self._build_factor(theta)
        return factor @ factor.T

    def first_derivatives(self, theta: FloatArray) -> FloatArray:
        """Give dSigma by the product rule on the factor."""
        factor, derivatives = self._differentiate_factor(theta)
        half = derivatives @ factor.T
        return half + half.transpose(0, 2, 1)

    def second_derivatives(self, theta: FloatArray) -> FloatArray:
        """Give d2Sigma; the factor's second derivatives repeat its first ones or are zero."""
        factor, derivatives = self._differentiate_factor(theta)
        n, m = self.n_parameters, self.n_visits
        crossed = derivatives.reshape(n * m, m) @ derivatives.reshape(n * m, m).T
        half = crossed.reshape(n, m, n, m).transpose(0, 2, 1, 3)
        result: FloatArray = half + half.transpose(0, 1, 3, 2)
        bent = derivatives @ factor.T
        self._add_bends(result, bent + bent.transpose(0, 2, 1))
        return result

    def second_along(self, theta: FloatArray, weights: FloatArray) -> FloatArray:
        """Give d2Sigma summed with weights, without the cells of each pair of parameters."""
        factor, derivatives = self._differentiate_factor(theta)
        n = self.n_parameters
        weighted = weights @ derivatives
        result: FloatArray = 2.0 * weighted.reshape(n, -1) @ derivatives.reshape(n, -1).T
        self._add_bends(result, 2.0 * weighted.reshape(n, -1) @ factor.ravel())
        return result

    def _add_bends(self, second: FloatArray, bends: FloatArray) -> None:
        """Add what a parameter adds to its second derivatives with the scale of its row."""
        scales, scaled = self._scales, self._scaled
        second[scales, scaled] += bends[scaled]
        others = scaled != scales
        second[scaled[others], scales[others]] += bends[scaled[others]]

    def _build_factor(self, theta: FloatArray) -> FloatArray:
        """Give C (m x m)."""
        raise NotImplementedError

    def _differentiate_factor(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give C (m x m) and dC (n x m x m)."""
        raise NotImplementedError

    def _scaled_by(self, row: int) -> list[int]:
        """Give the parameters whose dC is proportional to exp(theta_row), `row` itself first."""
        raise NotImplementedError


class Unstructured(_Factored):
    """The parameters of the R package mmrm: `C = D L`, log diagonal of D, then L by rows."""

    def start(self, covariance: FloatArray) -> FloatArray:
        """Read the parameters off the Cholesky factor."""
        factor = np.linalg.cholesky(covariance)
        scale = np.diag(factor)
        return np.concatenate([np.log(scale), (factor / scale[:, None])[self._lower]])

    def _build_factor(self, theta: FloatArray) -> FloatArray:
        unit = np.eye(self.n_visits)
        unit[self._lower] = theta[self.n_visits :]
        factor: FloatArray = np.exp(theta[: self.n_visits])[:, None] * unit
        return factor

    def _differentiate_factor(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        m = self.n_visits
        factor, scale = self._build_factor(theta), np.exp(theta[:m])
        derivatives = np.zeros((self.n_parameters, m, m))
        diagonal = np.arange(m)
        derivatives[diagonal, diagonal] = factor
        rows, columns = self._lower
        derivatives[np.arange(m, self.n_parameters), rows, columns] = scale[rows]
        return factor, derivatives

    def _scaled_by(self, row: int) -> list[int]:
        return [row, *(self.n_visits + np.flatnonzero(self._lower[0] == row)).tolist()]


class CholeskyFactor(_Factored):
    """Log diagonal of C, then the rest of C by rows.

    Where correlations near 1, a variance left over by earlier visits goes to zero; here that is
    one straight direction, with the parameters of `Unstructured` a curved valley.
    """

    def start(self, covariance: FloatArray) -> FloatArray:
        """Read the parameters off the Cholesky factor."""
        factor = np.linalg.cholesky(covariance)
        return np.concatenate([np.log(np.diag(factor)), factor[self._lower]])

    def _build_factor(self, theta: FloatArray) -> FloatArray:
        factor = np.diag(np.exp(theta[: self.n_visits]))
        factor[self._lower] = theta[self.n_visits :]
        return factor

    def _differentiate_factor(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        m = self.n_visits
        factor = self._build_factor(theta)
        derivatives = np.zeros((self.n_parameters, m, m))
        diagonal = np.arange(m)
        derivatives[diagonal, diagonal, diagonal] = np.diag(factor)
        derivatives[(np.arange(m, self.n_parameters), *self._lower)] = 1.0
        return factor, derivatives

    def _scaled_by(self, row: int) -> list[int]:
        return [row]


def build_search_structure(structure: CovarianceStructure) -> CovarianceStructure:
    """Give the same covariances by the parameters that suit Newton's method best."""
    if isinstance(structure, Unstructured):
        return _build_cholesky_factor(structure.n_visits)
    return structure


@cache
def _build_cholesky_factor(n_visits: int) -> CholeskyFactor:
    return CholeskyFactor(n_visits)


def _exponents(kind: str, m: int) -> FloatArray:
    """Give the exponent of each correlation parameter in each cell: R[a,b] = prod rho_k^e[k,a,b].

    cs: one rho everywhere; ar1: rho^|a-b|; toep: one rho per distance; ad (ante-dependence):
    the product of the neighbours' correlations between a and b.
    """
    distance = np.abs(np.subtract.outer(np.arange(m), np.arange(m)))
    lags = np.arange(1, m)[:, None, None]
    low, high = np.minimum.outer(np.arange(m), np.arange(m)), np.maximum.outer(range(m), range(m))
    exponents = {
        "cs": (distance > 0)[None],
        "ar1": distance[None],
        "toep": distance == lags,
        "ad": (low < lags) & (lags <= high),
    }
    chosen: FloatArray = exponents[kind].astype(np.float64)
    return chosen


@dataclass(frozen=True)
class CorrelationStructure:
    """Standard deviations times correlations that are products of powers of a few parameters."""

    name: str
    n_visits: int
    heterogeneous: bool
    exponents: FloatArray

    @property
    def n_scales(self) -> int:
        """Number of log standard deviations."""
        return self.n_visits if self.heterogeneous else 1

    @property
    def n_parameters(self) -> int:
        """Number of parameters."""
        return self.n_scales + len(self.exponents)

    def covariance(self, theta: FloatArray) -> FloatArray:
        """Give Sigma."""
        rho, _, _ = self._correlations(theta)
        return self._scales(theta) * self._product(rho, ())

    def first_derivatives(self, theta: FloatArray) -> FloatArray:
        """Give dSigma."""
        rho, slope, _ = self._correlations(theta)
        scales = self._scales(theta)
        by_scale = self._scale_weights() * (scales * self._product(rho, ()))
        by_rho = [slope[k] * scales * self._product(rho, (k,)) for k in range(len(rho))]
        return np.concatenate([by_scale, by_rho])

    def second_derivatives(self, theta: FloatArray) -> FloatArray:
        """Give d2Sigma."""
        rho, slope, bend = self._correlations(theta)
        scales, weights, s = self._scales(theta), self._scale_weights(), self.n_scales
        first = self.first_derivatives(theta)
        n = self.n_parameters
        result = np.empty((n, n, self.n_visits, self.n_visits))
        result[:s] = weights[:, None] * first
        result[s:, :s] = result[:s, s:].transpose(1, 0, 2, 3)
        for k in range(len(rho)):
            for j in range(k + 1):
                value = slope[k] * slope[j] * self._product(rho, (k, j))
                if j == k:
                    value = value + bend[k] * self._product(rho, (k,))
                result[s + k, s + j] = result[s + j, s + k] = scales * value
        return result

    def second_along(self, theta: FloatArray, weights: FloatArray) -> FloatArray:
        """Give d2Sigma summed with weights."""
        n = self.n_parameters
        summed: FloatArray = self.second_derivatives(theta).reshape(n, n, -1) @ weights.ravel()
        return summed

    def start(self, covariance: FloatArray) -> FloatArray:
        """Pool the variances, and the correlations over the cells that hold one parameter."""
        variance = np.diag(covariance)
        correlation = covariance / np.sqrt(np.outer(variance, variance))
        alone = (self.exponents == 1) & (self.exponents.sum(axis=0) == 1)
        rho = np.array([correlation[cells].mean() for cells in alone])
        pooled = variance if self.heterogeneous else variance.mean(keepdims=True)
        return np.concatenate([0.5 * np.log(pooled), self._free(np.clip(rho, -0.9, 0.9))])

    def _scales(self, theta: FloatArray) -> FloatArray:
        sd = np.broadcast_to(np.exp(theta[: self.n_scales]), (self.n_visits,))
        return np.outer(sd, sd)

    def _scale_weights(self) -> FloatArray:
        """How often each log standard deviation counts in each cell."""
        if not self.heterogeneous:
            return np.full((1, self.n_visits, self.n_visits), 2.0)
        eye = np.eye(self.n_visits)
        return eye[:, :, None] + eye[:, None, :]

    @property
    def _lower_bound(self) -> float | None:
        """The bound of the logistic curve; None for the plain map."""
        return -1.0 / (self.n_visits - 1) if self.name.startswith("cs") else None

    def _correlations(self, theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Give rho and its first two derivatives with respect to the free parameters."""
        free = theta[self.n_scales :]
        bound = self._lower_bound
        if bound is None:
            root = np.sqrt(1.0 + free * free)
            return free / root, root**-3, -3.0 * free * root**-5
        up = 1.0 / (1.0 + np.exp(-free))
        slope = up * (1.0 - up)
        width = 1.0 - bound
        return bound + width * up, width * slope, width * slope * (1.0 - 2.0 * up)

    def _free(self, rho: FloatArray) -> FloatArray:
        bound = self._lower_bound
        if bound is None:
            return rho / np.sqrt(1.0 - rho * rho)
        share = np.clip((rho - bound) / (1.0 - bound), 0.05, 0.95)
        return np.log(share / (1.0 - share))

    def _product(self, rho: FloatArray, derived: tuple[int, ...]) -> FloatArray:
        """Give prod rho_k^e_k, differentiated once for every k listed in `derived`."""
        result = np.ones((self.n_visits, self.n_visits))
        for k, exponent in enumerate(self.exponents):
            times = derived.count(k)
            factor = np.ones_like(exponent)
            for i in range(times):
                factor = factor * (exponent - i)
            result = result * factor * rho[k] ** np.maximum(exponent - times, 0.0)
        return result
