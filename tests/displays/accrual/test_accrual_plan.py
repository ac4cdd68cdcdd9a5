import math

import pandas as pd
import pytest
from sample_trial import make_empty, make_sample

from helpers.displays.accrual.plan import (
    count_by_month,
    find_start,
    is_complete,
    list_months,
    plan_end,
    planned_by,
    project_end,
)

START = pd.Timestamp("2021-12-01")


def test_recruitment_starts_with_the_first_consent() -> None:
    assert find_start(make_sample()) == START
    assert pd.isna(find_start(make_empty()))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2021-11-30", 0.0),
        ("2022-12-31", 48 * 396 / 30.4375 / 28),  # 31 + 365 days
        ("2030-01-01", 48.0),
    ],
)
def test_the_plan_is_even_over_its_months_and_ends_at_its_number(day: str, expected: float) -> None:
    trial = make_sample().trial
    assert planned_by(trial, START, pd.Timestamp(day)) == pytest.approx(expected, rel=1e-12)


def test_the_plan_reaches_its_number_on_its_last_day_and_not_before() -> None:
    trial = make_sample().trial
    end = plan_end(trial, START)
    assert planned_by(trial, START, end) == pytest.approx(48, abs=0.06)
    assert planned_by(trial, START, end - pd.Timedelta(days=2)) < 48


def test_without_a_consent_there_is_no_plan_to_compare_with() -> None:
    trial = make_sample().trial
    assert math.isnan(planned_by(trial, pd.NaT, START))
    assert list_months(make_empty()) == []


def test_months_run_from_the_first_consent_to_the_cut_off_also_without_persons() -> None:
    view = make_sample()
    months = list_months(view)
    assert (months[0], months[-1], len(months)) == ("2021-12", "2022-12", 13)
    counts = count_by_month(view, view.total("ITT"))
    assert counts["2022-01"] == 2
    assert counts["2022-06"] == 0
    assert counts.sum() == 6


def test_the_projection_counts_the_persons_of_the_last_months() -> None:
    found = project_end(make_sample())
    # two randomised since July, six months, prior of 48 / 28 a month
    assert (found.recent, found.randomised) == (2, 6)
    assert found.months == pytest.approx(6.0, abs=0.03)
    assert found.rate == pytest.approx(3 / (28 / 48 + found.months))
    assert found.lower < found.date < found.upper


def test_with_nobody_randomised_there_is_no_projection() -> None:
    view = make_empty()
    assert pd.isna(project_end(view).date)
    assert project_end(view).note
    assert not is_complete(view)
