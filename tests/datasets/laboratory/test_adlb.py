"""Laboratory values: units, limits, below and above, baseline, worst grade, shift, liver."""

import pandas as pd
import pytest
from mini_data import cut
from mini_export import MiniExport, trial
from score_export import pick

from helpers.datasets.finish import finish_dataset
from helpers.datasets.laboratory.adlb import COLUMNS, build_adlb
from helpers.datasets.subjects.adsl import build_adsl

# 003 (woman, control, randomised 2021-03-12) has CREAT 84 to 86, ALT 26 to 28, HGB, CRP at SCR
# 2021-03-05, BL 03-12, M03 06-11, M06 09-11, M12 2022-03-12.


def build(mini, cutoff="2022-06-01"):
    records = cut(mini, cutoff)
    adsl = build_adsl(records, trial(), pd.Timestamp(cutoff))
    return finish_dataset(build_adlb(records, adsl, trial()))


def measured(test="CREAT", visit="M03", frame=None, **changes):
    """Row of a test of person 003 after a change to what was recorded."""
    mini = MiniExport()
    if changes:
        mini.change("lb", {"SUBJID": "003", "VISIT": visit, "LBTESTCD": test}, **changes)
    return pick(build(mini), SUBJID="003", VISIT=visit, PARAMCD=test).iloc[0]


def test_columns_and_keys():
    frame = build(MiniExport())
    assert tuple(frame.columns) == COLUMNS
    assert not frame.duplicated(["USUBJID", "PARAMCD", "VISIT", "ADT"]).any()


@pytest.mark.parametrize(
    ("test", "result", "unit", "value", "standard"),
    [
        ("CREAT", "1", "mg/dL", 88.42, "umol/L"), ("HGB", "12.1", "g/dL", 121.0, "g/L"),
        ("HGB", "8", "mmol/L", 128.912, "g/L"), ("CRP", "0.6", "mg/dL", 6.0, "mg/L"),
        ("ALT", "30", "IU/L", 30.0, "U/L"),
    ],
)  # fmt: skip
def test_values_are_in_the_standard_unit_and_the_record_is_kept(
    test, result, unit, value, standard
):
    row = measured(test, LBORRES=result, LBORRESU=unit, LBORNRLO=None, LBORNRHI=None)
    assert row["AVAL"] == pytest.approx(value)
    assert (row["AVALU"], row["LBORRES"], row["LBORRESU"]) == (standard, result, unit)


@pytest.mark.parametrize(
    ("result", "value", "flag"), [("<5", 2.5, "BLQ"), (">300", 300, "ALQ"), ("5", 5, None)]
)
def test_below_the_limit_is_half_of_it_and_above_is_the_limit(result, value, flag):
    row = measured("CRP", LBORRES=result)
    assert (row["AVAL"], row["LIMITFL"]) == (value, flag)


def test_own_limits_are_converted_with_the_value():
    row = measured("CREAT", LBORRES="2", LBORRESU="mg/dL", LBORNRLO="0.5", LBORNRHI="1.0")
    assert row["ANRHI"] == pytest.approx(88.42)
    assert row["XULN"] == pytest.approx(2.0)
    assert row["ANRIND"] == "HIGH"


@pytest.mark.parametrize(("low", "high"), [(None, None), ("115", "45"), ("90", "90")])
def test_missing_or_odd_own_limits_give_way_to_the_table_by_sex(low, high):
    row = measured("CREAT", LBORNRLO=low, LBORNRHI=high)
    assert (row["ANRLO"], row["ANRHI"]) == (45, 95)  # a woman


def test_a_unit_that_nobody_knows_leaves_no_value():
    row = measured("CREAT", LBORRESU="furlong")
    assert pd.isna(row["AVAL"])
    assert pd.isna(row["ATOXGR"])
    assert row["ANRIND"] is None


def test_a_record_in_an_unknown_unit_is_kept_as_it_was_entered():
    row = measured("CREAT", LBORRES="1.1", LBORRESU="furlong")
    assert (row["LBORRES"], row["LBORRESU"]) == ("1.1", "furlong")
    assert row[["OBSVAL", "CHG", "ANL01FL", "IMPOSSFL", "IMPROBFL"]].isna().all()


def test_an_improbable_value_is_used_and_marked():
    row = measured("HGB", LBORRES="28")  # haemorrhage, not an error
    assert (row["AVAL"], row["OBSVAL"], row["IMPROBFL"], row["IMPOSSFL"]) == (28, 28, "Y", None)
    assert (row["ATOXGR"], row["OBSGR"], row["WORSTFL"], row["ANL01FL"]) == (3, 3, "Y", "Y")
    assert row["CHG"] == 28 - row["BASE"]


