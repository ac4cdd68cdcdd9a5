"""Doses whose day is doubtful, and what the displays that go by it say."""

from dataclasses import replace

import pandas as pd
import pytest
from sample_trial import ADEX, make_sample

from helpers.displays.exposure.amount_given import tabulate_exposure
from helpers.displays.exposure.dose_dates import (
    find_straddling,
    find_untimed,
    note_dose_dates,
    note_intervals_between,
    note_unrecorded,
)
from helpers.view import View

DOUBTFUL = (ADEX["USUBJID"] == "S1") & (ADEX["DOSENUM"] == 2)  # recorded on 4 April 2022


def with_other_date() -> View:
    adex = ADEX.assign(
        ALTDT=pd.Series(pd.NaT, ADEX.index, "datetime64[ns]").mask(
            DOUBTFUL, pd.Timestamp("2022-03-29")
        ),
        ALTSRC=pd.Series(None, ADEX.index, object).mask(DOUBTFUL, "vs sv"),
    )
    return make_sample(adex=adex)


def test_a_note_names_the_dose_its_dates_and_what_goes_by_them() -> None:
    assert note_dose_dates(with_other_date(), "Windows go by it.") == (
        "Dose date to check (C54): S1: dose 2 recorded on 4 Apr 2022, but vital signs and visit "
        "on 29 Mar 2022. Windows go by it."
    )
    assert note_dose_dates(make_sample(), "Windows go by it.") == ""
    assert note_dose_dates(with_other_date(), "", among=["S2"]) == ""


def test_an_interval_is_said_by_both_dates() -> None:
    assert note_intervals_between(with_other_date()) == (
        "Days from the dose before by the recorded date: S1 91, by the other date 85."
    )
    assert any("by the other date 85" in n for n in tabulate_exposure(with_other_date()).notes)


def test_vital_signs_of_a_dose_that_the_dose_records_have_not_yet_are_named() -> None:
    signs = pd.DataFrame(
        {
            "USUBJID": ["S1", "S2", "S3"],
            "ATPT": ["H1", "H1", "PRE"],
            "DOSENUM": [2, 2, 2],  # of S1 given; of S2 not; before a dose nothing is certain
            "ADT": pd.to_datetime(["2022-04-04", "2022-04-20", "2022-04-21"]),
        }
    )
    said = note_unrecorded(make_sample(advs=signs))
    assert said.endswith("counted as not given: dose 2 of S2 (20 Apr 2022).")
    assert note_unrecorded(make_sample()) == ""


@pytest.mark.parametrize(
    ("day", "found"),
    [("2022-03-28", set()), ("2022-03-29", {"S1"}), ("2022-04-03", {"S1"}), ("2022-04-04", set())],
)
def test_a_day_lies_between_the_two_dates_of_a_dose(day: str, found: set[str]) -> None:
    assert find_straddling(with_other_date(), pd.Timestamp(day)) == found
    assert find_straddling(make_sample(), pd.Timestamp(day)) == set()


@pytest.mark.parametrize(
    ("day", "point", "found"),
    [
        ("2022-03-30", None, {"S1"}),
        ("2022-04-11", None, {"S1"}),
        ("2022-04-12", None, set()),
        ("2022-03-30", "H1", set()),
    ],
)
def test_only_signs_at_no_time_point_depend_on_the_date(
    day: str, point: str | None, found: set[str]
) -> None:
    signs = pd.DataFrame({"USUBJID": ["S1"], "ATPT": [point], "ADT": [pd.Timestamp(day)]})
    view = with_other_date()
    assert find_untimed(replace(view, datasets={**view.datasets, "advs": signs})) == found
