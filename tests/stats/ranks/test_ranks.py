"""Rank comparisons against R, anchors, full enumeration, and scipy where it is right."""

import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import brunnermunzel, mannwhitneyu, norm, rankdata

from helpers.stats.ranks import compare_many_ranks, compare_ranks, hodges_lehmann
from helpers.stats.ranks.rank_distribution import compute_rank_sum_distribution, double_midranks

FOLDER = Path(__file__).parents[2] / "reference" / "stats"
REFERENCE = pd.read_csv(FOLDER / "rank_small_trial.csv").set_index("test")
M12 = pd.read_csv(FOLDER / "small_trial.csv").query("AVISIT == 'M12'").dropna(subset=["CHG"])
IV, CONTROL = M12.query("ARM == 'IV'").CHG, M12.query("ARM == 'CONTROL'").CHG
exact = settings(derandomize=True, deadline=None, max_examples=60)
tied = st.lists(st.integers(-3, 3), min_size=1, max_size=6)
numbers = st.lists(st.integers(-40, 40), min_size=1, max_size=12)


def enumerate_p(a, b):
    """All ways to choose the first group from the pooled midranks."""
    ranks = rankdata([*a, *b])
    centre = len(a) * (len(ranks) + 1) / 2
    observed = abs(ranks[: len(a)].sum() - centre)
    sums = np.array([ranks[list(c)].sum() for c in combinations(range(len(ranks)), len(a))])
    return np.mean(np.abs(sums - centre) >= observed - 1e-9)


def as_numbers(result):
    return {k: v for k, v in vars(result).items() if isinstance(v, float)}


def test_the_anchor_of_the_efficacy_specification():
    result = compare_ranks([-4, -3, -6, -2, -5], [-1, 0, -2, 1, -3])
    assert result.rank_sum == 17
    assert result.p == pytest.approx(10 / 252, rel=1e-12)


def test_the_exact_p_with_ties_of_the_small_trial():
    assert f"{compare_ranks(IV, CONTROL).p:.5f}" == "0.41336"


@pytest.mark.parametrize(
    ("name", "continuity"),
    [("wilcoxon_iv_vs_control_no_cc", False), ("wilcoxon_iv_vs_control_cc", True)],
)
def test_the_normal_approximation_and_the_shift_equal_r(name, continuity):
    result = compare_ranks(IV, CONTROL, method="normal", continuity=continuity)
    expected = REFERENCE.loc[name]
    assert result.statistic == expected.statistic
    assert result.p == pytest.approx(expected.p, rel=1e-8)
    assert result.shift == pytest.approx(expected.hodges_lehmann, rel=1e-3)
    assert result.lower == pytest.approx(expected.lower, rel=1e-3)
    assert result.upper == pytest.approx(expected.upper, rel=1e-3)


def test_kruskal_and_wallis_equal_r():
    result = compare_many_ranks([group.CHG for _, group in M12.groupby("ARM")])
    assert result.statistic == pytest.approx(REFERENCE.statistic["kruskal_wallis"], rel=1e-8)
    assert result.p == pytest.approx(REFERENCE.p["kruskal_wallis"], rel=1e-8)
    assert compare_many_ranks([[1, 1], [1], [1]]).p == 1.0
    assert math.isnan(compare_many_ranks([[1, 2], [], [math.nan]]).p)


@exact
@given(tied, tied)
def test_the_exact_p_equals_all_permutations_enumerated(a, b):
    assert compare_ranks(a, b).p == pytest.approx(enumerate_p(a, b), rel=1e-12)


@exact
@given(tied, tied)
def test_the_distribution_equals_all_permutations_enumerated(a, b):
    doubled = double_midranks(np.array([*a, *b], dtype=float))
    found = compute_rank_sum_distribution(doubled, len(a))
    sums = [doubled[list(c)].sum() for c in combinations(range(len(doubled)), len(a))]
    values, counts = np.unique(sums, return_counts=True)
    assert found.doubled_sum.tolist() == values.tolist()
    assert found.probability.tolist() == pytest.approx((counts / len(sums)).tolist(), rel=1e-12)


