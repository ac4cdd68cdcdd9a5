"""Administrations: amount, share of the plan, interval, window ends, dose status."""

import pandas as pd
import pytest
from mini_data import derive_safety, person
from mini_export import MiniExport


def dose(mini: MiniExport, number: int = 1, cutoff: str = "2022-06-01") -> pd.Series:
    adex = derive_safety(mini, cutoff)["adex"]
    return adex[(adex["SUBJID"] == "001") & (adex["DOSENUM"] == number)].iloc[0]


def with_dose(number: str = "1", **values: str | None) -> MiniExport:
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "001", "DOSENUM": number}, **values)
    return mini


def test_amount_per_kilogram_and_share_of_the_plan():
    row = dose(with_dose(EXWT="60", EXPLAN="90", EXDOSE="81", EXENDTC="2021-03-05T11:30"))
    assert (row["CELLS"], row["CELLKG"], row["PCTPLAN"], row["DURMIN"]) == (81, 1.35, 90, 90)
    assert (row["ROUTE"], row["LOT"], row["ADJ"]) == ("INTRAVENOUS", "L0011", "NONE")


def test_a_dose_that_ends_before_it_starts_was_given_without_a_duration():
    row = dose(with_dose(EXENDTC="2021-03-05T09:25"))
    assert row["ASTDTM"] > row["AENDTM"]
    assert row["GIVENFL"] == "Y"
    assert pd.isna(row["DURMIN"])


@pytest.mark.parametrize(
    ("amount", "full", "in_range"),
    [("71.9", None, None), ("72", "Y", "Y"), ("99", "Y", "Y"), ("99.1", "Y", None)],
)
def test_a_full_dose_is_80_percent_and_in_range_up_to_110(amount, full, in_range):
    row = dose(with_dose(EXDOSE=amount))
    assert (row["FULLFL"], row["INRANGFL"]) == (full, in_range)


def test_a_dose_that_was_not_given_has_no_amount():
    row = dose(with_dose("2", EXOCCUR="N", EXREASND="x", EXSTDTC=None, EXENDTC=None), 2)
    assert row["GIVENFL"] is None
    assert pd.isna(row["CELLS"])
    assert row["EXREASND"] == "x"
    assert row["W24DONE"] is None


def test_the_interval_counts_days_from_the_dose_before():
    assert pd.isna(dose(MiniExport())["INTDAYS"])
    assert dose(MiniExport(), 2)["INTDAYS"] == 91


@pytest.mark.parametrize(
    ("cutoff", "done"),
    [("2021-03-05", None), ("2021-03-06", "Y")],
)
def test_a_window_has_ended_when_the_last_hour_of_the_cutoff_day_is_past_it(cutoff, done):
    assert dose(MiniExport(), cutoff=cutoff)["W24DONE"] == done


def test_a_window_has_ended_for_who_died_inside_it():
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "001"}, DTHFL="Y", DTHDTC="2021-03-06")
    assert dose(mini, cutoff="2021-03-05")["W30DONE"] is None
    assert dose(mini, cutoff="2021-03-06")["W30DONE"] == "Y"


@pytest.mark.parametrize(
    ("cutoff", "first", "second"),
    [
        ("2021-03-04", "PENDING", "NOT_DUE"),
        ("2021-03-05", "GIVEN", "NOT_DUE"),
        ("2021-05-19", "GIVEN", "NOT_DUE"),
        ("2021-05-20", "GIVEN", "PENDING"),
        ("2021-06-04", "GIVEN", "GIVEN"),
    ],
)
def test_the_second_dose_is_due_from_the_shortest_interval_on(cutoff, first, second):
    row = person(MiniExport(), "001", cutoff)
    assert (row["D1STAT"], row["D2STAT"]) == (first, second)


def test_a_second_dose_not_given_is_cancelled_or_the_person_has_left():
    mini = with_dose("2", EXOCCUR="N", EXREASND="x", EXSTDTC=None, EXENDTC=None)
    assert person(mini, "001")["D2STAT"] == "CANCELLED"
    mini.drop("ex", SUBJID="001", DOSENUM="2")
    mini.change("ds", {"SUBJID": "001", "DSCAT": "DISPOSITION"}, DSDECOD="DEATH")
    assert person(mini, "001")["D2STAT"] == "LEFT"


def test_a_second_dose_of_0_was_not_given_and_will_not_be():
    row = person(with_dose("2", EXDOSE="0"), "001")
    assert (row["D1STAT"], row["D2STAT"], row["DOSES"]) == ("GIVEN", "CANCELLED", 1)


def test_who_stopped_treatment_but_stayed_gets_no_second_dose():
    mini = MiniExport()
    mini.drop("ex", SUBJID="001", DOSENUM="2")
    mini.add(
        "ds", "001", DSSEQ="9", DSCAT="DISPOSITION", DSSCAT="TREATMENT",
        DSDECOD="PHYSICIAN_DECISION", DSSTDTC="2021-05-01",
    )  # fmt: skip
    row = person(mini, "001", "2021-05-25")
    assert (row["D2STAT"], row["EOTSTT"], row["EOSSTT"]) == ("CANCELLED", "DISCONTINUED", "ONGOING")


def without_dose_2(**end: str) -> MiniExport:
    """Dose 2 of 001 is not recorded; the study disposition of 001 is changed."""
    mini = MiniExport()
    mini.drop("ex", SUBJID="001", DOSENUM="2")
    mini.change("ds", {"SUBJID": "001", "DSCAT": "DISPOSITION", "DSSCAT": "STUDY"}, **end)
    return mini


def test_who_withdrew_from_treatment_only_has_not_left_the_study():
    mini = without_dose_2(
        DSDECOD="WITHDRAWAL_BY_SUBJECT", DSSTDTC="2021-05-01", DSWCSCOPE="TREATMENT_ONLY"
    )
    row = person(mini, "001", "2021-05-25")
    assert (row["D2STAT"], row["EOTSTT"], row["EOSSTT"]) == ("CANCELLED", "DISCONTINUED", "ONGOING")
    assert row["EXITDT"] == pd.Timestamp("2021-05-25")


@pytest.mark.parametrize(
    ("stopped", "status"), [("2021-05-01", "CANCELLED"), ("2021-08-01", "LEFT")]
)
def test_a_dose_was_cancelled_where_treatment_ended_before_the_study(stopped, status):
    mini = without_dose_2(DSDECOD="LOST_TO_FOLLOW_UP", DSSTDTC="2021-08-01")
    mini.add(
        "ds", "001", DSSEQ="9", DSCAT="DISPOSITION", DSSCAT="TREATMENT",
        DSDECOD="ADVERSE_EVENT", DSSTDTC=stopped,
    )  # fmt: skip
    assert person(mini, "001")["D2STAT"] == status


def test_after_a_cancelled_first_dose_no_second_one_is_waited_for():
    mini = MiniExport()
    mini.drop("ex", SUBJID="001", DOSENUM="2")
    nothing = {"EXSTDTC": None, "EXENDTC": None, "EXDOSE": None}
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "1"}, EXOCCUR="N", EXREASND="x", **nothing)
    row = person(mini, "001", "2021-05-25")
    assert (row["D1STAT"], row["D2STAT"]) == ("CANCELLED", "CANCELLED")


def test_controls_and_screened_persons_have_no_dose_status():
    adsl = derive_safety(MiniExport())["adsl"].set_index("SUBJID")
    assert list(adsl.loc[["003", "004"], "D1STAT"]) == [None, None]
    assert list(adsl.loc[["003", "004"], "D2STAT"]) == [None, None]
