"""The median-unbiased estimate against bivariate normal integrals and simulated trials."""

import math

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from helpers.stats.sequential import estimate_stagewise

T, BOUND = 0.55, 2.8


def tail(drift: float, z: float, t: float = T, bound: float = BOUND) -> float:
    """P(Z1 >= bound) + P(|Z1| < bound, Z2 >= z) by the bivariate normal distribution function."""
    mean = [drift * math.sqrt(t), drift]
    covariance = [[1, math.sqrt(t)], [math.sqrt(t), 1]]
    below = multivariate_normal.cdf(
        [bound, z], mean, covariance, lower_limit=[-bound, -40.0], abseps=1e-10, releps=1e-10
    )
    inside = norm.cdf(bound - mean[0]) - norm.cdf(-bound - mean[0])
    return float(norm.sf(bound - mean[0]) + inside - below)


@pytest.mark.parametrize("z", [-1.0, 0.3, 1.9, 2.6, 4.0])
def test_the_estimate_and_its_limits_have_the_chances_that_define_them(z: float) -> None:
    found = estimate_stagewise(z, [T, 1.0], [BOUND])
    assert tail(found.estimate, z) == pytest.approx(0.5, abs=1e-7)
    assert tail(found.lower, z) == pytest.approx(0.025, abs=1e-7)
    assert tail(found.upper, z) == pytest.approx(0.975, abs=1e-7)


def test_with_one_look_it_is_the_naive_estimate_with_its_normal_interval() -> None:
    found = estimate_stagewise(1.2, [0.64], [])
    assert found.estimate == pytest.approx(1.2 / 0.8, abs=1e-10)
    assert found.upper - found.lower == pytest.approx(2 * norm.ppf(0.975) / 0.8, abs=1e-9)


def test_a_bound_that_nothing_crosses_changes_nothing() -> None:
    found = estimate_stagewise(1.2, [0.5, 1.0], [math.inf])
    assert found.estimate == pytest.approx(1.2, abs=1e-9)
    assert estimate_stagewise(1.2, [0.5, 1.0], [9.0]).estimate == pytest.approx(1.2, abs=1e-9)


def test_it_is_symmetric_in_the_direction() -> None:
    up, down = (estimate_stagewise(z, [0.4, 0.7, 1.0], [3.4, 2.6]) for z in (2.9, -2.9))
    assert up.estimate == pytest.approx(-down.estimate, abs=1e-9)
    assert up.lower == pytest.approx(-down.upper, abs=1e-9)


def test_it_is_drawn_towards_nothing_where_an_early_crossing_was_likely() -> None:
    assert estimate_stagewise(3.5, [0.5, 1.0], [2.2]).estimate < 3.3


def test_simulated_trials_that_reach_the_end_have_it_on_both_sides_of_the_truth() -> None:
    """By the order of stages half of all trials lie above the truth; early crossings among them."""
    draw, drift, n = np.random.default_rng(4), 2.0, 200_000
    first = draw.normal(drift * T, math.sqrt(T), n)
    last = first + draw.normal(drift * (1 - T), math.sqrt(1 - T), n)
    above = first >= BOUND * math.sqrt(T)
    goes_on = np.abs(first) < BOUND * math.sqrt(T)
    # the estimate at the end rises with z: it exceeds the truth above the z where it equals it
    grid = np.linspace(0.0, 4.0, 161)
    estimates = [estimate_stagewise(z, [T, 1.0], [BOUND]).estimate for z in grid]
    z_of_truth = float(np.interp(drift, estimates, grid))
    share = (above | (goes_on & (last >= z_of_truth))).mean()
    assert share == pytest.approx(0.5, abs=3 * 0.5 / math.sqrt(n) + 1e-3)


@pytest.mark.parametrize(
    ("t", "bounds"), [([], []), ([0.5, 0.5], [2.0]), ([1.0], [2.0]), ([0.5, 1.0], [])]
)
def test_looks_that_do_not_fit_are_refused(t: list[float], bounds: list[float]) -> None:
    with pytest.raises(ValueError, match=r"increasing|bounds"):
        estimate_stagewise(1.0, t, bounds)


def test_without_a_statistic_there_is_no_estimate() -> None:
    found = estimate_stagewise(math.nan, [1.0], [])
    assert math.isnan(found.estimate)
    assert found.note == "no statistic"


@pytest.mark.parametrize("z", [-1.0, 0.8, 2.4])
def test_a_one_sided_trial_goes_on_below_whatever_is_seen(z: float) -> None:
    """P(Z1 >= bound or Z2 >= z) by the bivariate normal distribution function."""
    found = estimate_stagewise(z, [T, 1.0], [BOUND], sides=1)
    covariance = [[1, math.sqrt(T)], [math.sqrt(T), 1]]
    for drift, chance in ((found.estimate, 0.5), (found.lower, 0.025), (found.upper, 0.975)):
        mean = [drift * math.sqrt(T), drift]
        both = multivariate_normal.cdf([BOUND, z], mean, covariance, abseps=1e-10, releps=1e-10)
        assert 1 - both == pytest.approx(chance, abs=1e-7)
