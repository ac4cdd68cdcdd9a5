"""Cumulative incidence against cmprsk, a hand-made case and its own definition."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from helpers.stats.survival.aalen_johansen import aalen_johansen, compare_incidences
from helpers.stats.survival.kaplan_meier import kaplan_meier
from helpers.stats.survival.step_tables import tabulate_at_times

FOLDER = Path(__file__).parents[2] / "reference" / "stats"
PBC = pd.read_csv(FOLDER / "pbc_competing.csv")
CUMINC = pd.read_csv(FOLDER / "cuminc_pbc.csv")
exact = settings(derandomize=True, deadline=None, max_examples=100)
persons = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), min_size=1, max_size=25)


@pytest.mark.parametrize("group_event", sorted(set(CUMINC.group_event)))
def test_incidence_and_variance_equal_cmprsk(group_event):
    group, cause = map(int, group_event.split())
    rows = PBC[PBC.trt == group]
    expected = CUMINC[CUMINC.group_event == group_event]
    found = tabulate_at_times(aalen_johansen(rows.time, rows.status, cause=cause), expected.time)
    assert found["estimate"].tolist() == pytest.approx(expected.cif.tolist(), rel=1e-8)
    assert found["variance"].tolist() == pytest.approx(expected["var"].tolist(), rel=1e-8)


def test_the_anchor_of_the_safety_specification():
    time, status = [2, 3, 4, 5, 6, 7, 9, 10], ["AE", 0, "D", "AE", 0, "AE", "D", 0]
    event = aalen_johansen(time, status, cause="AE").set_index("time")["estimate"]
    death = aalen_johansen(time, status, cause="D").set_index("time")["estimate"]
    assert event.loc[[2, 5, 7]].tolist() == pytest.approx([0.125, 0.2708, 0.4653], abs=6e-5)
    assert death.loc[[4, 9]].tolist() == pytest.approx([0.1458, 0.3403], abs=6e-5)
    single = kaplan_meier(time, [s == "AE" for s in status]).set_index("time")["estimate"]
    assert 1 - single.loc[7] == pytest.approx(0.533, abs=6e-4)


def test_numbers_that_became_text_beside_text_mean_the_same():
    mixed = aalen_johansen([1, 2, 3], ["AE", 0, "D"], cause="AE")
    text = aalen_johansen([1, 2, 3], np.array(["AE", 0, "D"]), cause="AE")
    pd.testing.assert_frame_equal(mixed, text)


def test_limits_are_symmetric_on_the_log_minus_log_scale():
    table = aalen_johansen(PBC.time, PBC.status, cause=2, level=0.9)
    rows = table[table["lower"].notna()]
    f, se = rows["estimate"], np.sqrt(rows["variance"])
    half = norm.ppf(0.95) * se / (f * -np.log(f))
    assert np.log(-np.log(rows["lower"])).to_numpy() == pytest.approx(
        (np.log(-np.log(f)) + half).to_numpy()
    )
    assert np.log(-np.log(rows["upper"])).to_numpy() == pytest.approx(
        (np.log(-np.log(f)) - half).to_numpy()
    )


def test_rows_without_event_and_empty_groups_say_why_there_are_no_limits():
    table = aalen_johansen([1, 2], [0, 1], cause=1)
    assert table["note"].tolist()[:2] == ["no event so far"] * 2
    assert aalen_johansen([3], [1], cause=1)["note"].tolist()[1] == "everyone at risk had the event"
    empty = aalen_johansen([], [], cause=1)
    assert empty["estimate"].isna().all()
    assert empty["note"].tolist() == ["no participants"]


def test_unusable_status_is_a_programming_mistake():
    with pytest.raises(ValueError, match="status is missing"):
        aalen_johansen([1], [None], cause=1)
    with pytest.raises(ValueError, match="also the status of censored"):
        aalen_johansen([1], [0], cause=0)


def direct_variance(rows, t):
    """Aalen's sum over events up to t, written out."""
    distinct = sorted({a for a, _ in rows})
    survival, incidence, states = 1.0, 0.0, []
    for s in distinct:
        n = sum(a >= s for a, _ in rows)
        d1, d2 = (sum(a == s and c == k for a, c in rows) for k in (1, 2))
        before = survival
        incidence += before * d1 / n
        survival *= (n - d1 - d2) / n
        states.append((s, n, d1, d2, before, survival, incidence))
    final = [state[-1] for state in states if state[0] <= t]
    if not final or final[-1] == 0:
        return 0.0
    total = 0.0
    for s, n, d1, d2, before, after, f in states:
        if s > t:
            break
        later = (final[-1] - f) / after if after > 0 else 0.0
        for d, influence in ((d1, 1.0 - later), (d2, -later)):
            ties = (n - d) / (n - 1) if d > 1 else 1.0
            total += influence**2 * before**2 * d * ties / n**2
    return total


