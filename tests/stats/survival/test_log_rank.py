"""The log-rank test against R, statsmodels and full enumeration."""

import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines.statistics import multivariate_logrank_test
from statsmodels.duration.survfunc import survdiff

from helpers.stats.survival.log_rank import log_rank

FOLDER = Path(__file__).parents[2] / "reference" / "stats"
COLON = pd.read_csv(FOLDER / "colon.csv").query("etype == 2")
REFERENCE = pd.read_csv(FOLDER / "logrank_colon.csv").set_index("method")
exact = settings(derandomize=True, deadline=None, max_examples=60)
persons = st.lists(
    st.tuples(st.integers(1, 12), st.booleans(), st.sampled_from("abc"), st.sampled_from("xy")),
    min_size=8,
    max_size=40,
)


@pytest.mark.parametrize(("method", "strata"), [("logrank", None), ("logrank_stratified", "sex")])
def test_plain_and_stratified_equal_r(method, strata):
    result = log_rank(
        COLON.time, COLON.status, COLON.rx, strata=None if strata is None else COLON[strata]
    )
    assert result.statistic == pytest.approx(REFERENCE.statistic[method], rel=1e-8)
    assert result.p == pytest.approx(REFERENCE.p[method], rel=1e-8)
    assert result.df == 2


def test_expected_events_add_up_to_the_observed():
    groups = log_rank(COLON.time, COLON.status, COLON.rx).groups
    assert groups["group"].tolist() == ["Lev", "Lev+5FU", "Obs"]
    assert groups["observed"].sum() == COLON.status.sum()
    assert groups["expected"].sum() == pytest.approx(COLON.status.sum())


def test_nothing_to_compare_is_nan_and_says_why():
    for time, event, group in (([1, 2], [1, 1], "aa"), ([1, 2], [0, 0], "ab"), ([], [], "")):
        result = log_rank(time, event, list(group))
        assert math.isnan(result.statistic)
        assert "fewer than two groups" in result.note


def test_a_group_that_left_before_the_first_event_does_not_count():
    result = log_rank([1, 1, 3, 4, 5, 6], [0, 0, 1, 1, 1, 0], list("aabbcc"))
    assert result.df == 1
    pair = log_rank([3, 4, 5, 6], [1, 1, 1, 0], list("bbcc"))
    assert result.statistic == pytest.approx(pair.statistic)
    assert result.p == pytest.approx(0.0895554, rel=1e-5)


def test_the_libraries_count_such_a_group_or_fail():
    # why the test is not taken from them
    time, event, group = [1, 1, 3, 4, 5, 6], [0, 0, 1, 1, 1, 0], list("aabbcc")
    theirs = multivariate_logrank_test(time, group, event)
    assert theirs.test_statistic == pytest.approx(log_rank(time, event, group).statistic)
    assert theirs.p_value == pytest.approx(0.236649, rel=1e-5)  # of two degrees of freedom
    with pytest.raises(np.linalg.LinAlgError):
        survdiff(np.array(time), np.array(event), np.array(group))


def test_groups_that_meet_in_no_stratum_are_not_compared():
    time = [2, 5, 8, 3, 2, 2, 3, 4, 6, 8, 3, 5, 8, 5, 5, 8, 8, 8, 2, 8]
    event = [1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0]
    group = [1, 1, 0, 0, 1, 0, 1, 1, 1, 1, 3, 2, 3, 3, 3, 3, 3, 3, 2, 3]
    strata = ["x"] * 10 + ["y"] * 10
    both = log_rank(time, event, group, strata=strata)
    alone = [log_rank(time[s], event[s], group[s]) for s in (slice(10), slice(10, None))]
    assert both.df == sum(result.df for result in alone) == 2
    assert both.statistic == pytest.approx(sum(result.statistic for result in alone))
    # statsmodels takes three degrees of freedom for two comparisons
    theirs = survdiff(*map(np.array, (time, event, group)), strata=np.array(strata))
    assert (both.p, theirs[1]) == pytest.approx((0.003837811, 0.011065197), rel=1e-6)


def test_a_tiny_p_is_not_zero():
    time, group = np.arange(1, 121), np.repeat([0, 1], 60)
    assert 0 < log_rank(time, np.ones(120), group).p < 1e-30
    assert survdiff(time, np.ones(120), group)[1] == 0.0  # statsmodels: 1 minus what rounds to 1


@exact
@given(persons)
def test_it_equals_statsmodels(rows):
    time, event, group, stratum = map(np.array, zip(*rows, strict=True))
    ours = log_rank(time, event, group)
    if ours.df == len(set(group)) - 1 > 0:
        theirs = survdiff(time, event.astype(int), group)
        assert ours.statistic == pytest.approx(theirs[0], rel=1e-7, abs=1e-9)
    stratified = log_rank(time, event, group, strata=stratum)
    at_risk = all(
        log_rank(time[m], event[m], group[m]).df == len(set(group)) - 1 > 0
        for m in (stratum == "x", stratum == "y")
    )
    if at_risk:
        theirs = survdiff(time, event.astype(int), group, strata=stratum)
        assert stratified.statistic == pytest.approx(theirs[0], rel=1e-7, abs=1e-9)


@exact
@given(persons, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_never_changes_a_bit(rows, random):
    shuffled = random.sample(rows, len(rows))
    first, second = (
        log_rank(t, e, g, strata=s)
        for t, e, g, s in (zip(*r, strict=True) for r in (rows, shuffled))
    )
    assert (first.statistic, first.p) == (second.statistic, second.p) or first.note


def test_without_ties_its_variance_is_the_permutation_variance_of_the_score():
    # all uncensored, no ties: the score of a group is a sum of Savage scores, whose variance
    # over all assignments is known exactly; both variances estimate the same number
    time = np.arange(1, 9)
    scores = []
    for chosen in combinations(range(8), 4):
        group = np.isin(np.arange(8), chosen)
        table = log_rank(time, np.ones(8), group).groups.set_index("group")
        scores.append(table.observed[True] - table.expected[True])
    savage = np.array([1 - sum(1 / (8 - i) for i in range(j + 1)) for j in range(8)])
    exact_variance = 4 * 4 / (8 * 7) * np.sum((savage - savage.mean()) ** 2)
    assert np.mean(scores) == pytest.approx(0, abs=1e-12)
    assert np.var(scores) == pytest.approx(exact_variance)
