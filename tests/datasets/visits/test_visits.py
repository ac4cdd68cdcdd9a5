"""Windows, baseline and the choice among several values of a visit."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mini_export import MiniExport
from score_frames import ANCHOR, TRIAL, ends, persons, values

from helpers.datasets.visits.windows import (
    build_baseline_end,
    choose_rows,
    derive_assessment_date,
    derive_visits,
)

AFTER = ends("2022-01-09")  # nothing on or after the anchor is a baseline value


def place(rows, who=None, until=AFTER):
    return derive_visits(rows, persons() if who is None else who, until, TRIAL, ["PARAMCD"])


def choose(rows, who=None, until=AFTER):
    placed = place(rows, who, until)
    flags = choose_rows(placed, placed["AVAL"].notna(), TRIAL, ["PARAMCD"])
    return [bool(flag == "Y") for flag in flags]


@pytest.mark.parametrize(
    ("offset", "visit"),
    [
        (1, "UNS"), (45, "UNS"), (46, "M03"), (137, "M03"), (138, "M06"), (274, "M06"),
        (275, "M12"), (456, "M12"), (457, "UNS"),
    ],
)  # fmt: skip
def test_the_analysis_windows_meet_without_gap_and_end_at_456(offset, visit):
    assert place(values((offset, 1)))["AVISIT"].tolist() == [visit]


@given(st.integers(-400, 800))
def test_every_day_after_baseline_belongs_to_exactly_one_visit(offset):
    row = place(values((offset, 1)), until=ends("2020-01-01")).iloc[0]
    inside = [v.code for v in TRIAL.visits if v.analysis[0] <= offset <= v.analysis[1]]
    assert row["AVISIT"] == (inside[0] if inside else "UNS")
    assert row["OFFSET"] == offset
    assert row["ADY"] == (offset + 1 if offset >= 0 else offset)


def test_the_distance_from_the_target_is_kept():
    row = place(values((100, 1))).iloc[0]
    assert (row["AVISITN"], row["AWTARGET"], row["AWTDIFF"]) == (1, 91, 9)
    beyond = place(values((500, 1))).iloc[0]
    assert beyond[["AVISITN", "AWTARGET", "AWTDIFF"]].isna().all()


def test_a_value_without_a_date_belongs_to_no_visit():
    rows = values((91, 1)).assign(ADT=pd.Series([pd.NaT], dtype="datetime64[s]"))
    assert place(rows)["AVISIT"].tolist() == ["UNS"]
    assert choose(rows) == [False]


def test_rule_1_a_value_goes_before_a_nearer_form_without_one():
    assert choose(values((91, None), (60, 5))) == [False, True]


def test_rule_2_the_nearest_to_the_target_is_used():
    assert choose(values((80, 1), (100, 2), (120, 3))) == [False, True, False]


def test_rule_3_of_equally_near_ones_the_later_date_is_used():
    assert choose(values((98, 1), (84, 2))) == [True, False]


def test_rule_4_on_one_day_the_later_time_and_then_the_later_row_is_used():
    assert choose(values(("2022-04-11T09:00", 1), ("2022-04-11T08:00", 2))) == [True, False]
    assert choose(values((91, 1), (91, 2))) == [False, True]
    assert choose(values((91, 1), ("2022-04-11T08:00", 2))) == [False, True]


def test_only_forms_without_a_value_still_have_one_that_is_used():
    assert choose(values((91, None), (60, None))) == [True, False]


def test_unscheduled_values_are_never_used():
    assert choose(values((20, 1), (480, 1))) == [False, False]


@given(st.lists(st.tuples(st.integers(-30, 500), st.sampled_from([None, 1, 2])), max_size=8))
def test_at_most_one_value_per_visit_is_used_and_order_does_not_matter(rows):
    unique = list({offset: (offset, value) for offset, value in rows}.values())
    if not unique:
        return
    until = ends("2022-01-10")
    frame = place(values(*unique), until=until).assign(USED=choose(values(*unique), until=until))
    assert frame[frame["USED"]].groupby("AVISIT").size().le(1).all()
    planned = set(frame.loc[frame["AVISIT"] != "UNS", "AVISIT"])
    assert set(frame.loc[frame["USED"], "AVISIT"]) == planned
    turned = unique[::-1]
    assert choose(values(*turned), until=until) == frame["USED"].tolist()[::-1]


# Dose 2 on day 91 (2022-04-11) at 10:00; month 3 should come before it.
TWICE = persons(TRTSDTM=["2022-01-10T09:00"], TRT2DTM=["2022-04-11T10:00"])


@pytest.mark.parametrize(
    ("when", "visit", "flagged"),
    [
        ("2022-04-11T09:59", "M03", None),
        ("2022-04-11T10:00", "M03", "Y"),
        (91, "M03", None),  # no time known: the day of the dose counts as before it
        (92, "M03", "Y"),
        (98, "M03", "Y"),
        (99, "UNS", None),
        (137, "UNS", None),
        (138, "M06", None),
    ],
)
def test_a_month_3_value_after_dose_2_counts_only_within_7_days(when, visit, flagged):
    row = place(values((when, 1)), TWICE).iloc[0]
    assert (row["AVISIT"], row["AFTERD2"]) == (visit, flagged)


def test_a_value_after_dose_2_does_not_compete_with_one_before_it():
    rows = values((60, None), (92, 5))
    assert place(rows, TWICE)["AVISIT"].tolist() == ["M03", "UNS"]
    assert choose(rows, TWICE) == [True, False]


def test_an_earlier_value_outside_the_window_does_not_keep_the_later_one_out():
    rows = values((45, 1), (92, 5))
    assert place(rows, TWICE)["AVISIT"].tolist() == ["UNS", "M03"]


def test_without_a_second_dose_every_value_of_the_window_competes():
    assert place(values((130, 1)))["AVISIT"].tolist() == ["M03"]
    no_doses = persons().drop(columns=["TRTSDTM", "TRT2DTM"])
    assert place(values((130, 1)), no_doses)["AVISIT"].tolist() == ["M03"]


@pytest.mark.parametrize(
    ("when", "early"),
    [("2022-01-10T08:59", True), ("2022-01-10T09:00", False), (0, True), (1, False), (-60, True)],
)
def test_a_baseline_value_lies_before_the_first_dose_starts(when, early):
    until = ends("2022-01-10", "2022-01-10T09:00")
    assert (place(values((when, 1)), until=until)["AVISIT"].iloc[0] == "BL") == early


def test_the_last_value_before_treatment_is_the_baseline_however_far_from_the_anchor():
    until = ends("2022-01-10")
    assert choose(values((-20, 1), (-3, 2), (-2, None)), until=until) == [False, True, False]


@pytest.mark.parametrize(
    ("visit", "limit"),
    [("2021-03-01", "2021-03-12"), ("2021-03-20", "2021-03-20"), ("2021-03-30", "2021-03-26")],
)
def test_baseline_of_a_control_ends_with_its_visit_at_most_14_days_after_randomisation(
    visit, limit
):
    mini = MiniExport()  # 003 was randomised on 2021-03-12
    mini.change("sv", {"SUBJID": "003", "VISIT": "BL"}, SVSTDTC=visit)
    who = persons(RANDDT=["2021-03-12"]).assign(SUBJID="003")
    found = build_baseline_end(mini.records(), who, TRIAL)
    assert found.loc["003", "BASEDT"] == pd.Timestamp(limit)
    assert pd.isna(found.loc["003", "BASEDTM"])


def test_baseline_of_a_treated_person_ends_with_the_first_dose():
    who = persons(TRTSDTM=["2021-03-05T10:00"]).assign(SUBJID="001")
    found = build_baseline_end(MiniExport().records(), who, TRIAL).loc["001"]
    assert found["BASEDTM"] == pd.Timestamp("2021-03-05T10:00")
    assert found["BASEDT"] == pd.Timestamp("2021-03-05")


@pytest.mark.parametrize(
    ("text", "day", "moment"),
    [
        ("2022-04-11", "2022-04-11", None),
        ("2022-04-11T08:00", "2022-04-11", "2022-04-11T08:00"),
        ("2022-04", "2022-04-12", None),
        (None, "2022-04-12", None),
    ],
)
def test_a_date_without_its_day_becomes_the_day_of_the_visit(text, day, moment):
    rows = pd.DataFrame(
        {"SUBJID": ["1"], "VISIT": ["M03"], "QSDTC": pd.Series([text], dtype=object)}
    )
    known = pd.DataFrame(
        {"SUBJID": ["1"], "VISIT": ["M03"], "SVSTDTC": [pd.Timestamp("2022-04-12")]}
    )
    row = derive_assessment_date(rows, "QSDTC", known.set_index(["SUBJID", "VISIT"])).iloc[0]
    assert row["ADT"] == pd.Timestamp(day)
    assert row["ADTM"] == pd.Timestamp(moment) if moment else pd.isna(row["ADTM"])


def test_the_anchor_itself_is_offset_0_and_day_1():
    row = place(values((0, 1))).iloc[0]
    assert (row["OFFSET"], row["ADY"], row["ADT"]) == (0, 1, ANCHOR)
