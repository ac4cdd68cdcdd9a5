"""The (restricted) log-likelihood with its exact gradient and Hessian.

Everything is a sum over missing-value patterns; no step sees a subject. Notation as in
Kenward and Roger (1997): `V_g` the covariance of pattern g, `M_g` its inverse filled with zeros to
all visits, `Phi = (X' V^-1 X)^-1`. Derivatives are taken with respect to the cells of Sigma first
and carried to the parameters by the chain rule.

Source: restricted likelihood of Patterson and Thompson, Biometrika 1971;58:545.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helpers.stats.linear.design_matrix import FloatArray
from helpers.stats.mmrm.covariance import CovarianceStructure
from helpers.stats.mmrm.standardise import MmrmProblem


@dataclass(frozen=True)
class LikelihoodState:
    """The model at one covariance.

    Attributes
    ----------
    value : float
        Minus the log-likelihood, without the constant `(n - p)/2 log 2 pi`.
    inverse : (P, m, m) float
        M_g.
    beta : (r,) float
        Generalised least squares in the orthonormal columns.
    root : (r, r) float
        `Phi = root @ root.T`.
    """

    value: float
    inverse: FloatArray
    beta: FloatArray
    root: FloatArray


@dataclass(frozen=True)
class Derivatives:
    """Derivatives of minus the log-likelihood with respect to the parameters theta.

    Attributes
    ----------
    gradient : (t,) float
    hessian : (t, t) float
        Observed, with beta profiled out.
    information : (t, r, r) float
        `root' X' V^-1 V_h V^-1 X root`: P_h of Kenward and Roger, sign turned, in the basis
        in which Phi is the identity.
    """

    gradient: FloatArray
    hessian: FloatArray
    information: FloatArray


def compute_state(problem: MmrmProblem, sigma: FloatArray) -> LikelihoodState | None:
    """Evaluate at the groups' covariances (G x m x m); None where one is not positive definite."""
    moments, basis, m = problem.moments, problem.basis, problem.n_visits
    n_patterns, k = len(moments.count), moments.uu.shape[1]
    both, unseen = moments.seen_together
    covariance = np.where(both, sigma[moments.group], unseen)
    try:
        # The whole matrix must be a covariance, not only the parts that some pattern shows.
        np.linalg.cholesky(sigma)
        factor = np.linalg.cholesky(covariance)
        inverse = np.where(both, np.linalg.inv(covariance), 0.0)
        log_det = 2.0 * moments.count @ np.log(np.einsum("gaa->ga", factor)).sum(axis=1)
        cells = inverse.reshape(n_patterns, m * m).T @ moments.uu.reshape(n_patterns, k * k)
        blocks = cells.reshape(m, m, k, k).transpose(0, 2, 1, 3).reshape(m * k, m * k)
        cross_x = basis.T @ blocks @ basis
        lower = np.linalg.cholesky(cross_x)
        root = np.linalg.inv(lower).T
    except np.linalg.LinAlgError:
        return None
    cross_y = basis.T @ (moments.uy @ inverse).sum(axis=0).T.reshape(m * k)
    half = root.T @ cross_y
    rss = float(np.vdot(inverse, moments.yy) - half @ half)
    value = log_det + rss
    if problem.reml:
        value += 2.0 * float(np.log(np.diag(lower)).sum())
    if not np.isfinite(value):
        return None
    return LikelihoodState(0.5 * float(value), inverse, root @ half, root)


def compute_derivatives(
    problem: MmrmProblem,
    state: LikelihoodState,
    structure: CovarianceStructure,
    theta: FloatArray,
) -> Derivatives:
    """Give gradient, Hessian and information matrices at theta (groups one after another)."""
    residual = _residual_products(problem, state)
    spread = state.inverse @ residual @ state.inverse
    lifted = _lift(problem, state)
    n = structure.n_parameters
    total = n * problem.n_groups
    gradient = np.zeros(total)
    hessian = np.zeros((total, total))
    rank = problem.rank
    information = np.empty((total, rank, rank))
    score = np.empty((total, rank))
    for g in range(problem.n_groups):
        own = problem.moments.group == g
        at = slice(g * n, (g + 1) * n)
        first = structure.first_derivatives(theta[at])
        flat = first.reshape(n, -1)
        slope, curvature = _cell_derivatives(
            problem.moments.count[own], state.inverse[own], spread[own]
        )
        gradient[at] = 0.5 * flat @ slope.ravel()
        bent = structure.second_along(theta[at], slope)
        hessian[at, at] = 0.5 * (flat @ curvature @ flat.T + bent)
        information[at] = _information(lifted, own, problem, flat)
        score[at] = _scores(lifted, own, problem, state, first)
    hessian -= score @ score.T
    if problem.reml:
        wide = information.reshape(total, rank * rank)
        hessian -= 0.5 * wide @ wide.T
    return Derivatives(gradient, 0.5 * (hessian + hessian.T), information)


