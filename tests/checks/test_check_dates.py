"""Dates against consent, death, study end, entry; visits and disposition."""

import pandas as pd
import pytest
from mini_export import MiniExport

CONTROL = {"SUBJID": "003"}


@pytest.mark.parametrize(
    ("table", "where", "column", "ok", "early"),
    [
        ("lb", {"VISIT": "SCR"}, "LBDTC", "2021-03-05", "2021-03-04"),
        ("lb", {"VISIT": "SCR"}, "LBDTC", "2021-03", "2021-02"),
        ("vs", {"VISIT": "SCR"}, "VSDTC", "2021-03-05", "2021-03-04"),
        ("qs", {"VISIT": "BL", "QSCAT": "FIM"}, "QSDTC", "2021-03-05", "2021-03-04"),
        ("sv", {"VISIT": "SCR"}, "SVSTDTC", "2021-03-05", "2021-03-04"),
        ("ie", {}, "IEDTC", "2021-03-05", "2021-03-04"),
        ("rand", {}, "RANDDTC", "2021-03-05T08:00", "2021-03-04T08:00"),
        ("ds", {"DSDECOD": "RANDOMIZED"}, "DSSTDTC", "2021-03", "2021-02"),
    ],
)
def test_nothing_is_done_before_consent(table, where, column, ok, early):
    mini = MiniExport()
    mini.change(table, CONTROL | where, **{column: ok})
    assert mini.found("C03") == []
    mini.change(table, CONTROL | where, **{column: early})
    assert mini.found("C03") == [(table, "003", "E")]


def test_history_and_medication_may_begin_before_consent():
    mini = MiniExport()
    mini.change("mh", CONTROL, MHSTDTC="2001")
    assert mini.found("C03") == mini.found("C48") == mini.found("C49") == []


def test_only_events_of_the_living_are_asked_after_death():
    mini = MiniExport()
    mini.change("dm", CONTROL, DTHFL="Y", DTHDTC="2022-03-12")
    assert mini.found("C19") == []
    mini.change("dm", CONTROL, DTHDTC="2022-03-11")
    tables = sorted({table for table, _, _ in mini.found("C19")})
    assert tables == ["lb", "qs", "sv", "vs"]
    mini.change("dm", CONTROL, DTHDTC="2022-03")
    assert mini.found("C19") == []


@pytest.mark.parametrize(
    ("table", "values", "found"),
    [
        ("cm", {"CMSEQ": "9", "CMTRT": "x", "CMCAT": "OTHER", "CMSTDTC": "2022-03-13"}, 1),
        ("ho", {"HOSEQ": "9", "HOSTDTC": "2022-03-13", "HOPLAN": "Y"}, 1),
        ("ae", {"AESEQ": "9", "AESTDTC": "2022-03-13"}, 1),
        ("ae", {"AESEQ": "9", "AESTDTC": "2022-03-12", "AEENDTC": "2022-03-20"}, 0),
        ("ds", {"DSSEQ": "9", "DSSTDTC": "2022-03-13"}, 0),
        ("dv", {"DVSEQ": "9", "DVSTDTC": "2022-03-13"}, 0),
        ("sv", {"VISIT": "UNS", "SVSTDTC": "2022-03-13", "SVSTAT": "NOT DONE"}, 0),
    ],
)
def test_what_may_and_what_may_not_follow_death(table, values, found):
    mini = MiniExport()
    mini.change("dm", CONTROL, DTHFL="Y", DTHDTC="2022-03-12")
    mini.add(table, "003", **values)
    assert mini.found("C19") == [(table, "003", "E")] * found


def test_a_form_dated_after_death_is_one_finding():
    mini = MiniExport()
    mini.change("dm", CONTROL, DTHFL="Y", DTHDTC="2022-03-12")
    mini.change("qs", CONTROL | {"VISIT": "M12", "QSCAT": "FMA"}, QSDTC="2022-03-13")
    assert mini.found("C19") == [("qs", "003", "E")]


@pytest.mark.parametrize(("date", "found"), [("2022-03-12", 0), ("2022-03-13", 1), ("2022", 0)])
def test_assessments_end_with_the_study(date, found):
    mini = MiniExport()
    mini.change("qs", CONTROL | {"VISIT": "M12", "QSCAT": "FMA"}, QSDTC=date)
    assert mini.found("C31") == [("qs", "003", "E")] * found


def test_without_disposition_the_last_visit_ends_the_study():
    mini = MiniExport()
    mini.drop("ds", SUBJID="003", DSSEQ="3")
    mini.change("qs", CONTROL | {"VISIT": "M12", "QSCAT": "FMA"}, QSDTC="2022-03-13")
    assert mini.found("C31") == [("qs", "003", "E")]
    mini.drop("sv", SUBJID="003", VISIT="EOS")
    assert mini.found("C31") == []


def test_an_assessment_before_consent_is_outside_the_study():
    mini = MiniExport()
    mini.change("lb", CONTROL | {"VISIT": "SCR"}, LBDTC="2021-03-04")
    assert mini.found("C31") == [("lb", "003", "E")]


