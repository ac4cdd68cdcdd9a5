"""The number behind each item row."""

import math

import numpy as np
import pandas as pd

from helpers.scales.command.options import ScoreOptions
from helpers.scales.fms import TotalScale
from helpers.scales.items.values import derive_item_values


def values(qscat, answers, **options):
    long = pd.DataFrame(
        {
            "SUBJID": "001",
            "VISIT": "BL",
            "QSCAT": qscat,
            "QSTESTCD": list(answers),
            "QSORRES": np.array(list(answers.values()), dtype=object),
        },
        index=[f"r{k}" for k in range(len(answers))],
    )
    found = derive_item_values(long, options=ScoreOptions(**options))
    assert found.index.equals(long.index)
    pairs = zip(found.AVAL, found.ITEMNOTE, strict=True)
    return [(None if math.isnan(v) else v, note) for v, note in pairs]


def test_plain_answers_are_their_own_points():
    assert values("NIHSS", {"n1a": "2", "n2": "0"}) == [(2, ""), (0, "")]


def test_what_has_no_number_says_why():
    found = values(
        "NIHSS", {"n1a": "7", "n5a": "UN", "n5b": "9", "n8": None, "n99": "1", "ALL": "x"}
    )
    assert found == [
        (None, "IMPOSSIBLE"),
        (None, "UNTESTABLE"),
        (None, "UNTESTABLE"),
        (None, "MISSING"),
        (None, "UNKNOWN_ITEM"),
        (None, "NOT_AN_ITEM"),
    ]


def test_special_fim_codes_are_worth_one():
    found = values("FIM", {"fim13_stairs": "NT", "fim18_memory": "0", "fim01_eating": "7"})
    assert found == [(1, "UNTESTABLE"), (1, ""), (7, "")]


def test_mas_grades_follow_the_coding():
    grades = {"mas_knee_flexors": "1+", "mas_hip_adductors": "4"}
    assert values("MAS", grades) == [(1.5, ""), (4, "")]
    assert values("MAS", grades, mas_coding="ordinal_0_5") == [(2, ""), (5, "")]


def test_a_gated_item_is_zero_and_says_so():
    found = values("FMA", {"le12_knee_flexion_standing": "1", "le14_normal_reflex": "2"})
    assert found == [(1, ""), (0, "GATED")]
    blank = values("FMA", {"le12_knee_flexion_standing": "1", "le14_normal_reflex": None})
    assert blank == [(1, ""), (0, "GATED")]


def test_a_recorded_total_is_its_own_value():
    options = {"fms_definition": "total_only", "fms_total": TotalScale(0, 30)}
    assert values("FMA", {"fms_total": "12.5"}, **options) == [(12.5, "")]


def test_sf36_items_keep_their_raw_codes():
    assert values("SF36", {"q1": "5", "q3": "1"}) == [(5, ""), (1, "")]
