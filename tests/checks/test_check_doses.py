"""Administrations and the vital signs around them: C08 to C13, C37, C38, C54."""

import pandas as pd
import pytest
from mini_export import MiniExport, trial

from helpers.checks.context import CheckContext
from helpers.datasets.subjects.anchor import build_anchor, build_doses

ONE = {"SUBJID": "001", "EXSEQ": "1"}
TWO = {"SUBJID": "001", "EXSEQ": "2"}
FOUND = [("ex", "001", "E")]


def add_deviation(mini, subject, category, date):
    mini.add("dv", subject, DVSEQ="5", DVCAT=category, DVSTDTC=date)


def test_another_route_is_an_error_and_a_warning_once_a_deviation_says_so():
    mini = MiniExport()
    mini.change("ex", ONE, EXROUTE="INTRATHECAL")
    assert mini.found("C08") == FOUND
    add_deviation(mini, "001", "DOSE", "2021-03-05")
    assert mini.found("C08") == [("ex", "001", "W")]


def test_a_deviation_of_another_kind_time_or_person_excuses_nothing():
    mini = MiniExport()
    mini.change("ex", ONE, EXROUTE="INTRATHECAL")
    add_deviation(mini, "001", "VISIT_WINDOW", "2021-03-05")
    add_deviation(mini, "001", "DOSE", "2021-06-04")
    add_deviation(mini, "002", "DOSE", "2021-03-05")
    assert mini.found("C08") == FOUND


def test_any_administration_row_of_an_arm_without_product_is_found():
    mini = MiniExport()
    mini.add("ex", "003", EXSEQ="1", DOSENUM="1", EXOCCUR="N", EXREASND="x")
    assert mini.found("C08") == [("ex", "003", "E")]


def test_a_planned_dose_without_route_is_no_route_error():
    mini = MiniExport()
    mini.change("ex", TWO, EXOCCUR="N", EXROUTE=None)
    assert mini.found("C08") == []


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2021-03-01T08:59", "2021-03-01T09:30", FOUND),
        ("2021-03-01T09:00", "2021-03-01T09:30", []),
        ("2021-03-05T10:00", "2021-03-05T09:59", FOUND),
        ("2021-03-05T10:00", "2021-03-05T10:00", []),
        ("2021-03-05T10:00", "2021-03-05T16:00", []),
        ("2021-03-05T10:00", "2021-03-05T16:01", FOUND),
    ],
)
def test_an_administration_comes_after_randomisation_and_takes_a_plausible_time(start, end, found):
    mini = MiniExport()
    mini.change("ex", ONE, EXSTDTC=start, EXENDTC=end)
    assert mini.found("C09") == found


@pytest.mark.parametrize(
    ("weight", "plan", "amount", "found"),
    [
        ("60", "91.8", "91.8", []),  # 2 % above 90
        ("60", "91.9", "91.9", FOUND),
        ("60", "88.2", "88.2", []),
        ("60", "90", "72", []),  # 80 %
        ("60", "90", "71.9", FOUND),
        ("60", "90", "99", []),  # 110 %
        ("60", "90", "99.1", FOUND),
    ],
)
def test_amounts_follow_from_weight_and_plan(weight, plan, amount, found):
    mini = MiniExport()
    mini.change("ex", ONE, EXWT=weight, EXPLAN=plan, EXDOSE=amount)
    assert mini.found("C10") == found


def test_a_dose_stopped_early_with_its_deviation_is_a_warning():
    mini = MiniExport()
    mini.change("ex", ONE, EXDOSE="55", EXADJ="STOPPED_EARLY")
    add_deviation(mini, "001", "DOSE", "2021-03")
    assert mini.found("C10") == [("ex", "001", "W")]


def test_a_dose_that_was_not_given_has_no_amount_to_judge():
    mini = MiniExport()
    mini.change("ex", TWO, EXOCCUR="N", EXDOSE="0")
    assert mini.found("C10") == []


@pytest.mark.parametrize(("weight", "found"), [("66", []), ("66.1", [("ex", "001", "W")])])
def test_the_nearest_measured_weight_counts(weight, found):
    mini = MiniExport()
    mini.change("ex", ONE, EXWT=weight)  # 60 kg at baseline
    mini.change("vs", {"SUBJID": "001", "VISIT": "M03", "VSTESTCD": "WEIGHT"}, VSORRES="80")
    mini.change("ex", TWO, EXWT="80")
    assert mini.found("C11") == found


