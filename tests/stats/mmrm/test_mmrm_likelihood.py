"""Likelihood, gradient and Hessian against stacked matrices and numeric derivatives."""

import numpy as np
import pytest
from mmrm_cases import SMALL, read_data
from mmrm_dense import DenseModel, differentiate

from helpers.stats.mmrm import fit_mmrm
from helpers.stats.mmrm.covariance import STRUCTURES, build_structure
from helpers.stats.mmrm.cross_products import build_subject_arrays
from helpers.stats.mmrm.data import MmrmRoles, build_mmrm_data
from helpers.stats.mmrm.likelihood import compute_derivatives, compute_state
from helpers.stats.mmrm.optimize import choose_start, compute_sigma
from helpers.stats.mmrm.standardise import build_problem

FRAME = read_data("trial48_long")
VISITS = ["M03", "M06", "M12"]
FORMULA = "BASE + ARM * AVISIT"


def make_problem(reml=True, group=None, weights=None):
    roles = MmrmRoles("CHG", "USUBJID", "AVISIT", "ARM", ("BASE",), group, weights)
    return build_problem(build_subject_arrays(build_mmrm_data(FRAME, roles), "AVISIT"), reml)


def away_from_the_optimum(problem, structure):
    theta = choose_start(problem, structure)
    return theta + 0.1 * np.random.default_rng(4).normal(size=len(theta))


def value_at(problem, structure, theta):
    return compute_state(problem, compute_sigma(structure, theta)).value


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("group", [None, "ARM"])
@pytest.mark.parametrize("structure", STRUCTURES)
def test_gradient_and_hessian_are_the_derivatives_of_the_likelihood(structure, group, reml):
    problem, _ = make_problem(reml, group, "WEIGHT")
    shape = build_structure(structure, problem.n_visits)
    theta = away_from_the_optimum(problem, shape)
    state = compute_state(problem, compute_sigma(shape, theta))
    exact = compute_derivatives(problem, state, shape, theta)
    slope = differentiate(lambda t: value_at(problem, shape, t), theta)
    np.testing.assert_allclose(exact.gradient, slope, rtol=1e-7, atol=1e-7)

    def gradient(t):
        there = compute_state(problem, compute_sigma(shape, t))
        return compute_derivatives(problem, there, shape, t).gradient

    np.testing.assert_allclose(exact.hessian, differentiate(gradient, theta), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("group", [None, "ARM"])
@pytest.mark.parametrize("weights", [None, "WEIGHT"])
@pytest.mark.parametrize("structure", ["us", "toeph", "cs"])
def test_the_log_likelihood_equals_that_of_stacked_matrices(structure, weights, group, reml):
    chosen = SMALL | {"group": group, "weights": weights, "covariance": structure, "reml": reml}
    fit = fit_mmrm(FRAME, **chosen)
    sigma = fit.covariance if group else {None: fit.covariance}
    dense = DenseModel(FRAME, FORMULA, "CHG", VISITS, fit.coefficients.term, group, weights)
    matrices = [sigma[g].to_numpy() for g in dense.groups]
    assert fit.loglik == pytest.approx(dense.log_likelihood(matrices, reml), rel=1e-12)
    beta, phi = dense.estimate(matrices)
    np.testing.assert_allclose(fit.coefficients.estimate, beta, rtol=1e-9)
    np.testing.assert_allclose(fit.coefficients.se, np.sqrt(np.diag(phi)), rtol=1e-9)


def test_a_covariance_that_is_none_has_no_likelihood():
    problem, _ = make_problem()
    indefinite = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    assert compute_state(problem, indefinite[None]) is None
    assert compute_state(problem, np.zeros((1, 3, 3))) is None
