"""Findings on item rows: illegal answers, gates, coma; nothing else."""

import numpy as np
import pandas as pd
import pytest

from helpers.scales.command.options import ScoreOptions
from helpers.scales.fms import TotalScale
from helpers.scales.items.checks import COLUMNS, check_items
from helpers.scales.items.read import ItemsError
from helpers.scales.registry import build_instruments

INSTRUMENTS = build_instruments()
ALLOWED = {
    qscat: {item.code: item.allowed for item in form.items} for qscat, form in INSTRUMENTS.items()
}


def item_rows(qscat, answers, subject="001", visit="BL"):
    return pd.DataFrame(
        {
            "SUBJID": subject,
            "VISIT": visit,
            "QSDTC": "2021-01-01",
            "QSCAT": qscat,
            "QSTESTCD": list(answers),
            "QSORRES": pd.Series(list(answers.values()), dtype=object),
        }
    )


def problems(qscat, answers, **options):
    found = check_items(item_rows(qscat, answers), options=ScoreOptions(**options))
    return list(zip(found.QSTESTCD, found.PROBLEM, found.NULLED, strict=True))


@pytest.mark.parametrize("qscat", INSTRUMENTS)
def test_every_allowed_answer_passes(qscat):
    for k in range(7):
        answers = {code: legal[k % len(legal)] for code, legal in ALLOWED[qscat].items()}
        kinds = {problem for _, problem, _ in problems(qscat, answers)}
        assert kinds <= {"GATE", "COMA", "COMA_UNUSUAL"}


@pytest.mark.parametrize(
    ("qscat", "code", "raw", "problem", "nulled"),
    [
        ("NIHSS", "n1a", "4", "ITEM_RANGE", True),
        ("NIHSS", "n1a", "-1", "ITEM_RANGE", True),
        ("NIHSS", "n1a", "2.5", "ITEM_RANGE", True),
        ("NIHSS", "n1a", "UN", "ITEM_UN", True),
        ("NIHSS", "n11", "9", "ITEM_RANGE", True),
        ("NIHSS", "n5a", "9", "OLD_UN", False),
        ("NIHSS", "n5a", "NT", "ITEM_UN", True),
        ("NIHSS", "n5a", "yes", "ITEM_CODE", True),
        ("NIHSS", "n5c", "1", "ITEM_UNKNOWN", True),
        ("FIM", "fim13_stairs", "8", "ITEM_RANGE", True),
        ("FIM", "fim13_stairs", "UN", "ITEM_UN", True),
        ("MAS", "mas_knee_flexors", "5", "ITEM_RANGE", True),
        ("MAS", "mas_knee_flexors", "1++", "ITEM_CODE", True),
        ("FMA", "ue01_reflex_flexors", "1", "ITEM_RANGE", True),
        ("SF36", "q13", "6", "ITEM_RANGE", True),
    ],
)
def test_an_illegal_answer_is_found_with_its_kind(qscat, code, raw, problem, nulled):
    assert problems(qscat, {code: raw}) == [(code, problem, nulled)]


def test_the_text_names_item_answer_and_what_is_allowed():
    found = check_items(item_rows("FMA", {"ue01_reflex_flexors": "1"}))
    assert found["TEXT"].tolist() == ["ue01_reflex_flexors: 1 is not one of 0 2"]
    unknown = check_items(item_rows("NIHSS", {"N5A": "1"}))
    assert unknown["TEXT"].tolist() == ["NIHSS has no item N5A; nearest is n5a"]


@pytest.mark.parametrize("raw", [None, "", " ", np.nan])
def test_a_blank_is_no_finding_of_these_checks(raw):
    assert problems("NIHSS", {"n1a": raw}) == []


def test_rows_for_a_whole_form_and_other_forms_are_passed_over():
    assert problems("NIHSS", {"ALL": "not done"}) == []
    assert problems("OTHER", {"x1": "99"}) == []


def test_the_version_in_force_decides_about_sf36_codes():
    assert problems("SF36", {"q13": "5"}, sf36_version="v2") == []
    assert problems("SF36", {"q13": "5"}, sf36_version="v1") == [("q13", "ITEM_RANGE", True)]


