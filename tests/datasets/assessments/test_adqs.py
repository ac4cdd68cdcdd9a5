"""Items with the answer that analyses may use, and why there is none."""

import pytest
from mini_export import MiniExport
from score_export import items, pick


def answer(item, value, **changes):
    mini = MiniExport()
    mini.change("qs", {"SUBJID": "003", "VISIT": "M03", "QSTESTCD": item}, QSORRES=value, **changes)
    row = pick(items(mini), SUBJID="003", VISIT="M03", QSTESTCD=item).iloc[0]
    return row["AVALC"], row["NOTE"]


@pytest.mark.parametrize(
    ("item", "value", "answer_", "note"),
    [
        ("n5a", "2", "2", None),
        ("n5a", "UN", "UN", "UNTESTABLE"),
        ("n5a", "9", "UN", "UNTESTABLE_OLD"),
        ("n5a", "7", None, "ILLEGAL"),
        ("n5a", None, None, "MISSING"),
        ("mas_knee_flexors", "1+", "1+", None),
        ("mas_knee_flexors", "1.5", None, "ILLEGAL"),
        ("fim13_stairs", "NT", "NT", "UNTESTABLE"),
        ("q1", "yes", None, "ILLEGAL"),
    ],
)
def test_each_answer_is_judged_by_its_scale(item, value, answer_, note):
    assert answer(item, value) == (answer_, note)


def test_an_item_that_the_scale_does_not_have_is_no_answer():
    mini = MiniExport()
    mini.change("qs", {"SUBJID": "003", "VISIT": "M03", "QSTESTCD": "n2"}, QSTESTCD="n22")
    row = pick(items(mini), SUBJID="003", QSTESTCD="n22").iloc[0]
    assert (row["AVALC"], row["NOTE"]) == (None, "UNKNOWN_ITEM")


def test_a_row_for_a_whole_form_says_that_it_was_not_done():
    mini = MiniExport()
    mini.drop("qs", SUBJID="003", VISIT="M03", QSCAT="FIM")
    none = {"VISIT": "M03", "QSCAT": "FIM", "QSTESTCD": "ALL", "QSDTC": "2021-06-11"}
    mini.add("qs", "003", QSSTAT="NOT DONE", QSREASND="x", **none)
    row = pick(items(mini), SUBJID="003", QSTESTCD="ALL").iloc[0]
    assert (row["AVALC"], row["NOTE"]) == (None, "NOT_DONE")


def test_every_item_has_the_visit_of_its_form():
    frame = pick(items(MiniExport()), SUBJID="001", QSCAT="SF36")
    visits = frame.groupby("VISIT")["AVISIT"].unique().map(list).to_dict()
    assert visits == {"BL": ["BL"], "M03": ["M03"], "M06": ["M06"], "M12": ["M12"]}
    assert frame.groupby("FORMNO").size().tolist() == [36] * 4