@exact
@given(st.lists(st.integers(-99, 99), min_size=2, max_size=24, unique=True), st.data())
def test_without_ties_it_is_the_exact_test_of_scipy(values, data):
    cut = data.draw(st.integers(1, len(values) - 1))
    a, b = values[:cut], values[cut:]
    assert compare_ranks(a, b).p == pytest.approx(mannwhitneyu(a, b, method="exact").pvalue)


def test_where_scipy_ignores_ties_it_is_not_followed():
    a, b = [-4, -3, -6, -2, -5], [-1, 0, -2, 1, -3]
    assert mannwhitneyu(a, b, method="exact").pvalue == pytest.approx(0.031746, abs=1e-6)


@pytest.mark.parametrize("pooled", [[1, 2, 3, 4, 5, 6, 7], [1, 1, 2, 2, 2, 3, 9], [5, 5, 5, 5, 6]])
@pytest.mark.parametrize("size", [2, 3])
def test_the_exact_p_is_valid_over_all_permutations(pooled, size):
    p = []
    for chosen in combinations(range(len(pooled)), size):
        rest = [v for i, v in enumerate(pooled) if i not in chosen]
        p.append(compare_ranks([pooled[i] for i in chosen], rest).p)
    assert all(np.mean(np.array(p) <= level + 1e-12) <= level + 1e-12 for level in set(p))


@exact
@given(numbers, numbers, st.sampled_from(["exact", "normal"]))
def test_exchanging_the_groups_mirrors_everything(a, b, method):
    there, back = (compare_ranks(x, y, method=method) for x, y in ((a, b), (b, a)))
    assert back.p == pytest.approx(there.p, rel=1e-12)
    assert back.shift == -there.shift
    assert (back.lower, back.upper) == pytest.approx((-there.upper, -there.lower), nan_ok=True)
    assert back.effect == pytest.approx(1 - there.effect, abs=1e-12)
    assert back.effect_lower == pytest.approx(1 - there.effect_upper, abs=1e-9, nan_ok=True)


@exact
@given(numbers, numbers, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_never_changes_a_bit(a, b, random):
    first = compare_ranks(a, b)
    second = compare_ranks(random.sample(a, len(a)), random.sample(b, len(b)))
    for value, other in zip(as_numbers(first).values(), as_numbers(second).values(), strict=True):
        assert value == other or (math.isnan(value) and math.isnan(other))


@exact
@given(numbers, numbers, st.integers(-5, 5), st.integers(1, 4))
def test_adding_a_constant_changes_nothing_and_rescaling_only_the_shift(a, b, constant, factor):
    first = compare_ranks(a, b)
    second = compare_ranks([factor * x + constant for x in a], [factor * x + constant for x in b])
    assert (second.p, second.effect) == (first.p, first.effect)
    assert second.shift == factor * first.shift
    assert second.lower == pytest.approx(factor * first.lower, nan_ok=True)


@exact
@given(numbers, numbers)
def test_the_shift_is_the_median_difference_and_limits_hold_it(a, b):
    result = compare_ranks(a, b)
    assert result.shift == np.median(np.subtract.outer(a, b))
    if not math.isnan(result.lower):
        assert result.lower <= result.shift <= result.upper
        wide = compare_ranks(a, b, level=0.99)
        if not math.isnan(wide.lower):
            assert wide.lower <= result.lower <= result.upper <= wide.upper
    if not math.isnan(result.effect_lower):
        assert result.effect_lower <= result.effect <= result.effect_upper


def test_the_limits_are_the_shifts_that_the_exact_test_does_not_reject():
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=8), rng.normal(size=7)
    result = compare_ranks(a, b, level=0.9)
    for difference in np.subtract.outer(a, b).ravel():
        for shift in (difference - 1e-9, difference + 1e-9):
            rejected = mannwhitneyu(a - shift, b, method="exact").pvalue <= 0.1
            assert rejected == (not result.lower <= shift <= result.upper)


def keeps(a, b, shift):
    """Whether the test with all permutations enumerated keeps a shift of integer values."""
    return enumerate_p([x - shift for x in a], b) > 0.05 + 1e-12


