"""Design matrices coded and named as in R; patsy makes the expected columns."""

import numpy as np
import pandas as pd
import pytest
from patsy import dmatrix

from helpers.stats.linear.design_matrix import (
    build_design,
    format_level,
    parse_terms,
    read_factor,
    read_number,
    read_variable,
)

FRAME = pd.DataFrame(
    {
        "ARM": ["A", "B", "C", "A", "B", "C", "A", "B"],
        "VISIT": ["V1", "V1", "V1", "V2", "V2", "V2", "V1", "V2"],
        "SEX": ["m", "f", "f", "m", "f", "m", "f", "m"],
        "BASE": [1.5, 2.0, -1.0, 0.0, 3.0, 4.0, 2.5, 1.0],
    }
)


def design_of(covariates, crossed=("ARM", "VISIT"), frame=FRAME):
    terms = parse_terms(covariates, crossed, frame.columns)
    names = dict.fromkeys(name for term in terms for name in term)
    return build_design({name: read_variable(frame, name) for name in names}, terms)


@pytest.mark.parametrize(
    ("covariates", "formula"),
    [
        ([], "ARM * VISIT"),
        (["BASE"], "BASE + ARM * VISIT"),
        (["BASE:VISIT"], "BASE:VISIT + ARM * VISIT"),
        (["BASE*VISIT", "SEX"], "BASE * VISIT + SEX + ARM * VISIT"),
        (["SEX:VISIT"], "ARM * VISIT + SEX:VISIT"),
        (["BASE*SEX*VISIT"], "BASE * SEX * VISIT + ARM * VISIT"),
    ],
)
def test_the_columns_span_what_patsy_makes(covariates, formula):
    ours = design_of(covariates).matrix(len(FRAME))
    theirs = np.asarray(dmatrix(formula, FRAME))
    assert ours.shape == theirs.shape
    both = np.column_stack([ours, theirs])
    assert (
        np.linalg.matrix_rank(both) == np.linalg.matrix_rank(ours) == np.linalg.matrix_rank(theirs)
    )


def test_names_and_order_are_those_of_r():
    assert design_of(["BASE*VISIT"]).names == [
        "(Intercept)",
        "BASE",
        "VISITV2",
        "ARMB",
        "ARMC",
        "BASE:VISITV2",
        "VISITV2:ARMB",
        "VISITV2:ARMC",
    ]
    assert design_of(["BASE", "SEX"]).names[:6] == [
        "(Intercept)",
        "BASE",
        "SEXm",
        "ARMB",
        "ARMC",
        "VISITV2",
    ]


def test_a_column_is_the_product_of_its_parts():
    design = design_of(["BASE*VISIT"])
    matrix = dict(zip(design.names, design.matrix(len(FRAME)).T, strict=True))
    second = FRAME.VISIT == "V2"
    np.testing.assert_array_equal(matrix["BASE:VISITV2"], FRAME.BASE * second)
    np.testing.assert_array_equal(matrix["VISITV2:ARMC"], (FRAME.ARM == "C") & second)


def test_the_reference_grid_weighs_levels_equally_and_takes_the_mean_of_numbers():
    design = design_of(["BASE", "SEX"])
    row = dict(zip(design.names, design.average_rows([{"ARM": 1, "VISIT": 0}])[0], strict=True))
    assert row["(Intercept)"] == 1
    assert (row["ARMB"], row["ARMC"], row["VISITV2"]) == (1, 0, 0)
    assert row["SEXm"] == 0.5
    assert row["BASE"] == pytest.approx(FRAME.BASE.mean())


def test_levels_are_sorted_or_in_the_order_of_the_categories():
    assert read_factor(FRAME, "ARM").levels == ("A", "B", "C")
    ordered = FRAME.assign(ARM=pd.Categorical(FRAME.ARM, ["C", "X", "A", "B"]))
    variable = read_factor(ordered, "ARM")
    assert variable.levels == ("C", "A", "B")
    assert variable.data.tolist()[:3] == [1, 2, 0]


def test_a_chosen_first_level_comes_first():
    assert read_factor(FRAME, "ARM", first="B").levels == ("B", "A", "C")
    ordered = FRAME.assign(ARM=pd.Categorical(FRAME.ARM, ["A", "B", "C", "X"]))
    assert read_factor(ordered, "ARM", first="X").levels == ("X", "A", "B", "C")
    with pytest.raises(ValueError, match="ARM has no level 'Z'"):
        read_factor(FRAME, "ARM", first="Z")


def test_missing_values_of_every_kind_are_missing():
    frame = pd.DataFrame({"F": ["a", None, np.nan], "N": [1, pd.NA, 3]})
    assert read_factor(frame, "F").missing.tolist() == [False, True, True]
    assert read_number(frame, "N").missing.tolist() == [False, True, False]


def test_levels_that_no_longer_occur_are_dropped():
    variable = read_factor(FRAME, "ARM").take(np.array([0, 2, 3]))
    assert variable.levels == ("A", "C")
    assert variable.data.tolist() == [0, 1, 0]


def test_truth_values_are_a_factor_and_text_is_no_number():
    frame = FRAME.assign(YES=FRAME.BASE > 1)
    assert read_variable(frame, "YES").levels == (False, True)
    with pytest.raises(ValueError, match="SEX must be a column of numbers"):
        read_number(frame, "SEX")


def test_a_term_is_found_by_its_name_in_any_order():
    design = design_of(["BASE"])
    assert [design.names[i] for i in design.columns_of("VISIT:ARM")] == [
        "ARMB:VISITV2",
        "ARMC:VISITV2",
    ]
    assert design.columns_of("BASE") == [1]
    assert design_of([], frame=FRAME[FRAME.VISIT == "V1"]).columns_of("ARM:VISIT") == []
    with pytest.raises(ValueError, match="no term or coefficient 'AGE'"):
        design.columns_of("AGE")


def test_an_unknown_column_is_refused_by_name():
    with pytest.raises(ValueError, match="not a column: AGE, WEIGHT"):
        parse_terms(["AGE*VISIT", "WEIGHT"], ("ARM", "VISIT"), FRAME.columns)


def test_a_column_whose_name_has_a_star_is_that_column():
    frame = FRAME.assign(**{"A*B": 1.0})
    assert parse_terms(["A*B"], ("ARM",), frame.columns) == (("A*B",), ("ARM",))


def test_whole_numbers_read_as_such():
    assert [format_level(x) for x in (3.0, 3, 2.5, "x")] == ["3", "3", "2.5", "x"]
