"""The Pocock-type boundary against the printed numbers and its own definition."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from helpers.stats.stopping import stopping_boundary
from helpers.stats.stopping.operating_characteristics import operating_characteristics
from helpers.stats.stopping.pocock_boundary import pocock_boundary

PLANNED = [math.nan, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5]


def test_boundary_size_and_power_are_the_printed_ones():
    table = pocock_boundary(16, p0=0.1, alpha=0.1)
    assert table["alert_at"].tolist() == pytest.approx(PLANNED, nan_ok=True)
    assert f"{table['size'].iloc[0]:.4f}" == "0.0976"
    power = operating_characteristics(table, rates=[0.05, 0.15, 0.2, 0.3, 0.4])["p_alert"]
    assert [f"{p:.3f}" for p in power] == ["0.020", "0.233", "0.404", "0.725", "0.914"]


def test_it_is_also_a_rule_of_the_stopping_boundary():
    assert stopping_boundary(16, rule="pocock")["alert_at"].equals(pocock_boundary(16)["alert_at"])


def counts_at(constant, n_max, p0):
    rows = []
    for n in range(1, n_max + 1):
        crossing = [r for r in range(1, n + 1) if binom.sf(r - 1, n, p0) <= constant]
        rows.append(crossing[0] if crossing else math.nan)
    return rows


@settings(derandomize=True, deadline=None, max_examples=15)
@given(st.integers(1, 20), st.floats(0.02, 0.5), st.floats(0.01, 0.3))
def test_the_constant_is_the_largest_that_keeps_the_error(n_max, p0, alpha):
    table = pocock_boundary(n_max, p0=p0, alpha=alpha)
    assert table["size"].iloc[0] <= alpha
    constant = table["constant"].iloc[0]
    assert table["alert_at"].tolist() == pytest.approx(counts_at(constant, n_max, p0), nan_ok=True)
    tails = {binom.sf(r - 1, n, p0) for n in range(1, n_max + 1) for r in range(1, n + 1)}
    larger = [t for t in sorted(tails) if t > constant * (1 + 1e-12)]
    if larger:
        above = counts_at(larger[0] * (1 + 1e-12), n_max, p0)
        size = operating_characteristics(above, rates=[p0])["p_alert"].iloc[0]
        assert size > alpha


def test_no_count_crosses_when_the_error_cannot_be_kept():
    table = pocock_boundary(2, p0=0.5, alpha=0.01)
    assert table["alert_at"].isna().all()
    assert table["size"].iloc[0] == 0.0


def test_unusable_designs_are_a_programming_mistake():
    for options in ({"p0": 0}, {"alpha": 1}, {"n_max": 0}):
        with pytest.raises(ValueError, match="unusable design"):
            pocock_boundary(**options)


def test_it_grows_with_the_number_of_persons():
    assert (np.diff(pocock_boundary(60)["alert_at"].dropna()) >= 0).all()