@pytest.mark.parametrize(
    ("date", "found"),
    [
        ("2021-05-20", []),  # 76 days
        ("2021-05-19", FOUND),
        ("2021-06-19", []),  # 106 days
        ("2021-06-20", FOUND),
    ],
)
def test_the_interval_between_doses_counts_whole_days(date, found):
    mini = MiniExport()
    mini.change("ex", TWO, EXSTDTC=date + "T08:00")
    assert mini.found("C12") == found


def test_a_late_second_dose_with_its_deviation_is_a_warning():
    mini = MiniExport()
    mini.change("ex", TWO, EXSTDTC="2021-06-30T08:00")
    add_deviation(mini, "001", "DOSE_INTERVAL", "2021-06-19")
    assert mini.found("C12") == [("ex", "001", "W")]


def test_dose_two_needs_dose_one_but_not_the_reverse():
    mini = MiniExport()
    mini.change("ex", ONE, EXOCCUR="N")
    assert mini.found("C12") == FOUND
    mini = MiniExport()
    mini.change("ex", TWO, EXOCCUR="N")
    assert mini.found("C12") == []


def test_a_lot_is_recorded_listed_and_not_under_a_finding():
    warned = [("ex", "001", "W")]
    mini = MiniExport()
    mini.change("ex", ONE, EXLOT=None)
    assert mini.found("C13") == warned
    mini.change("ex", ONE, EXLOT="L999")
    assert mini.found("C13") == warned
    mini.change("ex", ONE, EXLOT="L0021")
    assert mini.found("C13") == []


@pytest.mark.parametrize(
    ("status", "date", "found"),
    [
        ("QUARANTINED", "2021-03-05", [("ex", "001", "W")]),
        ("CONTAMINATED", "2021-03-04", [("ex", "001", "W")]),
        ("QUARANTINED", "2021-03-06", []),
    ],
)
def test_a_finding_about_a_lot_counts_from_its_day_on(status, date, found):
    mini = MiniExport()
    mini.add("lot", None, EXLOT="L0011", LOTSTAT=status, LOTDTC=date)
    assert mini.found("C13") == found


def test_a_lot_released_again_before_use_is_no_finding():
    mini = MiniExport()
    mini.add("lot", None, EXLOT="L0011", LOTSTAT="QUARANTINED", LOTDTC="2021-02-20")
    mini.add("lot", None, EXLOT="L0011", LOTSTAT="RELEASED", LOTDTC="2021-03-01")
    assert mini.found("C13") == []


def test_without_a_lot_table_only_a_missing_lot_can_be_found():
    mini = MiniExport()
    mini.drop("lot", LOTSTAT="RELEASED")
    assert mini.found("C13") == []


@pytest.mark.parametrize(
    ("point", "time", "found"),
    [
        ("H2", "2021-03-05T12:15", 0),
        ("H2", "2021-03-05T12:16", 1),
        ("H0_5", "2021-03-05T10:14", 1),
        ("H6", "2021-03-05T15:00", 0),
        ("H6", "2021-03-05T14:59", 1),
        ("H24", "2021-03-06T11:00", 0),
        ("H24", "2021-03-06T11:01", 1),
        ("H0", "2021-03-05T11:15", 0),  # after the end of the administration
        ("H0", "2021-03-05T10:40", 1),
        ("PRE", "2021-03-05T08:00", 0),
        ("PRE", "2021-03-05T10:01", 1),
    ],
)
def test_vital_signs_are_measured_near_their_time_point(point, time, found):
    mini = MiniExport()
    mini.change("vs", {"SUBJID": "001", "DOSENUM": "1", "VSTPT": point}, VSDTC=time)
    assert mini.found("C37") == [("vs", "001", "W")] * found


def test_a_time_point_without_values_needs_not_done():
    mini = MiniExport()
    where = {"SUBJID": "002", "DOSENUM": "2", "VSTPT": "H24"}
    mini.change("vs", where, VSORRES=None, VSSTAT="NOT DONE")
    assert mini.found("C38") == []
    mini.drop("vs", **where)
    assert mini.found("C38") == [("vs", "002", "W")]


def test_a_blank_value_at_a_time_point_is_missed():
    mini = MiniExport()
    where = {"SUBJID": "002", "DOSENUM": "2", "VSTPT": "H24", "VSTESTCD": "TEMP"}
    mini.change("vs", where, VSORRES=None)
    assert mini.found("C38") == [("vs", "002", "W")]


