"""Newton's method on the exact Hessian, and the verification without which nothing is returned.

Source: Newton steps with the eigenvalues of the Hessian taken in absolute value;
docs/methods_mmrm.md.
"""

from dataclasses import dataclass

import numpy as np

from helpers.stats.linear.design_matrix import FloatArray
from helpers.stats.mmrm.covariance import CovarianceStructure, build_search_structure
from helpers.stats.mmrm.likelihood import (
    Derivatives,
    LikelihoodState,
    compute_derivatives,
    compute_state,
)
from helpers.stats.mmrm.standardise import MmrmProblem

MAX_ITERATIONS = 100
# Largest gradient component, in units of the root of its curvature, of a verified optimum.
GRADIENT_TOLERANCE = 1e-8
# Largest condition number of the Hessian (unit diagonal) and of the correlation matrix.
MAX_CONDITION = 1e8
# Condition number of the correlation matrix from which a failure is put down to the boundary.
SUSPICIOUS_CONDITION = 1e5
# Half the squared Newton step in standard errors at which one last full step is taken.
LAST_STEP = 1e-11
# Largest relative change of a parameter in one step.
MAX_STEP = 1.0
BOUNDARY = "covariance on its boundary"


@dataclass(frozen=True)
class Optimum:
    """A verified optimum: gradient zero, Hessian positive definite, covariance inside its bounds.

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
    """

    theta: FloatArray
    sigma: FloatArray
    state: LikelihoodState
    derivatives: Derivatives
    scaled_gradient: float
    iterations: int


@dataclass(frozen=True)
class NoOptimum:
    """Why there is no verified optimum."""

    reason: str
    iterations: int


@dataclass(frozen=True)
class _Point:
    """Parameters, the covariances they give, and the likelihood there."""

    theta: FloatArray
    sigma: FloatArray
    state: LikelihoodState


@dataclass(frozen=True)
class _Step:
    """Where to go, half its squared length in standard errors, whether all is convex here."""

    change: FloatArray
    decrement: float
    convex: bool


def find_optimum(problem: MmrmProblem, structure: CovarianceStructure) -> Optimum | NoOptimum:
    """Maximise the likelihood over the covariance parameters of all groups.

    Parameters
    ----------
    problem : MmrmProblem
    structure : CovarianceStructure
        Of each group.

    Notes
    -----
    Eigenvalues of the Hessian are taken in absolute value, so that a step always goes downhill;
    it is halved until the likelihood rises, and doubled while that helps where the likelihood is
    not yet convex. Near the optimum the steps are Newton's.
    """
    search = build_search_structure(structure)
    point = _evaluate(problem, search, choose_start(problem, search))
    if point is None:
        return NoOptimum("no positive definite covariance to start from", 0)
    for iteration in range(1, MAX_ITERATIONS + 1):
        derivatives = compute_derivatives(problem, point.state, search, point.theta)
        if not np.isfinite(derivatives.hessian).all():
            return NoOptimum(BOUNDARY, iteration)
        step = _newton_step(point.theta, derivatives)
        last = step.decrement < LAST_STEP
        found = _line_search(problem, search, point, step) if step.convex or not last else None
        if found is not None:
            point = found
        if last or found is None:
            return _verify(problem, structure, search, point, iteration)
        if _is_on_boundary(point.sigma, 10.0 * MAX_CONDITION):
            return NoOptimum(BOUNDARY, iteration)
    if _is_on_boundary(point.sigma, SUSPICIOUS_CONDITION):
        return NoOptimum(BOUNDARY, MAX_ITERATIONS)
    return NoOptimum(f"no convergence in {MAX_ITERATIONS} iterations", MAX_ITERATIONS)


def compute_sigma(structure: CovarianceStructure, theta: FloatArray) -> FloatArray:
    """Give the covariance of every group (G x m x m)."""
    parts = theta.reshape(-1, structure.n_parameters)
    return np.stack([structure.covariance(part) for part in parts])


def choose_start(problem: MmrmProblem, structure: CovarianceStructure) -> FloatArray:
    """Take the pairwise residual covariances, drawn to zero correlation until all is positive."""
    parts = []
    for g in range(problem.n_groups):
        covariance = _pairwise_covariance(problem, g)
        variances = np.diag(np.diag(covariance))
        for shrink in (0.95, 0.7, 0.4, 0.0):
            drawn = shrink * covariance + (1.0 - shrink) * variances
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
    np.fill_diagonal(covariance, variance)
    return np.asarray(covariance, dtype=np.float64)


def _smallest_share(covariance: FloatArray) -> float:
    """Give the smallest eigenvalue of the correlation matrix."""
    return float(np.linalg.eigvalsh(_correlation(covariance))[0])


