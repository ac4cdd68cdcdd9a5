"""The tail of the largest |t| by two independent integrals, scipy and simulation."""

import math

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.stats import multivariate_t, norm
from scipy.stats import t as student

from helpers.stats.multiplicity import multivariate_t as largest_t
from helpers.stats.multiplicity.multivariate_t import compute_largest_t_tail


def pair(correlation):
    return np.array([[1.0, correlation], [correlation, 1.0]])


@pytest.mark.parametrize("correlation", [-0.8, 0.0, 0.3, 0.9])
@pytest.mark.parametrize(("c", "df"), [(0.3, 3.0), (1.5, 20.0), (2.4, 44.0), (3.5, 7.5)])
def test_two_contrasts_equal_the_density_integrated_over_the_square(c, df, correlation):
    def density(y, x):
        quadratic = (x * x - 2 * correlation * x * y + y * y) / (1 - correlation**2)
        constant = 2 * math.pi * math.sqrt(1 - correlation**2)
        return (1 + quadratic / df) ** (-(df + 2) / 2) / constant

    inside = dblquad(density, -c, c, -c, c, epsabs=1e-11, epsrel=1e-11)[0]
    assert compute_largest_t_tail(c, df, pair(correlation)) == pytest.approx(1 - inside, abs=1e-9)


@pytest.mark.parametrize("df", [5.0, 44.0, math.inf])
@pytest.mark.parametrize("c", [0.5, 2.0, 4.0, 6.0])
def test_a_third_contrast_that_repeats_one_of_a_pair_adds_nothing(c, df):
    matrix = np.array([[1.0, 0.5, -0.5], [0.5, 1.0, -1.0], [-0.5, -1.0, 1.0]])
    expected = compute_largest_t_tail(c, df, pair(0.5))
    assert compute_largest_t_tail(c, df, matrix) == expected


@pytest.mark.parametrize("df", [5.0, 44.0, math.inf])
@pytest.mark.parametrize("c", [0.5, 2.0, 4.0, 6.0])
def test_a_third_contrast_that_nearly_repeats_one_adds_nearly_nothing(c, df):
    b = np.array([0.7, 0.9985, 0.9985])
    matrix = np.outer(b, b)
    np.fill_diagonal(matrix, 1.0)
    expected = compute_largest_t_tail(c, df, matrix[:2, :2])
    assert expected <= compute_largest_t_tail(c, df, matrix) <= 1.15 * expected


def test_independent_normal_contrasts_multiply():
    for k in (2, 3, 6):
        expected = 1 - (1 - 2 * norm.sf(2.2)) ** k
        assert compute_largest_t_tail(2.2, math.inf, np.eye(k)) == pytest.approx(
            expected, rel=1e-12
        )


@pytest.mark.parametrize("b", [0.05, 0.5, 0.95, 0.998])
@pytest.mark.parametrize(("c", "df"), [(0.2, 2.0), (1.5, 3.7), (2.4, 44.0), (5.0, math.inf)])
def test_the_two_integrals_for_many_contrasts_agree_with_the_one_for_two(b, c, df):
    # two contrasts b^2 apart through their common part, and the same by the angle
    expected = compute_largest_t_tail(c, df, pair(b * b))
    assert largest_t._product_tail(c, df, np.array([b, b])) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("signs", [(1, 1, 1), (1, -1, 1)])
def test_more_contrasts_equal_the_lattice_of_scipy(signs):
    b = np.array([0.8, 0.6, 0.7]) * signs
    matrix = np.outer(b, b)
    np.fill_diagonal(matrix, 1.0)
    law = multivariate_t(shape=matrix, df=25)
    inside = law.cdf([2.3] * 3, lower_limit=[-2.3] * 3, maxpts=400_000, random_state=1)
    assert compute_largest_t_tail(2.3, 25.0, matrix) == pytest.approx(1 - inside, abs=1e-5)


def test_a_correlation_that_is_no_product_is_still_the_same_twice_and_near_its_neighbour():
    near = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    bent = near.copy()
    bent[0, 1] = bent[1, 0] = 0.5 + 1e-7
    first, again = (compute_largest_t_tail(2.4, 30.0, bent) for _ in range(2))
    assert first == again
    assert first == pytest.approx(compute_largest_t_tail(2.4, 30.0, near), abs=2e-5)


def test_far_tails_keep_their_digits():
    # far out the two events exclude each other: twice the single tail
    for df, c in ((44.0, 12.0), (math.inf, 8.0)):
        single = 2 * (norm.sf(c) if math.isinf(df) else student.sf(c, df))
        assert compute_largest_t_tail(c, df, pair(0.2)) == pytest.approx(2 * single, rel=1e-3)


def test_a_value_of_zero_is_always_exceeded():
    assert compute_largest_t_tail(0.0, 10.0, pair(0.5)) == 1.0
    assert compute_largest_t_tail(1e-9, 10.0, pair(0.5)) == pytest.approx(1.0, abs=1e-8)


@pytest.mark.slow
def test_simulated_maxima_agree_within_three_standard_errors():
    draw = np.random.default_rng(20210705)
    n, matrix = 400_000, np.array([[1, 0.3, 0.2], [0.3, 1, 0.7], [0.2, 0.7, 1]])
    z = draw.multivariate_normal(np.zeros(3), matrix, size=n)
    largest = np.abs(z / np.sqrt(draw.chisquare(15, n) / 15)[:, None]).max(axis=1)
    p = compute_largest_t_tail(2.5, 15.0, matrix)
    assert np.mean(largest >= 2.5) == pytest.approx(p, abs=3 * math.sqrt(p * (1 - p) / n) + 1e-5)
