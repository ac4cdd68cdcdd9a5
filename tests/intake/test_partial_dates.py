import pandas as pd
import pytest

from helpers.intake.partial_dates import (
    describe_precision,
    earliest_date,
    has_time,
    latest_date,
    parse_datetime,
)

TEXTS = pd.Series(
    ["2021", "2021-02", "2024-02", "2021-12", "2021-03-04", "2021-03-04T23:59", None],
    index=list("abcdefg"),
    dtype=object,
)


def test_the_earliest_date_is_the_first_day_the_text_can_mean():
    expected = ["2021-01-01", "2021-02-01", "2024-02-01", "2021-12-01", "2021-03-04"]
    found = earliest_date(TEXTS)
    assert found.dtype == "datetime64[s]"
    assert list(found.index) == list("abcdefg")
    assert list(found.dt.strftime("%Y-%m-%d")[:5]) == expected
    assert found["f"] == pd.Timestamp("2021-03-04")
    assert pd.isna(found["g"])


def test_the_latest_date_is_the_last_day_the_text_can_mean_also_in_leap_years():
    expected = ["2021-12-31", "2021-02-28", "2024-02-29", "2021-12-31", "2021-03-04"]
    found = latest_date(TEXTS)
    assert list(found.dt.strftime("%Y-%m-%d")[:5]) == expected
    assert found["f"] == pd.Timestamp("2021-03-04")
    assert pd.isna(found["g"])


def test_only_a_recorded_time_makes_a_date_time():
    found = parse_datetime(TEXTS)
    assert found["f"] == pd.Timestamp("2021-03-04T23:59")
    assert found.drop("f").isna().all()
    assert list(has_time(TEXTS)) == [False, False, False, False, False, True, False]


def test_precision_names_what_is_recorded():
    assert list(describe_precision(TEXTS)) == ["Y", "M", "M", "M", "D", "T", None]


def test_typed_dates_pass_through():
    typed = pd.Series(pd.to_datetime(["2021-03-04T10:30", None])).astype("datetime64[s]")
    assert earliest_date(typed)[0] == pd.Timestamp("2021-03-04")
    assert parse_datetime(typed)[0] == pd.Timestamp("2021-03-04T10:30")
    assert list(has_time(typed)) == [True, False]


@pytest.mark.parametrize("function", [earliest_date, latest_date, parse_datetime])
def test_an_empty_column_gives_an_empty_column(function):
    found = function(pd.Series([], dtype=object))
    assert found.empty
    assert found.dtype == "datetime64[s]"
    assert function(pd.Series([None, None], dtype=object)).isna().all()
