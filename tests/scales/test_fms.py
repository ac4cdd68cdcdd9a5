"""What FMS means is one choice, printed wherever it is shown."""

import math

import pandas as pd
import pytest

from helpers.scales.fms import DEFINITIONS, TotalScale, describe_fms, score_total_only
from helpers.scales.fugl_meyer import score_fugl_meyer
from helpers.scales.items.read import ItemsError

PEGS = TotalScale(0, 60, -1, "Peg test, seconds")


@pytest.mark.parametrize("raw", [["3", "60", "", None], [3.0, 60.0, math.nan, math.nan]])
def test_a_recorded_total_is_taken_as_it_is(raw):
    result = score_total_only(pd.DataFrame({"fms_total": raw}), PEGS)
    assert result["fms"].tolist()[:2] == [3, 60]
    assert result["fms"].isna().tolist() == [False, False, True, True]
    assert result["n_missing"].tolist() == [0, 0, 1, 1]
    assert result["note"].tolist() == ["", "", "missing fms_total", "missing fms_total"]


@pytest.mark.parametrize("raw", ["61", "-1", "quick", "inf"])
def test_a_total_outside_the_declared_range_is_missing_and_named(raw):
    row = score_total_only(pd.DataFrame({"fms_total": [raw]}), PEGS).iloc[0]
    assert math.isnan(row.fms)
    assert row.note == f"not a legal value fms_total={raw}"


def test_the_same_function_scores_a_total_only_form():
    result = score_fugl_meyer(
        pd.DataFrame({"fms_total": [12]}), definition="total_only", total=PEGS
    )
    assert result["fms"].tolist() == [12]


def test_a_total_only_form_needs_its_column_and_its_range():
    with pytest.raises(ItemsError, match="missing item column: fms_total"):
        score_total_only(pd.DataFrame({"x": [1]}), PEGS)
    with pytest.raises(ItemsError, match="total_only needs minimum"):
        score_fugl_meyer(pd.DataFrame({"fms_total": [1]}), definition="total_only")


@pytest.mark.parametrize(("low", "high", "direction"), [(5, 5, 1), (6, 5, 1), (0, 5, 0)])
def test_a_range_must_be_a_range_and_a_direction_a_sign(low, high, direction):
    with pytest.raises(ItemsError):
        TotalScale(low, high, direction)


def test_an_unknown_definition_lists_the_known_ones():
    with pytest.raises(ItemsError, match="fma_motor, fma_ue, fma_le, fma_wrist_hand, total_only"):
        describe_fms("fine_motor")


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_every_description_carries_the_registrys_words(definition):
    text = describe_fms(definition, PEGS)
    assert 'says "Fine motor skills" without naming an instrument' in text
    assert "is better" in text