@pytest.mark.parametrize(("entered", "found"), [("2021-07-01T00:00", 0), ("2021-06-30T23:59", 1)])
def test_nothing_is_entered_before_its_day(entered, found):
    mini = MiniExport()
    mini.change("ae", CONTROL, ENTRYDTC=entered)
    assert mini.found("C48") == [("ae", "003", "E")] * found


def test_a_partial_date_may_lie_before_its_entry():
    mini = MiniExport()
    mini.change("ae", CONTROL, AESTDTC="2021-07", ENTRYDTC="2021-07-01T09:00")
    assert mini.found("C48") == []
    mini.change("ae", CONTROL, ENTRYDTC="2021-06-30T09:00")
    assert mini.found("C48") == [("ae", "003", "E")]


def test_nothing_is_dated_or_entered_after_the_export():
    mini = MiniExport()
    mini.extract = pd.Timestamp("2022-03-15T23:00")  # day of the last visit of 002
    assert mini.found("C48") == []
    mini.extract = pd.Timestamp("2022-03-14T12:00")
    assert {subject for _, subject, _ in mini.found("C48")} == {"002"}
    mini = MiniExport()
    mini.change("ae", CONTROL, ENTRYDTC="2022-06-01T12:01")
    assert mini.found("C48") == [("ae", "003", "E")]


def test_a_pending_visit_may_lie_ahead():
    mini = MiniExport()
    mini.add("sv", "003", VISIT="UNS", SVSEQ="2", SVSTDTC="2022-09-01", SVSTAT="PENDING")
    mini.change("sv", CONTROL | {"VISIT": "UNS"}, ENTRYDTC="2022-05-01T10:00")
    assert mini.found("C48") == []


@pytest.mark.parametrize(
    ("table", "where", "entered", "found"),
    [
        ("ae", {"AESEQ": "1"}, "2021-07-04T23:00", 0),  # serious, 3 days
        ("ae", {"AESEQ": "1"}, "2021-07-05T00:00", 1),
        ("ho", {"HOSEQ": "1"}, "2021-08-01T00:00", 0),  # 30 days
        ("ho", {"HOSEQ": "1"}, "2021-08-02T00:00", 1),
        ("qs", {"VISIT": "M03", "QSCAT": "FIM"}, "2021-07-12T00:00", 1),
        ("cm", {"CMSEQ": "1"}, "2021-04-04T00:00", 0),  # 30 days after consent
        ("cm", {"CMSEQ": "1"}, "2021-04-05T00:00", 1),
    ],
)
def test_late_entries_count_from_the_day_or_from_consent(table, where, entered, found):
    mini = MiniExport()
    mini.change(table, CONTROL | where, ENTRYDTC=entered)
    assert mini.found("C49") == [(table, "003", "W")] * found


def test_a_visit_leaves_a_record_of_its_day_unless_it_was_a_call():
    mini = MiniExport()
    mini.add("sv", "003", VISIT="UNS", SVSEQ="1", SVSTDTC="2021-08-01", SVSTAT="DONE")
    assert mini.found("C39") == [("sv", "003", "W")]
    mini.change("sv", CONTROL | {"VISIT": "UNS"}, SVTYPE="PHONE")
    assert mini.found("C39") == []
    mini.change("sv", CONTROL | {"VISIT": "UNS"}, SVTYPE="ONSITE")
    mini.add("cm", "003", CMSEQ="4", CMCAT="OTHER", CMTRT="x", CMSTDTC="2021-08")
    assert mini.found("C39") == [("sv", "003", "W")]
    mini.add("cm", "003", CMSEQ="5", CMCAT="OTHER", CMTRT="x", CMSTDTC="2021-08-01")
    assert mini.found("C39") == []


def test_records_of_a_visit_without_a_row_are_one_finding_per_table():
    mini = MiniExport()
    mini.drop("sv", SUBJID="003", VISIT="M06")
    assert mini.found("C39") == [(table, "003", "W") for table in ("lb", "qs", "vs")]


@pytest.mark.parametrize(
    ("subject", "date", "found"),
    [
        ("001", "2021-05-21", 0),  # 77 days after the first dose of 2021-03-05
        ("001", "2021-05-20", 1),
        ("001", "2021-06-18", 0),
        ("001", "2021-06-19", 1),
        ("003", "2021-05-28", 0),  # 77 days after randomisation of 2021-03-12
        ("003", "2021-05-27", 1),
    ],
)
def test_visit_windows_count_from_the_first_dose_or_randomisation(subject, date, found):
    mini = MiniExport()
    mini.change("sv", {"SUBJID": subject, "VISIT": "M03"}, SVSTDTC=date)
    assert mini.found("C40", "cut") == [("sv", subject, "W")] * found
    mini.add("dv", subject, DVSEQ="8", DVCAT="VISIT_WINDOW", DVSTDTC=date)
    assert mini.found("C40", "cut") == []


def test_unscheduled_visits_have_no_window():
    mini = MiniExport()
    mini.add("sv", "003", VISIT="UNS", SVSEQ="1", SVSTDTC="2021-04-01", SVSTAT="DONE")
    assert mini.found("C40", "cut") == []


