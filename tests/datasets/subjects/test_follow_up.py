"""Last contact, death, end of study, exit and years at risk."""

import pandas as pd
import pytest
from crowd import Change, Crowd, Planted, add, change, drop

from helpers.datasets.subjects.follow_up import compute_death, compute_years

# Each case is a participant of this crowd, a copy of the control 003 with changes.
CROWD = Crowd(without=())
CLEAN = CROWD.untouched("003")


def leave(reason: str, day: str, *changes: Change, **values: str) -> Planted:
    end = {"DSDECOD": reason, "DSSTDTC": day, **values}
    visits = (drop("sv", VISIT=visit) for visit in ("M06", "M12", "EOS"))
    forms = (drop(table, VISIT=v) for table in ("qs", "lb", "vs") for v in ("M06", "M12"))
    ended = change("ds", {"DSCAT": "DISPOSITION"}, **end)
    return CROWD.plant("003", ended, *visits, *forms, *changes, name=f"{reason} {values}")


LOST = leave("LOST_TO_FOLLOW_UP", "2021-12-01")
DEAD = leave("DEATH", "2021-08-20", change("dm", DTHFL="Y", DTHDTC="2021-08-15"))
PHONED = leave(
    "LOST_TO_FOLLOW_UP",
    "2021-12-01",
    add("sv", VISIT="UNS", SVSEQ="1", SVSTDTC="2021-09-01", SVSTAT="DONE", SVTYPE="PHONE"),
    add("sv", VISIT="M06", SVSEQ="1", SVSTDTC="2021-11-01", SVSTAT="NOT DONE"),
    add("dv", DVSEQ="9", DVCAT="OTHER", DVCLAS="IMPORTANT", DVSTDTC="2021-11-15", DVTERM="x"),
)


def withdraw(scope: str) -> Planted:
    return leave("WITHDRAWAL_BY_SUBJECT", "2021-08-15", DSWCSCOPE=scope)


def with_more(table: str, **row: str) -> Planted:
    return CROWD.plant("003", add(table, VISIT="UNS", **row), name=table)


def test_who_completed_leaves_on_that_day():
    row = CLEAN.row("adsl")
    assert (row["EOSSTT"], row["EXITDT"]) == ("COMPLETED", pd.Timestamp("2022-03-12"))


def test_before_the_end_a_person_is_ongoing_and_exits_at_the_cutoff():
    row = CLEAN.row("adsl", "2021-10-01")
    assert (row["EOSSTT"], row["EXITDT"]) == ("ONGOING", pd.Timestamp("2021-10-01"))
    assert pd.isna(row["EOSDT"])


def test_who_is_lost_exits_with_the_last_contact():
    row = LOST.row("adsl")
    assert (row["EOSSTT"], row["EOSREAS"]) == ("DISCONTINUED", "LOST_TO_FOLLOW_UP")
    assert row["LSTALVDT"] == row["EXITDT"] == pd.Timestamp("2021-07-02")


@pytest.mark.parametrize(
    ("planted", "exit_day"),
    [
        (withdraw("FOLLOW_UP"), "2021-08-15"),
        (withdraw("DATA_USE"), "2021-08-15"),
        (withdraw("TREATMENT_ONLY"), "2022-06-01"),
    ],
)
def test_a_withdrawal_ends_follow_up_unless_it_is_from_treatment_only(planted, exit_day):
    assert planted.row("adsl")["EXITDT"] == pd.Timestamp(exit_day)


def test_death_ends_follow_up():
    row = DEAD.row("adsl")
    assert row["DTHDT"] == row["EXITDT"] == pd.Timestamp("2021-08-15")


def test_the_last_contact_is_clinical_and_needs_the_person():
    assert PHONED.row("adsl")["LSTALVDT"] == pd.Timestamp("2021-09-01")


@pytest.mark.parametrize(
    ("text", "last_alive", "day"),
    [
        ("2021-08-15", "2021-08-01", "2021-08-15"),
        ("2021-08", "2021-07-01", "2021-08-01"),
        ("2021-08", "2021-08-10", "2021-08-11"),
        ("2021-08", "2021-09-10", "2021-08-31"),
        ("2021", "2021-07-01", None),
        (None, "2021-07-01", None),
    ],
)
def test_a_death_without_its_day_follows_the_last_sign_of_life(text, last_alive, day):
    dm = pd.DataFrame({"SUBJID": ["1"], "DTHFL": ["Y"], "DTHDTC": [text]}, dtype=object)
    alive = pd.Series([pd.Timestamp(last_alive)], index=["1"])
    found = compute_death(dm, alive)["1"]
    assert found == pd.Timestamp(day) if day else pd.isna(found)


def test_years_count_both_ends_and_impossible_ones_are_empty():
    start = pd.Series(pd.to_datetime(["2021-01-01", "2021-01-01", "2021-01-02"]))
    end = pd.Series(pd.to_datetime(["2021-12-31", "2021-01-01", "2021-01-01"]))
    years = compute_years(start, end, 365.25)
    assert list(years[:2]) == [365 / 365.25, 1 / 365.25]
    assert pd.isna(years[2])


def test_risk_starts_with_the_first_dose_or_randomisation_and_time_on_study_with_the_latter():
    treated, control = CROWD.untouched("001").row("adsl"), CLEAN.row("adsl")
    assert treated["RISKSTDT"] == pd.Timestamp("2021-03-05")
    assert treated["TIMEONST"] == (pd.Timestamp("2022-03-05") - pd.Timestamp("2021-03-01")).days + 1
    assert treated["EXPYRS"] == pytest.approx(366 / 365.25)
    assert control["RISKSTDT"] == pd.Timestamp("2021-03-12")
    assert control["EXPYRS"] == control["RANDPYRS"] == pytest.approx(366 / 365.25)


@pytest.mark.parametrize(
    "planted",
    [
        with_more("lb", LBSPEC="BLOOD", LBTESTCD="CRP", LBDTC="2022-04-20", LBSTAT="NOT DONE"),
        with_more("vs", VSTESTCD="TEMP", VSDTC="2022-04-20", VSSTAT="NOT DONE"),
        with_more("qs", QSCAT="FIM", QSTESTCD="ALL", QSDTC="2022-04-20", QSSTAT="NOT DONE"),
    ],
)
def test_what_was_not_done_is_no_sign_of_life(planted):
    assert planted.row("adsl")["LSTALVDT"] == pd.Timestamp("2022-03-12")
