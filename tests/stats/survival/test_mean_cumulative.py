"""The mean cumulative function against a hand-made case and its own definition."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats.survival.mean_cumulative import mean_cumulative

exact = settings(derandomize=True, deadline=None, max_examples=80)
person = st.integers(0, 10).flatmap(
    lambda end: st.tuples(st.just(end), st.lists(st.integers(0, end), max_size=5))
)
persons = st.lists(person, min_size=1, max_size=12)


def test_the_anchor_of_the_safety_specification():
    table = mean_cumulative({"A": [2, 5], "B": [4]}, {"A": 10, "B": 4.5, "C": 8})
    assert table["time"].tolist() == [0, 2, 4, 4.5, 5, 8, 10]
    assert table["n_risk"].tolist() == [3, 3, 3, 3, 2, 2, 1]
    estimate = table.set_index("time")["estimate"]
    assert estimate.loc[[2, 4, 5]].tolist() == pytest.approx([1 / 3, 2 / 3, 7 / 6])


def test_the_variance_of_the_anchor_by_hand():
    table = mean_cumulative({"A": [2, 5], "B": [4]}, {"A": 10, "B": 4.5, "C": 8})
    # at 2: influences 1/3 - 1/9, -1/9, -1/9; at 5 A and C share the jump: +-1/4 more
    a, b, c = 1 / 3 - 2 / 9 + 1 / 4, 1 / 3 - 2 / 9, -2 / 9 - 1 / 4
    variance = table.set_index("time")["variance"]
    assert variance[2] == pytest.approx((4 + 1 + 1) / 81)
    assert variance[5] == pytest.approx(a**2 + b**2 + c**2)


def test_every_way_to_give_the_data_is_the_same_data():
    expected = mean_cumulative({"A": [2, 5], "B": [4]}, {"A": 10, "B": 4.5, "C": 8})
    lists = mean_cumulative([[2, 5], [4], []], [10, 4.5, 8])
    series = mean_cumulative(
        pd.Series([5, 2, 4], index=["A", "A", "B"]), pd.Series([8, 10, 4.5], index=["C", "A", "B"])
    )
    frames = mean_cumulative(
        pd.DataFrame({"USUBJID": ["A", "B", "A"], "ADY": [2, 4, 5]}),
        pd.DataFrame({"USUBJID": ["B", "A", "C"], "ADY": [4.5, 10, 8]}),
    )
    for other in (lists, series, frames):
        pd.testing.assert_frame_equal(expected, other, check_exact=True)


def test_nobody_and_nothing_are_defined():
    assert mean_cumulative([], [])["note"].tolist() == ["no participants"]
    quiet = mean_cumulative({}, {"A": 3, "B": 5})
    assert quiet["estimate"].tolist() == [0, 0, 0]
    assert quiet["upper"].isna().all()
    assert set(quiet["note"]) == {"no event so far"}


def test_events_after_the_end_of_follow_up_are_left_out_and_counted():
    table = mean_cumulative({"A": [2, 12]}, {"A": 10, "B": 9})
    assert table["n_event"].sum() == 1
    assert table["note"][0] == "1 events after the end of follow-up left out"


def test_events_of_an_unknown_person_are_a_programming_mistake():
    with pytest.raises(ValueError, match="no follow-up"):
        mean_cumulative({"X": [1]}, {"A": 3})


@exact
@given(persons)
def test_estimate_and_variance_equal_their_definition(rows):
    table = mean_cumulative([times for _, times in rows], [end for end, _ in rows])
    for t, estimate, variance in table[["time", "estimate", "variance"]].itertuples(index=False):
        influence = np.zeros(len(rows))
        total = 0.0
        for s in sorted({s for _, times in rows for s in times if s <= t}):
            at_risk = sum(end >= s for end, _ in rows)
            jump = sum(times.count(s) for _, times in rows) / at_risk
            total += jump
            for i, (end, times) in enumerate(rows):
                influence[i] += (end >= s) * (times.count(s) - jump) / at_risk
        assert estimate == pytest.approx(total, abs=1e-12)
        assert variance == pytest.approx(influence @ influence, abs=1e-12)


@exact
@given(persons)
def test_the_mean_number_is_at_least_the_share_with_a_first_event_when_all_are_followed(rows):
    complete = [times for _, times in rows]
    table = mean_cumulative(complete, [10] * len(rows))
    share = [np.mean([any(s <= t for s in times) for times in complete]) for t in table["time"]]
    assert (table["estimate"] >= np.array(share) - 1e-12).all()


@exact
@given(persons, st.randoms(use_true_random=False))
def test_the_order_of_persons_never_changes_a_bit(rows, random):
    shuffled = random.sample(rows, len(rows))
    first, second = (
        mean_cumulative([times for _, times in r], [end for end, _ in r]) for r in (rows, shuffled)
    )
    pd.testing.assert_frame_equal(first, second, check_exact=True)
