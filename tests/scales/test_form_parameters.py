"""Scores as analysis rows: one per form and parameter, with what was missing or untestable."""

import math

import pandas as pd
import pytest

from helpers.scales.command.options import ScoreOptions
from helpers.scales.fms import TotalScale
from helpers.scales.parameters import COLUMNS, score_form_parameters
from helpers.scales.registry import build_instruments

INSTRUMENTS = build_instruments()


def wide(qscat, raw, **changes):
    codes = INSTRUMENTS[qscat].codes
    return pd.DataFrame([dict.fromkeys(codes, raw) | changes], index=["a"], dtype=object)


def rows(qscat, frame, **options):
    found = score_form_parameters(frame, qscat, options=ScoreOptions(**options))
    assert tuple(found.columns) == COLUMNS
    return found.set_index("PARAMCD")


def test_one_row_per_form_and_parameter_in_that_order():
    frame = pd.concat([wide("FIM", "1"), wide("FIM", "7")], keys=["x", "y"], names=["SUBJID", ""])
    found = score_form_parameters(frame, "FIM")
    assert found["PARAMCD"].tolist() == ["FIMTOT", "FIMMOT", "FIMCOG"] * 2
    assert found["FORM"].tolist() == [("x", "a")] * 3 + [("y", "a")] * 3
    assert found["AVAL"].tolist() == [18, 13, 5, 126, 91, 35]


def test_missing_and_untestable_items_are_counted_per_parameter():
    found = rows("NIHSS", wide("NIHSS", "0", n5a="UN", n10="9", n8=None, n1a="7"))
    assert found.loc["NIHSSTOT", ["NMISS", "NUN"]].tolist() == [2, 2]
    assert found.loc["NIHSSMOT", ["AVAL", "NMISS", "NUN"]].tolist() == [0, 0, 1]
    assert math.isnan(found.loc["NIHSSTOT", "AVAL"])
    assert "n1a=7" in found.loc["NIHSSTOT", "NOTE"]


def test_special_fim_codes_count_as_untestable_and_not_as_missing():
    found = rows("FIM", wide("FIM", "3", fim13_stairs="NT", fim12_walk_wheelchair="0"))
    assert found.loc["FIMMOT", ["AVAL", "NMISS", "NUN"]].tolist() == [35, 0, 2]
    assert found.loc["FIMCOG", "NUN"] == 0


def test_a_blank_behind_a_closed_gate_is_not_missing():
    code = "ue18_normal_reflex"
    closed = rows("FMA", wide("FMA", "0", **{code: None}))
    assert closed.loc["FMATOT", ["AVAL", "NMISS"]].tolist() == [0, 0]
    opened = rows("FMA", wide("FMA", "2", **{code: None}))
    assert opened.loc["FMAUE", "NMISS"] == 1
    assert opened.loc["FMALE", ["AVAL", "NMISS"]].tolist() == [34, 0]


@pytest.mark.parametrize(("coding", "worst"), [("one_point_five", 1.5), ("ordinal_0_5", 2)])
def test_mas_values_follow_the_coding(coding, worst):
    found = rows("MAS", wide("MAS", "1+"), mas_coding=coding)
    assert found["AVAL"].tolist() == [worst] * 3


def test_the_chosen_fms_definition_fills_fms():
    frame = wide("FMA", "2")
    assert rows("FMA", frame).loc["FMS", "AVAL"] == 100
    assert rows("FMA", frame, fms_definition="fma_wrist_hand").loc["FMS", "AVAL"] == 24
    total = TotalScale(0, 30)
    found = rows(
        "FMA",
        pd.DataFrame({"fms_total": ["12", "40"]}),
        fms_definition="total_only",
        fms_total=total,
    )
    assert found["NMISS"].tolist() == [0, 1]
    assert found["AVAL"].iloc[0] == 12


def test_an_item_that_no_form_holds_counts_as_blank():
    found = rows("NIHSS", wide("NIHSS", "0").drop(columns="n11").assign(extra="x"))
    assert found.loc["NIHSSTOT", "NMISS"] == 1


def test_zero_forms_give_zero_rows():
    assert len(score_form_parameters(wide("SF36", "1").iloc[:0], "SF36")) == 0


def test_every_value_lies_in_the_range_of_its_parameter():
    for version in ("rand", "v1", "v2"):
        options = ScoreOptions(sf36_version=version)
        form = build_instruments(options)["SF36"]
        for raw in ("1", "2"):
            found = rows("SF36", wide("SF36", raw), sf36_version=version)
            for parameter in form.parameters:
                value = found.loc[parameter.paramcd, "AVAL"]
                assert parameter.low - 1e-9 <= value <= parameter.high + 1e-9
