"""Laboratory values: units, limits, below and above, baseline, worst grade, shift, liver."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest
from crowd import Crowd, Planted, add, change
from mini_data import derive_laboratory
from mini_export import MiniExport
from score_export import pick

from helpers.datasets.laboratory.adlb import COLUMNS

# 003 (woman, control, randomised 2021-03-12) has CREAT 84 to 86, ALT 26 to 28, HGB, CRP at SCR
# 2021-03-05, BL 03-12, M03 06-11, M06 09-11, M12 2022-03-12.


# Each case is a participant of this crowd, a copy of 003 with other values.
CROWD = Crowd(derive_laboratory, without=("qs", "vs"))
Read = Callable[[], pd.Series]


def build(mini: MiniExport) -> pd.DataFrame:
    return derive_laboratory(mini)["adlb"]


def measured(test: str = "CREAT", visit: str = "M03", **changes: str | None) -> Read:
    """Reads the row of a test of a participant for whom something else was recorded."""
    planted = CROWD.plant("003", change("lb", {"VISIT": visit, "LBTESTCD": test}, **changes))
    return partial(planted.row, "adlb", VISIT=visit, PARAMCD=test)


def test_columns_and_keys():
    frame = build(MiniExport())
    assert tuple(frame.columns) == COLUMNS
    assert not frame.duplicated(["USUBJID", "PARAMCD", "VISIT", "ADT"]).any()


def in_unit(test: str, result: str, unit: str) -> Read:
    return measured(test, LBORRES=result, LBORRESU=unit, LBORNRLO=None, LBORNRHI=None)


@pytest.mark.parametrize(
    ("read", "result", "unit", "value", "standard"),
    [
        (in_unit("CREAT", "1", "mg/dL"), "1", "mg/dL", 88.42, "umol/L"),
        (in_unit("HGB", "12.1", "g/dL"), "12.1", "g/dL", 121.0, "g/L"),
        (in_unit("HGB", "8", "mmol/L"), "8", "mmol/L", 128.912, "g/L"),
        (in_unit("CRP", "0.6", "mg/dL"), "0.6", "mg/dL", 6.0, "mg/L"),
        (in_unit("ALT", "30", "IU/L"), "30", "IU/L", 30.0, "U/L"),
    ],
)
def test_values_are_in_the_standard_unit_and_the_record_is_kept(
    read, result, unit, value, standard
):
    row = read()
    assert row["AVAL"] == pytest.approx(value)
    assert (row["AVALU"], row["LBORRES"], row["LBORRESU"]) == (standard, result, unit)


@pytest.mark.parametrize(
    ("read", "value", "flag"),
    [
        (measured("CRP", LBORRES="<5"), 2.5, "BLQ"),
        (measured("CRP", LBORRES=">300"), 300, "ALQ"),
        (measured("CRP", LBORRES="5"), 5, None),
    ],
)
def test_below_the_limit_is_half_of_it_and_above_is_the_limit(read, value, flag):
    row = read()
    assert (row["AVAL"], row["LIMITFL"]) == (value, flag)


OWN_LIMITS = measured("CREAT", LBORRES="2", LBORRESU="mg/dL", LBORNRLO="0.5", LBORNRHI="1.0")


def test_own_limits_are_converted_with_the_value():
    row = OWN_LIMITS()
    assert row["ANRHI"] == pytest.approx(88.42)
    assert row["XULN"] == pytest.approx(2.0)
    assert row["ANRIND"] == "HIGH"


@pytest.mark.parametrize(
    "read",
    [
        measured("CREAT", LBORNRLO=low, LBORNRHI=high)
        for low, high in ((None, None), ("115", "45"), ("90", "90"))
    ],
)
def test_missing_or_odd_own_limits_give_way_to_the_table_by_sex(read):
    row = read()
    assert (row["ANRLO"], row["ANRHI"]) == (45, 95)  # a woman


NO_UNIT = measured("CREAT", LBORRESU="furlong")


def test_a_unit_that_nobody_knows_leaves_no_value():
    row = NO_UNIT()
    assert pd.isna(row["AVAL"])
    assert pd.isna(row["ATOXGR"])
    assert row["ANRIND"] is None


UNKNOWN_UNIT = measured("CREAT", LBORRES="1.1", LBORRESU="furlong")


def test_a_record_in_an_unknown_unit_is_kept_as_it_was_entered():
    row = UNKNOWN_UNIT()
    assert (row["LBORRES"], row["LBORRESU"]) == ("1.1", "furlong")
    assert row[["OBSVAL", "CHG", "ANL01FL", "IMPOSSFL", "IMPROBFL"]].isna().all()


IMPROBABLE = measured("HGB", LBORRES="28")


def test_an_improbable_value_is_used_and_marked():
    row = IMPROBABLE()  # haemorrhage, not an error
    assert (row["AVAL"], row["OBSVAL"], row["IMPROBFL"], row["IMPOSSFL"]) == (28, 28, "Y", None)
    assert (row["ATOXGR"], row["OBSGR"], row["WORSTFL"], row["ANL01FL"]) == (3, 3, "Y", "Y")
    assert row["CHG"] == 28 - row["BASE"]


IMPOSSIBLE = measured("ALT", LBORRES="60000")


def test_an_impossible_value_is_seen_and_in_no_summary():
    row = IMPOSSIBLE()
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


def taken(start: str | None, end: str | None) -> Planted:
    """Warfarin, with a value at baseline and another at month 3, on 2021-06-11."""
    drug = {"CMTRT": "warfarin", "CMCLAS": "Anticoagulant", "CMCAT": "ANTITHROMBOTIC"}
    changes = [add("cm", CMSEQ="9", CMSTDTC=start, CMENDTC=end, CMONGO="N", **drug)]
    for visit, date, result in (("BL", "2021-03-12", "2.0"), ("M03", "2021-06-11", "2.4")):
        row = {"VISIT": visit, "LBSPEC": "BLOOD", "LBTESTCD": "INR", "LBORRESU": "ratio"}
        changes.append(add("lb", LBDTC=date, LBORRES=result, **row))
    return CROWD.plant("003", *changes, name=f"{start} to {end}")


@pytest.mark.parametrize(
    ("planted", "grade"),
    [
        (taken("2021-01", None), 1),
        (taken("2021-01", "2021-06-10"), 2),
        (taken("2021-06-12", None), 2),
        (taken(None, None), 1),
    ],
)
def test_an_anticoagulant_counts_on_the_days_it_was_taken(planted, grade):
    assert planted.row("adlb", PARAMCD="INR", VISIT="M03")["ATOXGR"] == grade


LIMITS = {"ALT": "40", "AST": "40", "BILI": "20", "ALP": "100"}


def liver(*rows: tuple[str, str, float]) -> Planted:
    """Values of a participant: test, date, multiple of the limit."""
    changes = []
    for test, date, multiple in rows:
        row = {"VISIT": "UNS", "LBSPEC": "BLOOD", "LBTESTCD": test, "LBDTC": date}
        row |= {"LBORRESU": "umol/L" if test == "BILI" else "U/L", "LBORNRHI": LIMITS[test]}
        changes.append(add("lb", LBORRES=str(float(LIMITS[test]) * multiple), **row))
    return CROWD.plant("003", *changes, name=" ".join(f"{t} {d} {n}" for t, d, n in rows))


@pytest.mark.parametrize(
    ("planted", "cases"),
    [
        (liver(("ALT", "2021-05-01", 3), ("BILI", "2021-05-01", 2)), 1),
        (liver(("AST", "2021-05-01", 3), ("BILI", "2021-05-31", 2)), 1),
        (liver(("ALT", "2021-05-01", 3), ("BILI", "2021-06-01", 2)), 0),
        (liver(("ALT", "2021-05-01", 3), ("BILI", "2021-04-30", 2)), 0),
        (liver(("ALT", "2021-05-01", 2.99), ("BILI", "2021-05-01", 5)), 0),
        (liver(("ALT", "2021-05-01", 10), ("BILI", "2021-05-01", 1.99)), 0),
        (liver(("ALT", "2021-05-01", 3), ("BILI", "2021-05-02", 2), ("ALP", "2021-05-02", 2)), 0),
        (liver(("ALT", "2021-05-01", 3), ("BILI", "2021-05-02", 2), ("ALP", "2021-05-02", 1.9)), 1),
        # the peak counts, not the first high value
        (liver(("ALT", "2021-05-01", 3), ("ALT", "2021-07-01", 4), ("BILI", "2021-05-02", 3)), 0),
        (liver(("ALT", "2021-03-01", 9), ("BILI", "2021-03-02", 5)), 0),
        # an impossible peak (over 50,000 U/L) does not hide the true one
        (liver(("ALT", "2021-05-01", 5), ("ALT", "2021-08-01", 2e3), ("BILI", "2021-05-02", 3)), 1),
    ],
)
def test_a_potential_hys_law_case_needs_both_in_time_and_no_cholestasis(planted, cases):
    assert (planted.rows("adlb")["HYSFL"] == "Y").sum() == cases


def test_a_dose_stay_is_named_by_its_dose():
    mini = MiniExport()
    row = {"VISIT": "D2A", "LBSPEC": "BLOOD", "LBTESTCD": "ALT", "LBORRESU": "U/L"}
    mini.add("lb", "001", LBDTC="2021-06-05T09:00", LBORRES="30", **row)
    found = pick(build(mini), SUBJID="001", VISIT="D2A").iloc[0]
    assert (found["DOSENUM"], found["AVISIT"], found["ANL01FL"]) == (2, "UNS", None)
