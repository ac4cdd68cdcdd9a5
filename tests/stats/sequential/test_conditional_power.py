"""Conditional and predictive power against anchors and integration over the rest."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from helpers.stats.sequential import conditional_power

exact = settings(derandomize=True, deadline=None, max_examples=60)
statistic, share, limit = st.floats(-4, 4), st.floats(0.05, 0.95), st.floats(1.5, 3)


def test_the_anchors_of_the_interim_plan():
    result = conditional_power(1.0, 0.5, 1.9686, drift=2.8016)
    assert f"{result.trend:.4f}" == "0.2165"
    assert f"{result.null:.4f}" == "0.0372"
    assert f"{result.design:.4f}" == "0.5781"
    assert f"{result.predictive:.4f}" == "0.2897"


@exact
@given(statistic, share, limit)
def test_predictive_power_averages_conditional_power_over_the_flat_posterior(z, t, bound):
    mean, sd = z / math.sqrt(t), 1 / math.sqrt(t)

    def integrand(drift):
        power = conditional_power(z, t, bound, drift=drift).design
        return power * norm.pdf(drift, mean, sd)

    expected, _ = quad(integrand, mean - 9 * sd, mean + 9 * sd, epsabs=1e-10, limit=200)
    assert conditional_power(z, t, bound).predictive == pytest.approx(expected, abs=1e-7)


@exact
@given(statistic, share, limit)
def test_trend_null_and_design_are_one_formula_at_three_drifts(z, t, bound):
    result = conditional_power(z, t, bound)
    for drift, value in ((z / math.sqrt(t), result.trend), (0.0, result.null)):
        assert conditional_power(z, t, bound, drift=drift).design == pytest.approx(value)
    assert conditional_power(z + 0.1, t, bound).predictive >= result.predictive


@pytest.mark.parametrize(("z", "t"), [(1.0, 0.0), (1.0, 1.0), (1.0, 1.2), (math.nan, 0.5)])
def test_without_information_or_without_a_rest_it_is_not_defined_and_says_so(z, t):
    result = conditional_power(z, t, 1.96)
    assert math.isnan(result.trend)
    assert math.isnan(result.predictive)
    assert result.note
