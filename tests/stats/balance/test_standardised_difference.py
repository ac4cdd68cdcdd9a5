"""Standardised differences by hand, against the Mahalanobis distance, and at the edges."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats.balance.standardised_difference import (
    standardize_category_difference,
    standardize_mean_difference,
)

exact = settings(derandomize=True, deadline=None, max_examples=150)


def test_standardised_difference_of_means_by_hand():
    # means 2 and 4, variances 1 and 4: -2 / sqrt(2.5)
    assert standardize_mean_difference([1, 2, 3], [2, 4, 6]) == pytest.approx(-2 / math.sqrt(2.5))
    assert math.isnan(standardize_mean_difference([1], [2, 4]))
    assert math.isnan(standardize_mean_difference([3, 3], [3, 3]))


def test_standardised_difference_of_a_binary_variable_is_the_usual_formula():
    p, q = 12 / 16, 5 / 16
    expected = abs(p - q) / math.sqrt((p * (1 - p) + q * (1 - q)) / 2)
    assert standardize_category_difference([12, 4], [5, 11]) == pytest.approx(expected)
    assert standardize_category_difference({"F": 12, "M": 4}, {"M": 11, "F": 5}) == pytest.approx(
        expected
    )


@exact
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), min_size=2, max_size=6))
def test_category_difference_ignores_which_category_is_left_out_and_which_group_is_first(pairs):
    a, b = zip(*pairs, strict=True)
    value = standardize_category_difference(a, b)
    assert value == pytest.approx(standardize_category_difference(b, a), rel=1e-7, abs=1e-7)
    assert value == pytest.approx(
        standardize_category_difference(a[::-1], b[::-1]), rel=1e-7, abs=1e-7
    )


def test_category_difference_at_the_edges():
    assert standardize_category_difference([3, 5], [6, 10]) == 0.0
    assert standardize_category_difference([8, 0], [8, 0]) == 0.0
    assert standardize_category_difference([8, 0], [0, 8]) == math.inf
    assert standardize_category_difference([8, 0, 0], [0, 4, 4]) == math.inf
    assert math.isnan(standardize_category_difference([0, 0], [3, 4]))
    with pytest.raises(ValueError, match="both groups"):
        standardize_category_difference({"F": 1}, [1, 2])


@exact
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), min_size=2, max_size=6))
def test_category_difference_is_the_mahalanobis_distance_of_the_proportions(pairs):
    counts = np.array(pairs, dtype=float).T
    first, second = (counts / counts.sum(axis=1, keepdims=True))[:, 1:]
    mean = sum(np.diag(p) - np.outer(p, p) for p in (first, second)) / 2
    gap = first - second
    expected = math.sqrt(gap @ np.linalg.inv(mean) @ gap)
    assert standardize_category_difference(*counts) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@exact
@given(
    st.lists(st.integers(-50, 50), min_size=2, max_size=10),
    st.lists(st.integers(-50, 50), min_size=2, max_size=10),
    st.integers(-100, 100),
    st.integers(1, 9),
)
def test_a_difference_of_means_mirrors_and_has_no_unit(a, b, shift, factor):
    value = standardize_mean_difference(a, b)
    if math.isnan(value):
        assert np.std(a) == np.std(b) == 0
        return
    moved = [[factor * x + shift for x in group] for group in (a, b)]
    assert standardize_mean_difference(*moved) == pytest.approx(value, rel=1e-9, abs=1e-12)
    assert standardize_mean_difference(b, a) == pytest.approx(-value, rel=1e-12, abs=1e-15)
