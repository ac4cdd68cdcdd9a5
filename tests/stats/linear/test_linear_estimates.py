"""Tables of estimates with t intervals."""

import numpy as np
import pytest
from scipy import stats

from helpers.stats.linear.estimates import list_pairs, tabulate_estimates


def table(estimate, se, df, level=0.95):
    numbers = [np.array(x, dtype=float) for x in (estimate, se, df)]
    return tabulate_estimates(
        {"term": list("abc")[: len(estimate)]}, *numbers, level, [""] * len(estimate)
    )


def test_limits_and_p_are_those_of_the_t_distribution():
    result = table([1.0, -2.0], [0.5, 1.5], [7.3, 40.0], level=0.9)
    for row in result.itertuples():
        assert (row.lower, row.upper) == pytest.approx(
            stats.t.interval(0.9, row.df, row.estimate, row.se)
        )
        assert row.p == pytest.approx(2 * stats.t.sf(abs(row.estimate / row.se), row.df))


def test_infinite_df_give_normal_limits():
    row = table([1.0], [0.5], [np.inf]).iloc[0]
    assert row.upper == pytest.approx(1 + 0.5 * stats.norm.ppf(0.975))


def test_what_has_no_standard_error_has_no_limits():
    result = table([1.0, np.nan, 2.0], [np.nan, np.nan, 0.0], [np.nan, np.nan, 5.0])
    assert result[["t", "p"]].isna().all(axis=None)
    assert result.lower.isna().tolist() == [True, True, False]


def test_an_empty_table_keeps_its_columns():
    result = table([], [], [])
    assert list(result) == ["term", "estimate", "se", "df", "lower", "upper", "t", "p", "note"]
    assert result["term"].dtype == result.note.dtype == object


def test_pairs_are_all_or_those_with_the_reference():
    assert list_pairs(3, None) == [(1, 0), (2, 0), (2, 1)]
    assert list_pairs(3, 1) == [(0, 1), (2, 1)]
    assert list_pairs(1, None) == list_pairs(0, None) == []
