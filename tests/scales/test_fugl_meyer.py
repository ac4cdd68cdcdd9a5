"""Fugl-Meyer motor: structure, gates, FMS definition, properties."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.scales.fms import FMS_SCORES
from helpers.scales.fugl_meyer import ARM, CODES, COLUMNS, LEG, SUMS, score_fugl_meyer
from helpers.scales.items.read import ItemsError

modest = settings(derandomize=True, deadline=None, max_examples=60)
MAXIMA = {
    "ue_A": 36,
    "ue_B": 10,
    "ue_C": 14,
    "ue_D": 6,
    "ue_total": 66,
    "ue_wrist_hand": 24,
    "le_E": 28,
    "le_F": 6,
    "le_total": 34,
    "motor_total": 100,
}
REFLEXES = ("ue01", "ue02", "le01", "le02")
UE18, LE14 = "ue18_normal_reflex", "le14_normal_reflex"
forms = st.fixed_dictionaries(
    {c: st.sampled_from((0, 2) if c[:4] in REFLEXES else (0, 1, 2)) for c in CODES}
)


def name(short):
    return next(code for code in CODES if code.startswith(short))


def form(level=2, **changes):
    base = {c: level if level != 1 or c[:4] not in REFLEXES else 2 for c in CODES}
    return pd.DataFrame([base | {name(short): v for short, v in changes.items()}], dtype=object)


def score_one(level=2, **changes):
    return score_fugl_meyer(form(level, **changes)).iloc[0]


def test_the_columns_are_those_promised():
    assert tuple(score_fugl_meyer(form()).columns) == COLUMNS
    assert (len(ARM), len(LEG)) == (33, 17)


@pytest.mark.parametrize(("part", "top"), MAXIMA.items())
def test_every_part_reaches_its_maximum(part, top):
    assert score_one()[part] == top
    assert score_one(0)[part] == 0


@pytest.mark.parametrize("short", REFLEXES)
def test_a_reflex_item_is_never_one(short):
    row = score_one(**{short: "1"})
    assert math.isnan(row.motor_total)
    assert row.note == f"not a legal value {name(short)}=1"


@pytest.mark.parametrize("entered", [1, 2])
def test_a_gated_item_counts_nothing_when_the_part_before_it_is_not_full(entered):
    arm = score_one(ue16=1, ue18=entered)
    assert (arm.ue_A, arm.gate_violations) == (33, 1)
    assert arm.note == f"set to 0, A-IV not full: {UE18}={entered}"
    leg = score_one(le12=0, le14=entered)
    assert (leg.le_E, leg.gate_violations) == (24, 1)
    both = score_one(ue15=0, ue18=entered, le13=1, le14=entered)
    assert both.gate_violations == 2


def test_an_empty_gated_item_is_zero_behind_a_closed_gate_and_missing_behind_an_open_one():
    closed = score_one(ue17=0, ue18=None)
    assert (closed.ue_A, closed.n_missing, closed.gate_violations) == (32, 1, 0)
    assert closed.note == f"not rated, gate closed: {UE18}"
    opened = score_one(ue18=None)
    assert math.isnan(opened.ue_A)
    assert math.isnan(opened.motor_total)
    assert (opened.ue_B, opened.le_total, opened.n_missing) == (10, 34, 1)


def test_zero_behind_a_closed_gate_is_no_violation():
    assert score_one(le12=1, le14=0).gate_violations == 0


@pytest.mark.parametrize("code", CODES)
def test_a_blank_takes_out_exactly_the_sums_it_belongs_to(code):
    row = score_one(**{code: None})
    for part, members in SUMS.items():
        assert math.isnan(row[part]) == (code in members), part


def test_an_empty_form_says_so():
    row = score_fugl_meyer(pd.DataFrame([dict.fromkeys(CODES)], dtype=object)).iloc[0]
    assert math.isnan(row.motor_total)
    assert (row.n_missing, row.gate_violations, row.note) == (50, 0, "nothing recorded")


@pytest.mark.parametrize("definition", FMS_SCORES)
def test_the_definition_chooses_fms_and_changes_no_other_score(definition):
    forms_given = pd.concat([form(), form(1)], ignore_index=True)
    plain = score_fugl_meyer(forms_given)
    chosen = score_fugl_meyer(forms_given, definition=definition)
    assert chosen["fms"].tolist() == plain[FMS_SCORES[definition].column].tolist()
    same = [c for c in COLUMNS if c not in ("fms", "rule")]
    pd.testing.assert_frame_equal(chosen[same], plain[same])
    assert FMS_SCORES[definition].label in chosen["rule"].iloc[0]


def test_an_arm_only_form_is_enough_for_an_arm_definition():
    row = score_fugl_meyer(form()[list(ARM)], definition="fma_ue").iloc[0]
    assert (row.fms, row.ue_total, row.n_missing, row.note) == (66, 66, 0, "")
    assert math.isnan(row.motor_total)
    assert "33 of 50 items collected" in row.rule
    with pytest.raises(ItemsError, match="missing item column: le01_reflex_flexors"):
        score_fugl_meyer(form()[list(ARM)])


def compute_plainly(answer):
    values = dict(answer)
    violations = 0
    for gated, needs in ((UE18, ARM[14:17]), (LE14, LEG[11:13])):
        if sum(values[code] for code in needs) < 2 * len(needs):
            violations += values[gated] > 0
            values[gated] = 0
    sums = {part: sum(values[code] for code in members) for part, members in SUMS.items()}
    return sums | {"gate_violations": violations}


@modest
@given(forms)
def test_any_complete_form_agrees_with_the_definition_written_out(answer):
    row = score_fugl_meyer(pd.DataFrame([answer])).iloc[0]
    for column, wanted in compute_plainly(answer).items():
        assert row[column] == wanted, column


@modest
@given(forms)
def test_parts_add_up_to_limbs_and_limbs_to_the_total(answer):
    row = score_fugl_meyer(pd.DataFrame([answer])).iloc[0]
    assert row.ue_A + row.ue_B + row.ue_C + row.ue_D == row.ue_total
    assert row.ue_B + row.ue_C == row.ue_wrist_hand
    assert row.le_E + row.le_F == row.le_total
    assert row.ue_total + row.le_total == row.motor_total
    assert 0 <= row.motor_total <= 100


@modest
@given(forms, st.sampled_from(CODES))
def test_a_better_answer_never_lowers_a_sum(answer, code):
    better = answer | {code: 2}
    result = score_fugl_meyer(pd.DataFrame([answer, better]))
    for part in SUMS:
        assert result[part].iloc[1] >= result[part].iloc[0]
