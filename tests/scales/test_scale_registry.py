"""One table says what the instruments are, and it agrees with what they score."""

import pandas as pd
import pytest

from helpers.scales.command.options import ScoreOptions
from helpers.scales.fms import TotalScale
from helpers.scales.items.read import ItemsError
from helpers.scales.registry import build_instruments, find_instrument

SCALES = [f"SF36{scale}" for scale in ("PF", "RP", "BP", "GH", "VT", "SF", "RE", "MH")]
RANGES = {
    "NIHSSTOT": (0, 42, -1),
    "NIHSSMOT": (0, 16, -1),
    "FIMTOT": (18, 126, 1),
    "FIMMOT": (13, 91, 1),
    "FIMCOG": (5, 35, 1),
    "MASUE": (0, 4, -1),
    "MASLE": (0, 4, -1),
    "MASWORST": (0, 4, -1),
    "FMS": (0, 100, 1),
    "FMATOT": (0, 100, 1),
    "FMAUE": (0, 66, 1),
    "FMALE": (0, 34, 1),
    "FMAWH": (0, 24, 1),
}
FIXED_NAMES = {*RANGES, *SCALES, "SF36PCS", "SF36MCS"}


def parameters(options=None):
    built = build_instruments(options or ScoreOptions()).values()
    return {p.paramcd: p for form in built for p in form.parameters}


def test_all_fixed_parameter_names_are_there_and_norm_based_ones_end_in_t():
    names = set(parameters())
    assert names >= FIXED_NAMES
    assert names - FIXED_NAMES == {f"{scale}T" for scale in SCALES}


@pytest.mark.parametrize(("paramcd", "wanted"), RANGES.items())
def test_ranges_and_directions(paramcd, wanted):
    found = parameters()[paramcd]
    assert (found.low, found.high, found.direction) == wanted


def test_forms_are_named_as_in_item_level_data_and_have_their_items():
    counts = {qscat: len(form.items) for qscat, form in build_instruments().items()}
    assert counts == {"NIHSS": 15, "FIM": 18, "MAS": 6, "FMA": 50, "SF36": 36}


def test_every_parameter_names_a_column_of_its_score_function_and_its_items():
    for form in build_instruments().values():
        blank = pd.DataFrame([dict.fromkeys(form.codes)], dtype=object)
        columns = form.score(blank).columns
        for parameter in form.parameters:
            assert parameter.column in columns
            assert set(parameter.items) <= set(form.codes)
            assert parameter.low < parameter.high


@pytest.mark.parametrize(
    ("definition", "high", "items"),
    [("fma_motor", 100, 50), ("fma_ue", 66, 33), ("fma_le", 34, 17), ("fma_wrist_hand", 24, 12)],
)
def test_the_fms_definition_changes_fms_and_nothing_else(definition, high, items):
    changed = parameters(ScoreOptions(fms_definition=definition))
    assert (changed["FMS"].high, len(changed["FMS"].items)) == (high, items)
    assert changed | {"FMS": None} == parameters() | {"FMS": None}


def test_a_total_only_fms_takes_range_direction_and_label_from_its_declaration():
    total = TotalScale(2, 30, -1, "Peg test")
    options = ScoreOptions(fms_definition="total_only", fms_total=total)
    (fms,) = build_instruments(options)["FMA"].parameters
    assert (fms.paramcd, fms.low, fms.high, fms.direction) == ("FMS", 2, 30, -1)
    assert "Peg test" in fms.label


def test_the_mas_coding_sets_the_range():
    assert parameters(ScoreOptions(mas_coding="ordinal_0_5"))["MASWORST"].high == 5


def test_rand_has_no_norm_based_scores_and_carries_its_own_name():
    rand = build_instruments(ScoreOptions(sf36_version="rand"))["SF36"]
    assert len(rand.parameters) == 8
    assert "RAND 36-Item" in rand.label
    assert not any("SF-36" in parameter.label for parameter in rand.parameters)


def test_the_half_rule_of_rand_is_an_option():
    options = ScoreOptions(sf36_version="rand", sf36_rand_half=True)
    assert build_instruments(options)["SF36"].parameters[0].column == "PF_half"


@pytest.mark.parametrize(
    ("name", "qscat"),
    [("nihss", "NIHSS"), ("FIM", "FIM"), ("fugl_meyer", "FMA"), ("fugl-meyer", "FMA"),
     ("fms", "FMA"), ("FMA", "FMA"), ("sf36", "SF36"), ("SF-36", "SF36"), (" Mas ", "MAS")],
)  # fmt: skip
def test_an_instrument_is_found_by_the_names_people_type(name, qscat):
    assert find_instrument(name).qscat == qscat


def test_an_unknown_instrument_is_an_error_with_the_nearest_name():
    with pytest.raises(ItemsError, match="did you mean 'nihss'"):
        find_instrument("nihs")


@pytest.mark.parametrize(
    "wrong",
    [
        {"mas_coding": "half"},
        {"sf36_version": "v3"},
        {"sf36_version": "v1", "sf36_norms": "us1998"},
        {"fms_definition": "fine"},
        {"fms_definition": "total_only"},
    ],
)
def test_impossible_options_are_refused_when_they_are_made(wrong):
    with pytest.raises(ItemsError):
        ScoreOptions(**wrong)
