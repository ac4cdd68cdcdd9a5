"""Response of the items that were the worst at baseline, graded by hand."""

import pandas as pd
import pytest
from score_frames import TRIAL

from helpers.datasets.assessments.adeff_response import derive_response
from helpers.datasets.assessments.worst_items import measure_worst_items
from helpers.params.trial import Trial

ELBOW, WRIST, HIP = "mas_elbow_flexors", "mas_wrist_flexors", "mas_hip_adductors"
POINTS = {"0": 0, "1": 1, "1+": 1.5, "2": 2, "3": 3, "4": 4}
RANKS = {"one_point_five": POINTS, "ordinal_0_5": {grade: n for n, grade in enumerate(POINTS)}}


def code_in(coding: str) -> Trial:
    return TRIAL.model_copy(
        update={"scoring": TRIAL.scoring.model_copy(update={"mas_coding": coding})}
    )


def grade(before: dict, after: dict, coding: str = "one_point_five"):
    """Rows of the worst grade at baseline (form 0) and later (form 1), with their items."""
    points = RANKS[coding]
    items = pd.DataFrame(
        [
            {"FORMNO": form, "QSCAT": "MAS", "QSTESTCD": code, "AVALC": answer}
            for form, answers in enumerate((before, after))
            for code, answer in answers.items()
        ],
        columns=["FORMNO", "QSCAT", "QSTESTCD", "AVALC"],
    )
    worst = [
        max((points[a] for a in own.values() if a is not None), default=None)
        for own in (before, after)
    ]
    rows = pd.DataFrame(
        {
            "SUBJID": "1",
            "PARAMCD": "MASWORST",
            "FORMNO": [0, 1],
            "ABLFL": ["Y" if worst[0] is not None else None, None],
            "AVAL": pd.array(worst, dtype="Float64"),
            "BASE": pd.array([worst[0]] * 2, dtype="Float64"),
        }
    )
    return rows.assign(CHG=(rows["AVAL"] - rows["BASE"]).where(rows["FORMNO"] == 1)), items


def respond(before: dict, after: dict, coding: str = "one_point_five"):
    rows, items = grade(before, after, coding)
    found = derive_response(rows, code_in(coding), items)
    return found["CRIT1FL"][1], found["UNABLEFL"][0]


@pytest.mark.parametrize("coding", ["one_point_five", "ordinal_0_5"])
@pytest.mark.parametrize(
    ("before", "after", "response"),
    [
        ({ELBOW: "3", WRIST: "1"}, {ELBOW: "2", WRIST: "1"}, "Y"),
        ({ELBOW: "3", WRIST: "1"}, {ELBOW: "3", WRIST: "0"}, "N"),
        # the worst grade of the form is as before, the muscle that was the worst is better
        ({ELBOW: "3", WRIST: "2"}, {ELBOW: "2", WRIST: "3"}, "Y"),
        # 1+ is a grade of its own, whatever it counts in a mean
        ({ELBOW: "1+", HIP: "1"}, {ELBOW: "1", HIP: "1"}, "Y"),
        ({ELBOW: "2", HIP: "1"}, {ELBOW: "1+", HIP: "4"}, "Y"),
        ({ELBOW: "2", HIP: "1"}, {ELBOW: "2", HIP: "0"}, "N"),
        ({ELBOW: "2", HIP: "1"}, {ELBOW: "3", HIP: "0"}, "N"),
        # of two that were the worst both must be better
        ({ELBOW: "3", HIP: "3"}, {ELBOW: "2", HIP: "3"}, "N"),
        ({ELBOW: "3", HIP: "3"}, {ELBOW: "2", HIP: "1+"}, "Y"),
        # the muscle that was the worst is not graded any more
        ({ELBOW: "3", HIP: "1"}, {ELBOW: None, HIP: "1"}, None),
        ({ELBOW: "3", HIP: "1"}, {HIP: "1"}, None),
        # another one is not, or was not
        ({ELBOW: "3", HIP: "1"}, {ELBOW: "2", HIP: None}, "Y"),
        ({ELBOW: "3", HIP: None}, {ELBOW: "2", HIP: "4"}, "Y"),
        ({ELBOW: None}, {ELBOW: "2"}, None),
        ({}, {ELBOW: "2"}, None),
    ],
)
def test_the_muscle_that_was_the_worst_at_baseline_falls_by_a_grade(
    coding, before, after, response
):
    assert respond(before, after, coding)[0] == response


@pytest.mark.parametrize(
    ("before", "unable"),
    [({ELBOW: "0", HIP: "0"}, "Y"), ({ELBOW: "1", HIP: "0"}, None), ({}, None)],
)
def test_only_who_starts_without_any_tone_cannot_respond(before, unable):
    assert respond(before, {ELBOW: "0", HIP: "0"})[1] == unable


def test_steps_are_those_between_grades():
    """From 3 to 1 are three steps (2, 1+, 1), and four to 0."""
    rows, items = grade({ELBOW: "3"}, {ELBOW: "1"})
    found = measure_worst_items(rows, items, "MASWORST", TRIAL)
    assert found["STEPS"].tolist() == [0, -3]
    assert found["BEST"].tolist() == [-4, -4]


def test_without_items_nobody_is_judged():
    rows, _ = grade({ELBOW: "3"}, {ELBOW: "1"})
    assert derive_response(rows, TRIAL)["CRIT1FL"].isna().all()


def test_where_more_is_better_the_worst_item_is_the_lowest():
    """FIM eating from 2 to 4, dressing stays 5: a rise of two."""
    score = TRIAL.scores["FIMTOT"]
    items = pd.DataFrame(
        {
            "FORMNO": [0, 0, 1, 1],
            "QSCAT": "FIM",
            "QSTESTCD": ["fim01_eating", "fim13_stairs"] * 2,
            "AVALC": ["2", "5", "4", "5"],
        }
    )
    rows = pd.DataFrame({"SUBJID": "1", "FORMNO": [0, 1], "ABLFL": ["Y", None]})
    assert score.direction == 1
    found = measure_worst_items(rows, items, "FIMTOT", TRIAL)
    assert found["STEPS"].tolist() == [0, 2]
    assert found["BEST"].tolist() == [5, 5]
