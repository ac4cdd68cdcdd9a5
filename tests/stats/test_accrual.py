"""Accrual projections against simulation of the process, closed cases and dates by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammainc, gammaincinv

from helpers.stats.accrual import predict_waiting_time, project_accrual

CUTOFF = pd.Timestamp("2022-06-30")


def every(days, n, end=CUTOFF):
    return [end - pd.Timedelta(days=days * i) for i in range(n)]


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.integers(1, 40), st.integers(0, 30), st.floats(0.5, 12), st.floats(0.2, 2))
def test_limits_are_quantiles_of_the_waiting_time_integrated_over_the_rate(m, events, months, rate):
    result = predict_waiting_time(m, events=events, exposure=months, rate=rate)

    def come(wait):
        def given(p):  # the rate has a gamma distribution, and the wait given the rate another
            return gammainc(m, wait * gammaincinv(1 + events, p) / (rate + months))

        return quad(given, 0, 1, epsabs=1e-9, limit=200)[0]

    for wait, share in ((result.lower, 0.1), (result.estimate, 0.5), (result.upper, 0.9)):
        assert come(wait) == pytest.approx(share, abs=1e-6)


def test_the_next_person_alone_has_a_pareto_waiting_time():
    # P(T > t) = (b / (b + t))^a with a = 1 + 5, b = 0.5 + 6
    result = predict_waiting_time(1, events=5, exposure=6.0, rate=0.5, level=0.8)
    for wait, over in ((result.lower, 0.9), (result.estimate, 0.5), (result.upper, 0.1)):
        assert (6.5 / (6.5 + wait)) ** 6 == pytest.approx(over, rel=1e-10)


def test_nothing_to_come_takes_no_time():
    result = predict_waiting_time(0, events=5, exposure=6.0, rate=0.5)
    assert (result.lower, result.estimate, result.upper) == (0.0, 0.0, 0.0)


def test_the_pace_is_that_of_the_last_months_only():
    recent = every(15, 12)
    slow_before = every(60, 8, end=recent[-1] - pd.Timedelta(days=60))
    result = project_accrual([*recent, *slow_before], cutoff=CUTOFF, target=48, planned_months=28)
    assert (result.randomised, result.recent) == (20, 12)
    assert result.months == pytest.approx(6, abs=1 / 30)
    assert result.rate == pytest.approx(13 / (28 / 48 + result.months))
    assert result.lower < result.date < result.upper
    # 28 more at about two a month
    assert (result.date - CUTOFF).days == pytest.approx(28 / result.rate * 30.4375, rel=0.03)


def test_a_trial_younger_than_the_window_is_judged_by_its_age():
    start = CUTOFF - pd.Timedelta(days=60)
    result = project_accrual(every(15, 4), cutoff=CUTOFF, target=48, planned_months=28, start=start)
    assert result.months == pytest.approx(61 / 30.4375)
    assert result.recent == 4
    alone = project_accrual(every(15, 4), cutoff=CUTOFF, target=48, planned_months=28)
    assert alone.months == pytest.approx(46 / 30.4375)


def test_a_reached_target_gives_its_day():
    days = every(10, 50)
    result = project_accrual(days, cutoff=CUTOFF, target=48, planned_months=28)
    assert result.date == result.lower == result.upper == sorted(days)[47]
    assert result.note == "target reached"


@pytest.mark.parametrize("n", [0, 1, 2])
def test_fewer_than_three_persons_give_no_projection(n):
    result = project_accrual(every(10, n), cutoff=CUTOFF, target=48, planned_months=28)
    assert all(day is pd.NaT for day in (result.date, result.lower, result.upper))
    assert math.isnan(result.rate)
    assert result.note == "fewer than 3 randomised"


def test_a_standstill_falls_back_on_the_plan_and_waits_long():
    old = every(10, 12, end=CUTOFF - pd.Timedelta(days=400))
    result = project_accrual(old, cutoff=CUTOFF, target=48, planned_months=28)
    moving = project_accrual(every(10, 12), cutoff=CUTOFF, target=48, planned_months=28)
    assert result.recent == 0
    assert result.date > moving.date
    assert result.rate == pytest.approx(1 / (28 / 48 + result.months))


def test_days_after_the_cutoff_missing_days_and_the_order_do_not_count():
    days = every(12, 15)
    later = CUTOFF + pd.Timedelta(days=3)
    mixed = [days[i] for i in np.random.default_rng(1).permutation(15)]
    options = {"cutoff": CUTOFF, "target": 48, "planned_months": 28}
    assert project_accrual([*mixed, later, pd.NaT], **options) == project_accrual(days, **options)


def test_unusable_plans_are_a_programming_mistake():
    with pytest.raises(ValueError, match="unusable plan"):
        project_accrual([], cutoff=CUTOFF, target=0, planned_months=28)
    with pytest.raises(ValueError, match="unusable"):
        predict_waiting_time(-1, events=1, exposure=1.0, rate=1.0)
    with pytest.raises(ValueError, match="level must lie"):
        predict_waiting_time(1, events=1, exposure=1.0, rate=1.0, level=80)


@pytest.mark.slow
def test_simulated_processes_finish_inside_the_limits_as_often_as_stated():
    draw = np.random.default_rng(20210705)
    n, inside = 40_000, 0
    rates = draw.gamma(1.0, 48 / 28, n)  # from the prior
    seen = draw.poisson(rates * 6)
    waits = draw.gamma(20, 1 / rates)
    limits = {
        int(k): predict_waiting_time(20, events=int(k), exposure=6.0, rate=28 / 48)
        for k in np.unique(seen)
    }
    inside = np.mean(
        [limits[k].lower <= w <= limits[k].upper for k, w in zip(seen, waits, strict=True)]
    )
    assert inside == pytest.approx(0.8, abs=3 * math.sqrt(0.16 / n))


def test_an_end_more_than_a_century_away_is_no_date():
    long_ago = pd.to_datetime(["2012-03-01", "2012-03-02", "2012-03-03"])
    result = project_accrual(long_ago, cutoff=CUTOFF, target=480, planned_months=28, level=0.95)
    assert pd.isna(result.upper)
    assert result.note == ""
