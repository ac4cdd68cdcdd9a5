"""The posterior monitor against the printed numbers of the interim plan and direct integration."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, betabinom, binom

from helpers.stats.stopping import (
    posterior_monitor,
    predictive_probability,
    stopping_boundary,
    tabulate_binomial_fan,
    tabulate_posterior,
)

exact = settings(derandomize=True, deadline=None, max_examples=60)
counts = st.integers(0, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
PLANNED = [math.nan, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]


def test_the_boundary_is_the_printed_one():
    table = stopping_boundary(16)
    assert table["n"].tolist() == list(range(1, 17))
    assert table["alert_at"].tolist() == pytest.approx(PLANNED, nan_ok=True)


@pytest.mark.parametrize(
    ("x", "n", "probability"),
    [
        (0, 16, "0.00804"),
        (1, 8, "0.3409"),
        (2, 8, "0.69514"),
        (3, 8, "0.90443"),
        (3, 16, "0.5981"),
        (4, 16, "0.80929"),
        (5, 16, "0.92803"),
        (0, 0, "0.32295"),
    ],
)
def test_the_probability_of_a_rate_above_the_limit_is_the_printed_one(x, n, probability):
    digits = len(probability.split(".")[1])
    assert f"{posterior_monitor(x, n).prob_above:.{digits}f}" == probability


def test_mean_and_interval_are_the_printed_ones():
    result = posterior_monitor(3, 16)
    assert f"{result.posterior_mean:.4f}" == "0.1833"
    assert (f"{result.lower:.4f}", f"{result.upper:.4f}") == ("0.0464", "0.3860")


def test_the_state_goes_from_clear_over_near_to_alert():
    assert [posterior_monitor(x, 16).state for x in (3, 4, 5, 6)] == [
        "CLEAR",
        "NEAR",
        "ALERT",
        "ALERT",
    ]
    assert posterior_monitor(1, 1).state == "NEAR"  # the next event is one of two persons
    assert posterior_monitor(0, 1).state == "CLEAR"


def test_the_counts_that_would_alert_now_and_next_are_given():
    result = posterior_monitor(1, 3)
    assert (result.alert_at, result.alert_at_next, result.alert_at_second) == (2, 3, 3)


def test_nobody_evaluable_is_the_prior_and_says_so():
    result = posterior_monitor(0, 0)
    assert result.state == "CLEAR"
    assert math.isnan(result.alert_at)
    assert "prior" in result.note


def test_unusable_rules_are_a_programming_mistake():
    with pytest.raises(ValueError, match="whole numbers"):
        posterior_monitor(3, 2)
    for options in ({"prior": (0, 1)}, {"p_star": 0}, {"cut": 1.0}, {"prior": (math.inf, 1)}):
        with pytest.raises(ValueError, match=r"rule|prior"):
            posterior_monitor(1, 4, **options)
    with pytest.raises(ValueError, match="wald"):
        stopping_boundary(4, rule="wald")
    with pytest.raises(ValueError, match="looks"):
        predictive_probability(0, 0, stopping_boundary(4), looks=[5])
    with pytest.raises(ValueError, match="boundary ends at 4"):
        predictive_probability(5, 5, stopping_boundary(4))


@exact
@given(counts, st.floats(0.2, 3), st.floats(0.2, 3), st.floats(0.05, 0.6))
def test_the_probability_equals_direct_integration_of_the_posterior(count, a, b, p_star):
    x, n = count
    result = posterior_monitor(x, n, prior=(a, b), p_star=p_star)
    # with 1 - p = u^2 the integrand has no pole at p = 1
    share, _ = quad(lambda u: 2 * u * beta.pdf(1 - u * u, a + x, b + n - x), 0, (1 - p_star) ** 0.5)
    assert result.prob_above == pytest.approx(share, abs=1e-6)


@exact
@given(counts)
def test_the_boundary_agrees_with_the_monitor_and_more_events_never_calm(count):
    x, n = count
    states = [posterior_monitor(k, n).state for k in range(n + 1)]
    order = {"CLEAR": 0, "NEAR": 1, "ALERT": 2}
    assert [order[s] for s in states] == sorted(order[s] for s in states)
    if n:
        alert_at = stopping_boundary(n)["alert_at"].iloc[-1]
        assert (posterior_monitor(x, n).state == "ALERT") == (x >= alert_at)


def brute_force_prediction(x, n, boundary, prior):
    """All sequences of future persons, each with its probability under the urn."""
    if n and x >= boundary[n - 1]:
        return 1.0
    if n == len(boundary):
        return 0.0
    chance = (prior[0] + x) / (sum(prior) + n)
    return chance * brute_force_prediction(x + 1, n + 1, boundary, prior) + (
        1 - chance
    ) * brute_force_prediction(x, n + 1, boundary, prior)


@pytest.mark.parametrize(("x", "n"), [(0, 0), (1, 4), (2, 8), (3, 8), (0, 10), (4, 15), (3, 16)])
def test_the_predictive_probability_equals_all_futures_enumerated(x, n):
    boundary = stopping_boundary(16)
    expected = brute_force_prediction(x, n, boundary["alert_at"].tolist(), (0.3, 1.7))
    assert predictive_probability(x, n, boundary) == pytest.approx(expected, abs=1e-12)


def test_with_one_look_at_the_end_the_prediction_is_a_beta_binomial_tail():
    boundary = stopping_boundary(16)
    urn = betabinom(8, 0.3 + 2, 1.7 + 6)
    assert predictive_probability(2, 8, boundary, looks=[16]) == pytest.approx(urn.sf(5 - 2 - 1))


def test_the_tabulated_posterior_is_a_density():
    table = tabulate_posterior(3, 16, points=2000)
    assert table["posterior"].mean() == pytest.approx(1.0, abs=1e-3)
    assert (table["p"] * table["posterior"]).mean() == pytest.approx(0.1833, abs=1e-3)


def test_the_fan_holds_at_least_its_share_of_a_binomial_count():
    table = tabulate_binomial_fan(16, 0.05)
    assert table.loc[0, ["lower", "upper"]].tolist() == [0, 0]
    for n, lower, upper in table.itertuples(index=False):
        assert binom.cdf(upper, n, 0.05) - binom.cdf(lower - 1, n, 0.05) >= 0.9
    assert np.all(np.diff(table["upper"]) >= 0)