def test_an_impossible_value_is_seen_and_in_no_summary():
    row = measured("ALT", LBORRES="60000")
    assert (row["OBSVAL"], row["OBSGR"], row["IMPOSSFL"], row["IMPROBFL"]) == (60000, 4, "Y", None)
    assert (row["LBORRES"], row["POSTFL"]) == ("60000", "Y")
    left_out = ["AVAL", "CHG", "XULN", "ANRIND", "ATOXGR", "SHIFT", "WORSTFL", "ANL01FL", "HYSFL"]
    assert row[left_out].isna().all()


def test_without_an_impossible_value_observed_and_used_are_one():
    frame = build(MiniExport())
    assert frame["IMPOSSFL"].isna().all()
    assert (frame["OBSVAL"] == frame["AVAL"]).all()
    graded = frame["ATOXGR"].notna()
    assert graded.any()
    assert (frame["OBSGR"] == frame["ATOXGR"])[graded].all()
    assert frame.loc[~graded, "OBSGR"].isna().all()


def test_an_impossible_value_is_no_baseline_and_gives_way_to_another_of_its_visit():
    mini = MiniExport()
    mini.change("lb", {"SUBJID": "003", "VISIT": "BL", "LBTESTCD": "ALT"}, LBORRES="60000")
    more = {"LBSPEC": "BLOOD", "LBTESTCD": "ALT", "LBORRESU": "U/L", "LBORNRHI": "41"}
    mini.change("lb", {"SUBJID": "003", "VISIT": "M03", "LBTESTCD": "ALT"}, LBORRES="70000")
    mini.add("lb", "003", VISIT="UNS", LBORRES="30", LBDTC="2021-06-20", **more)
    rows = pick(build(mini), SUBJID="003", PARAMCD="ALT").set_index("VISIT")
    assert rows.loc["SCR", "ABLFL"] == "Y"
    assert rows.loc["BL", "ABLFL"] is None
    assert rows.loc["UNS", ["AVISIT", "ANL01FL"]].tolist() == ["M03", "Y"]
    assert rows.loc["M03", "ANL01FL"] is None


def test_an_impossible_value_before_dose_2_does_not_push_out_the_one_after_it():
    mini = MiniExport()  # month 3 of 001 on 3 June, dose 2 on the 4th
    mini.change("lb", {"SUBJID": "001", "VISIT": "M03", "LBTESTCD": "ALT"}, LBORRES="70000")
    more = {"LBSPEC": "BLOOD", "LBTESTCD": "ALT", "LBORRESU": "U/L", "LBORNRHI": "41"}
    mini.add("lb", "001", VISIT="UNS", LBORRES="30", LBDTC="2021-06-07T09:00", **more)
    rows = pick(build(mini), SUBJID="001", PARAMCD="ALT", VISIT="UNS").iloc[0]
    assert (rows["AVISIT"], rows["AFTERD2"], rows["ANL01FL"]) == ("M03", "Y", "Y")


def test_baseline_is_the_last_value_before_treatment_and_change_starts_after_it():
    frame = pick(build(MiniExport()), SUBJID="003", PARAMCD="CREAT")
    flags = dict(zip(frame["VISIT"], frame["ABLFL"], strict=True))
    assert flags == {"SCR": None, "BL": "Y", "M03": None, "M06": None, "M12": None}
    base = frame["BASE"].iloc[0]
    after = frame[frame["POSTFL"] == "Y"]
    assert (after["CHG"] == after["AVAL"] - base).all()
    assert frame.loc[frame["POSTFL"] != "Y", "CHG"].isna().all()


def test_the_worst_grade_is_over_all_values_after_baseline_unscheduled_ones_too():
    mini = MiniExport()
    more = {"LBSPEC": "BLOOD", "LBTESTCD": "ALT", "LBORRESU": "U/L", "LBORNRHI": "41"}
    mini.add("lb", "003", VISIT="UNS", LBORRES="500", LBDTC="2021-04-01", **more)
    mini.add("lb", "003", VISIT="UNS", LBORRES="450", LBDTC="2021-04-03", **more)
    rows = pick(build(mini), SUBJID="003", PARAMCD="ALT")
    worst = rows[rows["WORSTFL"] == "Y"]
    assert worst["ADT"].dt.strftime("%Y-%m-%d").tolist() == ["2021-04-01"]
    assert worst[["AVISIT", "ATOXGR", "BTOXGR", "SHIFT"]].to_numpy().tolist() == [
        ["UNS", 3, 0, "0 to 3"]
    ]
    assert build(mini).groupby(["USUBJID", "PARAMCD"])["WORSTFL"].count().max() == 1


def test_a_missing_baseline_has_its_own_shift():
    mini = MiniExport()
    for visit in ("SCR", "BL"):
        mini.drop("lb", SUBJID="003", VISIT=visit, LBTESTCD="ALT")
    rows = pick(build(mini), SUBJID="003", PARAMCD="ALT")
    assert set(rows["SHIFT"]) == {"missing to 0"}
    assert rows["BTOXGR"].isna().all()


