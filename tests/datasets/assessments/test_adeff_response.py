"""Responders, persons who cannot respond, severity classes, ends of the scale."""

import pandas as pd
import pytest
from score_frames import TRIAL

from helpers.datasets.assessments.adeff_response import (
    derive_ends_of_scale,
    derive_response,
    find_ends,
)
from helpers.datasets.finish import finish_dataset

PF_WORST, PF_NEXT, PF_BEST = (50 + 10 * (raw - 83.29094) / 23.75883 for raw in (0, 5, 100))


def respond(code, base, value):
    change = None if base is None or value is None else value - base
    rows = pd.DataFrame(
        {
            "PARAMCD": [code],
            "AVAL": pd.array([value], dtype="Float64"),
            "BASE": pd.array([base], dtype="Float64"),
            "CHG": pd.array([change], dtype="Float64"),
        }
    )
    return finish_dataset(derive_ends_of_scale(derive_response(rows, TRIAL), TRIAL)).iloc[0]


@pytest.mark.parametrize(
    ("code", "base", "value", "responder"),
    [
        ("NIHSSTOT", 10, 6, "Y"), ("NIHSSTOT", 10, 7, "N"), ("NIHSSTOT", 4, 1, "Y"),
        ("NIHSSTOT", 4, 2, "N"), ("NIHSSTOT", 1, 1, "Y"), ("NIHSSTOT", 10, 14, "N"),
        ("FIMTOT", 60, 82, "Y"), ("FIMTOT", 60, 81, "N"), ("FIMMOT", 40, 57, "Y"),
        ("FIMCOG", 20, 22, "N"), ("FIMCOG", 20, 23, "Y"), ("FMATOT", 40, 50, "Y"),
        ("FMAUE", 20, 28, "N"), ("FMAUE", 20, 29, "Y"), ("FMALE", 10, 16, "Y"),
        ("FMS", 40, 50, "Y"), ("SF36PCS", 30.0, 35.0, "Y"), ("SF36PF", 50, 54.9, "N"),
        # means of grades: 2.0 - 1.52 is 0.48 only within rounding
        ("MASUE", 2.0, 1.52, "Y"), ("MASUE", 2.0, 1.53, "N"), ("MASLE", 1.95, 1.5, "Y"),
        ("NIHSSMOT", 8, 0, None), ("NIHSSTOT", None, 0, None), ("NIHSSTOT", 10, None, None),
    ],
)  # fmt: skip
def test_response_is_a_change_of_the_threshold_or_the_value_reached(code, base, value, responder):
    assert respond(code, base, value)["CRIT1FL"] == responder


@pytest.mark.parametrize(
    ("code", "base", "unable"),
    [
        ("FIMTOT", 104, None), ("FIMTOT", 105, "Y"), ("FMAUE", 57, None), ("FMAUE", 58, "Y"),
        ("MASUE", 0.48, None), ("MASUE", 0.47, "Y"), ("SF36PF", 96, "Y"), ("SF36PF", 95, None),
        # a value of 0 or 1 is a response whatever the change
        ("NIHSSTOT", 3, None), ("NIHSSTOT", 0, None), ("FIMTOT", None, None),
        ("NIHSSMOT", 0, None),
    ],
)  # fmt: skip
def test_who_starts_too_near_the_end_of_the_scale_cannot_respond(code, base, unable):
    assert respond(code, base, base)["UNABLEFL"] == unable


@pytest.mark.parametrize(
    ("code", "value", "severity"),
    [
        ("NIHSSTOT", 0, "none"), ("NIHSSTOT", 4, "minor"), ("NIHSSTOT", 5, "moderate"),
        ("NIHSSTOT", 16, "moderate to severe"), ("NIHSSTOT", 42, "severe"),
        ("FMAUE", 25, "severe"), ("FMAUE", 26, "moderate"), ("FIMTOT", 100, None),
    ],
)  # fmt: skip
def test_severity_classes_are_those_of_the_parameters(code, value, severity):
    row = respond(code, value, value)
    assert row["AVALCAT1"] == severity
    assert row["BASECAT1"] == severity


@pytest.mark.parametrize(
    ("code", "value", "floor", "ceiling"),
    [
        ("NIHSSTOT", 0, "Y", "N"), ("NIHSSTOT", 42, "N", "Y"), ("FIMTOT", 18, "Y", "N"),
        ("FIMTOT", 126, "N", "Y"), ("FMAUE", 66, "N", "Y"), ("SF36PF", 99, "N", "N"),
        ("SF36PF", 0, "Y", "N"), ("FIMTOT", None, None, None),
        # T scores of raw 0, 5 and 100 by the US 1998 mean and SD of the scale
        ("SF36PFT", PF_WORST, "Y", "N"), ("SF36PFT", PF_NEXT, "N", "N"),
        ("SF36PFT", PF_BEST, "N", "Y"),
        # components have weights of both signs: no answers give a lowest or highest one
        ("SF36PCS", 5, None, None), ("SF36MCS", 75, None, None),
    ],
)  # fmt: skip
def test_the_lowest_and_highest_possible_values_are_flagged(code, value, floor, ceiling):
    row = respond(code, value, value)
    assert (row["FLOORFL"], row["CEILFL"]) == (floor, ceiling)


def test_the_ends_of_a_norm_based_score_are_those_of_its_raw_scale_through_the_norms():
    """All worst and all best answers, version 2, US 1998: published control values."""
    ends = find_ends(TRIAL)
    worst = [14.94, 17.67, 19.86, 16.23, 20.87, 13.22, 9.23, 7.77]
    best = [57.03, 56.85, 62.12, 63.90, 70.82, 56.85, 55.88, 64.09]
    found = [ends[f"SF36{scale}T"] for scale in ("PF", "RP", "BP", "GH", "VT", "SF", "RE", "MH")]
    assert [round(low, 2) for low, _ in found] == worst
    assert [round(high, 2) for _, high in found] == best
    assert not {"SF36PCS", "SF36MCS"} & set(ends)


def test_who_cannot_gain_the_threshold_on_a_norm_based_score_is_told_by_its_own_end():
    """Physical functioning ends at 57.03: from 53 nobody can gain 5, though 75 is a T score."""
    assert respond("SF36PFT", 53, 53)["UNABLEFL"] == "Y"
    assert respond("SF36PFT", 52, 52)["UNABLEFL"] is None
    assert respond("SF36PCS", 74, 74)["UNABLEFL"] is None
