"""Proportions and their difference against R, hand-made cases and full enumeration."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interval_coverage import ROUNDING, cover_difference, cover_proportion
from scipy.stats import binom, norm

from helpers.stats.proportions import compare_proportions, estimate_proportion
from helpers.stats.proportions.miettinen_nurminen import restricted_proportion, score_variance

REFERENCE = pd.read_csv(
    Path(__file__).parents[2] / "reference" / "stats" / "proportions.csv"
).to_dict("records")
exact = settings(derandomize=True, deadline=None, max_examples=150)


@st.composite
def counts(draw, largest=60):
    n = draw(st.integers(1, largest))
    return draw(st.integers(0, n)), n


def close(value, expected):
    return value == pytest.approx(expected, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("row", REFERENCE, ids=lambda r: f"{r['x1']}/{r['n1']}")
@pytest.mark.parametrize(("method", "name"), [("clopper_pearson", "cp"), ("wilson", "wilson")])
def test_one_proportion_equals_r(row, method, name):
    result = estimate_proportion(row["x1"], row["n1"], method=method)
    assert close(result.estimate, row["x1"] / row["n1"])
    assert close(result.lower, row[f"{name}_lower"])
    assert close(result.upper, row[f"{name}_upper"])


@pytest.mark.parametrize("row", REFERENCE, ids=lambda r: f"{r['x1']}/{r['n1']}-{r['x2']}/{r['n2']}")
@pytest.mark.parametrize(("method", "name"), [("miettinen_nurminen", "mn"), ("newcombe",) * 2])
def test_difference_equals_r(row, method, name):
    result = compare_proportions(row["x1"], row["n1"], row["x2"], row["n2"], method=method)
    assert close(result.estimate, row["diff"])
    assert close(result.lower, row[f"{name}_lower"])
    assert close(result.upper, row[f"{name}_upper"])


@pytest.mark.parametrize(
    ("x", "n", "lower", "upper"),
    [
        (0, 16, 0, 0.205907),
        (1, 16, 0.001581, 0.302321),
        (3, 16, 0.040474, 0.456457),
        (8, 16, 0.24651, 0.75349),
        (16, 16, 0.794093, 1),
        (0, 32, 0, 0.108881),
        (0, 4, 0, 0.602365),
        (1, 5, 0.005051, 0.716418),
    ],
)
def test_clopper_pearson_equals_the_anchors_of_the_safety_specification(x, n, lower, upper):
    result = estimate_proportion(x, n)
    assert (result.lower, result.upper) == pytest.approx((lower, upper), abs=6e-7)


@pytest.mark.parametrize(
    ("table", "score", "hybrid"),
    [
        ((56, 70, 48, 80), (0.05283, 0.33817), (0.05243, 0.33387)),
        ((9, 10, 3, 10), (0.17003, 0.84065), (0.17052, 0.80902)),
        ((3, 16, 0, 16), (-0.03005, 0.43425), (-0.04112, 0.43009)),
        ((5, 16, 2, 16), (-0.1117, 0.46579), (-0.10323, 0.44707)),
        ((0, 16, 0, 16), (-0.19861, 0.19861), (-0.19361, 0.19361)),
        ((16, 16, 0, 16), (0.77949, 1), (0.7262, 1)),
        ((1, 16, 0, 15), (-0.15365, 0.28807), (-0.14776, 0.28329)),
    ],
)
def test_differences_equal_the_anchors_of_the_safety_specification(table, score, hybrid):
    mn = compare_proportions(*table)
    newcombe = compare_proportions(*table, method="newcombe")
    assert (mn.lower, mn.upper) == pytest.approx(score, abs=6e-6)
    assert (newcombe.lower, newcombe.upper) == pytest.approx(hybrid, abs=6e-6)


def test_clopper_pearson_limits_are_where_a_binomial_tail_is_half_of_alpha():
    for n in (1, 2, 7, 16):
        for x in range(n + 1):
            result = estimate_proportion(x, n, level=0.9)
            if x > 0:
                assert binom.sf(x - 1, n, result.lower) == pytest.approx(0.05, rel=1e-9)
            if x < n:
                assert binom.cdf(x, n, result.upper) == pytest.approx(0.05, rel=1e-9)


def test_no_persons_gives_nan_and_says_why():
    for result in (
        estimate_proportion(0, 0),
        estimate_proportion(0, 0, method="wilson"),
        compare_proportions(0, 0, 3, 16),
        compare_proportions(3, 16, 0, 0, method="newcombe"),
        compare_proportions(0, 0, 0, 0),
    ):
        assert math.isnan(result.estimate)
        assert math.isnan(result.lower)
        assert math.isnan(result.upper)
        assert "no participants" in result.note


@pytest.mark.parametrize("method", ["clopper_pearson", "wilson"])
def test_one_person_gives_limits_inside_the_unit_interval(method):
    none, all_ = (estimate_proportion(x, 1, method=method) for x in (0, 1))
    assert none.lower == 0.0 < none.upper < 1.0
    assert 0.0 < all_.lower < all_.upper == 1.0


def test_counts_that_are_no_counts_are_a_programming_mistake():
    for x, n in ((5, 4), (-1, 4), (1.5, 4), (math.nan, 4)):
        with pytest.raises(ValueError, match="whole numbers"):
            estimate_proportion(x, n)
    with pytest.raises(ValueError, match="wald"):
        estimate_proportion(1, 4, method="wald")
    with pytest.raises(ValueError, match="level"):
        compare_proportions(1, 4, 1, 4, level=95)


def test_a_result_is_also_a_row():
    row = dict(estimate_proportion(3, 16))
    assert row["method"] == "clopper_pearson"
    assert list(row) == ["estimate", "lower", "upper", "level", "method", "note"]


@exact
@given(counts(), counts(), st.sampled_from(["miettinen_nurminen", "newcombe"]))
def test_exchanging_the_groups_mirrors_the_difference(first, second, method):
    there = compare_proportions(*first, *second, method=method)
    back = compare_proportions(*second, *first, method=method)
    assert back.estimate == -there.estimate
    assert (back.lower, back.upper) == pytest.approx((-there.upper, -there.lower), abs=1e-14)


@exact
@given(counts(), counts(), st.sampled_from(["miettinen_nurminen", "newcombe"]))
def test_the_interval_of_a_difference_holds_the_estimate_and_narrows_with_the_level(
    first, second, method
):
    wide = compare_proportions(*first, *second, method=method, level=0.99)
    narrow = compare_proportions(*first, *second, method=method, level=0.8)
    assert -1.0 <= wide.lower <= narrow.lower <= narrow.estimate
    assert narrow.estimate <= narrow.upper <= wide.upper <= 1.0
    assert wide.upper - wide.lower > narrow.upper - narrow.lower


@exact
@given(counts(), st.sampled_from(["clopper_pearson", "wilson"]))
def test_counting_the_persons_without_the_event_turns_the_interval_round(count, method):
    x, n = count
    events = estimate_proportion(x, n, method=method)
    others = estimate_proportion(n - x, n, method=method)
    assert 0.0 <= events.lower <= events.estimate <= events.upper <= 1.0
    assert (others.lower, others.upper) == pytest.approx((1 - events.upper, 1 - events.lower))


def farrington_manning_p2(difference, x1, n1, x2, n2):
    """The closed form by a cubic (Miettinen and Nurminen 1985, appendix I)."""
    total = n1 + n2
    l2 = (n1 + 2 * n2) * difference - total - x1 - x2
    l1 = (n2 * difference - total - 2 * x2) * difference + x1 + x2
    l0 = x2 * difference * (1 - difference)
    q = l2**3 / (3 * total) ** 3 - l1 * l2 / (6 * total**2) + l0 / (2 * total)
    p = math.copysign(math.sqrt(max(l2**2 / (3 * total) ** 2 - l1 / (3 * total), 0.0)), q)
    if p == 0.0:
        return -l2 / (3 * total)
    angle = (math.pi + math.acos(min(max(q / p**3, -1.0), 1.0))) / 3
    return 2 * p * math.cos(angle) - l2 / (3 * total)


@exact
@given(counts(), counts(), st.floats(-0.98, 0.98))
def test_the_restricted_proportion_equals_the_closed_form(first, second, difference):
    (x1, n1), (x2, n2) = first, second
    ours = restricted_proportion(difference, x1, n1, x2, n2)
    assert ours == pytest.approx(
        farrington_manning_p2(difference, x1, n1, x2, n2), abs=2e-7
    )  # the cubic itself loses half the digits at double roots


@exact
@given(counts(30), counts(30))
def test_the_score_test_rejects_outside_the_interval_and_nowhere_inside(first, second):
    (x1, n1), (x2, n2) = first, second
    result = compare_proportions(x1, n1, x2, n2)
    critical = norm.isf(0.025)
    for difference in np.linspace(-0.999, 0.999, 149):
        variance = score_variance(difference, x1, n1, x2, n2)
        rejected = abs(result.estimate - difference) > critical * math.sqrt(variance)
        near = min(abs(difference - result.lower), abs(difference - result.upper)) < 1e-9
        assert near or rejected == (not result.lower <= difference <= result.upper)


def test_clopper_pearson_covers_at_least_at_its_level_for_every_true_rate():
    for n in range(1, 17):
        assert min(cover_proportion(n, np.linspace(0.001, 0.999, 301))) >= 0.95 - ROUNDING


@pytest.mark.parametrize("method", ["miettinen_nurminen", "newcombe"])
def test_mean_coverage_of_the_difference_is_near_95_percent_by_enumeration(method):
    rates = np.linspace(0.05, 0.95, 19)
    coverage = [cover_difference(n, rates, method) for n in (4, 6, 8, 12, 16)]
    assert 0.93 <= np.mean(coverage) <= 0.98


@pytest.mark.parametrize("method", ["miettinen_nurminen", "newcombe"])
def test_in_large_groups_the_difference_has_the_limits_of_the_normal_distribution(method):
    result = compare_proportions(50_000, 100_000, 49_000, 100_000, method=method)
    half = norm.isf(0.025) * math.sqrt((0.25 + 0.49 * 0.51) / 100_000)
    assert (result.lower, result.upper) == pytest.approx((0.01 - half, 0.01 + half), abs=1e-6)


def test_one_person_in_each_group_is_enough_for_an_interval():
    result = compare_proportions(0, 1, 1, 1)
    assert (result.estimate, result.lower) == (-1.0, -1.0)
    assert -1.0 < result.upper < 1.0
