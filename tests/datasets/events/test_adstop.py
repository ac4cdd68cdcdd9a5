"""Who is evaluable for the stopping rule from which day, and with which event."""

import pandas as pd
import pytest
from crowd import Change, Crowd, Planted, change, plant_event
from mini_data import LATE, derive, derive_monitored
from mini_export import MiniExport, trial

from helpers.datasets.events.adstop import build_adstop

# 001: first dose 2021-03-05 10:00; 002: 2021-03-15; 003 is a control, 004 was never randomised.
# Each case is a participant of this crowd, a copy of 001 with changes.
CROWD = Crowd(derive_monitored, without=("qs", "lb"))
SEIZURE = {"AEDECOD": "Seizure", "AESTDTC": "2021-03-07T08:00"}
FATAL_EVENT = {"AEDECOD": "Pneumonia", "AESTDTC": "2021-07-01", "AEREL": "POSSIBLE"}
FATAL_EVENT |= {"AEOUT": "FATAL", "AESDTH": "Y", "AESER": "Y", "AETOXGR": "5", "AEONGO": "Y"}


def with_event(*changes: Change, **values: str | None) -> Planted:
    return plant_event(CROWD, "001", *changes, **values)


def second_event(**values: str | None) -> Change:
    return change("ae", {"AESEQ": "2"}, **values)


def with_death(**values: str | None) -> Planted:
    died = change("dm", DTHFL="Y", DTHDTC="2021-07-20")
    return with_event(died, **{**FATAL_EVENT, "AEENDTC": None, **values})


def read_days(planted: Planted, *names: str, cutoff: str = LATE) -> tuple[str, ...]:
    """Days of a participant, `-` where there is none."""
    row = planted.row("adstop", cutoff)
    return tuple("-" if pd.isna(row[name]) else str(row[name].date()) for name in names)


def days(planted: Planted, cutoff: str = LATE) -> tuple[str, ...]:
    """Day evaluable and day of the event."""
    return read_days(planted, "EVALDT", "STOPDT", cutoff=cutoff)


CLEAN = CROWD.untouched("001")
OTHER_ROUTE = CROWD.plant("001", change("ex", EXROUTE="INTRATHECAL"))
NEAR = with_event(**SEIZURE)
DEAD_SOON = CROWD.plant("001", change("dm", DTHFL="Y", DTHDTC="2021-03-09"))
AFTER_DOSE_2 = with_event(**{**SEIZURE, "AESTDTC": "2021-06-05T12:00"})
TWO = with_event(
    second_event(AEDECOD="Anaphylaxis", AESTDTC="2021-05-02"),
    **{**SEIZURE, "AESTDTC": "2021-06-05T12:00"},
)
DEATH = with_death()
NEAR_DEATH = with_death(AESTDTC="2021-03-06T12:00")  # related and grade 5 within seven days
UNRELATED_DEATH = with_death(AEREL="NOT_RELATED")


def test_participants_of_active_arms_are_monitored_as_treated():
    assert OTHER_ROUTE.row("adstop")["TRT01A"] == "IT"
    rows = CROWD.derive()["adstop"].set_index("SUBJID")
    assert rows.loc[["001", "002"], "TRT01A"].tolist() == ["IV", "IT"]
    assert not {"003", "004"} & set(rows.index)


@pytest.mark.parametrize(
    ("cutoff", "evaluable"),
    [("2021-03-11", "-"), ("2021-03-12", "2021-03-12"), ("2021-06-30", "2021-03-12")],
)
def test_a_participant_is_evaluable_seven_days_after_the_first_dose(cutoff, evaluable):
    assert days(CLEAN, cutoff) == (evaluable, "-")


def test_an_event_or_a_death_makes_evaluable_at_once():
    assert days(NEAR, "2021-03-08") == ("2021-03-07", "2021-03-07")
    assert days(DEAD_SOON) == ("2021-03-09", "-")


def test_a_later_event_leaves_the_day_on_which_its_participant_was_evaluable():
    assert days(AFTER_DOSE_2) == ("2021-03-12", "2021-06-05")


def test_the_first_of_several_events_counts():
    assert TWO.row("adstop")["SRCSEQ"] == 2
    assert days(TWO)[1] == "2021-05-02"


def test_an_event_that_counts_for_being_fatal_alone_counts_from_the_day_of_death():
    assert days(DEATH)[1] == "2021-07-20"
    # the same event as known before the death is none, so no earlier report could count it
    assert days(DEATH, "2021-07-19")[1] == "-"


def test_an_event_that_would_count_anyway_counts_from_its_start_although_it_was_fatal():
    assert days(NEAR_DEATH)[1] == "2021-03-06"


def test_a_death_that_is_not_related_is_no_stopping_event():
    assert days(UNRELATED_DEATH)[1] == "-"


@pytest.mark.parametrize("cutoff", ["2021-03-08", "2021-06-30", "2021-07-19", LATE])
def test_the_days_known_at_an_earlier_cut_off_are_those_of_the_later_data(cutoff):
    late, then = (DEATH.rows("adstop", day).set_index("SUBJID") for day in (LATE, cutoff))
    assert len(then) == 1
    for name in ("EVALDT", "STOPDT"):
        known = late[name].where(late[name] <= pd.Timestamp(cutoff)).reindex(then.index)
        pd.testing.assert_series_equal(known, then[name])


def test_closed_data_sets_hold_it_and_open_ones_could_not():
    assert list(derive(MiniExport())["adstop"]["SUBJID"]) == ["001", "002"]


def test_data_that_say_which_events_count_but_not_why_count_from_their_starts():
    given = DEATH.rows("adae").drop(columns=["SEVTOX", "AESICAT"])
    (row,) = build_adstop(DEATH.rows("adsl"), given, trial()).itertuples()
    assert str(row.STOPDT.date()) == "2021-07-01"


