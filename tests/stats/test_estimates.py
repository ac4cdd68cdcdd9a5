"""Results are values: rows for tables, mirrored for the opposite contrast."""

import dataclasses
import math

import pytest

from helpers.stats.accrual import predict_waiting_time
from helpers.stats.estimates import Estimate, TestedEstimate, check_level, not_estimable
from helpers.stats.ranks import compare_ranks
from helpers.stats.sequential.conditional_power import conditional_power
from helpers.stats.stopping import posterior_monitor
from helpers.stats.stopping.comparative_alert import compare_with_control
from helpers.stats.survival.log_rank import log_rank


def test_a_result_turns_into_a_row_and_cannot_be_changed():
    result = TestedEstimate(1.0, 0.5, 2.0, 0.95, "wald", "", 0.03)
    assert dict(result)["p"] == result["p"] == 0.03
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.estimate = 2.0


@pytest.mark.parametrize(
    ("result", "name"),
    [
        (compare_ranks([1, 2, 5], [3, 4, 9]), "shift"),
        (conditional_power(1.0, 0.5, 1.97), "predictive"),
        (posterior_monitor(3, 16), "prob_above"),
        (compare_with_control(3, 16, 1, 16), "probability"),
        (log_rank([1, 2, 3, 4], [1, 1, 1, 0], ["a", "b", "a", "b"]), "statistic"),
        (predict_waiting_time(3, events=5, exposure=6.0, rate=0.5), "estimate"),
    ],
)
def test_every_single_result_is_also_a_row(result, name):
    assert dict(result)[name] == result[name] == getattr(result, name)
    assert {"method", "note"} <= set(dict(result))


def test_mirroring_turns_signs_and_exchanges_limits_without_negative_zeros():
    mirrored = Estimate(0.0, -1.0, 2.0, 0.95, "wald").mirrored()
    assert (mirrored.estimate, mirrored.lower, mirrored.upper) == (0.0, -2.0, 1.0)
    assert math.copysign(1.0, mirrored.estimate) == 1.0


def test_not_estimable_keeps_method_and_reason():
    result = not_estimable("wilson", 0.9, "no participants")
    assert math.isnan(result.estimate)
    assert (result.method, result.level, result.note) == ("wilson", 0.9, "no participants")


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, math.nan])
def test_a_level_is_between_0_and_1(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        check_level(level)
