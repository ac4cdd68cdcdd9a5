"""Vital signs: units, baseline, change since before the dose, alarms."""

import pandas as pd
import pytest
from mini_data import cut, interim
from mini_export import MiniExport, trial
from score_export import pick

from helpers.datasets.exposure.adex import build_adex
from helpers.datasets.finish import finish_dataset
from helpers.datasets.laboratory.advs import COLUMNS, build_advs
from helpers.datasets.subjects.adsl import build_adsl

# 001: dose 1 2021-03-05 10:00 (PRE 09:30, TEMP 36.8 throughout, PULSE 70 then 73, 76, ...).


def build(mini, cutoff="2022-06-01"):
    records = cut(mini, cutoff)
    adsl = build_adsl(records, trial(), pd.Timestamp(cutoff))
    adex = build_adex(records, adsl, trial(), interim())
    return finish_dataset(build_advs(records, adsl, adex, trial()))


def at(point, test, value=None, before=None, dose="1"):
    """Row of person 001 at a time point after a change to the value and to the one before."""
    mini = MiniExport()
    where = {"SUBJID": "001", "DOSENUM": dose, "VSTESTCD": test}
    if before is not None:
        mini.change("vs", where | {"VSTPT": "PRE"}, VSORRES=before)
    if value is not None:
        mini.change("vs", where | {"VSTPT": point}, VSORRES=value)
    rows = pick(build(mini), SUBJID="001", PARAMCD=test, ATPT=point)
    return rows[rows["DOSENUM"] == int(dose)].iloc[0]


def test_columns_and_rows():
    frame = build(MiniExport())
    assert tuple(frame.columns) == COLUMNS
    assert frame["AVAL"].notna().all()
    assert pick(frame, PARAMCD="TEMP")["PARAM"].unique().tolist() == ["Temperature (C)"]


def test_fahrenheit_becomes_celsius():
    mini = MiniExport()
    where = {"SUBJID": "003", "VISIT": "M03", "VSTESTCD": "TEMP"}
    mini.change("vs", where, VSORRES="100.4", VSORRESU="F")
    row = pick(build(mini), SUBJID="003", VISIT="M03", PARAMCD="TEMP").iloc[0]
    assert row["AVAL"] == pytest.approx(38.0)
    assert (row["AVALU"], row["ANRIND"]) == ("C", "HIGH")


def test_the_value_just_before_the_first_dose_is_the_baseline_of_a_treated_person():
    rows = pick(build(MiniExport()), SUBJID="001", PARAMCD="PULSE")
    base = rows[rows["ABLFL"] == "Y"]
    assert base[["VISIT", "ATPT", "AVAL"]].to_numpy().tolist() == [["D1A", "PRE", 70.0]]
    assert (rows["BASE"] == 70).all()
    control = pick(build(MiniExport()), SUBJID="003", PARAMCD="PULSE", ABLFL="Y")
    assert control["VISIT"].tolist() == ["BL"]


def test_values_around_a_dose_belong_to_the_stay_and_not_to_a_planned_visit():
    rows = pick(build(MiniExport()), SUBJID="001", PARAMCD="PULSE", VISIT="D2A")
    assert set(rows["AVISIT"]) == {"D2A"}
    assert rows["ANL01FL"].isna().all()
    month3 = pick(build(MiniExport()), SUBJID="001", PARAMCD="PULSE", AVISIT="M03")
    assert month3[["VISIT", "ANL01FL"]].to_numpy().tolist() == [["M03", "Y"]]


def test_change_is_since_before_the_same_dose():
    row = at("H2", "PULSE", "90", before="60", dose="2")
    assert (row["PREVAL"], row["CHGPRE"]) == (60, 30)
    assert pd.isna(at("PRE", "PULSE")["CHGPRE"])
    ordinary = pick(build(MiniExport()), SUBJID="001", PARAMCD="PULSE", VISIT="M03").iloc[0]
    assert ordinary[["PREVAL", "CHGPRE"]].isna().all()


@pytest.mark.parametrize(
    ("test", "before", "value", "alarm"),
    [
        ("TEMP", "36.8", "38.0", "fever"), ("TEMP", "36.8", "37.9", None),
        ("TEMP", "37.1", "38.1", "fever"), ("TEMP", "37.5", "38.4", None),
        ("SYSBP", "120", "91", None), ("SYSBP", "120", "90", "low"), ("SYSBP", "110", "89", "low"),
        ("SYSBP", "130", "100", "low"), ("SYSBP", "130", "101", None),
        ("SYSBP", "150", "180", "high"), ("SYSBP", "120", "160", "high"),
        ("SYSBP", "120", "159", None), ("PULSE", "70", "120", "fast"), ("PULSE", "70", "119", None),
        ("PULSE", "70", "49", "slow"), ("PULSE", "70", "50", None),
    ],
)  # fmt: skip
def test_alarms_at_their_bounds(test, before, value, alarm):
    row = at("H1", test, value, before=before)
    assert row["ALARM"] == alarm
    assert row["ALARMFL"] == ("Y" if alarm else None)


@pytest.mark.parametrize(
    ("test", "value", "alarm"),
    [
        ("SPO2", "91", "low"),
        ("SPO2", "92", None),
        ("RESP", "25", "fast"),
        ("TEMP", "38.0", "fever"),
    ],
)
def test_outside_doses_a_limit_alone_sets_off_the_alarm(test, value, alarm):
    mini = MiniExport()
    mini.add("vs", "003", VISIT="UNS", VSTESTCD=test, VSORRES=value, VSDTC="2021-05-01")
    assert pick(build(mini), SUBJID="003", VISIT="UNS")["ALARM"].tolist() == [alarm]


