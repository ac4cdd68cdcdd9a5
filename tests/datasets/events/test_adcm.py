"""Medication in use on the days of doses."""

import pandas as pd
import pytest
from view_factory import read_frame, shipped_trial

from helpers.datasets.events.adcm import derive_dose_days

DOSES = read_frame("""
USUBJID GIVENFL DOSEORD ASTDTM
A       Y       1       2022-03-01T10:00
A       .       .       .
A       Y       2       2022-06-01T10:00
""")


@pytest.mark.parametrize(
    ("start", "end", "flags"),
    [
        ("2022-03-01", "2022-03-01", ("Y", None)),
        ("2022-03-02", "2022-05-31", (None, None)),
        ("2022-02-01", None, ("Y", "Y")),  # without an end it goes on
        (None, "2022-03-01", ("Y", None)),
        ("2022-06", "2022-06", (None, "Y")),  # the month of dose 2 can mean its day
        ("2022", "2022-05", ("Y", None)),
    ],
)
def test_a_record_counts_on_each_day_of_a_dose_that_it_can_mean(start, end, flags) -> None:
    rows = pd.DataFrame({"USUBJID": ["A", "B"], "CMSTDTC": [start, None], "CMENDTC": [end, None]})
    found = derive_dose_days(rows.astype(object), DOSES, shipped_trial())
    assert tuple(found.loc[0, ["DOSE1FL", "DOSE2FL"]]) == flags
    assert found.loc[1, ["DOSE1FL", "DOSE2FL"]].isna().all()  # B was given no dose


def test_before_the_first_dose_nobody_has_a_flag() -> None:
    rows = pd.DataFrame({"USUBJID": ["A"], "CMSTDTC": [None], "CMENDTC": [None]}, dtype=object)
    found = derive_dose_days(rows, DOSES.iloc[:0], shipped_trial())
    assert found[["DOSE1FL", "DOSE2FL"]].isna().all(axis=None)
