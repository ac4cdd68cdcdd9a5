"""The comparison with control against exact sums and a second integration."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.stats import beta

from helpers.stats.stopping.comparative_alert import compare_with_control

exact = settings(derandomize=True, deadline=None, max_examples=40)
counts = st.integers(1, 25).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@exact
@given(counts, counts)
def test_without_margin_and_with_whole_parameters_it_is_a_finite_sum(active, control):
    (x1, n1), (x2, n2) = active, control
    a1, b1, a2, b2 = x1 + 1, n1 - x1 + 1, x2 + 1, n2 - x2 + 1
    expected = sum(
        math.exp(betaln(a2 + i, b1 + b2) - math.log(b1 + i) - betaln(1 + i, b1) - betaln(a2, b2))
        for i in range(a1)
    )
    result = compare_with_control(x1, n1, x2, n2, margin=0.0, prior=(1, 1))
    assert result.probability == pytest.approx(expected, abs=1e-9)


@exact
@given(counts, counts)
def test_it_equals_a_sum_over_equal_shares_of_the_control_posterior(active, control):
    (x1, n1), (x2, n2) = active, control
    shares = (np.arange(20000) + 0.5) / 20000
    p = beta.ppf(shares, 0.5 + x2, 0.5 + n2 - x2)
    expected = beta.sf(np.minimum(p + 0.1, 1), 0.5 + x1, 0.5 + n1 - x1).mean()
    assert compare_with_control(x1, n1, x2, n2).probability == pytest.approx(expected, abs=2e-5)


def test_equal_data_without_margin_is_even_odds():
    assert compare_with_control(3, 16, 3, 16, margin=0.0).probability == pytest.approx(
        0.5, abs=1e-9
    )


def test_the_state_follows_the_two_limits():
    assert compare_with_control(1, 16, 1, 16).state == "NONE"
    assert compare_with_control(5, 16, 1, 16).state == "AMBER"
    assert compare_with_control(9, 16, 1, 16).state == "RED"


def test_large_groups_are_resolved():
    result = compare_with_control(30_000, 100_000, 20_000, 100_000)
    assert result.probability == pytest.approx(0.5, abs=0.01)
    assert compare_with_control(30_500, 100_000, 20_000, 100_000).probability > 0.99


def test_an_empty_group_is_not_estimable():
    result = compare_with_control(0, 0, 3, 16)
    assert math.isnan(result.probability)
    assert (result.state, result.note) == ("", "no participants in one group")


def test_extremes_stay_probabilities():
    assert compare_with_control(0, 16, 16, 16).probability == pytest.approx(0, abs=1e-9)
    assert compare_with_control(16, 16, 0, 16).probability == pytest.approx(1, abs=1e-7)
    assert compare_with_control(0, 16, 0, 16, margin=0.999).probability == pytest.approx(0)


def test_unusable_input_is_a_programming_mistake():
    with pytest.raises(ValueError, match="margin"):
        compare_with_control(1, 4, 1, 4, margin=-0.1)
    with pytest.raises(ValueError, match="whole numbers"):
        compare_with_control(5, 4, 1, 4)