@exact
@given(
    st.lists(st.integers(0, 4), min_size=4, max_size=6),
    st.lists(st.integers(1, 5), min_size=4, max_size=6),
)
def test_with_ties_the_limits_are_the_shifts_that_the_enumerated_test_keeps(a, b):
    """At whole shifts values tie, at halves between them none of one group with the other."""
    result = compare_ranks(a, b)
    kept = [shift for shift in np.arange(-6, 6.5, 0.5) if keeps(a, b, shift)]
    if kept[0] == -6 or kept[-1] == 6:  # more than any difference
        assert math.isnan(result.lower)
    elif len({*a, *b}) > 1:
        differences = sorted(np.subtract.outer(a, b).ravel())
        lower = max([x for x in differences if x <= kept[0]], default=-math.inf)
        upper = min([x for x in differences if x >= kept[-1]], default=math.inf)
        assert (result.lower, result.upper) == (lower, upper)


@pytest.mark.parametrize(
    ("pooled", "size", "shift"),
    [
        ([1, 1, 1, 1, 1, 2, 2, 5], 4, 1),
        ([1, 1, 1, 3, 3, 3, 3, 5], 4, 2),
        ([0, 0, 1, 2, 2, 3, 9, 9, 9], 5, 1),
    ],
)
def test_with_ties_the_limits_miss_the_true_shift_in_at_most_5_percent(pooled, size, shift):
    """All allocations; limits from the distribution of unshifted data miss 5/70, 5/70 and 8/126."""
    missed = []
    for chosen in combinations(range(len(pooled)), size):
        first = [pooled[i] + shift for i in chosen]
        found = compare_ranks(first, [v for i, v in enumerate(pooled) if i not in chosen])
        missed.append(not (math.isnan(found.lower) or found.lower <= shift <= found.upper))
    assert np.mean(missed) <= 0.05


def test_the_blood_pressures_of_the_statxact_manual_against_r():
    """R's exactRankTests, stored example: p 0.0989, 9.5, (-4, 22); coin's rule gives (0, 22).

    At -4 the tied rank sum is 49, between -4 and 0 it is 48: P(48 or more) = 25/1365 = 0.018, so no
    shift in between is kept; wilcox.exact judges it by the tie at -4 and is one step wide.
    """
    treated = [94, 108, 110, 90]
    control = [80, 94, 85, 90, 90, 90, 108, 94, 78, 105, 88]
    result = compare_ranks(treated, control)
    assert (result.statistic, round(result.p, 4), result.shift) == (35, 0.0989, 9.5)
    assert (result.lower, result.upper) == (0, 22)
    assert enumerate_p([x + 2 for x in treated], control) <= 0.05


def test_the_effect_equals_scipy_and_its_limits_are_symmetric_in_the_logit():
    result = compare_ranks(IV, CONTROL)
    other = brunnermunzel(CONTROL, IV)
    assert result.effect_p == pytest.approx(other.pvalue)
    assert result.effect == pytest.approx(
        np.mean(np.sign(np.subtract.outer(IV.to_numpy(), CONTROL.to_numpy()))) / 2 + 0.5
    )
    low, mid, high = (
        math.log(p / (1 - p)) for p in (result.effect_lower, result.effect, result.effect_upper)
    )
    assert mid - low == pytest.approx(high - mid)


def test_complete_separation_is_a_point_without_interval():
    for a, b, point in (([1, 2, 3], [4, 5, 6], 0.0), ([4, 5, 6], [1, 2, 3], 1.0)):
        result = compare_ranks(a, b)
        assert result.effect == point
        assert math.isnan(result.effect_lower)
        assert "completely separated" in result.note


@pytest.mark.parametrize("method", ["exact", "normal"])
def test_equal_values_everywhere_are_p_1_without_limits(method):
    result = compare_ranks([0, 0, 0, 0, 0], [0, 0, 0, 0], method=method)
    assert (result.p, result.shift, result.effect) == (1.0, 0.0, 0.5)
    assert math.isnan(result.lower)
    assert math.isnan(result.effect_upper)
    assert "all values are equal" in result.note


def test_too_few_values_have_no_limits_and_say_so():
    result = compare_ranks([1, 2, 3], [4, 5, 7])
    assert result.p == pytest.approx(0.1)
    assert math.isnan(result.lower)
    assert "too few values" in result.note
    single = compare_ranks([1], [4])
    assert (single.p, single.shift, single.effect) == (1.0, -3.0, 0.0)
    assert "fewer than two values" in single.note


