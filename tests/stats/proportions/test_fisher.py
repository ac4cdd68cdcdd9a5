"""Fisher's exact test against R and against its own definition."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from helpers.stats.proportions.fisher import compare_odds

REFERENCE = pd.read_csv(
    Path(__file__).parents[2] / "reference" / "stats" / "proportions.csv"
).to_dict("records")
exact = settings(derandomize=True, deadline=None, max_examples=60)


def tails(odds, x1, n1, x2, n2):
    """Mean and both tails of the noncentral hypergeometric count of the first group."""
    events = x1 + x2
    k = np.arange(max(0, events - n2), min(n1, events) + 1)
    log = hypergeom.logpmf(k, n1 + n2, events, n1) + k * math.log(odds)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    return k @ weight, weight[k >= x1].sum(), weight[k <= x1].sum()


@pytest.mark.parametrize("row", REFERENCE[1:], ids=lambda r: f"{r['x1']}/{r['n1']}")
def test_odds_ratio_limits_and_p_equal_the_exact_reference(row):
    result = compare_odds(row["x1"], row["n1"], row["x2"], row["n2"])
    assert result.p == pytest.approx(row["fisher_p"], rel=1e-8)
    assert result.estimate == pytest.approx(row["fisher_or"], rel=1e-8)
    assert result.lower == pytest.approx(row["fisher_or_lower"], rel=1e-8)
    assert result.upper == pytest.approx(row["fisher_or_upper"], rel=1e-8)


@pytest.mark.parametrize("table", [(0, 16, 0, 16), (4, 4, 9, 9), (0, 0, 3, 9)])
def test_a_margin_of_zero_is_not_estimable_and_says_why(table):
    result = compare_odds(*table)
    assert math.isnan(result.estimate)
    assert math.isnan(result.upper)
    assert result.note


def test_no_events_at_all_is_no_evidence_of_a_difference():
    assert compare_odds(0, 16, 0, 16).p == 1.0


@exact
@given(st.integers(1, 14), st.integers(1, 14), st.data())
def test_estimate_and_limits_solve_their_defining_equations(n1, n2, data):
    x1 = data.draw(st.integers(0, n1))
    x2 = data.draw(st.integers(0, n2))
    result = compare_odds(x1, n1, x2, n2)
    if 0.0 < result.estimate < math.inf:
        assert tails(result.estimate, x1, n1, x2, n2)[0] == pytest.approx(x1, rel=1e-7)
    if result.lower > 0.0:
        assert tails(result.lower, x1, n1, x2, n2)[1] == pytest.approx(0.025, rel=1e-6)
    if result.upper < math.inf:
        assert tails(result.upper, x1, n1, x2, n2)[2] == pytest.approx(0.025, rel=1e-6)


def test_the_p_value_is_valid_for_every_margin():
    n1, n2 = 7, 9
    for events in range(1, n1 + n2):
        k = np.arange(max(0, events - n2), min(n1, events) + 1)
        chance = hypergeom.pmf(k, n1 + n2, events, n1)
        p = np.array([compare_odds(int(x), n1, int(events - x), n2).p for x in k])
        assert all(chance[p <= a].sum() <= a + 1e-12 for a in p)
