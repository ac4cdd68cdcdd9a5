"""Limits of laboratory values: by sex where the table has them, of both for an unknown sex."""

from pathlib import Path

import pandas as pd
import pytest

from helpers.checks.plausibility import classify_values
from helpers.checks.units import find_limits
from helpers.intake.records import read_reference
from helpers.params import load_trial

PARAMS = Path(__file__).parents[1] / "trial" / "params"

UNKNOWN = pd.Series([None], dtype=object)
HGB = pd.Series(["HGB"])


@pytest.fixture(scope="module")
def reference():
    return read_reference(PARAMS, load_trial(PARAMS))


def limits(reference, test: str, sex: str | None) -> tuple[float, float]:
    found = find_limits(reference, pd.Series([test]), "LOW", "HIGH", pd.Series([sex], dtype=object))
    return float(found["low"].iloc[0]), float(found["high"].iloc[0])


@pytest.mark.parametrize(
    ("sex", "expected"),
    # haemoglobin in g/L: men 130 to 170, women 120 to 155; of an unknown sex outside both
    [("M", (130, 170)), ("F", (120, 155)), (None, (120, 170))],
)
def test_haemoglobin_of_an_unknown_sex_has_the_limits_of_both(reference, sex, expected) -> None:
    assert limits(reference, "HGB", sex) == expected


@pytest.mark.parametrize("sex", ["M", "F", None])
def test_a_test_with_one_range_for_all_keeps_it(reference, sex) -> None:
    assert limits(reference, "WBC", sex) == (4, 10)


def test_an_impossible_haemoglobin_is_found_whatever_the_sex(reference) -> None:
    level = classify_values(pd.Series([5.0]), HGB, reference, UNKNOWN)
    assert level.tolist() == ["IMPOSSIBLE"]
