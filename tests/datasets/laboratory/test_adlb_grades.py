"""Laboratory grades at their bounds, written out from CTCAE 5.0 as the trial's rules give it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from mini_export import reference
from score_frames import TRIAL

from helpers.datasets.laboratory.adlb_grades import classify_multiples, find_limits, grade_values

GRADES = reference().grades


def grade(test, value, base=None, low=None, high=None, on_drug=False, post="Y"):
    rows = pd.DataFrame(
        {
            "PARAMCD": [test],
            "POSTFL": [post],
            **{
                name: pd.array([number], dtype="Float64")
                for name, number in (
                    ("AVAL", value),
                    ("BASE", base),
                    ("ANRLO", low),
                    ("ANRHI", high),
                )
            },
        }
    )
    found = grade_values(rows, GRADES, pd.Series([on_drug])).iloc[0]
    return None if pd.isna(found) else int(found)


@pytest.mark.parametrize("test", ["ALT", "AST"])
@pytest.mark.parametrize(
    ("value", "base", "expected"),
    [
        (40, 30, 0), (40.1, 30, 1), (120, 30, 1), (120.1, 30, 2), (200, 30, 2), (200.1, 30, 3),
        (800, 30, 3), (800.1, 30, 4), (60, None, 1),
        # baseline above the upper limit of 40: multiples of the baseline of 60
        (89.9, 60, 0), (90, 60, 1), (180, 60, 1), (180.1, 60, 2), (300, 60, 2), (300.1, 60, 3),
        (1200, 60, 3), (1200.1, 60, 4),
    ],
)  # fmt: skip
def test_transaminases(test, value, base, expected):
    assert grade(test, value, base, high=40) == expected


@pytest.mark.parametrize(
    ("value", "base", "expected"),
    [
        (100, 90, 0), (101, 90, 1), (250, 90, 1), (251, 90, 2), (500, 90, 2), (501, 90, 3),
        (2000, 90, 3), (2001, 90, 4), (239, 120, 0), (240, 120, 1), (300, 120, 1), (301, 120, 2),
        (601, 120, 3), (2401, 120, 4),
    ],
)  # fmt: skip
def test_alkaline_phosphatase(value, base, expected):
    assert grade("ALP", value, base, high=100) == expected


@pytest.mark.parametrize(
    ("value", "base", "expected"),
    [
        (20, 10, 0), (20.1, 10, 1), (30, 10, 1), (30.1, 10, 2), (60, 10, 2), (60.1, 10, 3),
        (200, 10, 3), (200.1, 10, 4), (40, 40, 0), (40.1, 40, 1), (60.1, 40, 2), (120.1, 40, 3),
        (400.1, 40, 4),
    ],
)  # fmt: skip
def test_bilirubin(value, base, expected):
    assert grade("BILI", value, base, high=20) == expected


@pytest.mark.parametrize(
    ("value", "base", "expected"),
    [
        (100, 90, 0), (101, 90, 1), (150, 120, 1), (151, 120, 2), (300, 150, 2), (301, 150, 3),
        (600, 250, 3), (601, 590, 4),
        # of the baseline alone, inside the range too
        (75, 50, 0), (76, 50, 2), (151, 50, 3), (101, None, 1),
    ],
)  # fmt: skip
def test_creatinine_by_the_upper_limit_or_the_baseline_whichever_is_worse(value, base, expected):
    assert grade("CREAT", value, base, high=100) == expected


@pytest.mark.parametrize(
    ("test", "low", "bounds"),
    [
        ("HGB", 120, (120, 100, 80)), ("WBC", 4, (4, 3, 2, 1)), ("NEUT", 1.8, (1.8, 1.5, 1, 0.5)),
        ("LYM", 1, (1, 0.8, 0.5, 0.2)), ("PLAT", 150, (150, 75, 50, 25)),
    ],
)  # fmt: skip
def test_blood_counts_are_graded_below_their_bounds_and_not_at_them(test, low, bounds):
    for number, bound in enumerate(bounds):
        assert grade(test, bound, low=low) == number
        assert grade(test, bound * 0.999, low=low) == number + 1


@pytest.mark.parametrize(
    ("value", "base", "on_drug", "expected"),
    [
        (1.2, 1.0, False, 0), (1.21, 1.0, False, 1), (1.5, 1.0, False, 1), (1.51, 1.0, False, 2),
        (2.5, 1.0, False, 2), (2.51, 1.0, False, 3), (2.0, 2.0, True, 0), (2.1, 2.0, True, 1),
        (3.0, 2.0, True, 1), (3.1, 2.0, True, 2), (5.1, 2.0, True, 3), (2.0, None, True, 2),
    ],
)  # fmt: skip
def test_inr_of_who_takes_an_anticoagulant_is_compared_with_the_baseline(
    value, base, on_drug, expected
):
    assert grade("INR", value, base, on_drug=on_drug) == expected


def test_a_value_before_treatment_is_graded_by_the_range_alone():
    assert grade("ALT", 100, base=100, high=40, post=None) == 1
    assert grade("INR", 2.0, base=2.0, on_drug=True, post=None) == 2


@pytest.mark.parametrize(
    ("test", "value", "limits"),
    [("ALT", None, {"high": 40}), ("ALT", 50, {}), ("CRP", 50, {"high": 5}), ("X", 1, {})],
)
def test_what_cannot_be_told_is_empty_and_not_0(test, value, limits):
    assert grade(test, value, **limits) is None


def test_rounding_of_unit_conversion_does_not_lift_a_grade():
    assert grade("HGB", 10.0 * 9.999999999999998, low=120) == 1
    assert grade("ALT", 0.1 * 3 * 400, high=40) == 1


@given(
    st.sampled_from(["ALT", "ALP", "BILI", "CREAT", "INR"]),
    st.floats(0.01, 3000),
    st.floats(0.01, 3000),
    st.one_of(st.none(), st.floats(1, 500)),
)
def test_a_higher_value_never_has_a_lower_grade(test, one, other, base):
    low, high = sorted((one, other))
    assert grade(test, low, base, high=40) <= grade(test, high, base, high=40)


@pytest.mark.parametrize(
    ("test", "multiple", "expected"),
    [
        ("CRP", 1.0, "<=1"), ("CRP", 1.01, ">1-3"), ("PCT", 3.0, ">1-3"), ("UREA", 3.01, ">3-10"),
        ("DDIMER", 10.0, ">3-10"), ("FIBRINO", 10.01, ">10"), ("CRP", None, None),
        ("ALT", 5.0, None),
    ],
)  # fmt: skip
def test_tests_without_a_grade_have_classes_of_the_upper_limit(test, multiple, expected):
    number = np.nan if multiple is None else multiple
    rows = pd.DataFrame({"PARAMCD": [test], "XULN": pd.array([number], dtype="Float64")})
    found = classify_multiples(rows, TRIAL).iloc[0]
    assert (None if pd.isna(found) else found) == expected


@given(
    test=st.sampled_from(["ALT", "BILI", "CREAT", "HGB", "PLAT"]),
    share=st.floats(0.01, 30),
    base=st.floats(0.3, 4),
)
def test_a_value_beyond_the_limit_of_grade_3_has_it_and_one_on_this_side_has_not(test, share, base):
    assume(abs(share - 1) > 1e-6)
    numbers = {"AVAL": 1.0, "BASE": base, "ANRLO": 130.0, "ANRHI": 1.0}
    columns = {name: pd.array([number], dtype="Float64") for name, number in numbers.items()}
    rows = pd.DataFrame({"PARAMCD": [test], "POSTFL": ["Y"], **columns})
    limit = float(find_limits(rows, GRADES, pd.Series([False]), 3).iloc[0])
    beyond = share < 1 if test in ("HGB", "PLAT") else share > 1
    found = grade(test, share * limit, base, low=130, high=1)
    assert (found is not None and found >= 3) == beyond
