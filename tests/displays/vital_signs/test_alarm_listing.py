import pandas as pd
from sample_measures import make_finding
from sample_trial import make_sample
from view_factory import read_frame

from helpers.displays.model import Listing, Withheld
from helpers.displays.vital_signs.alarm_listing import list_alarms
from helpers.view import View

SIGNS = read_frame("""
USUBJID PARAMCD PARAM         VISIT DOSENUM ATPT ADT        ADY OBSVAL PREVAL ALARM ALARMFL SRCSEQ
S1      SYSBP   Systolic__BP  D1A   1       PRE  2022-01-03 1   120    120    .     .       1
S1      SYSBP   Systolic__BP  D1A   1       H0_5 2022-01-03 1   55     120    low   Y       2
S1      TEMP    Temperature   M03   .       .    2022-04-02 90  5.0    .      .     .       3
S3      DIABP   Diastolic__BP D1A   1       H24  2022-11-04 2   350    80     .     .       4
S7      PULSE   Pulse         SCR   .       .    2022-03-01 .   715    .      fast  Y       5
""").assign(
    ADTM=lambda rows: rows["ADT"],
    IMPROBFL=[None, "Y", None, None, None],
    IMPOSSFL=[None, None, "Y", "Y", "Y"],
    HRSDOSE=float("nan"),
    DOSETIM=["BEFORE", "AFTER", None, "AFTER", None],
)
EVENTS = read_frame("""
USUBJID AEDECOD       ASTDT      AENDT      ADY ATOXGR ASERFL
S1      Hypotension   2022-01-03 2022-01-03 1   3      Y
S1      Headache      2021-12-20 2022-01-01 -14 1      .
S1      Neck__pain    2021-12-25 .          -9  1      .
S3      Fall          2022-11-20 2022-11-21 18  1      .
""")


def list_from(signs: pd.DataFrame = SIGNS, events: pd.DataFrame = EVENTS) -> Listing:
    shown = list_alarms(make_sample(advs=signs, adae=events))
    assert isinstance(shown, Listing)
    return shown


def rows_by_participant(listing: Listing) -> dict[tuple[str, str], dict[str, str]]:
    rows = [dict(zip(listing.headers, row, strict=True)) for row in listing.rows]
    return {(row["Participant"], row["Vital sign"]): row for row in rows}


def test_a_systolic_pressure_of_55_stands_with_the_event_beside_it() -> None:
    row = rows_by_participant(list_from())["S1", "Systolic BP"]
    assert (row["Value"], row["Before the dose"], row["Change"]) == (
        "55",
        "before 120",
        "change \u221265",
    )
    assert row["Taken"].replace("\u00a0", " ") == "dose 1, 0.5 h"
    assert row["Alarm"] == "low"
    assert row["Adverse events beside it"] == (
        "Hypotension, grade 3, serious, from day 1; Neck pain, grade 1, from day \u22129 "
        "(begun earlier)"
    )
    assert row["Remarks"] == "improbable, used"


def test_an_impossible_value_stands_as_observed_with_its_mark_whether_it_is_an_alarm_or_not() -> (
    None
):
    rows = rows_by_participant(list_from())
    for participant, sign, value, alarm in (
        ("S1", "Temperature", "5", "no alarm"),
        ("S3", "Diastolic BP", "350", "no alarm"),
        ("S7", "Pulse", "715", "fast"),
    ):
        row = rows[participant, sign]
        assert (row["Value"], row["Alarm"]) == (value, alarm)
        assert row["Remarks"] == "impossible, in no mean"


def test_an_alarm_of_somebody_not_randomised_has_its_date() -> None:
    row = rows_by_participant(list_from())["S7", "Pulse"]
    assert (row["Arm"], row["Day"]) == ("not randomised", "1 Mar 2022")


