"""Adverse events: C14 to C18, C20 to C27, C53."""

import pandas as pd
import pytest
from mini_export import MiniExport

HEADACHE = {"SUBJID": "001", "AESEQ": "1"}
FEVER = {"SUBJID": "001", "AESEQ": "2"}
PNEUMONIA = {"SUBJID": "003", "AESEQ": "1"}
HEAD, LUNGS = [("ae", "001", "E")], [("ae", "003", "E")]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2021-03-05", "2021-03-04", HEAD),
        ("2021-03-05", "2021-03-05", []),
        ("2021-03-05T18:00", "2021-03-05T17:59", HEAD),
        ("2021-03-05T18:00", "2021-03-05", []),
        ("2021-03-05", "2021-03", []),
        ("2021-03-05", "2021-02", HEAD),
        ("2021", "2021-01", []),
    ],
)
def test_an_event_ends_after_it_starts_as_far_as_the_dates_can_tell(start, end, found):
    mini = MiniExport()
    mini.change("ae", HEADACHE, AESTDTC=start, AEENDTC=end)
    assert mini.found("C14") == found


def test_an_event_starts_before_death_and_before_the_export():
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "001"}, DTHFL="Y", DTHDTC="2021-03-04")
    mini.drop("ae", **FEVER)
    assert mini.found("C14") == HEAD
    mini.change("dm", {"SUBJID": "001"}, DTHDTC="2021-03-05")
    assert mini.found("C14") == []
    mini.change("dm", {"SUBJID": "001"}, DTHDTC="2021-03")
    assert mini.found("C14") == []
    mini = MiniExport()
    mini.extract = pd.Timestamp("2021-07-01T08:00")
    assert mini.found("C14") == []
    mini.extract = pd.Timestamp("2021-06-30T23:59")
    assert mini.found("C14") == LUNGS


@pytest.mark.parametrize(
    ("ongoing", "end", "found"),
    [("Y", "2021-03-06", HEAD), ("N", None, HEAD), ("Y", None, []), ("N", "2021-03", [])],
)
def test_an_event_is_ongoing_or_has_an_end(ongoing, end, found):
    mini = MiniExport()
    mini.change("ae", HEADACHE, AEONGO=ongoing, AEENDTC=end)
    assert mini.found("C15") == found


def test_serious_and_its_criteria_go_together():
    mini = MiniExport()
    mini.change("ae", PNEUMONIA, AESHOSP="N")
    assert mini.found("C16") == LUNGS
    mini.change("ae", PNEUMONIA, AESMIE="Y")
    assert mini.found("C16") == []
    mini.change("ae", PNEUMONIA, AESER="N")
    assert mini.found("C16") == LUNGS


def make_fatal(mini):
    """Pneumonia of 003 ends in death, told the same everywhere."""
    fatal = {"AETOXGR": "5", "AEOUT": "FATAL", "AESDTH": "Y", "AEENDTC": "2021-07-12"}
    mini.change("ae", PNEUMONIA, **fatal)
    mini.change("dm", {"SUBJID": "003"}, DTHFL="Y", DTHDTC="2021-07-12")
    mini.change("ds", {"SUBJID": "003", "DSSEQ": "3"}, DSDECOD="DEATH", DSSTDTC="2021-07-12")


def test_a_death_told_the_same_everywhere_is_no_finding():
    mini = MiniExport()
    make_fatal(mini)
    assert mini.found("C17") == mini.found("C18") == mini.found("C20") == []


@pytest.mark.parametrize(
    ("table", "where", "values"),
    [
        ("ae", PNEUMONIA, {"AETOXGR": "4"}),
        ("ae", PNEUMONIA, {"AEOUT": "RECOVERED"}),
        ("ae", PNEUMONIA, {"AESDTH": "N"}),
        ("dm", {"SUBJID": "003"}, {"DTHFL": "N", "DTHDTC": None}),
        ("dm", {"SUBJID": "003"}, {"DTHDTC": "2021-07-13"}),
        ("dm", {"SUBJID": "003"}, {"DTHDTC": "2021-08"}),
    ],
)
def test_each_contradiction_about_a_death_is_one_finding(table, where, values):
    mini = MiniExport()
    make_fatal(mini)
    mini.change(table, where, **values)
    assert mini.found("C17") == LUNGS


