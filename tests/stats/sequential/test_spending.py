"""Spending functions against their printed forms."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from helpers.stats.sequential.spending import compute_spending


@pytest.mark.parametrize("t", [0.1, 0.5, 0.93])
def test_the_two_sided_forms_are_those_of_the_interim_plan(t):
    z = norm.isf(0.05 / 4)
    assert compute_spending(t, 0.05, "ld_obf", 2) == pytest.approx(
        2 * (2 - 2 * norm.cdf(z / math.sqrt(t))), rel=1e-9
    )
    assert compute_spending(t, 0.05, "ld_pocock", 2) == pytest.approx(
        0.05 * math.log(1 + (math.e - 1) * t), rel=1e-12
    )


@pytest.mark.parametrize("spending", ["ld_obf", "ld_pocock"])
def test_nothing_is_spent_before_information_and_everything_from_1_on(spending):
    assert compute_spending(0.0, 0.05, spending, 2) == 0.0
    assert compute_spending(1.0, 0.05, spending, 2) == 0.05
    assert compute_spending(1.4, 0.05, spending, 1) == 0.05
    assert compute_spending(1 - 1e-12, 0.05, spending, 1) == pytest.approx(0.05)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.floats(0, 1.5), st.floats(0, 1.5), st.sampled_from(["ld_obf", "ld_pocock"]))
def test_more_information_never_takes_back_what_was_spent(s, t, spending):
    early, late = (compute_spending(x, 0.05, spending, 2) for x in sorted((s, t)))
    assert 0 <= early <= late <= 0.05