def test_the_systolic_pressure_of_somebody_in_shock_is_used_and_sets_off_its_alarm():
    row = at("H0_5", "SYSBP", "55", before="120")
    assert (row["AVAL"], row["CHGPRE"], row["ALARM"]) == (55, -65, "low")
    assert (row["IMPROBFL"], row["IMPOSSFL"]) == ("Y", None)


@pytest.mark.parametrize(
    ("test", "value", "alarm"),
    [("SYSBP", "450", "high"), ("PULSE", "700", "fast"), ("SPO2", "-1", "low"),
     ("RESP", "99", "fast")],
)  # fmt: skip
def test_an_impossible_value_is_in_no_mean_and_never_out_of_an_alarm(test, value, alarm):
    mini = MiniExport()
    mini.add("vs", "003", VISIT="M03", VSTESTCD=test, VSORRES=value, VSDTC="2021-06-12")
    row = pick(build(mini), SUBJID="003", VISIT="M03", PARAMCD=test, IMPOSSFL="Y").iloc[0]
    assert (row["OBSVAL"], row["ALARM"], row["ALARMFL"]) == (float(value), alarm, "Y")
    assert row[["AVAL", "CHG", "ANL01FL", "ABLFL", "ANRIND"]].isna().all()


def test_an_impossible_value_before_the_dose_is_no_value_to_change_from():
    row = at("H1", "SYSBP", "120", before="450")
    assert row[["PREVAL", "CHGPRE", "ALARM"]].isna().all()


def test_an_impossible_rise_since_before_the_dose_is_an_alarm():
    row = at("H1", "SYSBP", "401", before="120")
    assert row["ALARM"] == "high"
    assert row[["AVAL", "CHGPRE"]].isna().all()


def test_a_diastolic_pressure_above_the_systolic_one_is_impossible_and_the_systolic_one_stays():
    mini = MiniExport()
    where = {"SUBJID": "001", "DOSENUM": "1", "VSTPT": "H1"}
    mini.change("vs", where | {"VSTESTCD": "SYSBP"}, VSORRES="70")
    mini.change("vs", where | {"VSTESTCD": "DIABP"}, VSORRES="75")
    rows = pick(build(mini), SUBJID="001", DOSENUM=1, ATPT="H1").set_index("PARAMCD")
    assert rows.loc["DIABP", ["OBSVAL", "IMPOSSFL"]].tolist() == [75, "Y"]
    assert pd.isna(rows.loc["DIABP", "AVAL"])
    assert rows.loc["SYSBP", ["AVAL", "ALARM"]].tolist() == [70, "low"]


def untimed(moment, visit="D1A", value="38.47"):
    """A temperature of 001 at no time point; dose 1 began on 5 March 2021 at 10:00, PRE 36.8."""
    mini = MiniExport()
    row = mini.pick("vs", SUBJID="001", DOSENUM="1", VSTPT="H1", VSTESTCD="TEMP")[0]
    new = row | {"DOSENUM": "", "VSTPT": "", "VSDTC": moment, "VSORRES": value, "VISIT": visit}
    mini.rows["vs"].append(new)
    mini.touched.add("vs")
    rows = pick(build(mini), SUBJID="001", PARAMCD="TEMP")
    return rows[rows["OBSVAL"] == float(value)].iloc[-1]


@pytest.mark.parametrize(
    ("moment", "visit", "when", "hours", "alarm"),
    [
        ("2021-03-06T02:00", "D1A", "AFTER", 16, True),  # the night after the dose
        ("2021-03-06T10:00", "D1A", "AFTER", 24, True),  # the hours of the last time point
        ("2021-03-06T10:01", "D1A", "LATER", 24 + 1 / 60, True),
        ("2021-03-07T10:48", "D1A", "LATER", 48.8, True),
        ("2021-03-05T09:00", "D1A", None, None, True),  # before it began; change not known
        ("2021-03-06", "D1A", "AFTER", None, True),  # by the calendar: the next day
        ("2021-03-07", "D1A", "LATER", None, True),
        ("2021-03-06T02:00", "UNS", "AFTER", 16, True),
        ("2021-03-08T02:00", "UNS", None, None, True),
        (
            "2021-03-05",
            "M03",
            None,
            None,
            True,
        ),  # a planned visit on that day is none of its values
    ],
)
def test_a_value_at_no_time_point_belongs_to_the_dose_it_follows(moment, visit, when, hours, alarm):
    row = untimed(moment, visit)
    if when is None:
        assert pd.isna(row["DOSETIM"])
        assert pd.isna(row["PREVAL"])
    else:
        assert (row["DOSETIM"], row["DOSENUM"], row["PREVAL"]) == (when, 1, 36.8)
        assert row["CHGPRE"] == pytest.approx(1.67)
    assert pd.isna(row["HRSDOSE"]) if hours is None else row["HRSDOSE"] == pytest.approx(hours)
    assert (row["ALARMFL"] == "Y") == alarm


def test_a_value_at_a_time_point_is_before_or_after_its_dose():
    rows = pick(build(MiniExport()), SUBJID="001", PARAMCD="TEMP", DOSENUM=1)
    when = rows.set_index("ATPT")["DOSETIM"].to_dict()
    assert when.pop("PRE") == "BEFORE"
    assert set(when.values()) == {"AFTER"}
