"""Waits for the first dose: 001 randomised 2021-03-01, dosed 2021-03-05; 003 is a control."""

import pandas as pd
import pytest
from mini_data import derive_safety, person
from mini_export import MiniExport


def without_doses(**cancelled: str | None) -> MiniExport:
    """The clean export in which 001 got no dose; values for the rows that say so."""
    mini = MiniExport()
    values = {"EXOCCUR": "N", "EXSTDTC": None, "EXENDTC": None, "EXDOSE": None, "EXREASND": "x"}
    mini.change("ex", {"SUBJID": "001"}, **values, **cancelled)
    return mini


def end_treatment(mini: MiniExport, day: str) -> MiniExport:
    mini.add("ds", "001", DSSEQ="9", DSCAT="DISPOSITION", DSSCAT="TREATMENT",
             DSDECOD="PHYSICIAN_DECISION", DSSTDTC=day)  # fmt: skip
    return mini


def wait(mini: MiniExport, cutoff: str = "2022-06-01", subject: str = "001") -> tuple[object, str]:
    row = person(mini, subject, cutoff)
    return row["WAITSTT"], str(row["WAITENDT"])[:10]


def test_a_wait_ends_with_the_first_dose():
    assert wait(MiniExport()) == ("GIVEN", "2021-03-05")


def test_a_pending_dose_is_awaited_to_the_cutoff():
    assert wait(MiniExport(), "2021-03-03") == ("PENDING", "2021-03-03")


def test_a_control_waits_for_nothing():
    assert wait(MiniExport(), subject="003") == (None, "NaT")


@pytest.mark.parametrize(
    ("mini", "end"),
    [
        (end_treatment(without_doses(ENTRYDTC="2021-05-01T10:00"), "2021-04-01"), "2021-04-01"),
        (without_doses(ENTRYDTC="2021-05-01T10:00"), "2021-05-01"),
    ],
)
def test_a_dose_never_given_is_awaited_to_the_day_of_its_cancellation(mini, end):
    """The end of treatment says the day; without one, the record that no dose was given."""
    assert wait(mini) == ("NEVER", end)


def test_a_cancellation_that_was_recorded_after_the_study_does_not_lengthen_the_wait():
    mini = without_doses(ENTRYDTC="2022-05-20T10:00")
    exit_day = person(mini, "001")["EXITDT"]
    assert wait(mini) == ("NEVER", str(exit_day)[:10])
    assert exit_day < pd.Timestamp("2022-05-20")


def test_events_after_the_cancellation_belong_to_no_wait():
    mini = end_treatment(without_doses(), "2021-04-01")
    for start, flags in (("2021-04-01", "Y"), ("2021-04-02", None)):
        mini.change("ae", {"SUBJID": "001", "AESEQ": "1"}, AESTDTC=start, AEENDTC=None)
        adae = derive_safety(mini)["adae"]
        row = adae[(adae["SUBJID"] == "001") & (adae["AESEQ"] == 1)].iloc[0]
        assert (row["NODOSEFL"], row["BTWNFL"], row["AFTRANFL"]) == (flags, None, "Y")
