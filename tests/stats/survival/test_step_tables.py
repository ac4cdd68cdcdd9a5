"""Counts at each time and reading a curve between its steps."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats.survival.mean_cumulative import mean_cumulative
from helpers.stats.survival.step_tables import count_at_times, tabulate_at_times


def test_persons_are_counted_at_each_distinct_time_and_at_zero():
    counts = count_at_times([3, 1, 3, 2], [1, 0, 2, 1], 3)
    assert counts.time.tolist() == [0, 1, 2, 3]
    assert counts.n_risk.tolist() == [4, 4, 3, 2]
    assert [c.tolist() for c in counts.counts] == [[0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]]


def test_events_at_time_zero_belong_to_its_row():
    counts = count_at_times([0, 0, 2], [1, 0, 1], 2)
    assert counts.time.tolist() == [0, 2]
    assert counts.n_risk.tolist() == [3, 1]


def test_a_curve_is_read_at_its_last_step_and_the_risk_just_before():
    table = mean_cumulative([[2], []], [4, 6])
    found = tabulate_at_times(table, [0, 1.9, 2, 4, 4.5, 6, 7])
    assert found["n_risk"].tolist() == [2, 2, 2, 2, 1, 1, 0]
    assert found["estimate"].tolist()[:6] == [0, 0, 0.5, 0.5, 0.5, 0.5]
    assert np.isnan(found["estimate"][6])
    assert found["note"][6] == "beyond the last observed time"


def test_no_times_give_a_table_with_the_same_columns():
    table = tabulate_at_times(mean_cumulative([[2]], [4]), [])
    assert table.empty
    assert "lower" in table.columns


def test_negative_times_are_a_programming_mistake():
    with pytest.raises(ValueError, match="negative"):
        tabulate_at_times(pd.DataFrame({"time": [0.0], "n_risk": [0]}), [-1])
