"""Partial dates of adverse events: each case of derivations section 1, by hand."""

import pandas as pd
import pytest

from helpers.datasets.events.event_dates import derive_event_dates, impute_start

ONE, TWO = pd.Timestamp("2024-03-05T09:00"), pd.Timestamp("2024-06-04T10:30")
CONSENT = pd.Timestamp("2024-02-10")


@pytest.mark.parametrize(
    ("text", "moment", "date_flag", "time_flag"),
    [
        # rule 1: complete
        ("2024-03-05T14:00", "2024-03-05T14:00", None, None),
        ("2024-03-05T08:00", "2024-03-05T08:00", None, None),
        ("2024-03-05", "2024-03-05T09:01", None, "T"),
        ("2024-06-04", "2024-06-04T10:31", None, "T"),
        ("2024-03-06", "2024-03-06T00:00", None, "T"),
        # rule 2: the day is missing
        ("2024-03", "2024-03-05T09:01", "D", "T"),
        ("2024-06", "2024-06-04T10:31", "D", "T"),
        ("2024-04", "2024-04-01T00:00", "D", "T"),
        # rule 3: the month is missing; the earliest dose of the year
        ("2024", "2024-03-05T09:01", "M", "T"),
        ("2025", "2025-01-01T00:00", "M", "T"),
        # rule 4: nothing is known
        (None, "2024-03-05T09:01", "Y", "T"),
        # rule 5: not before consent
        ("2024-02", "2024-02-10T00:00", "D", "T"),
        ("2023", "2024-02-10T00:00", "M", "T"),
    ],
)
def test_a_start_that_may_follow_a_dose_does(text, moment, date_flag, time_flag):
    start = impute_start(text, (ONE, TWO), CONSENT)
    assert start == (pd.Timestamp(moment), date_flag, time_flag)


@pytest.mark.parametrize(
    ("text", "end", "moment"),
    [
        ("2024-03", "2024-03-02", "2024-03-02T00:00"),
        ("2024-03", "2024-03-05", "2024-03-05T09:01"),
        ("2024-03", "2024-03-05T08:00", "2024-03-05T00:00"),
        ("2024-03", "2024-03-05T12:00", "2024-03-05T09:01"),
        ("2024", "2024-02-20", "2024-02-20T00:00"),
        (None, "2024-03-01", "2024-03-01T00:00"),
        ("2024-03-05", "2024-03-05", "2024-03-05T09:01"),
        ("2024-03-05", "2024-03-05T08:00", "2024-03-05T00:00"),
        ("2024-03-05", "2024-03-04", "2024-03-05T09:01"),
        ("2024-03-05T14:00", "2024-03-05T08:00", "2024-03-05T14:00"),
    ],
)
def test_what_ended_before_the_dose_did_not_begin_after_it(text, end, moment):
    assert impute_start(text, (ONE, TWO), CONSENT, pd.Timestamp(end)).moment == pd.Timestamp(moment)


def test_two_doses_in_one_month_put_the_event_after_the_first():
    doses = (pd.Timestamp("2024-03-05T09:00"), pd.Timestamp("2024-03-20T09:00"))
    assert impute_start("2024-03", doses).moment == pd.Timestamp("2024-03-05T09:01")


def test_without_a_dose_the_randomisation_is_the_first():
    randomised = (pd.Timestamp("2024-03-01T11:00"),)
    assert impute_start("2024-03", randomised).moment == pd.Timestamp("2024-03-01T11:01")
    assert impute_start(None, randomised).moment == pd.Timestamp("2024-03-01T11:01")


def test_of_a_person_never_randomised_only_what_is_recorded_is_known():
    assert impute_start("2024-03", ()).moment == pd.Timestamp("2024-03-01")
    assert impute_start(None, ()) == (None, "Y", "T")


def end_of(text: str | None, last: str = "2024-12-20", start: str = "2024-03-06"):
    ae = pd.DataFrame({"SUBJID": ["1"], "AESTDTC": [start], "AEENDTC": [text]}, dtype=object)
    row = derive_event_dates(ae, {}, {}, {"1": pd.Timestamp(last)}).iloc[0]
    return (None if pd.isna(row["AENDT"]) else row["AENDT"].date().isoformat()), row["AENDTF"]


@pytest.mark.parametrize(
    ("text", "last", "end", "flag"),
    [
        ("2024-04-03", "2024-12-20", "2024-04-03", None),
        ("2024-04-03T10:00", "2024-12-20", "2024-04-03", None),
        ("2024-04", "2024-12-20", "2024-04-30", "D"),
        ("2024-02", "2024-12-20", "2024-02-29", "D"),
        ("2024", "2025-12-20", "2024-12-31", "M"),
        ("2024", "2024-12-20", "2024-12-20", "M"),
        ("2024-04", "2024-04-11", "2024-04-11", "D"),
        ("2024-04", "2024-03-20", "2024-03-20", "D"),
        (None, "2024-12-20", None, None),
    ],
)
def test_a_partial_end_is_the_last_possible_day_on_study(text, last, end, flag):
    assert end_of(text, last) == (end, flag)


def test_a_recorded_end_is_never_moved():
    assert end_of("2024-04-03", last="2024-04-01") == ("2024-04-03", None)