def test_a_death_date_known_to_the_month_agrees_with_a_day_in_it():
    mini = MiniExport()
    make_fatal(mini)
    mini.change("dm", {"SUBJID": "003"}, DTHDTC="2021-07")
    assert mini.found("C17") == []


def test_a_death_needs_its_disposition_and_its_event():
    mini = MiniExport()
    make_fatal(mini)
    mini.change("ds", {"SUBJID": "003", "DSSEQ": "3"}, DSDECOD="OTHER")
    assert mini.found("C18") == [("dm", "003", "E")]
    mini.drop("ae", **PNEUMONIA)
    assert mini.found("C18") == [("dm", "003", "E")] * 2


@pytest.mark.parametrize(
    ("grade", "serious", "found"),
    [("4", "N", [("ae", "001", "W")]), ("3", "N", []), ("4", "Y", []), (None, "N", [])],
)
def test_grade_four_is_serious(grade, serious, found):
    mini = MiniExport()
    mini.change("ae", HEADACHE, AETOXGR=grade, AESER=serious)
    assert mini.found("C20") == found


@pytest.mark.parametrize(
    ("start", "end", "link", "found"),
    [
        ("2021-07-12", "2021-07-15", None, []),
        ("2021-07-13", "2021-07-15", None, [("ae", "003", "W"), ("ho", "003", "W")]),
        ("2021-07-13", "2021-07-15", "1", []),
        ("2021-06-20", None, None, []),  # still in hospital
        ("2021-07", "2021-07", None, []),
    ],
)
def test_a_stay_overlaps_its_event_or_is_linked_to_it(start, end, link, found):
    mini = MiniExport()
    mini.change("ho", {"SUBJID": "003"}, HOSTDTC=start, HOENDTC=end, AESEQ=link)
    assert mini.found("C21") == found


def test_an_unplanned_stay_needs_a_serious_event_and_a_planned_one_none():
    mini = MiniExport()
    mini.add("ho", "001", HOSEQ="1", HOSTDTC="2021-03-05", HOENDTC="2021-03-06", HOPLAN="N")
    assert mini.found("C21") == [("ho", "001", "W")]
    mini.change("ho", {"SUBJID": "001"}, HOPLAN="Y")
    assert mini.found("C21") == []


def test_an_action_is_mirrored_in_the_administration_of_the_same_person():
    mini = MiniExport()
    mini.change("ae", HEADACHE, AEACN="DOSE_NOT_COMPLETED")
    mini.change("ex", {"SUBJID": "002", "EXSEQ": "1"}, EXADJ="STOPPED_EARLY")
    assert mini.found("C22") == [("ae", "001", "W"), ("ex", "002", "W")]
    mini = MiniExport()
    mini.change("ae", HEADACHE, AEACN="DOSE_NOT_COMPLETED")
    mini.change("ex", {"SUBJID": "001", "EXSEQ": "1"}, EXADJ="STOPPED_EARLY")
    assert mini.found("C22") == []


def test_a_cancelled_dose_is_mirrored_and_a_refused_one_needs_no_event():
    mini = MiniExport()
    mini.change("ae", FEVER, AEACN="NEXT_DOSE_CANCELLED")
    assert mini.found("C22") == [("ae", "001", "W")]
    mini.change("ex", {"SUBJID": "001", "EXSEQ": "2"}, EXOCCUR="N", EXREASND="Adverse event")
    assert mini.found("C22") == []
    mini.change("ae", FEVER, AEACN="NONE")
    assert mini.found("C22") == [("ex", "001", "W")]
    mini.change("ex", {"SUBJID": "001", "EXSEQ": "2"}, EXREASND="person refused")
    assert mini.found("C22") == []


@pytest.mark.parametrize("column", ["AEREL", "AERELPR"])
def test_causality_needs_an_allocation_that_allows_it(column):
    mini = MiniExport()
    mini.change("ae", PNEUMONIA, **{column: "POSSIBLE"})
    mini.change("ae", HEADACHE, **{column: "POSSIBLE"})
    assert mini.found("C23") == LUNGS
    mini.change("ae", PNEUMONIA, **{column: "UNLIKELY"})
    assert mini.found("C23") == []


def set_temperature(mini, value, **where):
    mini.change("vs", {"SUBJID": "002", "VSTESTCD": "TEMP", **where}, VSORRES=value)


