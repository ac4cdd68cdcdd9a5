"""Covariance matrices as functions of free parameters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mmrm_dense import differentiate

from helpers.stats.mmrm.covariance import (
    STRUCTURES,
    CholeskyFactor,
    build_search_structure,
    build_structure,
)

some = settings(derandomize=True, deadline=None, max_examples=25)
SEEDS = st.integers(0, 10_000)
VISITS = st.integers(2, 6)
ALL = [*STRUCTURES, "cholesky"]


def build(name, visits):
    return CholeskyFactor(visits) if name == "cholesky" else build_structure(name, visits)


def draw_theta(structure, seed):
    return 0.7 * np.random.default_rng(seed).normal(size=structure.n_parameters)


@pytest.mark.parametrize("name", ALL)
@some
@given(VISITS, SEEDS)
def test_derivatives_equal_numeric_ones(name, visits, seed):
    structure = build(name, visits)
    theta = draw_theta(structure, seed)
    first = structure.first_derivatives(theta)
    assert first.shape == (structure.n_parameters, visits, visits)
    np.testing.assert_allclose(first, differentiate(structure.covariance, theta), atol=1e-7)
    second = structure.second_derivatives(theta)
    numeric = differentiate(structure.first_derivatives, theta)
    np.testing.assert_allclose(second, numeric, atol=1e-6)


@pytest.mark.parametrize("name", ALL)
@some
@given(VISITS, SEEDS)
def test_second_derivatives_are_summed_with_weights_without_their_cells(name, visits, seed):
    structure = build(name, visits)
    theta = draw_theta(structure, seed)
    weights = np.random.default_rng(seed + 1).normal(size=(visits, visits))
    weights = weights + weights.T
    summed = np.einsum("hkab,ab->hk", structure.second_derivatives(theta), weights)
    np.testing.assert_allclose(structure.second_along(theta, weights), summed, atol=1e-10)


@pytest.mark.parametrize("name", ALL)
@some
@given(VISITS, SEEDS)
def test_every_matrix_is_symmetric_with_positive_variances(name, visits, seed):
    structure = build(name, visits)
    sigma = structure.covariance(draw_theta(structure, seed))
    np.testing.assert_array_equal(sigma, sigma.T)
    sd = np.sqrt(np.diag(sigma))
    assert (sd > 0).all()
    assert np.max(np.abs(sigma / np.outer(sd, sd))) <= 1 + 1e-12


@pytest.mark.parametrize("name", [s for s in ALL if not s.startswith("toep")])
@some
@given(VISITS, SEEDS)
def test_all_but_toeplitz_are_positive_definite_whatever_the_parameters(name, visits, seed):
    structure = build(name, visits)
    assert np.linalg.eigvalsh(structure.covariance(draw_theta(structure, seed)))[0] > 0


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("us", 10),
        ("cs", 2),
        ("csh", 5),
        ("ar1", 2),
        ("ar1h", 5),
        ("toep", 4),
        ("toeph", 7),
        ("ad", 4),
        ("adh", 7),
    ],
)
def test_four_visits_have_as_many_parameters_as_in_r(name, count):
    assert build_structure(name, 4).n_parameters == count
    assert build_structure(name, 4).name == name


def correlate(name, *rho):
    """A structure at given correlations and standard deviations of 1."""
    structure = build_structure(name, 3)
    free = np.array(rho) / np.sqrt(1 - np.square(rho))
    if name.startswith("cs"):
        share = (rho[0] + 0.5) / 1.5
        free = np.array([np.log(share / (1 - share))])
    sds = np.zeros(structure.n_parameters - len(free))
    return structure.covariance(np.concatenate([sds, free])).round(12).tolist()


def test_the_correlations_are_those_of_the_textbook():
    assert correlate("cs", 0.4) == [[1, 0.4, 0.4], [0.4, 1, 0.4], [0.4, 0.4, 1]]
    assert correlate("ar1h", 0.5) == [[1, 0.5, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 1]]
    assert correlate("toep", 0.5, 0.1) == [[1, 0.5, 0.1], [0.5, 1, 0.5], [0.1, 0.5, 1]]
    assert correlate("adh", 0.5, 0.2) == [[1, 0.5, 0.1], [0.5, 1, 0.2], [0.1, 0.2, 1]]


def test_standard_deviations_differ_by_visit_only_in_the_heterogeneous_structures():
    theta = np.array([np.log(2.0), np.log(3.0), np.log(4.0), 0.0])
    assert np.diag(build_structure("csh", 3).covariance(theta)) == pytest.approx([4, 9, 16])
    assert np.diag(build_structure("cs", 3).covariance(theta[[0, 3]])) == pytest.approx([4, 4, 4])


@pytest.mark.parametrize("name", ["us", "cholesky"])
@some
@given(VISITS, SEEDS)
def test_the_start_of_an_unstructured_matrix_gives_it_back(name, visits, seed):
    structure = build(name, visits)
    root = np.random.default_rng(seed).normal(size=(visits, visits + 2))
    sigma = root @ root.T
    np.testing.assert_allclose(structure.covariance(structure.start(sigma)), sigma, rtol=1e-9)


def test_the_start_of_a_structured_matrix_is_near_it():
    for name in ("cs", "csh", "ar1", "ar1h", "toep", "toeph", "ad", "adh"):
        structure = build_structure(name, 3)
        theta = np.full(structure.n_parameters, 0.2)
        sigma = structure.covariance(theta)
        np.testing.assert_allclose(structure.covariance(structure.start(sigma)), sigma, rtol=0.2)


def test_one_visit_has_a_variance_whatever_the_structure():
    for name in STRUCTURES:
        structure = build_structure(name, 1)
        assert structure.n_parameters == 1
        assert structure.covariance(np.array([np.log(3.0)])) == pytest.approx(9.0)


def test_the_unstructured_matrix_is_searched_on_its_cholesky_factor():
    us = build_structure("us", 3)
    search = build_search_structure(us)
    assert isinstance(search, CholeskyFactor)
    assert search.n_parameters == us.n_parameters
    toep = build_structure("toep", 3)
    assert build_search_structure(toep) is toep


def test_an_unknown_structure_is_refused():
    with pytest.raises(ValueError, match="no covariance structure 'un'"):
        build_structure("un", 3)