@exact
@given(persons)
def test_the_variance_equals_the_sum_over_events_written_out(rows):
    table = aalen_johansen(*zip(*rows, strict=True), cause=1)
    expected = [direct_variance(rows, t) for t in table["time"]]
    assert table["variance"].tolist() == pytest.approx(expected, rel=1e-9, abs=1e-13)


@exact
@given(persons)
def test_incidences_and_event_free_survival_add_up_to_one(rows):
    time, status = zip(*rows, strict=True)
    first, second = (aalen_johansen(time, status, cause=c)["estimate"] for c in (1, 2))
    free = kaplan_meier(time, [s > 0 for s in status])["estimate"]
    assert (first + second + free).to_numpy() == pytest.approx(1.0, abs=1e-12)
    single = kaplan_meier(time, [s == 1 for s in status])["estimate"]
    assert (first <= 1 - single + 1e-12).all()


@exact
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 2)), min_size=1, max_size=20))
def test_without_censoring_incidence_is_the_proportion_so_far(rows):
    table = aalen_johansen(*zip(*rows, strict=True), cause=1)
    share = [sum(a <= t and c == 1 for a, c in rows) / len(rows) for t in table["time"]]
    assert table["estimate"].tolist() == pytest.approx(share, abs=1e-12)


@exact
@given(persons, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_never_changes_a_bit(rows, random):
    shuffled = random.sample(rows, len(rows))
    first, second = (aalen_johansen(*zip(*r, strict=True), cause=1) for r in (rows, shuffled))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_the_difference_adds_the_variances_and_mirrors():
    a, b = (aalen_johansen(g.time, g.status, cause=2) for _, g in PBC.groupby("trt"))
    there, back = compare_incidences(a, b, [1000, 2000]), compare_incidences(b, a, [1000, 2000])
    at = [tabulate_at_times(table, [1000, 2000]) for table in (a, b)]
    half = norm.ppf(0.975) * np.sqrt(at[0]["variance"] + at[1]["variance"])
    difference = at[0]["estimate"] - at[1]["estimate"]
    assert there["upper"].tolist() == pytest.approx((difference + half).tolist())
    assert back["lower"].tolist() == pytest.approx((-there["upper"]).tolist())


def test_a_difference_is_not_estimable_beyond_follow_up_or_without_variation():
    a = aalen_johansen([1, 5], [0, 0], cause=1)
    b = aalen_johansen([2, 3], [0, 0], cause=1)
    result = compare_incidences(a, b, [1, 4])
    assert result["note"].tolist() == [
        "no variation in either group",
        "beyond the last observed time",
    ]
    assert result["lower"].isna().all()
    assert result["estimate"].isna().tolist() == [False, True]


def test_a_difference_from_a_group_in_which_nobody_or_everybody_had_the_event_has_no_limits():
    some = aalen_johansen([1, 2, 5, 5], [1, 0, 0, 0], cause=1)
    nobody = aalen_johansen([2, 5, 5], [0, 0, 0], cause=1)
    everybody = aalen_johansen([1, 1, 1], [1, 1, 1], cause=1)
    for other, difference in ((nobody, 0.25), (everybody, -0.75)):
        row = compare_incidences(some, other, [3]).iloc[0]
        assert row["estimate"] == pytest.approx(difference)
        assert math.isnan(row["lower"])
        assert math.isnan(row["upper"])
        assert row["note"] == "no variation in one group"
    assert compare_incidences(some, some, [3])["lower"].notna().all()