def _correlation(covariance: FloatArray) -> FloatArray:
    sd = np.sqrt(np.einsum("...aa->...a", covariance))
    result: FloatArray = covariance / (sd[..., :, None] * sd[..., None, :])
    return result


def _is_on_boundary(sigma: FloatArray, limit: float) -> bool:
    """Say whether a correlation matrix is nearly singular or a variance nearly zero."""
    values = np.linalg.eigvalsh(_correlation(sigma))
    smallest = float(np.min(values[:, 0] / values[:, -1]))
    variances = np.einsum("gaa->ga", sigma)
    return smallest * limit < 1.0 or float(np.min(variances)) * limit**2 < 1.0


def _newton_step(theta: FloatArray, derivatives: Derivatives) -> _Step:
    """Solve for the zero of the gradient in the unit of the diagonal of the Hessian."""
    hessian, gradient = derivatives.hessian, derivatives.gradient
    unit = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(hessian)), 1e-12))
    values, vectors = np.linalg.eigh(hessian * np.outer(unit, unit))
    along = vectors.T @ (unit * gradient)
    size = np.maximum(np.abs(values), 1e-6)
    change = -unit * (vectors @ (along / size))
    room = float(np.max(np.abs(change) / (1.0 + np.abs(theta)))) / MAX_STEP
    convex = bool(values[0] > 0 and room <= 1.0)
    return _Step(change / max(room, 1.0), 0.5 * float(along @ (along / size)), convex)


def _line_search(
    problem: MmrmProblem,
    structure: CovarianceStructure,
    start: _Point,
    step: _Step,
) -> _Point | None:
    """Halve the step until the likelihood rises; None where no step does."""
    value, theta = start.state.value, start.theta
    rounding = 1e-13 * (1.0 + abs(value)) if step.decrement < 1e-6 else 0.0
    limit = np.inf if step.decrement < LAST_STEP else value + rounding
    for halvings in range(40):
        change = step.change / 2.0**halvings
        found = _evaluate(problem, structure, theta + change)
        if found is not None and found.state.value < limit:
            longer = not step.convex and halvings == 0
            return _stretch(problem, structure, theta, change, found) if longer else found
    return None


def _stretch(
    problem: MmrmProblem,
    structure: CovarianceStructure,
    theta: FloatArray,
    change: FloatArray,
    found: _Point,
) -> _Point:
    """Double the step while the likelihood rises; what has no optimum then shows it soon."""
    for _ in range(10):
        change = 2.0 * change
        further = _evaluate(problem, structure, theta + change)
        if further is None or further.state.value >= found.state.value:
            return found
        found = further
    return found


def _evaluate(
    problem: MmrmProblem, structure: CovarianceStructure, theta: FloatArray
) -> _Point | None:
    # A step may leave the range of double precision; it is then halved like any bad step.
    with np.errstate(all="ignore"):
        sigma = compute_sigma(structure, theta)
        state = compute_state(problem, sigma) if np.isfinite(sigma).all() else None
    return None if state is None else _Point(theta, sigma, state)


def _verify(
    problem: MmrmProblem,
    structure: CovarianceStructure,
    search: CovarianceStructure,
    found: _Point,
    iterations: int,
) -> Optimum | NoOptimum:
    """Say whether gradient, Hessian and covariance are those of a proper optimum."""
    theta = found.theta
    if search is not structure:
        theta = np.concatenate([structure.start(part) for part in found.sigma])
    point = _evaluate(problem, structure, theta)
    if point is None:
        return NoOptimum(BOUNDARY, iterations)
    derivatives = compute_derivatives(problem, point.state, structure, theta)
    scaled, reason = _judge(derivatives)
    if _is_on_boundary(point.sigma, MAX_CONDITION if not reason else SUSPICIOUS_CONDITION):
        reason = BOUNDARY
    if reason:
        return NoOptimum(reason, iterations)
    return Optimum(theta, point.sigma, point.state, derivatives, scaled, iterations)


def _judge(derivatives: Derivatives) -> tuple[float, str]:
    """Give the scaled gradient, and what rules out an optimum."""
    diagonal = np.diag(derivatives.hessian)
    if not (diagonal > 0).all():
        return np.inf, "Hessian not positive definite"
    unit = 1.0 / np.sqrt(diagonal)
    scaled = float(np.max(np.abs(derivatives.gradient) * unit))
    values = np.linalg.eigvalsh(derivatives.hessian * np.outer(unit, unit))
    if values[0] <= 0:
        return scaled, "Hessian not positive definite"
    if values[-1] > MAX_CONDITION * values[0]:
        return scaled, "Hessian nearly singular"
    if not scaled <= GRADIENT_TOLERANCE:
        return scaled, f"gradient {scaled:.1e} where at most {GRADIENT_TOLERANCE:.0e} is an optimum"
    return scaled, ""