def test_an_event_without_a_day_counts_from_the_first_dose():
    undated = NEAR.rows("adae").assign(ASTDT=pd.NaT).astype({"ASTDT": "datetime64[s]"})
    (row,) = build_adstop(NEAR.rows("adsl"), undated, trial()).itertuples()
    assert str(row.STOPDT.date()) == "2021-03-05"


UNCODED = {"AEDECOD": "UNCODED", "AESTDTC": "2021-03-07T08:00"}
NOT_CODED = with_event(**UNCODED)
NOT_CODED_LATER = with_event(second_event(**{**UNCODED, "AESTDTC": "2021-05-02"}), **SEIZURE)


def days_if_coded(planted: Planted) -> tuple[str, ...]:
    return read_days(planted, "UNCEVLDT", "UNCSTPDT")


def test_an_uncoded_event_gives_the_days_if_it_were_a_stopping_event():
    assert days(NOT_CODED) == ("2021-03-12", "-")
    assert days_if_coded(NOT_CODED) == ("2021-03-07", "2021-03-07")


def test_without_an_uncoded_event_the_days_are_those_of_the_rule():
    for planted in (CLEAN, NEAR, DEATH):
        assert days_if_coded(planted) == days(planted)


def test_an_uncoded_event_after_a_stopping_event_changes_no_day():
    found = days_if_coded(NOT_CODED_LATER), days(NOT_CODED_LATER)
    assert found == (("2021-03-07", "2021-03-07"),) * 2


def with_doubtful_dose(**values: str | None) -> Planted:
    """Dose 2 of 001 is dated nine days after its visit and vital signs of 2021-06-04."""
    late = {"EXSTDTC": "2021-06-13T10:00", "EXENDTC": "2021-06-13T11:00"}
    return with_event(change("ex", {"EXSEQ": "2"}, **late), **{**SEIZURE, **values})


STROKE = {"AEDECOD": "Recurrent stroke"}
DOUBTFUL = with_doubtful_dose()
BETWEEN = with_doubtful_dose(AESTDTC="2021-06-06T08:00")
FEVER_BETWEEN = with_doubtful_dose(AESTDTC="2021-06-06T08:00", AEDECOD="Fever", AETOXGR="1")
AFTER_BOTH = with_doubtful_dose(AESTDTC="2021-06-14T08:00")
STROKE_AFTER_FIRST = with_doubtful_dose(**STROKE, AESTDTC="2021-06-04T20:00")
STROKE_AFTER_SECOND = with_doubtful_dose(**STROKE, AESTDTC="2021-06-13T20:00")


def test_a_dose_keeps_its_recorded_date_and_bears_the_other_one_with_its_records():
    doses = DOUBTFUL.rows("adex").set_index("DOSENUM")
    assert str(doses.loc[2, "ASTDTM"]) == "2021-06-13 10:00:00"
    assert str(doses.loc[2, "ALTDT"].date()) == "2021-06-04"
    assert doses.loc[2, "ALTSRC"] == "vs sv"
    assert pd.isna(doses.loc[1, "ALTDT"])


def test_an_event_between_the_two_dates_of_a_dose_is_a_stopping_event_by_the_other_one_only():
    assert read_days(BETWEEN, "STOPDT", "ALTSTPDT") == ("-", "2021-06-06")
    assert BETWEEN.row("adstop")["ALTSEQ"] == 1
    event = BETWEEN.row("adae", AESEQ=1)
    assert (event["SEVTOXFL"], event["ALTSTPFL"]) == (None, "Y")


def test_an_event_after_the_later_date_of_a_dose_is_none_by_the_other_one():
    assert read_days(AFTER_BOTH, "STOPDT", "ALTSTPDT") == ("2021-06-14", "-")


def test_without_a_doubtful_dose_the_other_dates_are_the_recorded_ones():
    row = NEAR.row("adstop")
    assert (row["ALTEVLDT"], row["ALTSTPDT"], row["ALTSEQ"]) == (
        row["EVALDT"], row["STOPDT"], row["SRCSEQ"],
    )  # fmt: skip
    flags = NEAR.rows("adae")
    assert flags["ALTSTPFL"].equals(flags["SEVTOXFL"])


def test_an_event_between_the_two_dates_is_in_the_primary_outcome_by_the_other_one_only():
    event = FEVER_BETWEEN.row("adae", AESEQ=1)
    assert (event["AAFL"], event["ALTAAFL"]) == (None, "Y")
    same = NEAR.rows("adae")
    assert same["ALTAAFL"].equals(same["AAFL"])


def test_an_event_has_its_dose_and_window_by_the_other_dates_too():
    # 6 June, 8 h: 92 days after dose 1, 46 h after dose 2 if that was given on 4 June at 10 h
    event = FEVER_BETWEEN.row("adae", AESEQ=1)
    assert (event["DOSEREF"], event["ALTREF"], event["ALTWINHR"]) == (1, 2, 72)
    assert pd.isna(event["WINHRS"])
    after = AFTER_BOTH.row(
        "adae", AESEQ=1
    )  # 22 h after the recorded dose, ten days after the other
    assert (after["WINHRS"], after["ALTREF"], after["ALTWINHR"]) == (24, 2, 720)
    same = NEAR.rows("adae")
    assert same["ALTREF"].equals(same["DOSEREF"])


def test_a_trigger_near_a_dose_is_counted_by_each_of_the_two_dates():
    assert STROKE_AFTER_FIRST.row("adae", AESEQ=1)["ALTTRGFL"] == "Y"
    assert STROKE_AFTER_SECOND.row("adae", AESEQ=1)["ALTTRGFL"] is None
