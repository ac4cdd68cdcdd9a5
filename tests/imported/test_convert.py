import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.imported.convert import convert_variable
from helpers.imported.converted import Reading

SAS = Reading(epoch=pd.Timestamp("1960-01-01"))
HANOI = Reading(time_zone="Asia/Ho_Chi_Minh")
TEXT = Reading(typed=False)


def convert(values, kind, reading=SAS, dtype=None):
    return convert_variable(pd.Series(values, dtype=dtype or object), kind, reading)


def dates(values, kind="date", reading=SAS, dtype=None):
    return convert(values, kind, reading, dtype)


def numbers(values, **reading):
    return convert(values, "number", Reading(typed=False, **reading))


def said(found):
    return {one.what: one.records for one in found.said}


def test_sas_day_numbers_are_days_since_1960():
    found = dates([19725.0, None], dtype="float64")
    assert found.series.tolist()[0] == pd.Timestamp("2014-01-02")
    assert found.series.isna().tolist() == [False, True]
    assert said(found) == {"days since 1960-01-01 read as dates": 1}


def test_sas_seconds_are_date_times():
    found = dates([19725.0 * 86400 + 3600], "datetime", dtype="float64")
    assert found.series.tolist() == [pd.Timestamp("2014-01-02 01:00")]


@pytest.mark.parametrize("epoch", ["1960-01-01", "1970-01-01", "1899-12-30", "1904-01-01"])
def test_a_stated_day_0_holds_for_numbers_and_for_text(epoch):
    reading = Reading(epoch=pd.Timestamp(epoch))
    n = (pd.Timestamp("2023-01-11") - pd.Timestamp(epoch)).days
    for found in (
        dates([float(n)], reading=reading, dtype="float64"),
        dates([str(n)], reading=reading),
    ):
        assert found.series.tolist() == [pd.Timestamp("2023-01-11")]
        assert found.counted_from == epoch


def test_text_that_counts_days_asks_for_its_day_0():
    assert "say their day 0 with `epoch`" in dates(["19382", "2023-01-11"], reading=Reading()).asks


# many days in each example: what takes the time is a column, not a cell
@settings(deadline=None, max_examples=10)
@given(st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)), min_size=1, max_size=40))
def test_a_date_comes_back_from_each_of_its_forms(days):
    moments = [pd.Timestamp(day) for day in days]
    numbers = [float((moment - pd.Timestamp("1960-01-01")).days) for moment in moments]
    forms = ["%Y-%m-%d", "%d%b%Y", "%Y%m%d", "%d-%b-%Y", "%d %B %Y", "%B %d, %Y", "%Y/%m/%d",
             "%d.%m.%Y", "%Y-%m-%dT%H:%M", "%d%b%Y:%H:%M:%S", "%Y-%m-%d %H:%M:%S",
             "%Y-%m-%dT00:00:00+07", "%Y-%m-%dT00:00:00Z", "%Y-%m-%dT00:00:00-05:00"]  # fmt: skip
    for form in forms:
        texts = [day.strftime(form) for day in days]
        found = dates(texts)
        assert found.series.tolist() == moments, form
        assert not found.lost.any()
        assert dates(texts, reading=HANOI).series.tolist() == moments, form
    for found in (
        dates(numbers, dtype="float64"),
        dates(moments, dtype="datetime64[ns]"),
        dates(moments, dtype="datetime64[ns, America/New_York]"),
    ):
        assert found.series.tolist() == moments


@pytest.mark.parametrize(
    ("others", "order"), [("25/01/2023", "DMY"), ("01/25/2023", "MDY"), ("13-02-2023", "DMY")]
)
def test_the_other_dates_of_a_variable_say_whether_the_day_stands_first(others, order):
    found = dates([others, "01/02/2023"])
    day, month = (1, 2) if order == "DMY" else (2, 1)
    assert found.series.tolist()[1] == pd.Timestamp(2023, month, day)
    assert found.said


def test_where_nothing_says_it_a_date_asks():
    found = dates(["01/02/2023", "03/04/2023"])
    assert "day_order" in found.asks
    assert found.series.isna().all()
    assert dates(["01/02/2023"], reading=Reading(day_order="MDY")).series.tolist() == [
        pd.Timestamp("2023-01-02")
    ]
    assert "day_order" in dates(["25/01/2023", "01/25/2023"]).asks


def test_what_is_no_date_in_either_order_says_nothing_of_the_order():
    found = dates(["31/31/2023", "2023-01-11"])
    assert found.asks == ""
    assert found.lost.tolist() == [True, False]
    assert dates(["31/31/2023", "25/01/2023"]).series.tolist()[1] == pd.Timestamp("2023-01-25")


