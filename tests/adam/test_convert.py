import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.adam.convert import Clock, convert_variable

SAS = Clock(pd.Timestamp("1960-01-01"), "UTC")
HANOI = Clock(pd.Timestamp("1960-01-01"), "Asia/Ho_Chi_Minh")


def dates(values, kind="date", clock=SAS, dtype=None):
    series = pd.Series(values, dtype=dtype or object)
    return convert_variable(series, kind, clock, typed=True)


def test_sas_day_numbers_are_days_since_1960():
    found = dates([19725.0, None], dtype="float64")
    assert found.series.tolist()[0] == pd.Timestamp("2014-01-02")
    assert found.series.isna().tolist() == [False, True]
    assert found.changed.tolist() == [True, False]


def test_sas_seconds_are_date_times():
    found = dates([19725.0 * 86400 + 3600], "datetime", dtype="float64")
    assert found.series.tolist() == [pd.Timestamp("2014-01-02 01:00")]


@given(st.dates(min_value=pd.Timestamp("1950-01-01").date()).filter(lambda d: d.year < 2100))
def test_a_date_comes_back_from_each_of_its_forms(day):
    number = (pd.Timestamp(day) - pd.Timestamp("1960-01-01")).days
    for found in (
        dates([float(number)], dtype="float64"),
        dates([day.isoformat()]),
        dates([day.strftime("%d%b%Y").upper()]),
        dates([pd.Timestamp(day)], dtype="datetime64[ns]"),
    ):
        assert found.series.tolist() == [pd.Timestamp(day)]


def test_a_time_with_a_zone_is_read_in_the_zone_of_the_trial():
    found = dates(["2014-01-02T20:30:00Z", "2014-01-02T20:30:00+07:00"], "datetime", HANOI)
    assert found.series.tolist() == [
        pd.Timestamp("2014-01-03 03:30"),
        pd.Timestamp("2014-01-02 20:30"),
    ]
    assert found.changed.all()


def test_a_partial_date_in_a_numeric_date_is_lost_and_said():
    found = dates(["2014-01", "2014-02-30", "soon"])
    assert found.series.isna().all()
    assert found.lost.all()


def test_a_day_number_far_outside_is_lost_and_said():
    assert dates([9_999_999.0], dtype="float64").lost.tolist() == [True]


@pytest.mark.parametrize("value", ["Y", "y", "Yes", "TRUE", "1", 1.0, "t"])
def test_every_way_to_say_yes_is_y(value):
    found = convert_variable(pd.Series([value]), "flag", SAS, typed=True)
    assert found.series.tolist() == ["Y"]
    assert found.changed.tolist() == [value != "Y"]


def test_a_flag_that_is_neither_is_lost_and_said():
    found = convert_variable(pd.Series(["Y", "maybe", None]), "flag", SAS, typed=True)
    assert found.series.tolist() == ["Y", None, None]
    assert found.lost.tolist() == [False, True, False]


def test_numbers_given_as_text_are_read_and_counted():
    found = convert_variable(pd.Series(["12.5", "x", None]), "number", SAS, typed=True)
    assert found.series.tolist()[0] == 12.5
    assert found.lost.tolist() == [False, True, False]
    assert found.changed.tolist() == [True, False, False]


def test_identifiers_given_as_numbers_become_text_without_a_point():
    found = convert_variable(pd.Series([701.0, None]), "id", SAS, typed=True)
    assert found.series.tolist() == ["701", None]


def test_untyped_text_becomes_numbers_only_when_no_digit_is_lost():
    numbers = convert_variable(pd.Series(["1", "2.5"]), "other", SAS, typed=False)
    codes = convert_variable(pd.Series(["001", "002"]), "other", SAS, typed=False)
    assert numbers.series.tolist() == [1.0, 2.5]
    assert codes.series.tolist() == ["001", "002"]