def test_time_points_are_not_missed_before_they_come_or_after_death_or_without_the_dose():
    mini = MiniExport()
    mini.drop("vs", SUBJID="002", DOSENUM="2", VSTPT="H24")
    mini.extract = pd.Timestamp("2021-06-15T09:59")
    assert mini.found("C38") == []
    mini.extract = pd.Timestamp("2021-06-15T10:00")
    assert mini.found("C38") == [("vs", "002", "W")]
    mini.change("dm", {"SUBJID": "002"}, DTHFL="Y", DTHDTC="2021-06-15")
    assert mini.found("C38") == []
    mini = MiniExport()
    mini.drop("vs", SUBJID="002", DOSENUM="2")
    mini.change("ex", {"SUBJID": "002", "EXSEQ": "2"}, EXOCCUR="N")
    assert mini.found("C38") == []


def test_a_dose_of_0_is_no_dose_for_checks_and_data_sets_alike():
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "1"}, EXDOSE="0")
    records = mini.records()
    seen = CheckContext.of(records, trial())
    persons = build_anchor(records, trial()).set_index("SUBJID")
    assert seen.anchor["001"] == persons.loc["001", "ANCHORDT"] == pd.Timestamp("2021-06-04")
    doses = build_doses(records)[["SUBJID", "DOSENUM"]]
    pd.testing.assert_frame_equal(
        seen.given[["SUBJID", "DOSENUM"]].reset_index(drop=True), doses.reset_index(drop=True)
    )
    assert ("ex", "001", "E") in mini.found("C12")  # dose 2 without dose 1
    assert ("ex", "001", "E") in mini.found("C10")  # and the amount is not the plan's


def text_of(mini, check):
    findings = mini.check()
    return list(findings.loc[findings["id"] == check, "text"])


def test_a_dose_dated_otherwise_than_its_other_records_is_an_error_that_names_every_date():
    mini = MiniExport()
    mini.change("ex", TWO, EXSTDTC="2021-06-13T10:00", EXENDTC="2021-06-13T11:00")
    mini.add("ho", "001", HOSEQ="9", HOSTDTC="2021-06-04", HOENDTC="2021-06-05", HOPLAN="Y")
    assert mini.found("C54") == FOUND
    (text,) = text_of(mini, "C54")
    assert text == (
        "dated 2021-06-13, but vital signs 2021-06-04, visit 2021-06-04, hospital stay "
        "2021-06-04; correct the date that is wrong"
    )


@pytest.mark.parametrize(
    ("visit", "stay", "vitals", "found"),
    [
        ("2021-06-04", ("2021-06-04", "2021-06-05"), "2021-06-04", []),
        ("2021-06-03", ("2021-06-03", "2021-06-05"), "2021-06-04", FOUND),  # visit alone differs
        ("2021-06-04", ("2021-06-03", "2021-06-05"), "2021-06-04", []),  # admitted the day before
        ("2021-06-04", ("2021-06-01", None), "2021-06-04", []),  # another stay, and closed
        ("2021-06-04", ("2021-06-04", "2021-06-05"), "2021-06-02", FOUND),
    ],
)
def test_each_other_record_of_a_dose_is_asked_for_its_day(visit, stay, vitals, found):
    mini = MiniExport()
    mini.change("sv", {"SUBJID": "001", "VISIT": "D2A"}, SVSTDTC=visit)
    mini.add("ho", "001", HOSEQ="9", HOSTDTC=stay[0], HOENDTC=stay[1], HOPLAN="Y")
    for row in mini.pick("vs", SUBJID="001", DOSENUM="2"):
        day = vitals if row["VSTPT"] != "H24" else f"{vitals[:-1]}{int(vitals[-1]) + 1}"
        mini.change("vs", {"SUBJID": "001", "DOSENUM": "2", "VSTPT": row["VSTPT"],
                           "VSTESTCD": row["VSTESTCD"]}, VSDTC=day + row["VSDTC"][10:])  # fmt: skip
    assert mini.found("C54") == found


def test_a_dose_without_any_other_record_is_not_asked_for_its_day():
    mini = MiniExport()
    mini.change("ex", TWO, EXSTDTC="2021-06-13T10:00", EXENDTC="2021-06-13T11:00")
    mini.drop("vs", SUBJID="001", DOSENUM="2")
    mini.drop("sv", SUBJID="001", VISIT="D2A")
    assert mini.found("C54") == []
