"""Dunnett's adjustment against printed anchors, R's values, and properties."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from helpers.stats.multiplicity.dunnett import adjust_contrasts, adjust_dunnett, dunnett_critical

exact = settings(derandomize=True, deadline=None, max_examples=40)


@pytest.mark.parametrize(
    ("df", "critical"), [(20, 2.37869), (40, 2.29271), (44, 2.28517), (45, 2.28350)]
)
def test_critical_values_equal_the_anchors_of_the_interim_plan(df, critical):
    assert dunnett_critical(0.95, df, 0.5) == pytest.approx(critical, abs=5.1e-6)


@pytest.mark.parametrize(("t", "p"), [(2.5, 0.03025), (2.0, 0.09305), (1.2, 0.38649)])
def test_adjusted_p_equals_the_anchors_of_the_interim_plan(t, p):
    assert adjust_dunnett([t, -0.3], 44, 0.5)[0] == pytest.approx(p, abs=5.1e-6)


@pytest.mark.parametrize(
    ("arms", "df", "critical"),
    # Dunnett, Biometrics 1964;20:482, two-sided 5 %, equal groups
    [(3, 10, 2.76), (4, 10, 2.89), (3, 20, 2.54), (4, 60, 2.51), (3, math.inf, 2.35)],
)
def test_more_contrasts_equal_the_published_table(arms, df, critical):
    matrix = np.full((arms, arms), 0.5) + 0.5 * np.eye(arms)
    assert dunnett_critical(0.95, df, matrix) == pytest.approx(critical, abs=0.0051)


@exact
@given(
    t=st.lists(st.floats(-6, 6), min_size=1, max_size=4),
    df=st.floats(2, 200),
    correlation=st.floats(0, 0.95),
)
def test_an_adjusted_p_lies_between_the_plain_one_and_bonferroni(t, df, correlation):
    plain = 2.0 * student.sf(np.abs(t), df)
    adjusted = adjust_dunnett(t, df, correlation)
    assert np.all(adjusted >= plain * (1 - 1e-9) - 1e-14)
    assert np.all(adjusted <= np.minimum(plain * len(t), 1.0) * (1 + 1e-9) + 1e-14)


@exact
@given(df=st.floats(2, 500), correlation=st.floats(-0.95, 0.95), level=st.floats(0.5, 0.999))
def test_the_critical_value_is_where_the_adjusted_p_is_one_minus_the_level(df, correlation, level):
    critical = dunnett_critical(level, df, correlation)
    p = adjust_dunnett([critical, 0.0], df, correlation)[0]
    assert p == pytest.approx(1.0 - level, rel=1e-9)


def test_one_contrast_and_two_that_say_the_same_need_no_adjustment():
    for correlation in (1.0, -1.0):
        assert adjust_dunnett([2.1, 2.1], 17.3, correlation) == pytest.approx(
            [2 * student.sf(2.1, 17.3)] * 2, rel=1e-12
        )
    assert adjust_dunnett([2.1], 17.3, 1.0) == pytest.approx([2 * student.sf(2.1, 17.3)], rel=1e-12)


@pytest.mark.parametrize("diagonal", [1.0, 1.0 - 2.0**-52])
def test_rounding_in_the_variance_of_one_contrast_adjusts_nothing(diagonal):
    found = adjust_dunnett([2.0], 44.0, np.array([[diagonal]]))
    assert found[0] == pytest.approx(2.0 * student.sf(2.0, 44.0), rel=1e-12)


def test_a_contrast_without_t_is_not_part_of_the_family():
    assert adjust_dunnett([math.nan, 2.1], [math.nan, 30.0], 0.5) == pytest.approx(
        [math.nan, 2 * student.sf(2.1, 30.0)], rel=1e-12, nan_ok=True
    )
    assert np.isnan(adjust_dunnett([math.nan, math.nan], math.nan, 0.5)).all()
    assert adjust_dunnett([], 10, np.zeros((0, 0))).size == 0
    assert math.isnan(dunnett_critical(0.95, math.nan, 0.5))


def test_of_several_degrees_of_freedom_the_smallest_counts():
    assert adjust_dunnett([2.0, 1.0], [40.0, 30.0], 0.5) == pytest.approx(
        adjust_dunnett([2.0, 1.0], 30.0, 0.5), rel=0
    )


def test_the_order_of_the_contrasts_does_not_matter():
    matrix = np.array([[1, 0.4, 0.5], [0.4, 1, 0.6], [0.5, 0.6, 1]])
    turned = [2, 0, 1]
    p = adjust_dunnett([2.5, 1.0, 2.0], 30, matrix)
    again = adjust_dunnett([2.0, 2.5, 1.0], 30, matrix[np.ix_(turned, turned)])
    assert again == pytest.approx(p[turned], abs=1e-4)


@pytest.mark.parametrize(
    "correlation", [np.zeros((2, 3)), 1.5, np.full((2, 2), math.nan), np.zeros(4)]
)
def test_a_correlation_that_is_none_is_a_programming_mistake(correlation):
    with pytest.raises(ValueError, match="correlation must"):
        adjust_dunnett([1.0, 2.0], 10, correlation)


def test_a_correlation_of_another_size_is_a_programming_mistake():
    with pytest.raises(ValueError, match="2 statistics"):
        adjust_dunnett([1.0, 2.0], 10, np.eye(3))


def test_a_table_gets_simultaneous_limits_and_leaves_out_what_cannot_be_estimated():
    covariance = np.array([[4.0, 2.0, math.nan], [2.0, 4.0, math.nan], [math.nan] * 3])
    table = pd.DataFrame(
        {
            "estimate": [5.0, 1.0, math.nan],
            "se": [2.0, 2.0, math.nan],
            "df": [44.0, 44.0, math.nan],
            "lower": math.nan,
            "upper": math.nan,
            "t": [2.5, 0.5, math.nan],
            "p": [0.0162, 0.62, math.nan],
        }
    )
    adjusted = adjust_contrasts(table, covariance, 0.95)
    assert adjusted["p"].iloc[0] == pytest.approx(0.03025, abs=5e-6)
    assert adjusted["lower"].iloc[0] == pytest.approx(5 - 2 * 2.28517, abs=2e-5)
    assert adjusted["upper"].iloc[0] == pytest.approx(5 + 2 * 2.28517, abs=2e-5)
    assert adjusted.loc[2, ["lower", "upper", "p", "p_adjusted", "p_unadjusted"]].isna().all()
    assert list(adjusted["p_unadjusted"][:2]) == [0.0162, 0.62]


@pytest.mark.parametrize("df", [0.0, 0.3, 0.99])
def test_below_one_degree_of_freedom_there_is_no_critical_value(df):
    assert math.isnan(dunnett_critical(0.95, df, 0.5))
