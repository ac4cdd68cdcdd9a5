"""Newton's method on the exact Hessian, and the verification without which nothing is returned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.stats.covariance_structures import CovarianceStructure
from helpers.stats.design_matrix import FloatArray
from helpers.stats.mmrm_likelihood import (
    Derivatives,
    LikelihoodState,
    compute_derivatives,
    compute_state,
)
from helpers.stats.mmrm_problem import MmrmProblem

MAX_ITERATIONS = 200
# Largest gradient component, in units of the root of its curvature, of a verified optimum.
GRADIENT_TOLERANCE = 1e-8
# Largest condition number of the Hessian (unit diagonal) and of the correlation matrix.
MAX_CONDITION = 1e8
# Half the squared Newton step in standard errors at which one last full step is taken.
LAST_STEP = 1e-11


@dataclass(frozen=True)
class Optimum:
    """Where the iterations ended, and whether that is an optimum.

    Attributes
    ----------
    theta : (t,) float
    sigma : (G, m, m) float
        Covariance per group, in standardised units.
    state, derivatives
        Likelihood there.
    scaled_gradient : float
        Largest `|g_h| / sqrt(H_hh)`.
    iterations : int
    reason : str
        Why this is not a verified optimum; empty when it is.
    """

    theta: FloatArray
    sigma: FloatArray
    state: LikelihoodState | None
    derivatives: Derivatives | None
    scaled_gradient: float
    iterations: int
    reason: str


def find_optimum(
    problem: MmrmProblem, structure: CovarianceStructure, start: FloatArray | None = None
) -> Optimum:
    """Maximise the likelihood over the covariance parameters of all groups.

    Parameters
    ----------
    problem : MmrmProblem
    structure : CovarianceStructure
        Of each group.
    start : (t,) float, optional
        Where to begin; by default the pooled residual covariance.

    Notes
    -----
    Eigenvalues of the Hessian are taken in absolute value, so that a step always goes downhill,
    and halved until the likelihood rises; near the optimum the steps are Newton's.
    """
    theta = choose_start(problem, structure) if start is None else start
    sigma = compute_sigma(structure, theta)
    state = compute_state(problem, sigma)
    if state is None:
        return _failed(theta, sigma, 0, "no positive definite covariance to start from")
    for iteration in range(1, MAX_ITERATIONS + 1):
        derivatives = compute_derivatives(problem, state, structure, theta)
        step, decrement, convex = _newton_step(theta, derivatives)
        last = convex and decrement < LAST_STEP
        found = _line_search(problem, structure, theta, state, step, decrement, last)
        if found is None:
            return _verified(theta, sigma, state, derivatives, iteration)
        theta, sigma, state = found
        if last:
            derivatives = compute_derivatives(problem, state, structure, theta)
            return _verified(theta, sigma, state, derivatives, iteration)
        if _condition(sigma) > 100 * MAX_CONDITION:
            return _failed(theta, sigma, iteration, "covariance on its boundary")
    return _failed(theta, sigma, MAX_ITERATIONS, f"no convergence in {MAX_ITERATIONS} iterations")


def compute_sigma(structure: CovarianceStructure, theta: FloatArray) -> FloatArray:
    """Give the covariance of every group (G x m x m)."""
    parts = theta.reshape(-1, structure.n_parameters)
    return np.stack([structure.covariance(part) for part in parts])


def choose_start(problem: MmrmProblem, structure: CovarianceStructure) -> FloatArray:
    """Take the pairwise residual covariances, drawn to zero correlation until all is positive."""
    parts = []
    for g in range(problem.n_groups):
        covariance = _pairwise_covariance(problem, g)
        for shrink in (0.95, 0.7, 0.4, 0.0):
            drawn = np.where(np.eye(len(covariance)) > 0, covariance, shrink * covariance)
            if _smallest_share(drawn) < 0.02:
                continue
            part = structure.start(drawn)
            if _smallest_share(structure.covariance(part)) > 0.01:
                break
        parts.append(part)
    return np.concatenate(parts)


def _pairwise_covariance(problem: MmrmProblem, group: int) -> FloatArray:
    moments = problem.moments
    own = moments.group == group
    seen = moments.observed[own].astype(np.float64)
    pairs = (seen * moments.count[own, None]).T @ seen
    sums = moments.yy[own].sum(axis=0)
    covariance = sums / np.maximum(pairs, 1.0)
    variance = np.maximum(np.diag(covariance), 1e-3)
    limit = 0.99 * np.sqrt(np.outer(variance, variance))
    covariance = np.clip(covariance, -limit, limit)
    covariance[np.diag_indices_from(covariance)] = variance
    return covariance


def _smallest_share(covariance: FloatArray) -> float:
    """Give the smallest eigenvalue of the correlation matrix."""
    return float(np.linalg.eigvalsh(_correlation(covariance))[0])


def _correlation(covariance: FloatArray) -> FloatArray:
    sd = np.sqrt(np.einsum("...aa->...a", covariance))
    result: FloatArray = covariance / (sd[..., :, None] * sd[..., None, :])
    return result


def _condition(sigma: FloatArray) -> float:
    """Give the largest condition number of the groups' correlation matrices."""
    values = np.linalg.eigvalsh(_correlation(sigma))
    smallest = float(values[:, 0].min())
    return float(values[:, -1].max()) / smallest if smallest > 0 else np.inf


