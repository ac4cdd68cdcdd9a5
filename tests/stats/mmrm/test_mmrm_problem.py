"""Rows, cross-products and the standardised problem."""

import numpy as np
import pandas as pd
import pytest
from mmrm_cases import FEV, SMALL, read_data

from helpers.stats.mmrm.cross_products import build_subject_arrays, compute_cross_products
from helpers.stats.mmrm.data import MmrmRoles, build_mmrm_data
from helpers.stats.mmrm.standardise import build_problem

CASES = [
    ("small_trial", SMALL, ("BASE*AVISIT",), None),
    ("fev_data", FEV, ("RACE*AVISIT", "FEV1_BL"), "WEIGHT"),
    # a covariate that changes over time within a person
    ("fev_data", FEV, ("VISITN2", "VISITN2:ARMCD"), "WEIGHT"),
]


def build(name, chosen, covariates, weights):
    roles = MmrmRoles(
        chosen["response"], "USUBJID", "AVISIT", chosen["arm"], covariates, weights=weights
    )
    data = build_mmrm_data(read_data(name), roles)
    return data, build_subject_arrays(data, "AVISIT")


@pytest.mark.parametrize("case", CASES)
def test_features_and_matrices_make_the_design(case):
    data, subjects = build(*case)
    m, _, p = subjects.basis.shape
    wide = np.einsum("ik,akp->iap", subjects.features, subjects.basis)
    root = 1.0 if data.weights is None else np.sqrt(data.weights)[:, None]
    expected = data.design.matrix(data.n_obs) * root
    np.testing.assert_allclose(wide[data.subject, data.visit], expected, atol=1e-10)
    assert subjects.observed.sum() == data.n_obs
    assert (m, p) == (len(data.visit_levels), len(data.design.columns))


@pytest.mark.parametrize("case", CASES)
def test_moments_sum_over_the_subjects_of_a_pattern(case):
    _, subjects = build(*case)
    moments = compute_cross_products(subjects)
    assert moments.count.sum() == len(subjects.features)
    for at in range(len(moments.count)):
        own = (subjects.observed == moments.observed[at]).all(axis=1)
        assert own.sum() == moments.count[at]
        u, y = subjects.features[own], subjects.response[own]
        np.testing.assert_allclose(moments.uu[at], u.T @ u, atol=1e-9)
        np.testing.assert_allclose(moments.uy[at], u.T @ y, atol=1e-9)
        np.testing.assert_allclose(moments.yy[at], y.T @ y, atol=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_the_problem_has_orthonormal_columns_and_standardised_residuals(case):
    data, subjects = build(*case)
    problem, scaling = build_problem(subjects, reml=True)
    root = 1.0 if data.weights is None else np.sqrt(data.weights)
    design = data.design.matrix(data.n_obs) * np.reshape(root, (-1, 1))
    orthonormal = np.linalg.solve(scaling.triangle.T, design[:, scaling.kept].T).T
    np.testing.assert_allclose(orthonormal.T @ orthonormal, np.eye(problem.rank), atol=1e-9)
    response = data.response * root
    beta, rss, *_ = np.linalg.lstsq(design, response, rcond=None)
    assert scaling.scale == pytest.approx(np.sqrt(rss[0] / (data.n_obs - problem.rank)))
    ours = np.linalg.solve(scaling.triangle, scaling.offset)
    ours[0] += scaling.centre
    np.testing.assert_allclose(ours, beta[scaling.kept], rtol=1e-8)


def test_what_the_fit_costs_depends_on_patterns_not_on_persons():
    frame = read_data("fev_data")
    many = pd.concat([frame.assign(USUBJID=frame.USUBJID + f"-{i}") for i in range(50)])
    roles = MmrmRoles("FEV1", "USUBJID", "AVISIT", "ARMCD", ("RACE",))
    sizes = []
    for x in (frame, many):
        problem, _ = build_problem(build_subject_arrays(build_mmrm_data(x, roles), "AVISIT"), True)
        sizes.append([problem.moments.uu.shape, problem.moments.yy.shape, problem.basis.shape])
    assert sizes[0] == sizes[1]
    assert sizes[0][0][0] <= 2**4 - 1


def test_rows_are_sorted_by_person_and_visit():
    frame = read_data("small_trial").sample(frac=1.0, random_state=2)
    data = build_mmrm_data(frame, MmrmRoles("CHG", "USUBJID", "AVISIT", "ARM"))
    order = data.subject * 10 + data.visit
    assert (np.diff(order) > 0).all()
    assert data.subject_labels == tuple(sorted(data.subject_labels))