@pytest.mark.parametrize(("cutoff", "found"), [("2021-06-25", 0), ("2021-06-26", 1), (None, 1)])
def test_a_visit_is_overdue_once_its_window_has_closed(cutoff, found):
    mini = MiniExport()  # window of M03 of 003 closes on 2021-06-25
    mini.cutoff = pd.Timestamp(cutoff) if cutoff else None
    mini.drop("sv", SUBJID="003", VISIT="M03")
    assert mini.found("C41", "cut") == [("sv", "003", "E")] * found


@pytest.mark.parametrize(
    ("table", "where", "values", "found"),
    [
        ("dm", {}, {"DTHFL": "Y", "DTHDTC": "2021-06-25"}, 0),
        ("dm", {}, {"DTHFL": "Y", "DTHDTC": "2021-06-26"}, 1),
        ("ds", {"DSSEQ": "3"}, {"DSDECOD": "LOST_TO_FOLLOW_UP", "DSSTDTC": "2021-06-20"}, 0),
        ("ds", {"DSSEQ": "3"}, {"DSDECOD": "LOST_TO_FOLLOW_UP", "DSSTDTC": "2021-06-26"}, 1),
        ("ds", {"DSSEQ": "3"}, {"DSDECOD": "COMPLETED", "DSSTDTC": "2021-06-20"}, 1),
    ],
)
def test_who_died_or_left_before_the_window_closed_owes_no_visit(table, where, values, found):
    mini = MiniExport()
    mini.cutoff = pd.Timestamp("2021-07-01")
    mini.drop("sv", SUBJID="003", VISIT="M03")
    mini.change(table, CONTROL | where, **values)
    assert mini.found("C41", "cut") == [("sv", "003", "E")] * found


def test_a_missed_visit_with_its_row_and_a_screen_failure_are_not_overdue():
    mini = MiniExport()
    mini.change("sv", CONTROL | {"VISIT": "M03"}, SVSTAT="NOT DONE", SVSTDTC=None)
    assert mini.found("C41", "cut") == []


def test_completed_needs_the_last_visit():
    mini = MiniExport()
    mini.change("sv", CONTROL | {"VISIT": "M12"}, SVSTAT="NOT DONE")
    assert mini.found("C42", "cut") == [("ds", "003", "E")]
    mini.change("ds", CONTROL | {"DSSEQ": "3"}, DSDECOD="LOST_TO_FOLLOW_UP")
    assert mini.found("C42", "cut") == []


@pytest.mark.parametrize(("date", "found"), [("2022-04-11", 0), ("2022-04-12", 1)])
def test_records_end_a_month_after_the_study(date, found):
    mini = MiniExport()
    mini.add("cm", "003", CMSEQ="7", CMCAT="OTHER", CMTRT="x", CMSTDTC=date)
    assert mini.found("C42", "cut") == [("cm", "003", "E")] * found


def test_the_study_ends_once():
    mini = MiniExport()
    end = {"DSCAT": "DISPOSITION", "DSDECOD": "OTHER", "DSSTDTC": "2022-03-12"}
    mini.add("ds", "003", DSSEQ="4", DSSCAT="TREATMENT", **end)
    assert mini.found("C43") == []
    mini.add("ds", "003", DSSEQ="5", DSSCAT="STUDY", **end)
    assert mini.found("C43") == [("ds", "003", "E")]


def withdraw(mini, date, scope="DATA_USE"):
    values = {"DSDECOD": "WITHDRAWAL_BY_SUBJECT", "DSWCSCOPE": scope, "DSSTDTC": date}
    mini.change("ds", CONTROL | {"DSSEQ": "3"}, **values)


def test_records_after_withdrawal_of_data_use_are_fatal_one_by_one():
    mini = MiniExport()
    withdraw(mini, "2022-03-12")
    assert mini.found("C44") == []
    withdraw(mini, "2022-03-11")
    found = mini.found("C44")
    assert {severity for _, _, severity in found} == {"F"}
    # one draw, two visit rows, one set of vital signs, five forms
    assert [table for table, _, _ in found] == ["lb"] + ["qs"] * 5 + ["sv"] * 2 + ["vs"]


def test_withdrawal_from_follow_up_keeps_the_records():
    mini = MiniExport()
    withdraw(mini, "2021-08-01", scope="FOLLOW_UP")
    assert mini.found("C44") == []


def test_an_event_that_can_have_begun_before_the_withdrawal_stays():
    mini = MiniExport()
    withdraw(mini, "2022-03-20")
    mini.add("ae", "003", AESEQ="7", AESTDTC="2022-03")
    assert mini.found("C44") == []
    mini.add("ae", "003", AESEQ="8", AESTDTC="2022-04")
    assert mini.found("C44") == [("ae", "003", "F")]


def test_a_form_without_date_takes_the_day_of_its_visit():
    mini = MiniExport()
    withdraw(mini, "2022-03-11")
    mini.change("qs", CONTROL | {"VISIT": "M12", "QSCAT": "FIM"}, QSDTC=None)
    assert mini.found("C44").count(("qs", "003", "F")) == 5