def test_a_day_that_is_its_month_needs_no_order():
    assert dates(["03/03/2023"]).series.tolist() == [pd.Timestamp("2023-03-03")]


def test_a_time_with_a_zone_is_read_in_the_zone_of_the_trial():
    found = dates(["2014-01-02T20:30:00Z", "2014-01-02T20:30:00+07:00"], "datetime", HANOI)
    assert found.series.tolist() == [
        pd.Timestamp("2014-01-03 03:30"),
        pd.Timestamp("2014-01-02 20:30"),
    ]
    assert said(found) == {"moved to another day by the zone, read in Asia/Ho_Chi_Minh": 1}


def test_without_a_stated_zone_every_time_stays_on_its_own_clock():
    found = dates(["2014-01-02T20:30:00Z", "2014-01-02T20:30:00+07:00"], "datetime")
    assert set(found.series) == {pd.Timestamp("2014-01-02 20:30")}
    assert said(found) == {"time with a zone, read as it stands": 2}


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "America/New_York", "UTC", "Europe/Berlin"])
@pytest.mark.parametrize("trial", [None, "Asia/Ho_Chi_Minh", "America/Los_Angeles"])
def test_midnight_of_its_own_zone_is_that_day_wherever_the_trial_is(zone, trial):
    days = pd.to_datetime(["2023-01-15", "2023-07-15"])
    found = dates(pd.Series(days.tz_localize(zone)), reading=Reading(time_zone=trial),
                  dtype=f"datetime64[ns, {zone}]")  # fmt: skip
    assert found.series.tolist() == list(days)
    assert not found.asks


def test_midnights_of_another_zone_ask_for_it_and_are_read_once_it_is_said():
    days = pd.date_range("2023-01-10", periods=8, freq="31D")  # over the change to summer time
    shifted = pd.Series(days.tz_localize("Europe/Berlin").tz_convert("UTC"))
    assert "days that all stand at 22:00" in dates(shifted, dtype="datetime64[ns, UTC]").asks
    berlin = Reading(time_zone="Europe/Berlin")
    assert dates(shifted, reading=berlin, dtype="datetime64[ns, UTC]").series.tolist() == list(days)
    naive = shifted.dt.tz_localize(None)
    assert "from_zone" in dates(naive, dtype="datetime64[ns]").asks
    both = Reading(time_zone="Europe/Berlin", from_zone="UTC")
    assert dates(naive, reading=both, dtype="datetime64[ns]").series.tolist() == list(days)


def test_noon_and_different_times_are_no_sign_of_a_shift():
    noon = [f"2023-01-0{n} 12:00" for n in range(1, 6)]
    mixed = [f"2023-01-0{n} 0{n}:30" for n in range(1, 6)]
    assert dates(noon).asks == dates(mixed).asks == ""
    assert dates(noon).series.tolist()[0] == pd.Timestamp("2023-01-01")


@pytest.mark.parametrize(
    ("text", "known"),
    [("2014-01", "2014-01"), ("2014", "2014"), ("2014-01-UN", "2014-01"), ("UNJAN2014", "2014-01"),
     ("2014---15", "2014"), ("UN-UNK-2014", "2014"), ("JAN2014", "2014-01"),
     ("2014-UN-UN", "2014")],
)  # fmt: skip
def test_what_is_known_of_a_day_is_kept_beside_it(text, known):
    found = dates([text, "2014-02-03"])
    assert found.partial.tolist() == [known, None]
    assert not found.lost.any()
    assert said(found)["only month or year known; kept as text beside the date"] == 1


@pytest.mark.parametrize("text", ["2014-02-30", "soon", "9999-12-31", "11Jan23", "2014-13"])
def test_what_is_no_date_is_lost_and_said(text):
    found = dates([text])
    assert found.series.isna().all()
    assert found.lost.tolist() == [True]


def test_a_day_number_far_outside_is_lost_and_said():
    assert dates([9_999_999.0], dtype="float64").lost.tolist() == [True]


@pytest.mark.parametrize("value", ["Y", "y", "Yes", "TRUE", "1", 1.0, "t", True])
def test_every_way_to_say_yes_is_y(value):
    found = convert([value], "flag")
    assert found.series.tolist() == ["Y"]


def test_a_flag_that_is_neither_is_lost_and_said():
    found = convert(["Y", "maybe", None], "flag")
    assert found.series.tolist() == ["Y", None, None]
    assert found.lost.tolist() == [False, True, False]


