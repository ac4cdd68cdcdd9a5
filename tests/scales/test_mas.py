"""MAS: grades survive as text, both codings, means of rated groups."""

import io
import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.scales.items.read import ItemsError
from helpers.scales.mas import ARM, CODINGS, COLUMNS, GRADES, LEG, score_mas

modest = settings(derandomize=True, deadline=None, max_examples=60)
MUSCLES = (*ARM, *LEG)
grades = st.sampled_from([*GRADES, None])
forms = st.fixed_dictionaries(dict.fromkeys(MUSCLES, grades))
HALF_POINTS = dict(zip(GRADES, (0, 1, 1.5, 2, 3, 4), strict=True))
RANKS = dict(zip(GRADES, range(6), strict=True))


def frame(*rows):
    return pd.DataFrame([dict(zip(MUSCLES, row, strict=True)) for row in rows], dtype=object)


def score_row(*row, **options):
    return score_mas(frame(row), **options).iloc[0]


def test_the_columns_are_those_promised():
    assert tuple(score_mas(frame("012340")).columns) == COLUMNS


def test_one_plus_is_one_and_a_half_or_rank_two():
    row = score_row("1", "1+", "2", "0", "0", "0")
    assert (row.ue_mean_15, row.ue_mean_05) == (1.5, 2.0)
    assert row.sum_05 == 6


@pytest.mark.parametrize("coding", CODINGS)
def test_the_chosen_coding_fills_the_plain_columns(coding):
    row = score_row("4", "1+", "2", "0", "1+", "1", coding=coding)
    suffix = {"one_point_five": "_15", "ordinal_0_5": "_05"}[coding]
    for column in ("ue_mean", "le_mean", "all_mean"):
        assert row[column] == row[column + suffix]
    assert row.worst == {"one_point_five": 4, "ordinal_0_5": 5}[coding]
    assert {"one_point_five": "1.5", "ordinal_0_5": "ranks"}[coding] in row.rule


def test_two_of_three_groups_make_a_limb_mean_and_one_does_not():
    row = score_row("2", None, "1+", "3", None, None)
    assert row.ue_mean_15 == 1.75
    assert math.isnan(row.le_mean_15)
    assert math.isnan(row.all_mean_15)
    assert (row.n_rated, row.worst_grade) == (3, "3")
    assert row.note.endswith("too few groups rated in the leg")


@pytest.mark.parametrize("raw", ["5", "1.5", "1.0", "+1", "UN", "-"])
def test_a_grade_that_does_not_exist_counts_as_not_rated_and_is_named(raw):
    row = score_row(raw, "2", "2", "0", "0", "0")
    assert (row.n_rated, row.ue_mean_15) == (5, 2)
    assert f"not a legal value mas_elbow_flexors={raw}" in row.note


def test_nothing_rated_gives_no_grade():
    row = score_row(*[None] * 6)
    assert pd.isna(row.worst_grade)
    assert math.isnan(row.worst)
    assert row.n_rated == 0
    assert row.note == "nothing recorded"


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, 2]),
        pd.Series([1.5, np.nan]),
        pd.Series([1, 2], dtype="Int64"),
        pd.Series([1, 2], dtype=pd.ArrowDtype(pa.int64())),
        pd.Series([1, 2], dtype="category"),
        pd.Series([1, None], dtype=object),
        pd.Series([1.0, 2], dtype=object),
        pd.Series([True, False]),
    ],
)
def test_a_numeric_column_is_refused_because_one_plus_may_be_lost(column):
    forms_given = frame("000000", "111111").assign(mas_hip_adductors=column)
    with pytest.raises(ItemsError, match=r"mas_hip_adductors is numeric.*1\+"):
        score_mas(forms_given)


def test_a_column_without_any_grade_has_lost_nothing():
    forms_given = frame("000000", "111111").assign(mas_hip_adductors=np.nan)
    assert score_mas(forms_given).n_rated.tolist() == [5, 5]