@pytest.mark.parametrize(
    ("value", "found"),
    [("37.9", []), ("38.0", ["W"]), ("38.9", ["W"]), ("39.0", ["E"]), ("40.2", ["E"])],
)
def test_a_raised_temperature_without_fever_is_found_by_its_height(value, found):
    mini = MiniExport()
    set_temperature(mini, value, VISIT="M06")
    assert mini.found("C24") == [("vs", "002", severity) for severity in found]


def test_temperatures_in_fahrenheit_are_read_in_celsius():
    mini = MiniExport()
    where = {"SUBJID": "002", "VISIT": "M06", "VSTESTCD": "TEMP"}
    mini.change("vs", where, VSORRES="100.3", VSORRESU="F")
    assert mini.found("C24") == []
    mini.change("vs", where, VSORRES="102.3")  # 39.06 C
    assert mini.found("C24") == [("vs", "002", "E")]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2021-06-06T10:00", "2021-06-06", []),  # 24 hours after the reading
        ("2021-06-06T10:01", "2021-06-06", ["ae", "vs"]),
        ("2021-06-04T09:00", "2021-06-04T10:00", []),
        ("2021-06-04T09:00", "2021-06-04T09:59", ["ae", "vs"]),
        ("2021-06-01", "2021-06-04", []),  # by whole days where no time is known
        ("2021-06-01", "2021-06-03", ["ae", "vs"]),
        ("2021-06-06", None, []),
        ("2021-06-07", None, ["ae", "vs"]),
        ("2021-06", None, []),
    ],
)
def test_fever_and_temperature_must_lie_within_a_day(start, end, found):
    mini = MiniExport()  # 38.4 on 2021-06-05T10:00
    mini.change("ae", FEVER, AESTDTC=start, AEENDTC=end)
    assert mini.found("C24") == [(table, "001", "W") for table in found]


def test_other_events_do_not_need_a_temperature():
    mini = MiniExport()
    mini.change("ae", HEADACHE, AEDECOD="Chills")
    assert mini.found("C24") == []
    mini.change("ae", HEADACHE, AEDECOD="FEVER")
    assert mini.found("C24") == [("ae", "001", "W")]


@pytest.mark.parametrize(
    ("date", "term", "found"),
    [
        ("2021-03-05", "Headache", 1),
        ("2021-03-06", "Headache", 1),
        ("2021-03-07", "Headache", 0),
        ("2021-03-06", "Dizziness", 0),
        ("2021-03", "Headache", 0),
    ],
)
def test_the_same_term_within_a_day_may_be_a_duplicate(date, term, found):
    mini = MiniExport()
    mini.add("ae", "001", AESEQ="9", AEDECOD=term, AESTDTC=date)
    mini.add("ae", "002", AESEQ="9", AEDECOD="Headache", AESTDTC="2021-03-05")
    assert mini.found("C25") == [("ae", "001", "W")] * found


@pytest.mark.parametrize(("day", "found"), [("2021-07-03", []), ("2021-07-04", LUNGS)])
def test_the_sponsor_hears_of_serious_events_within_a_day(day, found):
    mini = MiniExport()
    mini.change("ae", PNEUMONIA, AESPODTC=day)
    assert mini.found("C26") == found
    mini.change("ae", PNEUMONIA, AESER="N", AESHOSP="N")
    assert mini.found("C26") == []


@pytest.mark.parametrize(
    ("term", "system", "found"),
    [
        ("Headache", "Nervous system", 0),
        ("Headache", "Infections", 1),
        ("UNCODED", "Nervous system", 1),
        (None, None, 1),
        ("Head ache", "Nervous system", 1),
    ],
)
def test_terms_and_systems_are_the_dictionarys(term, system, found):
    mini = MiniExport()
    mini.change("ae", HEADACHE, AEDECOD=term, AEBODSYS=system)
    assert mini.found("C27") == [("ae", "001", "W")] * found


@pytest.mark.parametrize(
    ("start", "found"),
    [("2021-03-05T10:30", 0), ("2021-03-05", 0), ("2021-03", 1), ("2021", 1), (None, 0)],
)
def test_an_incomplete_start_date_is_a_warning_and_a_missing_one_an_error(start, found):
    mini = MiniExport()
    mini.change("ae", HEADACHE, AESTDTC=start, AEENDTC=None, AEONGO="Y")
    assert mini.found("C53") == [("ae", "001", "W")] * found
