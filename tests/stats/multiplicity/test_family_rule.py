"""Hochberg's adjusted p by hand, against statsmodels, and by what the procedure rejects."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from helpers.stats.multiplicity.family_rule import adjust_hochberg

exact = settings(derandomize=True, deadline=None, max_examples=60)
chances = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("p", "adjusted"),
    [
        ([0.01, 0.04], [0.02, 0.04]),
        ([0.04, 0.045], [0.045, 0.045]),  # both at the level: both rejected
        ([0.03, 0.2], [0.06, 0.2]),
        ([0.022, 0.01, 0.02], [0.022, 0.022, 0.022]),  # 1 x 0.022 below 2 x 0.020, 3 x 0.010
        ([0.5, 0.01, 0.02], [0.5, 0.03, 0.04]),
        ([0.03], [0.03]),
    ],
)
def test_the_smallest_multiple_of_p_from_the_largest_down(p, adjusted):
    assert list(adjust_hochberg(p)) == pytest.approx(adjusted)


@exact
@given(chances)
def test_it_equals_statsmodels(p):
    expected = multipletests(p, method="simes-hochberg")[1]
    assert list(adjust_hochberg(p)) == pytest.approx(list(expected), abs=1e-15)


@exact
@given(chances, st.floats(0.001, 0.5))
def test_it_is_at_or_below_alpha_where_the_procedure_rejects(p, alpha):
    """Hochberg 1988: with the largest j of p_(j) <= alpha/(m - j + 1) reject the j smallest."""
    ordered = np.sort(p)
    steps = [j for j in range(len(p)) if ordered[j] <= alpha / (len(p) - j)]
    limit = ordered[steps[-1]] if steps else -1.0
    near = [abs(a - alpha) < 1e-12 for a in adjust_hochberg(p)]
    for value, adjusted, close in zip(p, adjust_hochberg(p), near, strict=True):
        assert close or (adjusted <= alpha) == (value <= limit)


def test_what_is_not_known_is_no_part_of_the_family():
    first, missing, last = adjust_hochberg([0.01, math.nan, 0.04])
    assert (first, last) == pytest.approx((0.02, 0.04))
    assert math.isnan(missing)
    assert math.isnan(adjust_hochberg([math.nan])[0])
    assert adjust_hochberg([]).size == 0
