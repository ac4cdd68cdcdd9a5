"""NIHSS: hand-made cases, a second plain computation, and properties."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.scales.items.read import ItemsError
from helpers.scales.nihss import CODES, COLUMNS, ITEMS, score_nihss

MAXIMA = dict(zip(CODES, (3, 2, 2, 2, 3, 3, 4, 4, 4, 4, 2, 2, 3, 2, 2), strict=True))
MAY_BE_UN = ("n5a", "n5b", "n6a", "n6b", "n7", "n10")
modest = settings(derandomize=True, deadline=None, max_examples=60)


def answers(code):
    legal = [str(k) for k in range(MAXIMA[code] + 1)] + [None]
    return st.sampled_from([*legal, "UN"] if code in MAY_BE_UN else legal)


forms = st.fixed_dictionaries({code: answers(code) for code in CODES})
complete = st.fixed_dictionaries({code: st.integers(0, MAXIMA[code]) for code in CODES})


def form(**changes):
    return pd.DataFrame([dict.fromkeys(CODES, "0") | changes])


def score_one(**changes):
    return score_nihss(form(**changes)).iloc[0]


def test_the_columns_are_those_promised():
    assert tuple(score_nihss(form()).columns) == COLUMNS


def test_item_maxima_add_to_42():
    assert {item.code: item.highest for item in ITEMS} == MAXIMA
    assert sum(MAXIMA.values()) == 42


@pytest.mark.parametrize(
    ("points", "name"),
    [
        (0, "none"),
        (1, "minor"),
        (4, "minor"),
        (5, "moderate"),
        (15, "moderate"),
        (16, "moderate_to_severe"),
        (20, "moderate_to_severe"),
        (21, "severe"),
        (42, "severe"),
    ],
)
def test_severity_changes_at_the_published_limits(points, name):
    left, spread = points, {}
    for code, top in MAXIMA.items():
        spread[code] = str(min(left, top))
        left -= min(left, top)
    row = score_one(**spread)
    assert (row.total, row.severity, row.eligible_ge5) == (points, name, float(points >= 5))


@pytest.mark.parametrize("code", MAY_BE_UN)
def test_untestable_adds_nothing_and_lowers_what_can_be_reached(code):
    for raw in ("UN", "9", 9):
        row = score_one(n4="3", **{code: raw})
        assert (row.total, row.n_untestable, row.n_missing) == (3, 1, 0)
        assert row.max_attainable == 42 - MAXIMA[code]
    assert score_one(**{code: "UN"}).note == f"untestable {code}"
    assert score_one(**{code: "9"}).note == f"9 read as UN {code}"


@pytest.mark.parametrize("code", [code for code in CODES if code not in MAY_BE_UN])
def test_untestable_elsewhere_counts_as_not_answered(code):
    for raw in ("UN", "9"):
        row = score_one(**{code: raw})
        assert math.isnan(row.total)
        assert (row.n_untestable, row.n_missing, row.max_attainable) == (0, 1, 42)
        assert row.note == f"not a legal value {code}={raw}"


@pytest.mark.parametrize(("code", "raw"), [("n1a", "4"), ("n9", -1), ("n5a", 5), ("n2", "1+")])
def test_an_impossible_answer_counts_as_blank_and_is_named(code, raw):
    row = score_one(n4="2", **{code: raw})
    assert math.isnan(row.total)
    assert math.isnan(row.eligible_ge5)
    assert pd.isna(row.severity)
    assert (row.sum_available, row.n_missing) == (2, 1)
    assert f"not a legal value {code}={raw}" in row.note


def test_a_blank_makes_the_total_missing_but_not_the_motor_sum_without_it():
    row = score_one(n8=None, n5a="2", n6b="1")
    assert math.isnan(row.total)
    assert (row.sum_available, row.motor) == (3, 3)
    assert math.isnan(score_one(n6a=None).motor)


def test_an_empty_form_has_no_sum_and_says_so():
    row = score_one(**dict.fromkeys(CODES))
    assert math.isnan(row.sum_available)
    assert (row.n_missing, row.max_attainable, row.coma_inconsistent) == (15, 42, 0)
    assert row.note == "nothing recorded"


def test_a_form_of_nothing_but_untestable_items_has_an_available_sum_of_zero():
    row = score_one(**(dict.fromkeys(CODES) | dict.fromkeys(MAY_BE_UN, "UN")))
    assert (row.sum_available, row.n_untestable, row.n_missing) == (0, 6, 9)


@pytest.mark.parametrize(("n1a", "n8", "n9"), list(product("0123", "012", "0123")))
def test_coma_demands_items_8_and_9(n1a, n8, n9):
    row = score_one(n1a=n1a, n8=n8, n9=n9)
    assert row.coma_inconsistent == int(n1a == "3" and (n8 != "2" or n9 != "3"))


def test_coma_with_item_8_blank_is_inconsistent_because_it_is_not_2():
    assert score_one(n1a="3", n8=None, n9="3").coma_inconsistent == 1


def test_the_usual_pattern_of_coma_raises_no_remark_and_an_unusual_one_does():
    usual = {"n1a": "3", "n1b": "2", "n1c": "2", "n8": "2", "n9": "3", "n10": "2", "n11": "2"}
    limbs = dict.fromkeys(("n5a", "n5b", "n6a", "n6b"), "4")
    assert score_one(**usual, **limbs).note == ""
    assert score_one(**usual, **(limbs | {"n5a": "UN"})).note == "untestable n5a"
    assert score_one(**usual, **(limbs | {"n5a": "3"})).note == "unusual in coma n5a"
    worse = score_one(**(usual | {"n8": "0"}), **limbs)
    assert worse.note == "coma inconsistent with n8"


def test_zero_forms_give_zero_rows_with_all_columns():
    result = score_nihss(form().iloc[:0])
    assert tuple(result.columns) == COLUMNS
    assert len(result) == 0


def test_a_lacking_item_is_an_error():
    with pytest.raises(ItemsError, match="missing item column: n10"):
        score_nihss(form().drop(columns="n10"))


def compute_plainly(answer):
    """The definition, item by item."""
    scored = {c: int(v) for c, v in answer.items() if v not in (None, "UN")}
    untestable = [c for c, v in answer.items() if v == "UN"]
    missing = [c for c, v in answer.items() if v is None]
    coma = answer["n1a"] == "3" and (answer["n8"] != "2" or answer["n9"] != "3")
    return {
        "total": math.nan if missing else sum(scored.values()),
        "sum_available": math.nan if len(missing) == 15 else sum(scored.values()),
        "n_untestable": len(untestable),
        "n_missing": len(missing),
        "max_attainable": 42 - sum(MAXIMA[c] for c in untestable),
        "coma_inconsistent": int(coma),
    }


@modest
@given(st.lists(forms, min_size=1, max_size=8))
def test_any_forms_agree_with_the_definition_written_out(answers_given):
    result = score_nihss(pd.DataFrame(answers_given, columns=list(CODES), dtype=object))
    wanted = pd.DataFrame([compute_plainly(answer) for answer in answers_given])
    for column in wanted:
        np.testing.assert_array_equal(result[column].astype(float), wanted[column].astype(float))


@modest
@given(complete, st.sampled_from(CODES))
def test_a_worse_answer_never_lowers_a_sum(answer, code):
    worse = answer | {code: min(answer[code] + 1, MAXIMA[code])}
    result = score_nihss(pd.DataFrame([answer, worse]))
    for column in ("total", "sum_available", "motor"):
        assert result[column].iloc[1] >= result[column].iloc[0]
    assert result.total.between(0, 42).all()