def test_numbers_given_as_text_are_read_and_counted():
    found = convert(["12.5", "x", None], "number")
    assert found.series.tolist()[0] == 12.5
    assert found.lost.tolist() == [False, True, False]
    assert said(found) == {"text read as numbers": 1}


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["76,6", "80"], [76.6, 80]),
        (["-4,0", "0,5"], [-4, 0.5]),
        (["1,234", "12.5"], [1234, 12.5]),
        (["1.234", "12,5"], [1234, 12.5]),
        (["1,234,567"], [1234567]),
        (["1.234.567", "3"], [1234567, 3]),
        (["1 234,5", "7"], [1234.5, 7]),
        (["1\u00a0234,5"], [1234.5]),
        (["1'234.5"], [1234.5]),
        (["\u22124.5"], [-4.5]),
        (["1.234", "2.345"], [1.234, 2.345]),
        (["1234,567"], [1234.567]),
        (["1e3", ".5", "+7"], [1000, 0.5, 7]),
    ],
)
def test_the_numbers_of_a_variable_show_their_decimal_sign(texts, values):
    found = numbers(texts)
    assert found.series.tolist() == pytest.approx(values)
    assert not found.lost.any()


def test_a_comma_that_may_be_either_asks():
    found = numbers(["1,234", "5,678"])
    assert "decimal: point" in found.asks
    assert found.series.isna().sum() == 0  # not used: the import stops
    assert numbers(["1,234"], decimal="comma").series.tolist() == [1.234]
    assert numbers(["1,234"], decimal="point").series.tolist() == [1234]
    assert numbers(["1,234"], file_decimal="comma").series.tolist() == [1.234]


def test_a_point_that_may_set_thousands_apart_asks_where_the_file_has_decimal_commas():
    assert numbers(["1.234"], file_decimal="comma").asks
    assert not numbers(["1.234"], file_decimal="point").asks


def test_two_ways_of_writing_in_one_variable_ask():
    assert numbers(["12.5", "12,5"]).asks


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=1))
def test_numbers_come_back_from_their_decimal_comma_and_thousands(values):
    comma = [f"{v:,.2f}".translate(str.maketrans(",.", ".,")) for v in values]
    assert numbers(comma).series.tolist() == pytest.approx(values)
    point = [f"{v:,.2f}" for v in values]
    assert numbers(point).series.tolist() == pytest.approx(values)


@pytest.mark.parametrize("text", ["inf", "-Infinity", "1e999", "0x1F", "1_000", "76.6 kg", "<5"])
def test_what_is_no_finite_number_is_lost_and_said(text):
    assert numbers([text, "1"]).lost.tolist() == [True, False]


def test_an_infinite_number_is_lost_and_said():
    found = convert([1.0, float("inf")], "number", dtype="float64")
    assert found.lost.tolist() == [False, True]
    assert found.series.isna().tolist() == [False, True]


@pytest.mark.parametrize(
    "kind", ["id", "text", "flag", "number", "date", "datetime", "text_date", "other"]
)
@pytest.mark.parametrize(
    "word", ["NA", "N/A", "n/a", ".", ".A", ".z", "NULL", "NaN", "  ", "#N/A", "._"]
)
def test_words_for_missing_are_missing_in_every_kind_of_variable(kind, word):
    found = convert([word, None], kind, TEXT)
    assert found.series.isna().all()
    assert not found.lost.any()
    if word.strip():
        assert said(found) == {f"words for missing ({word}) read as empty": 1}


def test_a_mapping_says_other_words_for_missing():
    assert convert(["NA", "-99"], "text", Reading(missing=("-99",))).series.tolist() == ["NA", None]


@pytest.mark.parametrize("word", ["None", "NONE", "UNKNOWN", "Na", "Namibia", "N", "-", "0"])
def test_other_words_stay(word):
    kept = [] if word == "Na" else [word]
    assert convert([word], "text").series.dropna().tolist() == kept


def test_identifiers_given_as_numbers_keep_every_digit():
    assert convert([701.0, None], "id").series.tolist() == ["701", None]
    assert convert([12345678901234567, None], "id", dtype="Int64").series.tolist() == [
        "12345678901234567",
        None,
    ]


def test_untyped_text_becomes_numbers_only_when_no_digit_is_lost():
    assert convert(["1", "2.5"], "other", TEXT).series.tolist() == [1.0, 2.5]
    assert convert(["1,5", "2"], "other", TEXT).series.tolist() == [1.5, 2]
    assert convert(["001", "002"], "other", TEXT).series.tolist() == ["001", "002"]
    assert convert(["1", "2.5"], "other").series.tolist() == ["1", "2.5"]


def test_blanks_at_the_ends_are_left_off_and_counted():
    found = convert(["  Placebo", "Placebo\u00a0", "Placebo", "\ufeffPlacebo"], "text")
    assert set(found.series) == {"Placebo"}
    assert said(found) == {"blanks at the ends left off": 3}