def _residual_products(problem: MmrmProblem, state: LikelihoodState) -> FloatArray:
    """Give C_g[a,b] = sum_i (x_ia' Phi x_ib + r_ia r_ib); without Phi for maximum likelihood."""
    moments, m = problem.moments, problem.n_visits
    n_patterns, k = len(moments.count), moments.uu.shape[1]
    eta = (problem.basis @ state.beta).reshape(m, k)
    flat = eta.reshape(m * k)
    kernel = np.outer(flat, flat)
    if problem.reml:
        lifted = problem.basis @ state.root
        kernel = kernel + lifted @ lifted.T
    kernel = kernel.reshape(m, k, m, k).transpose(1, 3, 0, 2).reshape(k * k, m * m)
    fitted = (moments.uu.reshape(n_patterns, k * k) @ kernel).reshape(n_patterns, m, m)
    crossed = eta @ moments.uy
    products: FloatArray = fitted - crossed - crossed.transpose(0, 2, 1) + moments.yy
    return products


def _cell_derivatives(
    count: FloatArray, inverse: FloatArray, spread: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give the slope (m x m) and the curvature (m*m x m*m) of -2 log L in the cells of Sigma.

    The curvature leaves out what comes through beta and Phi, which is added per parameter.
    """
    n_patterns, m, _ = inverse.shape
    weighted = count[:, None, None] * inverse
    slope = (weighted - spread).sum(axis=0)
    outer = inverse.reshape(n_patterns, -1).T @ (2.0 * spread - weighted).reshape(n_patterns, -1)
    curvature = outer.reshape(m, m, m, m).transpose(3, 0, 1, 2).reshape(m * m, m * m)
    return slope, curvature


def _lift(problem: MmrmProblem, state: LikelihoodState) -> FloatArray:
    """Give F_g[c] = sum_a M_g[a,c] basis[a] root, as (P, m, k, r)."""
    m = problem.n_visits
    k = problem.moments.uu.shape[1]
    wide = (problem.basis @ state.root).reshape(m, k * problem.rank)
    return (state.inverse @ wide).reshape(-1, m, k, problem.rank)


def _information(
    lifted: FloatArray, own: NDArray[np.bool_], problem: MmrmProblem, flat: FloatArray
) -> FloatArray:
    """Give root' X' V^-1 V_h V^-1 X root for every parameter h of one group (n x r x r)."""
    block = lifted[own]
    n_patterns, m, k, r = block.shape
    left = block.transpose(0, 2, 1, 3).reshape(n_patterns * k, m * r)
    weighted = problem.moments.uu[own][:, None] @ block
    right = weighted.transpose(0, 2, 1, 3).reshape(n_patterns * k, m * r)
    cells = (left.T @ right).reshape(m, r, m, r).transpose(0, 2, 1, 3).reshape(m * m, r * r)
    return (flat @ cells).reshape(-1, r, r)


def _scores(
    lifted: FloatArray,
    own: NDArray[np.bool_],
    problem: MmrmProblem,
    state: LikelihoodState,
    first: FloatArray,
) -> FloatArray:
    """Give root' X' V^-1 V_h V^-1 r for every parameter h of one group (n x r)."""
    moments, m = problem.moments, problem.n_visits
    block = lifted[own]
    n_patterns, _, k, r = block.shape
    eta = (problem.basis @ state.beta).reshape(m, k)
    residual = (moments.uy[own] - moments.uu[own] @ eta.T) @ state.inverse[own]
    left = block.transpose(0, 2, 1, 3).reshape(n_patterns * k, m * r)
    cells = (left.T @ residual.reshape(n_patterns * k, m)).reshape(m, r, m)
    scores: FloatArray = np.einsum("hcd,crd->hr", first, cells)
    return scores