def _newton_step(theta: FloatArray, derivatives: Derivatives) -> tuple[FloatArray, float, bool]:
    """Give the step, half the squared step in standard errors, and whether all is convex here."""
    hessian, gradient = derivatives.hessian, derivatives.gradient
    unit = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(hessian)), 1e-12))
    values, vectors = np.linalg.eigh(hessian * np.outer(unit, unit))
    along = vectors.T @ (unit * gradient)
    size = np.maximum(np.abs(values), 1e-6)
    step = -unit * (vectors @ (along / size))
    decrement = 0.5 * float(along @ (along / size))
    room = float(np.max(np.abs(step) / (1.0 + np.abs(theta))))
    if room > 1.0:
        step = step / room
    return step, decrement, bool(values[0] > 0 and room <= 1.0)


def _line_search(
    problem: MmrmProblem,
    structure: CovarianceStructure,
    theta: FloatArray,
    state: LikelihoodState,
    step: FloatArray,
    decrement: float,
    last: bool,
) -> tuple[FloatArray, FloatArray, LikelihoodState] | None:
    """Halve the step until the likelihood rises; None where no step does."""
    rounding = 1e-13 * (1.0 + abs(state.value)) if decrement < 1e-6 else 0.0
    for _ in range(40):
        new = theta + step
        sigma = compute_sigma(structure, new)
        found = compute_state(problem, sigma) if np.isfinite(sigma).all() else None
        if found is not None and (last or found.value < state.value + rounding):
            return new, sigma, found
        step = 0.5 * step
    return None


def _verified(
    theta: FloatArray,
    sigma: FloatArray,
    state: LikelihoodState,
    derivatives: Derivatives,
    iterations: int,
) -> Optimum:
    """Say whether gradient, Hessian and covariance are those of a proper optimum."""
    diagonal = np.diag(derivatives.hessian)
    reason, scaled = "", np.inf
    if not (diagonal > 0).all():
        reason = "Hessian not positive definite"
    else:
        unit = 1.0 / np.sqrt(diagonal)
        scaled = float(np.max(np.abs(derivatives.gradient) * unit))
        values = np.linalg.eigvalsh(derivatives.hessian * np.outer(unit, unit))
        if values[0] <= 0:
            reason = "Hessian not positive definite"
        elif values[-1] > MAX_CONDITION * values[0]:
            reason = "Hessian nearly singular"
        elif _condition(sigma) > MAX_CONDITION:
            reason = "covariance on its boundary"
        elif not scaled <= GRADIENT_TOLERANCE:
            reason = f"gradient {scaled:.1e} where at most {GRADIENT_TOLERANCE:.0e} is an optimum"
    return Optimum(theta, sigma, state, derivatives, scaled, iterations, reason)


def _failed(theta: FloatArray, sigma: FloatArray, iterations: int, reason: str) -> Optimum:
    return Optimum(theta, sigma, None, None, np.inf, iterations, reason)
