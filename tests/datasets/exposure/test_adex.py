"""Administrations: amount, share of the plan, interval, window ends, dose status."""

import pandas as pd
import pytest
from crowd import Change, Crowd, Planted, add, change, drop
from mini_data import LATE

# Each case is a participant of this crowd, a copy of 001 with changes.
CROWD = Crowd()
NOT_GIVEN = {"EXOCCUR": "N", "EXREASND": "x", "EXSTDTC": None, "EXENDTC": None}
NO_DOSE_2 = drop("ex", DOSENUM="2")
EARLY = "2021-05-25"


def dose(planted: Planted, number: int = 1, cutoff: str = LATE) -> pd.Series:
    return planted.row("adex", cutoff, DOSENUM=number)


def with_dose(number: str = "1", **values: str | None) -> Planted:
    name = " ".join(str(value) for value in values.values())
    return CROWD.plant("001", change("ex", {"DOSENUM": number}, **values), name=name)


def end_study(**end: str) -> Change:
    return change("ds", {"DSCAT": "DISPOSITION", "DSSCAT": "STUDY"}, **end)


def end_treatment(reason: str, day: str) -> Change:
    end = {"DSCAT": "DISPOSITION", "DSSCAT": "TREATMENT", "DSDECOD": reason, "DSSTDTC": day}
    return add("ds", DSSEQ="9", **end)


CLEAN = CROWD.untouched("001")
LESS = with_dose(EXWT="60", EXPLAN="90", EXDOSE="81", EXENDTC="2021-03-05T11:30")
ENDED_BEFORE = with_dose(EXENDTC="2021-03-05T09:25")
CANCELLED_2 = with_dose("2", **NOT_GIVEN)
OF_NOTHING = with_dose("2", EXDOSE="0")
DEAD = CROWD.plant("001", change("dm", DTHFL="Y", DTHDTC="2021-03-06"))
GONE = CROWD.plant("001", NO_DOSE_2, change("ds", {"DSCAT": "DISPOSITION"}, DSDECOD="DEATH"))
STOPPED = CROWD.plant("001", NO_DOSE_2, end_treatment("PHYSICIAN_DECISION", "2021-05-01"))
WITHDRAWN = CROWD.plant(
    "001",
    NO_DOSE_2,
    end_study(DSDECOD="WITHDRAWAL_BY_SUBJECT", DSSTDTC="2021-05-01", DSWCSCOPE="TREATMENT_ONLY"),
)
CANCELLED_1 = CROWD.plant(
    "001", NO_DOSE_2, change("ex", {"DOSENUM": "1"}, **NOT_GIVEN, EXDOSE=None)
)


def lost_after_the_end_of_treatment(day: str) -> Planted:
    lost = end_study(DSDECOD="LOST_TO_FOLLOW_UP", DSSTDTC="2021-08-01")
    return CROWD.plant("001", NO_DOSE_2, lost, end_treatment("ADVERSE_EVENT", day), name=day)


def test_amount_per_kilogram_and_share_of_the_plan():
    row = dose(LESS)
    assert (row["CELLS"], row["CELLKG"], row["PCTPLAN"], row["DURMIN"]) == (81, 1.35, 90, 90)
    assert (row["ROUTE"], row["LOT"], row["ADJ"]) == ("INTRAVENOUS", f"L0011.{LESS.number}", "NONE")


def test_a_dose_that_ends_before_it_starts_was_given_without_a_duration():
    row = dose(ENDED_BEFORE)
    assert row["ASTDTM"] > row["AENDTM"]
    assert row["GIVENFL"] == "Y"
    assert pd.isna(row["DURMIN"])


@pytest.mark.parametrize(
    ("planted", "full", "in_range"),
    [
        (with_dose(EXDOSE="71.9"), None, None),
        (with_dose(EXDOSE="72"), "Y", "Y"),
        (with_dose(EXDOSE="99"), "Y", "Y"),
        (with_dose(EXDOSE="99.1"), "Y", None),
    ],
)
def test_a_full_dose_is_80_percent_and_in_range_up_to_110(planted, full, in_range):
    row = dose(planted)
    assert (row["FULLFL"], row["INRANGFL"]) == (full, in_range)


def test_a_dose_that_was_not_given_has_no_amount():
    row = dose(CANCELLED_2, 2)
    assert row["GIVENFL"] is None
    assert pd.isna(row["CELLS"])
    assert row["EXREASND"] == "x"
    assert row["W24DONE"] is None


def test_the_interval_counts_days_from_the_dose_before():
    assert pd.isna(dose(CLEAN)["INTDAYS"])
    assert dose(CLEAN, 2)["INTDAYS"] == 91


@pytest.mark.parametrize(
    ("cutoff", "done"),
    [("2021-03-05", None), ("2021-03-06", "Y")],
)
def test_a_window_has_ended_when_the_last_hour_of_the_cutoff_day_is_past_it(cutoff, done):
    assert dose(CLEAN, cutoff=cutoff)["W24DONE"] == done


def test_a_window_has_ended_for_who_died_inside_it():
    assert dose(DEAD, cutoff="2021-03-05")["W30DONE"] is None
    assert dose(DEAD, cutoff="2021-03-06")["W30DONE"] == "Y"


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
    row = CLEAN.row("adsl", cutoff)
    assert (row["D1STAT"], row["D2STAT"]) == (first, second)


def test_a_second_dose_not_given_is_cancelled_or_the_person_has_left():
    assert CANCELLED_2.row("adsl")["D2STAT"] == "CANCELLED"
    assert GONE.row("adsl")["D2STAT"] == "LEFT"


def test_a_second_dose_of_0_was_not_given_and_will_not_be():
    row = OF_NOTHING.row("adsl")
    assert (row["D1STAT"], row["D2STAT"], row["DOSES"]) == ("GIVEN", "CANCELLED", 1)


def test_who_stopped_treatment_but_stayed_gets_no_second_dose():
    row = STOPPED.row("adsl", EARLY)
    assert (row["D2STAT"], row["EOTSTT"], row["EOSSTT"]) == ("CANCELLED", "DISCONTINUED", "ONGOING")


def test_who_withdrew_from_treatment_only_has_not_left_the_study():
    row = WITHDRAWN.row("adsl", EARLY)
    assert (row["D2STAT"], row["EOTSTT"], row["EOSSTT"]) == ("CANCELLED", "DISCONTINUED", "ONGOING")
    assert row["EXITDT"] == pd.Timestamp(EARLY)


@pytest.mark.parametrize(
    ("planted", "status"),
    [
        (lost_after_the_end_of_treatment("2021-05-01"), "CANCELLED"),
        (lost_after_the_end_of_treatment("2021-08-01"), "LEFT"),
    ],
)
def test_a_dose_was_cancelled_where_treatment_ended_before_the_study(planted, status):
    assert planted.row("adsl")["D2STAT"] == status


def test_after_a_cancelled_first_dose_no_second_one_is_waited_for():
    row = CANCELLED_1.row("adsl", EARLY)
    assert (row["D1STAT"], row["D2STAT"]) == ("CANCELLED", "CANCELLED")


def test_controls_and_screened_persons_have_no_dose_status():
    adsl = CROWD.derive()["adsl"].set_index("SUBJID")
    assert list(adsl.loc[["003", "004"], "D1STAT"]) == [None, None]
    assert list(adsl.loc[["003", "004"], "D2STAT"]) == [None, None]