@pytest.mark.parametrize(
    "kind", ["object", "string", "category", pd.ArrowDtype(pa.string()), "string[pyarrow]"]
)
def test_every_kind_of_text_column_gives_the_same_scores(kind):
    forms_given = frame(("0", "1", "1+", "2", "3", "4"), ("1+", None, "2", "0", "0", "0"))
    pd.testing.assert_frame_equal(score_mas(forms_given.astype(kind)), score_mas(forms_given))


def round_trips(forms_given, tmp_path):
    csv = forms_given.to_csv(index=False)
    yield pd.read_csv(io.StringIO(csv), dtype=str, keep_default_na=False)
    forms_given.to_parquet(tmp_path / "mas.parquet")
    yield pd.read_parquet(tmp_path / "mas.parquet")
    yield pd.read_json(io.StringIO(forms_given.to_json(orient="records")), dtype=False)
    forms_given.to_excel(tmp_path / "mas.xlsx", index=False)
    yield pd.read_excel(tmp_path / "mas.xlsx", dtype=str)


def test_grades_survive_csv_parquet_json_and_excel(tmp_path):
    forms_given = frame(GRADES, ("1", None, "1", "1+", "1+", "1"), ("0", "0", "0", None, "1", "2"))
    wanted = score_mas(forms_given)
    for read in round_trips(forms_given, tmp_path):
        pd.testing.assert_frame_equal(score_mas(read), wanted)


def test_another_muscle_list_is_a_parameter():
    arm = ("mas_elbow_flexors", "mas_shoulder_adductors")
    leg = ("mas_knee_extensors",)
    given_rows = pd.DataFrame([{arm[0]: "1", arm[1]: "1+", leg[0]: "3"}])
    row = score_mas(given_rows, arm=arm, leg=leg, min_rated=1).iloc[0]
    assert (row.ue_mean_15, row.le_mean_15, row.worst_grade) == (1.25, 3, "3")


def test_a_muscle_that_is_not_in_the_list_is_an_error():
    with pytest.raises(ItemsError, match="unknown item column 'mas_hip_flexors'"):
        score_mas(frame("000000").assign(mas_hip_flexors="1"))


def test_an_unknown_coding_is_an_error():
    with pytest.raises(ItemsError, match="ordinal_0_5"):
        score_row(*"000000", coding="half")


def mean_of(values, points, least):
    rated = [points[value] for value in values if value is not None]
    return sum(rated) / len(rated) if len(rated) >= least else math.nan


@modest
@given(forms)
def test_any_form_agrees_with_the_definition_written_out(answer):
    row = score_mas(pd.DataFrame([answer], dtype=object)).iloc[0]
    arm, leg = [answer[m] for m in ARM], [answer[m] for m in LEG]
    for suffix, points in (("_15", HALF_POINTS), ("_05", RANKS)):
        both = mean_of(arm + leg, points, 1)
        if math.isnan(mean_of(arm, points, 2) + mean_of(leg, points, 2)):
            both = math.nan
        wanted = (mean_of(arm, points, 2), mean_of(leg, points, 2), both)
        found = (row[f"ue_mean{suffix}"], row[f"le_mean{suffix}"], row[f"all_mean{suffix}"])
        assert found == pytest.approx(wanted, nan_ok=True)
    rated = [grade for grade in arm + leg if grade is not None]
    assert row.n_rated == len(rated)
    assert row.sum_05 == (
        sum(map(RANKS.get, rated)) if len(rated) == 6 else pytest.approx(math.nan, nan_ok=True)
    )
    assert pd.isna(row.worst_grade) if not rated else row.worst_grade == max(rated, key=RANKS.get)


@modest
@given(forms, st.sampled_from(MUSCLES))
def test_more_tone_never_lowers_a_mean_or_the_worst_grade(answer, muscle):
    if answer[muscle] in (None, "4"):
        return
    worse = answer | {muscle: GRADES[GRADES.index(answer[muscle]) + 1]}
    result = score_mas(pd.DataFrame([answer, worse], dtype=object))
    for column in ("ue_mean_15", "le_mean_05", "all_mean_15", "sum_05", "worst"):
        before, after = result[column]
        assert math.isnan(before) == math.isnan(after)
        assert math.isnan(before) or after >= before
