"""The adjusted slope against statsmodels, and what has none."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from helpers.stats.linear.slope import estimate_slope

DRAW = np.random.default_rng(3)
X = DRAW.uniform(1, 3, 12)
Z = DRAW.normal(10, 3, 12)
Y = 2 + 0.7 * X - 0.3 * Z + DRAW.normal(0, 1, 12)


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_slope_and_limits_equal_those_of_statsmodels(level: float) -> None:
    fit = smf.ols("y ~ x + z", pd.DataFrame({"y": Y, "x": X, "z": Z})).fit()
    slope = estimate_slope(Y, X, Z, level=level)
    low, high = fit.conf_int(1 - level).loc["x"]
    expected = (fit.params["x"], fit.bse["x"], fit.df_resid, low, high)
    assert (slope.estimate, slope.se, slope.df, slope.lower, slope.upper) == pytest.approx(
        expected, rel=1e-10
    )


def test_the_order_of_the_values_changes_no_bit() -> None:
    order = DRAW.permutation(12)
    assert estimate_slope(Y[order], X[order], Z[order]) == estimate_slope(Y, X, Z)


def test_an_adjustment_that_does_not_vary_is_the_plain_slope() -> None:
    fit = smf.ols("y ~ x", pd.DataFrame({"y": Y, "x": X})).fit()
    slope = estimate_slope(Y, X, np.full(12, 8.0))
    assert (slope.estimate, slope.df) == pytest.approx((fit.params["x"], 10))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (0, "no value"),
        (1, "does not vary"),
        (3, "no more values than coefficients"),
    ],
)
def test_too_few_values_have_no_slope(rows: int, said: str) -> None:
    slope = estimate_slope(Y[:rows], X[:rows], Z[:rows])
    assert math.isnan(slope.estimate)
    assert math.isnan(slope.lower)
    assert said in slope.note


def test_a_number_that_is_another_one_again_has_no_slope() -> None:
    assert "beyond what it is adjusted for" in estimate_slope(Y, 2 * Z + 1, Z).note


def test_equal_numbers_or_a_perfect_line_have_no_interval() -> None:
    assert "does not vary" in estimate_slope(Y, np.ones(12), Z).note
    assert "no variation" in estimate_slope(np.ones(12), X, Z).note
