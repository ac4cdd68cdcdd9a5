"""Covariates become columns of numbers, coded and named as in R."""

import numpy as np
import pandas as pd

from helpers.stats.linear.covariate_columns import expand_covariates, find_levels

FRAME = pd.DataFrame(
    {
        "AGE": [61, 70, np.nan],
        "SEX": ["M", "F", None],
        "STAGE": pd.Categorical(["II", "I", "II"], categories=["II", "I", "III"]),
        "FLAG": [True, False, True],
    }
)


def test_numbers_stay_and_factors_become_indicators_against_the_first_level():
    columns = expand_covariates(FRAME, ["AGE", "SEX", "STAGE", "FLAG"])
    assert columns.names == ("AGE", "SEXM", "STAGEI", "FLAGTrue")
    expected = [[61, 1, 0, 1], [70, 0, 1, 0], [np.nan, np.nan, 0, 1]]
    np.testing.assert_array_equal(columns.matrix, expected)


def test_no_covariates_are_no_columns():
    assert expand_covariates(FRAME, []).matrix.shape == (3, 0)


def test_levels_come_in_declared_order_or_sorted():
    assert find_levels(FRAME.STAGE) == ["II", "I"]
    assert find_levels(FRAME.STAGE, declared=True) == ["II", "I", "III"]
    assert find_levels(FRAME.SEX) == ["F", "M"]
