"""Gray's test against cmprsk, its limiting cases, and simulation under equal incidence."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats.survival.gray import gray_test
from helpers.stats.survival.log_rank import log_rank

FOLDER = Path(__file__).parents[2] / "reference" / "stats"
PBC = pd.read_csv(FOLDER / "pbc_competing.csv")
REFERENCE = pd.read_csv(FOLDER / "gray_pbc.csv").to_dict("records")
exact = settings(derandomize=True, deadline=None, max_examples=60)
persons = st.lists(
    st.tuples(st.integers(1, 15), st.integers(0, 2), st.sampled_from("abc")),
    min_size=10,
    max_size=40,
)


@pytest.mark.parametrize("row", REFERENCE, ids=lambda r: f"cause {r['event']}")
def test_statistic_and_p_equal_cmprsk(row):
    result = gray_test(PBC.time, PBC.status, PBC.trt, cause=int(row["event"]))
    assert result.statistic == pytest.approx(row["stat"], rel=1e-8)
    assert result.p == pytest.approx(row["pv"], rel=1e-8)
    assert result.df == row["df"]


@exact
@given(persons)
def test_without_competing_events_its_score_is_that_of_the_log_rank_test(rows):
    time, status, group = zip(*rows, strict=True)
    event = [s == 1 for s in status]
    ours = gray_test(time, [int(e) for e in event], group, cause=1).groups
    other = log_rank(time, event, group).groups
    assert ours["observed"].tolist() == other["observed"].tolist()
    assert ours["expected"].tolist() == pytest.approx(other["expected"].tolist(), abs=1e-9)


@exact
@given(persons)
def test_expected_events_add_up_and_the_statistic_is_never_negative(rows):
    result = gray_test(*zip(*rows, strict=True), cause=1)
    if result.groups["observed"].sum() > 0:
        assert result.groups["expected"].sum() == pytest.approx(result.groups["observed"].sum())
    assert math.isnan(result.statistic) or result.statistic >= 0


@exact
@given(persons)
def test_the_names_and_order_of_the_groups_do_not_matter(rows):
    time, status, group = zip(*rows, strict=True)
    first = gray_test(time, status, group, cause=1)
    renamed = gray_test(time, status, [{"a": "z", "b": "m", "c": "k"}[g] for g in group], cause=1)
    assert first.df == renamed.df
    assert first.statistic == pytest.approx(renamed.statistic, rel=1e-6, abs=1e-9, nan_ok=True)


@exact
@given(persons, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_never_changes_a_bit(rows, random):
    shuffled = random.sample(rows, len(rows))
    first, second = (gray_test(*zip(*r, strict=True), cause=1) for r in (rows, shuffled))
    assert first.statistic == second.statistic or (first.note and first.note == second.note)


def test_nothing_to_compare_is_nan_and_says_why():
    assert gray_test([1, 2], [1, 2], [0, 0], cause=1).note == "fewer than two groups"
    assert gray_test([1, 2], [2, 0], [0, 1], cause=1).note == "no events of this cause"
    assert math.isnan(gray_test([], [], [], cause=1).p)


def test_a_competing_event_after_the_pooled_incidence_reached_1_leaves_a_number():
    result = gray_test([0, 1, 2, 3], [1, 1, 1, 2], [0, 0, 2, 1], cause=1)
    assert math.isfinite(result.statistic)
    assert 0 <= result.p <= 1


@pytest.mark.slow
def test_it_rejects_at_about_its_level_when_incidence_is_equal():
    rng = np.random.default_rng(20210705)
    trials, n, rejected = 4000, 120, 0
    group = np.repeat([0, 1, 2], n // 3)
    for _ in range(trials):
        cause = rng.choice([1, 2], size=n, p=[0.6, 0.4])
        time, end = rng.exponential(1.0, n), rng.uniform(0.5, 3.0, n)
        status = np.where(time <= end, cause, 0)
        rejected += gray_test(np.minimum(time, end), status, group, cause=1).p <= 0.05
    standard_error = math.sqrt(0.05 * 0.95 / trials)
    assert abs(rejected / trials - 0.05) < 3 * standard_error + 0.005