def test_a_test_without_a_grade_has_the_class_of_its_highest_multiple():
    mini = MiniExport()
    mini.change("lb", {"SUBJID": "003", "VISIT": "M06", "LBTESTCD": "CRP"}, LBORRES="16")
    rows = pick(build(mini), SUBJID="003", PARAMCD="CRP")
    worst = rows[rows["WORSTFL"] == "Y"].iloc[0]
    assert (worst["VISIT"], worst["ULNCAT"], worst["BULNCAT"]) == ("M06", ">3-10", "<=1")
    assert rows["ATOXGR"].isna().all()


@pytest.mark.parametrize(
    ("start", "end", "grade"), [("2021-01", None, 1), ("2021-01", "2021-06-10", 2),
                                ("2021-06-12", None, 2), (None, None, 1)]
)  # fmt: skip
def test_an_anticoagulant_counts_on_the_days_it_was_taken(start, end, grade):
    mini = MiniExport()
    drug = {"CMTRT": "warfarin", "CMCLAS": "Anticoagulant", "CMCAT": "ANTITHROMBOTIC"}
    mini.add("cm", "003", CMSEQ="9", CMSTDTC=start, CMENDTC=end, CMONGO="N", **drug)
    for visit, date, result in (("BL", "2021-03-12", "2.0"), ("M03", "2021-06-11", "2.4")):
        row = {"VISIT": visit, "LBSPEC": "BLOOD", "LBTESTCD": "INR", "LBORRESU": "ratio"}
        mini.add("lb", "003", LBDTC=date, LBORRES=result, **row)
    found = pick(build(mini), SUBJID="003", PARAMCD="INR", VISIT="M03").iloc[0]
    assert found["ATOXGR"] == grade


def liver(*rows, alp_high="100"):
    """Whether bilirubin of person 003 completes a case; rows: test, date, multiple of the limit."""
    mini = MiniExport()
    limits = {"ALT": "40", "AST": "40", "BILI": "20", "ALP": alp_high}
    units = {"BILI": "umol/L"}
    for test, date, multiple in rows:
        row = {"VISIT": "UNS", "LBSPEC": "BLOOD", "LBTESTCD": test, "LBDTC": date}
        row |= {"LBORRESU": units.get(test, "U/L"), "LBORNRHI": limits[test]}
        mini.add("lb", "003", LBORRES=str(float(limits[test]) * multiple), **row)
    frame = build(mini)
    return frame.loc[frame["HYSFL"] == "Y", "PARAMCD"].tolist()


@pytest.mark.parametrize(
    ("rows", "cases"),
    [
        ([("ALT", "2021-05-01", 3), ("BILI", "2021-05-01", 2)], 1),
        ([("AST", "2021-05-01", 3), ("BILI", "2021-05-31", 2)], 1),
        ([("ALT", "2021-05-01", 3), ("BILI", "2021-06-01", 2)], 0),
        ([("ALT", "2021-05-01", 3), ("BILI", "2021-04-30", 2)], 0),
        ([("ALT", "2021-05-01", 2.99), ("BILI", "2021-05-01", 5)], 0),
        ([("ALT", "2021-05-01", 10), ("BILI", "2021-05-01", 1.99)], 0),
        ([("ALT", "2021-05-01", 3), ("BILI", "2021-05-02", 2), ("ALP", "2021-05-02", 2)], 0),
        ([("ALT", "2021-05-01", 3), ("BILI", "2021-05-02", 2), ("ALP", "2021-05-02", 1.9)], 1),
        # the peak counts, not the first high value
        ([("ALT", "2021-05-01", 3), ("ALT", "2021-07-01", 4), ("BILI", "2021-05-02", 3)], 0),
        ([("ALT", "2021-03-01", 9), ("BILI", "2021-03-02", 5)], 0),
        # an impossible peak (over 50,000 U/L) does not hide the true one
        ([("ALT", "2021-05-01", 5), ("ALT", "2021-08-01", 2e3), ("BILI", "2021-05-02", 3)], 1),
    ],
)
def test_a_potential_hys_law_case_needs_both_in_time_and_no_cholestasis(rows, cases):
    assert len(liver(*rows)) == cases


def test_a_dose_stay_is_named_by_its_dose():
    mini = MiniExport()
    row = {"VISIT": "D2A", "LBSPEC": "BLOOD", "LBTESTCD": "ALT", "LBORRESU": "U/L"}
    mini.add("lb", "001", LBDTC="2021-06-05T09:00", LBORRES="30", **row)
    found = pick(build(mini), SUBJID="001", VISIT="D2A").iloc[0]
    assert (found["DOSENUM"], found["AVISIT"], found["ANL01FL"]) == (2, "UNS", None)