def test_an_empty_group_is_not_estimable():
    result = compare_ranks([], [1, 2])
    assert (result.n1, result.n2) == (0, 2)
    assert all(math.isnan(v) for k, v in as_numbers(result).items() if k != "level")
    assert result.note == "no values in one group"


def test_deaths_rank_below_all_and_tie_with_each_other():
    death = -math.inf
    result = compare_ranks([death, 3, 5, 6, 8, 9], [death, death, 1, 2, 2, 4])
    finite = compare_ranks([-99, 3, 5, 6, 8, 9], [-99, -99, 1, 2, 2, 4])
    assert (result.p, result.effect) == (finite.p, finite.effect)
    assert result.shift == finite.shift == 4.5  # between the 18th and 19th of 36
    assert result.upper == math.inf
    assert math.isfinite(result.lower)


def test_a_median_between_opposite_infinities_is_not_a_number():
    result = compare_ranks([-math.inf, math.inf], [0.0])
    assert math.isnan(result.shift)
    assert result.note


def test_values_that_differ_by_rounding_tie():
    """Changes of means of three grades: -1/3 as 1 - 4/3, as 4/3 - 5/3 and as 0 - 1/3."""
    thirds = [1 - 4 / 3, 4 / 3 - 5 / 3, 0 - 1 / 3]
    assert len(set(thirds)) == 3
    found = compare_ranks([*thirds, 2 / 3, 1 / 3], [thirds[1], 4 / 3 - 2 / 3, -math.inf, 1.0])
    whole = compare_ranks([-1, -1, -1, 2, 1], [-1, 2, -math.inf, 3])
    assert (found.p, found.effect, found.statistic) == (whole.p, whole.effect, whole.statistic)
    assert found.shift == pytest.approx(whole.shift / 3)


def test_missing_values_are_left_out():
    assert compare_ranks([1, math.nan, 4], [2, 3, None]) == compare_ranks([1, 4], [2, 3])
    column = pd.Series([1, None, 4], dtype="Int64")
    assert compare_ranks(column, [2, 3]) == compare_ranks([1, 4], [2, 3])


def test_large_groups_use_the_normal_distribution_and_say_so():
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 9, 101), rng.integers(0, 9, 40)
    result = compare_ranks(a, b)
    assert result.method == "normal"
    assert "normal approximation" in result.note
    assert result.p == compare_ranks(a, b, method="normal").p
    assert compare_ranks(a[:100], b).method == "exact"


def test_at_100_per_group_exact_and_normal_nearly_agree():
    rng = np.random.default_rng(3)
    a, b = rng.integers(0, 12, 100), rng.integers(1, 13, 100)
    exact_, normal = compare_ranks(a, b), compare_ranks(a, b, method="normal")
    assert exact_.p == pytest.approx(normal.p, rel=0.05)
    assert (exact_.lower, exact_.upper) == (normal.lower, normal.upper)


def test_unknown_methods_are_a_programming_mistake():
    with pytest.raises(ValueError, match="asymptotic"):
        compare_ranks([1], [2], method="asymptotic")


@exact
@given(numbers, numbers, st.data())
def test_counting_down_to_a_difference_equals_sorting_them_all(a, b, data):
    rank = data.draw(st.integers(1, len(a) * len(b)))
    expected = np.sort(np.subtract.outer(a, b), axis=None)[rank - 1]
    x, y = np.array(a) / 7, np.array(b) / 7
    direct = hodges_lehmann.select_differences(x, y, [rank])
    assert direct == pytest.approx([expected / 7], abs=1e-12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hodges_lehmann, "_DIRECT", 3)
        assert hodges_lehmann.select_differences(x, y, [rank]) == direct


@pytest.mark.slow
def test_limits_of_the_shift_cover_at_about_their_level():
    rng = np.random.default_rng(4)
    trials = 3000
    covered = effect = 0
    for _ in range(trials):
        result = compare_ranks(rng.normal(0.8, 1, 16), rng.normal(0, 1, 16))
        covered += result.lower <= 0.8 <= result.upper
        effect += result.effect_lower <= norm.cdf(0.8 / 2**0.5) <= result.effect_upper
    se = (0.05 * 0.95 / trials) ** 0.5
    assert covered / trials >= 0.95 - 3 * se
    assert abs(effect / trials - 0.95) <= 3 * se + 0.01