def test_an_alarm_without_an_event_beside_it_is_counted_in_the_headline() -> None:
    assert list_from().headline == (
        "1 alarm up to 24\u00a0h after a dose, in 1 participant; at other times 1. Of 2 alarms in "
        "all: without an adverse event beside it 1."
    )
    alone = list_from(events=EVENTS[EVENTS["USUBJID"] == "S3"])
    assert alone.headline.endswith("Of 2 alarms in all: without an adverse event beside it 2.")
    assert rows_by_participant(alone)["S1", "Systolic BP"]["Adverse events beside it"] == (
        "none recorded"
    )


def test_a_listing_that_is_too_long_keeps_the_extreme_values_and_its_copy_has_every_row() -> None:
    many = pd.concat([SIGNS[1:2].assign(IMPROBFL=None)] * 400, ignore_index=True)
    shown = list_from(pd.concat([many, SIGNS[2:]], ignore_index=True))
    assert len(shown.rows) == 300
    assert {row[0] for row in shown.rows} == {"S1", "S3", "S7"}
    assert len(shown.csv_copy()[1]) == 403
    assert shown.notes[-1].startswith("103 more rows")


def test_no_vital_signs_are_one_sentence_and_no_alarm_an_empty_listing() -> None:
    withheld = list_alarms(make_sample(advs=None))
    assert isinstance(withheld, Withheld)
    assert withheld.sentence == "There are no vital signs in this trial."
    quiet = list_from(SIGNS[:1])
    assert (quiet.rows, quiet.headline) == ((), "")


def test_open_readers_get_nothing() -> None:
    view: View = make_sample("open", advs=SIGNS)
    withheld = list_alarms(view)
    assert isinstance(withheld, Withheld)
    assert withheld.sentence == ""


def test_a_fever_at_no_time_point_has_its_hours_and_one_days_later_is_counted_apart() -> None:
    fever = SIGNS.iloc[[2]].assign(
        VISIT="D1A", DOSENUM=1, ALARM="high", ALARMFL="Y", PREVAL=36.3, IMPOSSFL=None
    )
    night = fever.assign(OBSVAL=38.4, HRSDOSE=16.0, DOSETIM="AFTER", SRCSEQ=8)
    later = fever.assign(OBSVAL=39.4, HRSDOSE=48.8, DOSETIM="LATER", USUBJID="S3", SRCSEQ=9)
    listing = list_from(pd.concat([night, later], ignore_index=True))
    rows = rows_by_participant(listing)
    assert rows["S1", "Temperature"]["Taken"] == "dose\u00a01, 16.0\u00a0h after its start"
    assert rows["S1", "Temperature"]["Change"] == "change +2.1"
    assert rows["S3", "Temperature"]["Taken"] == "dose\u00a01, 48.8\u00a0h after its start"
    assert listing.headline.startswith(
        "1 alarm up to 24\u00a0h after a dose, in 1 participant; later in the stay 1, in 1"
    )


def test_the_headline_counts_the_rows_without_an_event_and_those_with_an_earlier_one_alone() -> (
    None
):
    ongoing = EVENTS.iloc[[2]]  # neck pain since 25 December
    shown = list_from(SIGNS[:2], ongoing)
    assert shown.headline.endswith(
        "Of 1 alarm in all: with one begun earlier or of unknown start alone 1."
    )
    near = EVENTS.iloc[[0]]
    assert list_from(SIGNS[:2], near).headline.endswith(
        "Beside each is an adverse event that began within a day of it."
    )


def test_an_alarm_that_a_check_queries_is_marked() -> None:
    finding = make_finding(
        "S1", "VISIT=D1A VSTPT=H0_5 VSTESTCD=SYSBP VSDTC=2022-01-03", "C36b", "vs"
    )
    shown = list_alarms(make_sample(advs=SIGNS, adae=EVENTS, findings=finding))
    row = rows_by_participant(shown)["S1", "Systolic BP"]
    assert row["Remarks"] == "improbable, used, queried: C36b"
