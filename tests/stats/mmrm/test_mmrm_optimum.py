"""The optimum is found, verified, and nothing else is returned."""

import numpy as np
import pandas as pd
import pytest
from mmrm_cases import FEV, SMALL, read_data
from mmrm_dense import DenseModel, differentiate

from helpers.stats.mmrm import fit_mmrm
from helpers.stats.mmrm import optimize as mmrm_optimum
from helpers.stats.mmrm.covariance import build_structure
from helpers.stats.mmrm.cross_products import build_subject_arrays
from helpers.stats.mmrm.data import MmrmRoles, build_mmrm_data
from helpers.stats.mmrm.optimize import NoOptimum, Optimum, find_optimum
from helpers.stats.mmrm.standardise import build_problem

CASES = {
    "small_trial": (SMALL, "BASE + ARM * AVISIT", "CHG", ["M03", "M06", "M12"]),
    "fev_data": (
        FEV,
        "RACE + SEX + ARMCD * AVISIT",
        "FEV1",
        ["VIS1", "VIS2", "VIS3", "VIS4"],
    ),
}


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("name", CASES)
def test_direct_maximisation_on_stacked_matrices_finds_the_same_optimum(name, reml):
    chosen, formula, response, visits = CASES[name]
    frame = read_data(name)
    if name == "fev_data":  # enough persons to tell, few enough to wait for
        frame = frame[frame.USUBJID.isin(frame.USUBJID.unique()[:40])]
    fit = fit_mmrm(frame, reml=reml, **chosen)
    dense = DenseModel(frame, formula, response, visits, fit.coefficients.term)
    sigma, loglik = dense.maximise(reml)
    assert loglik - 1e-9 <= fit.loglik <= loglik + 1e-5
    np.testing.assert_allclose(fit.covariance, sigma[0], rtol=2e-3, atol=2e-3)


def test_the_covariance_of_theta_is_the_inverse_of_numeric_second_derivatives():
    chosen, formula, response, visits = CASES["small_trial"]
    frame = read_data("small_trial")
    fit = fit_mmrm(frame, **chosen)
    structure = build_structure("us", 3)
    dense = DenseModel(frame, formula, response, visits, fit.coefficients.term)

    def slope(theta):
        def value(t):
            return -dense.log_likelihood([structure.covariance(t)])

        return differentiate(value, theta, 1e-3)

    theta = structure.start(fit.covariance.to_numpy())
    assert np.max(np.abs(slope(theta))) < 1e-6
    hessian = differentiate(slope, theta, 1e-3)
    np.testing.assert_allclose(
        fit.inference.theta_covariance, np.linalg.inv(hessian), rtol=1e-5, atol=1e-7
    )


def make_problem(frame=None, covariates=("BASE",)):
    frame = read_data("small_trial") if frame is None else frame
    roles = MmrmRoles("CHG", "USUBJID", "AVISIT", "ARM", covariates)
    return build_problem(build_subject_arrays(build_mmrm_data(frame, roles), "AVISIT"), True)[0]


@pytest.mark.parametrize("name", ["us", "cs", "toeph", "adh"])
def test_a_returned_optimum_has_a_zero_gradient_and_a_positive_definite_hessian(name):
    found = find_optimum(make_problem(), build_structure(name, 3))
    assert isinstance(found, Optimum)
    hessian = found.derivatives.hessian
    assert np.linalg.eigvalsh(hessian)[0] > 0
    scaled = np.abs(found.derivatives.gradient) / np.sqrt(np.diag(hessian))
    # the last bit of this quotient depends on the processor
    assert found.scaled_gradient == pytest.approx(scaled.max(), rel=1e-12)
    assert found.scaled_gradient < 1e-8


def test_a_gradient_above_the_tolerance_is_refused(monkeypatch):
    monkeypatch.setattr(mmrm_optimum, "GRADIENT_TOLERANCE", 1e-30)
    found = find_optimum(make_problem(), build_structure("us", 3))
    assert isinstance(found, NoOptimum)
    assert found.reason.startswith("gradient ")


def test_an_optimum_that_needs_too_many_steps_is_refused(monkeypatch):
    monkeypatch.setattr(mmrm_optimum, "MAX_ITERATIONS", 2)
    found = find_optimum(make_problem(), build_structure("us", 3))
    assert found == NoOptimum("no convergence in 2 iterations", 2)


def test_an_ill_conditioned_hessian_or_covariance_is_refused(monkeypatch):
    monkeypatch.setattr(mmrm_optimum, "MAX_CONDITION", 1.5)
    assert isinstance(find_optimum(make_problem(), build_structure("us", 3)), NoOptimum)


def test_the_boundary_is_recognised_within_few_iterations():
    frame = read_data("small_trial")
    effects = dict(
        zip(frame.USUBJID.unique(), np.random.default_rng(3).normal(size=48), strict=True)
    )
    problem = make_problem(frame.assign(CHG=frame.USUBJID.map(effects)))
    found = find_optimum(problem, build_structure("us", 3))
    assert isinstance(found, NoOptimum)
    assert found.reason == "covariance on its boundary"
    assert found.iterations <= 20


def make_dropout(seed, persons=200, visits=10, hazard=0.16):
    """Two arms; about four of five persons have left by the last visit, some visits missed."""
    draw = np.random.default_rng(seed)
    time = np.arange(visits)
    sd = np.linspace(3, 8, visits)
    sigma = 0.85 ** np.abs(np.subtract.outer(time, time)) * np.outer(sd, sd) + 2 * np.eye(visits)
    values = draw.multivariate_normal(np.zeros(visits), sigma, persons)
    stays = np.cumprod(draw.random((persons, visits - 1)) > hazard, axis=1) > 0
    seen = np.column_stack([np.ones(persons, dtype=bool), stays])
    seen &= draw.random((persons, visits)) > 0.05
    person, visit = np.nonzero(seen)
    arm = np.where(np.arange(persons) < persons // 2, "A", "B")
    return pd.DataFrame(
        {
            "USUBJID": person,
            "ARM": arm[person],
            "AVISIT": visit + 1,
            "CHG": values[person, visit] + (arm[person] == "B") * visit / 3,
        }
    )


def test_ten_sets_with_heavy_dropout_all_converge_to_a_verified_optimum():
    for seed in range(10):
        frame = make_dropout(seed)
        fit = fit_mmrm(frame, **(SMALL | {"covariates": []}))
        assert fit.converged
        assert fit.structure == "us"
        assert fit.n_parameters == 55
        assert fit.scaled_gradient < 1e-8
