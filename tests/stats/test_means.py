import math

import pytest

from helpers.stats.means import estimate_mean


def test_a_mean_has_the_limits_of_students_table() -> None:
    # t(0.975, 4) = 2.776445 (any printed table); mean 3, sd sqrt(2.5), n 5
    found = estimate_mean([1, 2, 3, 4, 5])
    assert found.estimate == 3
    assert found.upper == pytest.approx(3 + 2.776445 * math.sqrt(2.5 / 5), abs=1e-6)
    assert found.lower == pytest.approx(3 - 2.776445 * math.sqrt(2.5 / 5), abs=1e-6)


def test_missing_values_are_left_out() -> None:
    assert estimate_mean([1, math.nan, 3]) == estimate_mean([1, 3])


@pytest.mark.parametrize("values", [[], [4.0]])
def test_fewer_than_two_values_have_no_interval(values: list[float]) -> None:
    found = estimate_mean(values)
    assert math.isnan(found.lower)
    assert found.note == "fewer than two values"


def test_equal_values_have_a_mean_without_limits() -> None:
    found = estimate_mean([2.0, 2.0, 2.0])
    assert (found.estimate, found.note) == (2.0, "all values are equal")
    assert math.isnan(found.upper)


def test_an_impossible_level_is_refused() -> None:
    with pytest.raises(ValueError, match="level"):
        estimate_mean([1, 2], level=95)
