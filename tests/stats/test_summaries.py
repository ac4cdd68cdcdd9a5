"""Descriptive numbers against hand-made cases, exact fractions and numpy."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats import summaries
from helpers.stats.balance import standardised_difference
from helpers.stats.summaries import compute_quantile, summarize_values

exact = settings(derandomize=True, deadline=None, max_examples=150)
numbers = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=40)


def test_a_small_case_by_hand():
    assert summarize_values([4, 1, 3, 2, math.nan]) == {
        "n": 4,
        "mean": 2.5,
        "sd": pytest.approx(math.sqrt(5 / 3), rel=1e-15),
        "median": 2.5,
        "q1": 1.75,
        "q3": 3.25,
        "min": 1.0,
        "max": 4.0,
    }


def test_nothing_observed_gives_nan_and_a_count_of_zero():
    for values in ([], [math.nan, math.nan], [None]):
        result = summarize_values(values)
        assert result.pop("n") == 0
        assert all(math.isnan(value) for value in result.values())


def test_one_value_has_no_standard_deviation():
    result = summarize_values([7.5])
    assert math.isnan(result.pop("sd"))
    assert set(result.values()) == {1, 7.5}


@pytest.mark.parametrize("value", [0.1, 1e-12, 1e9 + 0.1, -3.3])
def test_equal_values_have_their_own_mean_and_a_deviation_of_exactly_zero(value):
    result = summarize_values([value] * 7)
    assert result["mean"] == value
    assert result["sd"] == 0.0


def test_a_value_ranked_below_all_leaves_order_statistics_and_no_mean():
    result = summarize_values([-math.inf, 1.0, 2.0])
    assert (result["median"], result["min"]) == (1.0, -math.inf)
    assert math.isnan(result["mean"])
    assert math.isnan(result["sd"])


@exact
@given(numbers, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_never_changes_a_bit(values, random):
    shuffled = random.sample(values, len(values))
    first, second = summarize_values(values), summarize_values(shuffled)
    assert all(
        a == b or (math.isnan(a) and math.isnan(b))
        for a, b in zip(first.values(), second.values(), strict=True)
    )


@exact
@given(numbers)
def test_mean_and_deviation_equal_exact_arithmetic(values):
    result = summarize_values(values)
    fractions = [Fraction(value) for value in values]
    mean = sum(fractions) / len(fractions)
    assert result["mean"] == pytest.approx(float(mean), rel=1e-14, abs=1e-300)
    if len(values) > 1:
        variance = sum((f - mean) ** 2 for f in fractions) / (len(values) - 1)
        assert result["sd"] == pytest.approx(math.sqrt(variance), rel=1e-12, abs=1e-150)


@exact
@given(numbers, st.floats(0, 1))
def test_quantiles_equal_numpy_type_7(values, p):
    scale = max(abs(v) for v in values)
    assert compute_quantile(values, p) == pytest.approx(
        np.quantile(values, p, method="linear"), rel=1e-12, abs=1e-12 * scale
    )


def test_a_missing_value_of_pandas_is_left_out_like_any_other():
    column = pd.Series([1, None, 3], dtype="Int64")
    assert summarize_values(column)["mean"] == 2.0
    assert summarize_values(column)["n"] == 2


def test_the_standardised_differences_are_found_here_too():
    for name in ("standardize_category_difference", "standardize_mean_difference"):
        assert getattr(summaries, name) is getattr(standardised_difference, name)
