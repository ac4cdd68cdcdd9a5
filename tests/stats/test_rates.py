"""Poisson rates and their ratio against R, anchors and the Poisson distribution itself."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interval_coverage import ROUNDING, cover_rate
from scipy.stats import binom, poisson

from helpers.stats.rates import compare_rates, estimate_rate

REFERENCE = pd.read_csv(
    Path(__file__).parents[1] / "reference" / "stats" / "poisson_rates.csv"
).to_dict("records")
exact = settings(derandomize=True, deadline=None, max_examples=100)
events = st.integers(0, 40)
exposure = st.floats(0.1, 100.0)


@pytest.mark.parametrize("row", REFERENCE, ids=lambda r: f"{r['e1']} in {r['t1']}")
def test_rates_and_ratios_equal_r(row):
    rate = estimate_rate(row["e1"], row["t1"])
    ratio = compare_rates(row["e1"], row["t1"], row["e2"], row["t2"])
    assert rate.estimate == pytest.approx(row["rate"], rel=1e-8)
    assert rate.lower == pytest.approx(row["lower"], rel=1e-8)
    assert rate.upper == pytest.approx(row["upper"], rel=1e-8)
    assert ratio.estimate == pytest.approx(row["ratio"], rel=1e-8)
    assert ratio.lower == pytest.approx(row["ratio_lower"], rel=1e-8)
    assert ratio.upper == pytest.approx(row["ratio_upper"], rel=1e-8)
    assert ratio.p == pytest.approx(row["ratio_p"], rel=1e-8)


@pytest.mark.parametrize(
    ("count", "years", "lower", "upper"),
    [(0, 12.5, 0, 29.511), (3, 12.5, 4.949, 70.138), (10, 15.2, 31.549, 120.989)],
)
def test_rates_equal_the_anchors_of_the_safety_specification(count, years, lower, upper):
    result = estimate_rate(count, years)
    assert (100 * result.lower, 100 * result.upper) == pytest.approx((lower, upper), abs=6e-4)


def test_the_ratio_equals_the_anchor_of_the_safety_specification():
    result = compare_rates(6, 12.0, 2, 13.0)
    assert result.estimate == pytest.approx(3.25, rel=1e-12)
    assert result.lower == pytest.approx(0.5811, abs=6e-5)
    assert result.upper == pytest.approx(32.926, abs=6e-4)


def test_no_event_in_the_reference_makes_ratio_and_upper_limit_infinite():
    result = compare_rates(3, 10.0, 0, 12.0)
    assert result.estimate == result.upper == math.inf
    assert 0.0 < result.lower < math.inf


@pytest.mark.parametrize("arguments", [(0, 10.0, 0, 12.0), (3, 0.0, 1, 5.0), (0, 5.0, 2, 0.0)])
def test_a_ratio_without_information_is_nan_and_says_why(arguments):
    result = compare_rates(*arguments)
    assert math.isnan(result.estimate)
    assert math.isnan(result.lower)
    assert math.isnan(result.upper)
    assert result.note


def test_zero_exposure_is_not_estimable():
    result = estimate_rate(0, 0.0)
    assert math.isnan(result.estimate)
    assert result.note == "no time at risk"


def test_impossible_inputs_are_a_programming_mistake():
    with pytest.raises(ValueError, match="whole number"):
        estimate_rate(-1, 3.0)
    with pytest.raises(ValueError, match="person-time"):
        estimate_rate(1, math.nan)
    with pytest.raises(ValueError, match="person-time"):
        compare_rates(1, 1.0, 1, -2.0)


@exact
@given(events, exposure)
def test_rate_limits_are_where_a_poisson_tail_is_half_of_alpha(count, time):
    result = estimate_rate(count, time, level=0.9)
    if count > 0:
        assert poisson.sf(count - 1, result.lower * time) == pytest.approx(0.05, rel=1e-8)
    assert poisson.cdf(count, result.upper * time) == pytest.approx(0.05, rel=1e-8)


@exact
@given(events, exposure, events, exposure)
def test_exchanging_the_groups_inverts_the_ratio(e1, t1, e2, t2):
    there, back = compare_rates(e1, t1, e2, t2), compare_rates(e2, t2, e1, t1)
    if e1 + e2 > 0:
        assert back.p == pytest.approx(there.p, rel=1e-9)
        for a, b in ((there.lower, back.upper), (there.upper, back.lower)):
            assert (1.0 / b if b else math.inf) == pytest.approx(a, rel=1e-8)


@exact
@given(events, exposure, events, exposure, st.floats(0.01, 1000.0))
def test_the_unit_of_time_scales_rates_and_leaves_ratios(e1, t1, e2, t2, factor):
    assert estimate_rate(e1, t1 * factor).upper * factor == pytest.approx(
        estimate_rate(e1, t1).upper, rel=1e-10
    )
    scaled = compare_rates(e1, t1 * factor, e2, t2 * factor)
    assert scaled.upper == pytest.approx(compare_rates(e1, t1, e2, t2).upper, rel=1e-8, nan_ok=True)


def test_rate_limits_cover_at_least_at_their_level():
    assert min(cover_rate(np.linspace(0.05, 25.0, 200))) >= 0.95 - ROUNDING


def test_the_p_value_of_a_ratio_is_valid_for_every_sum_of_events():
    for total in (1, 5, 12):
        chance = binom.pmf(np.arange(total + 1), total, 3 / 7)
        p = np.array([compare_rates(e, 3.0, total - e, 4.0).p for e in range(total + 1)])
        assert all(chance[p <= a].sum() <= a + 1e-12 for a in p)
