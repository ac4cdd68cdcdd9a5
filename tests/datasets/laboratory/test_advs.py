"""Vital signs: units, baseline, change since before the dose, alarms."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest
from crowd import Crowd, Planted, add, change
from mini_data import derive_vitals
from mini_export import MiniExport
from score_export import pick

from helpers.datasets.laboratory.advs import COLUMNS

# 001: dose 1 2021-03-05 10:00 (PRE 09:30, TEMP 36.8 throughout, PULSE 70 then 73, 76, ...).


# Each case is a participant of this crowd, a copy of 001 or of the control 003 with other values.
CROWD = Crowd(derive_vitals, without=("qs", "lb"))
Read = Callable[[], pd.Series]


def build(mini: MiniExport) -> pd.DataFrame:
    return derive_vitals(mini)["advs"]


def at(
    point: str, test: str, value: str | None = None, before: str | None = None, dose: str = "1"
) -> Read:
    """Reads the row at a time point of who has another value there and another one before."""
    where = {"DOSENUM": dose, "VSTESTCD": test}
    values = {"PRE": before, point: value}
    changes = [
        change("vs", where | {"VSTPT": when}, VSORRES=result)
        for when, result in values.items()
        if result is not None
    ]
    planted = CROWD.plant("001", *changes)
    return partial(planted.row, "advs", PARAMCD=test, ATPT=point, DOSENUM=int(dose))


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


AFTER_DOSE_2 = at("H2", "PULSE", "90", before="60", dose="2")
BEFORE_DOSE_1 = at("PRE", "PULSE")


def test_change_is_since_before_the_same_dose():
    row = AFTER_DOSE_2()
    assert (row["PREVAL"], row["CHGPRE"]) == (60, 30)
    assert pd.isna(BEFORE_DOSE_1()["CHGPRE"])
    ordinary = pick(build(MiniExport()), SUBJID="001", PARAMCD="PULSE", VISIT="M03").iloc[0]
    assert ordinary[["PREVAL", "CHGPRE"]].isna().all()


@pytest.mark.parametrize(
    ("read", "alarm"),
    [
        (at("H1", "TEMP", "38.0", before="36.8"), "fever"),
        (at("H1", "TEMP", "37.9", before="36.8"), None),
        (at("H1", "TEMP", "38.1", before="37.1"), "fever"),
        (at("H1", "TEMP", "38.4", before="37.5"), None),
        (at("H1", "SYSBP", "91", before="120"), None),
        (at("H1", "SYSBP", "90", before="120"), "low"),
        (at("H1", "SYSBP", "89", before="110"), "low"),
        (at("H1", "SYSBP", "100", before="130"), "low"),
        (at("H1", "SYSBP", "101", before="130"), None),
        (at("H1", "SYSBP", "180", before="150"), "high"),
        (at("H1", "SYSBP", "160", before="120"), "high"),
        (at("H1", "SYSBP", "159", before="120"), None),
        (at("H1", "PULSE", "120", before="70"), "fast"),
        (at("H1", "PULSE", "119", before="70"), None),
        (at("H1", "PULSE", "49", before="70"), "slow"),
        (at("H1", "PULSE", "50", before="70"), None),
    ],
)
def test_alarms_at_their_bounds(read, alarm):
    row = read()
    assert row["ALARM"] == alarm
    assert row["ALARMFL"] == ("Y" if alarm else None)


def in_control(visit: str, day: str, test: str, value: str) -> Planted:
    """A control with one value more."""
    more = add("vs", VISIT=visit, VSTESTCD=test, VSORRES=value, VSDTC=day)
    return CROWD.plant("003", more, name=f"{test} {value}")


@pytest.mark.parametrize(
    ("planted", "alarm"),
    [
        (in_control("UNS", "2021-05-01", "SPO2", "91"), "low"),
        (in_control("UNS", "2021-05-01", "SPO2", "92"), None),
        (in_control("UNS", "2021-05-01", "RESP", "25"), "fast"),
        (in_control("UNS", "2021-05-01", "TEMP", "38.0"), "fever"),
    ],
)
def test_outside_doses_a_limit_alone_sets_off_the_alarm(planted, alarm):
    assert planted.row("advs", VISIT="UNS")["ALARM"] == alarm


SHOCK = at("H0_5", "SYSBP", "55", before="120")


def test_the_systolic_pressure_of_somebody_in_shock_is_used_and_sets_off_its_alarm():
    row = SHOCK()
    assert (row["AVAL"], row["CHGPRE"], row["ALARM"]) == (55, -65, "low")
    assert (row["IMPROBFL"], row["IMPOSSFL"]) == ("Y", None)


@pytest.mark.parametrize(
    ("planted", "value", "alarm"),
    [
        (in_control("M03", "2021-06-12", "SYSBP", "450"), "450", "high"),
        (in_control("M03", "2021-06-12", "PULSE", "700"), "700", "fast"),
        (in_control("M03", "2021-06-12", "SPO2", "-1"), "-1", "low"),
        (in_control("M03", "2021-06-12", "RESP", "99"), "99", "fast"),
    ],
)
def test_an_impossible_value_is_in_no_mean_and_never_out_of_an_alarm(planted, value, alarm):
    row = planted.row("advs", VISIT="M03", IMPOSSFL="Y")
    assert (row["OBSVAL"], row["ALARM"], row["ALARMFL"]) == (float(value), alarm, "Y")
    assert row[["AVAL", "CHG", "ANL01FL", "ABLFL", "ANRIND"]].isna().all()


IMPOSSIBLE_BEFORE = at("H1", "SYSBP", "120", before="450")


def test_an_impossible_value_before_the_dose_is_no_value_to_change_from():
    row = IMPOSSIBLE_BEFORE()
    assert row[["PREVAL", "CHGPRE", "ALARM"]].isna().all()


IMPOSSIBLE_RISE = at("H1", "SYSBP", "401", before="120")


def test_an_impossible_rise_since_before_the_dose_is_an_alarm():
    row = IMPOSSIBLE_RISE()
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


def untimed(moment: str, visit: str) -> Planted:
    """A temperature at no time point; dose 1 began on 5 March 2021 at 10:00, PRE 36.8."""

    def append(mini: MiniExport, who: str) -> None:
        row = mini.pick("vs", SUBJID=who, DOSENUM="1", VSTPT="H1", VSTESTCD="TEMP")[0]
        new = {"DOSENUM": "", "VSTPT": "", "VSDTC": moment, "VSORRES": "38.47", "VISIT": visit}
        mini.rows["vs"].append(row | new)

    return CROWD.plant("001", append, name=f"{moment} {visit}")


@pytest.mark.parametrize(
    ("planted", "when", "hours", "alarm"),
    [
        (untimed("2021-03-06T02:00", "D1A"), "AFTER", 16, True),  # the night after the dose
        (untimed("2021-03-06T10:00", "D1A"), "AFTER", 24, True),  # the hours of the last time point
        (untimed("2021-03-06T10:01", "D1A"), "LATER", 24 + 1 / 60, True),
        (untimed("2021-03-07T10:48", "D1A"), "LATER", 48.8, True),
        (untimed("2021-03-07T10:48", "D2A"), None, None, True),  # the stay for another dose
        (untimed("2021-03-05T09:00", "D1A"), None, None, True),  # before it began; change not known
        (untimed("2021-03-06", "D1A"), "AFTER", None, True),  # by the calendar: the next day
        (untimed("2021-03-07", "D1A"), "LATER", None, True),
        (untimed("2021-03-06T02:00", "UNS"), "AFTER", 16, True),
        (untimed("2021-03-08T02:00", "UNS"), None, None, True),
        # a planned visit on that day is none of its values
        (untimed("2021-03-05", "M03"), None, None, True),
    ],
)
def test_a_value_at_no_time_point_belongs_to_the_dose_it_follows(planted, when, hours, alarm):
    row = planted.row("advs", PARAMCD="TEMP", OBSVAL=38.47)
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