def gate_answers(gated, **changes):
    names = ("ue15_sh_abduction_0_90", "ue16_sh_flexion_90_180", "ue17_pro_sup_elbow_0")
    return dict.fromkeys(names, "2") | {"ue18_normal_reflex": gated} | changes


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        (gate_answers("2"), False),
        (gate_answers("2", ue16_sh_flexion_90_180="1"), True),
        (gate_answers("1", ue16_sh_flexion_90_180="0"), True),
        (gate_answers("0", ue16_sh_flexion_90_180="0"), False),
        (gate_answers(None, ue16_sh_flexion_90_180="0"), False),
        (gate_answers("2", ue16_sh_flexion_90_180=None), True),
    ],
)
def test_a_value_behind_a_closed_gate_is_a_violation(answers, found):
    wanted = [("ue18_normal_reflex", "GATE", True)] if found else []
    assert problems("FMA", answers) == wanted


def test_a_gate_is_judged_within_its_own_form():
    full = item_rows("FMA", gate_answers("2"), visit="M03")
    poor = item_rows("FMA", gate_answers("0", ue16_sh_flexion_90_180="0"), visit="BL")
    assert check_items(pd.concat([full, poor], ignore_index=True)).empty


def test_coma_against_items_8_and_9_is_found_and_the_values_stay():
    answers = {"n1a": "3", "n8": "1", "n9": "3", "n10": "0", "n11": None}
    assert problems("NIHSS", answers) == [
        ("n8", "COMA", False),
        ("n10", "COMA_UNUSUAL", False),
    ]
    assert problems("NIHSS", answers | {"n1a": "2"}) == []


def test_a_total_only_fms_is_judged_by_its_declared_range():
    total = TotalScale(0, 30)
    options = {"fms_definition": "total_only", "fms_total": total}
    assert problems("FMA", {"fms_total": "12.5"}, **options) == []
    assert problems("FMA", {"fms_total": "31"}, **options) == [("fms_total", "ITEM_RANGE", True)]


def test_rows_are_named_by_their_index_and_come_in_the_order_of_the_data():
    long = item_rows("NIHSS", {"n11": "UN", "n1a": "7", "n2": "1", "n3": "x"})
    long.index = [40, 10, 30, 20]
    found = check_items(long)
    assert tuple(found.columns) == COLUMNS
    assert found["ROW"].tolist() == [40, 10, 20]
    assert found["QSORRES"].tolist() == ["UN", "7", "x"]


def test_permuting_rows_permutes_the_findings():
    long = item_rows("NIHSS", {"n1a": "3", "n8": "0", "n2": "7", "n7": "9"})
    shuffled = long.iloc[[2, 0, 3, 1]]
    one = check_items(long).sort_values("ROW", ignore_index=True)
    two = check_items(shuffled).sort_values("ROW", ignore_index=True)
    pd.testing.assert_frame_equal(one, two)


@pytest.mark.parametrize("kind", ["category", "string"])
def test_the_kind_of_text_columns_changes_nothing(kind):
    long = item_rows("NIHSS", {"n1a": "3", "n8": "0", "n2": "7", "n7": "9", "n11": None})
    other = long.astype({"QSCAT": kind, "QSTESTCD": kind, "QSORRES": kind})
    pd.testing.assert_frame_equal(check_items(other), check_items(long), check_dtype=False)


def test_no_rows_give_no_findings_with_all_columns():
    found = check_items(item_rows("NIHSS", {"n1a": "7"}).iloc[:0])
    assert tuple(found.columns) == COLUMNS
    assert found.empty


def test_numeric_answers_are_refused_and_a_lacking_column_is_named():
    long = item_rows("MAS", {"mas_knee_flexors": 1}).astype({"QSORRES": "int64"})
    with pytest.raises(ItemsError, match=r"lost the grade 1\+"):
        check_items(long)
    with pytest.raises(ItemsError, match="lack column QSORRES"):
        check_items(long.drop(columns="QSORRES"))


def test_many_rows_are_read_as_few():
    one = pd.concat(
        [item_rows(q, {c: a[-1] for c, a in codes.items()}) for q, codes in ALLOWED.items()]
    )
    copies = 150_000 // len(one)
    long = pd.concat([one] * copies, ignore_index=True)
    long["SUBJID"] = np.repeat([f"{k:06}" for k in range(copies)], len(one))
    found = check_items(long)
    assert len(found) == copies * len(check_items(one.assign(SUBJID="000001")))
