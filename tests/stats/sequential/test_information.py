"""Information fractions by hand."""

import math

import pytest

from helpers.stats.sequential.information import (
    compute_contrast_information,
    compute_information_fraction,
)


@pytest.mark.parametrize(("n", "t"), [(0, 0.0), (24, 0.5), (48, 1.0), (50, 50 / 48)])
def test_persons_over_planned_persons(n, t):
    assert compute_information_fraction(n, 48) == t


def test_the_information_of_a_contrast_is_one_over_its_variance():
    assert compute_contrast_information(16, 16, 2.0) == pytest.approx(1 / (4 / 16 + 4 / 16))
    assert compute_contrast_information(8, 7) == pytest.approx(1 / (1 / 8 + 1 / 7))
    assert compute_contrast_information(0, 16) == 0.0
    assert math.isnan(compute_contrast_information(3, 3, math.nan))


@pytest.mark.parametrize(("n", "planned"), [(-1, 48), (3, 0), (math.nan, 48), (3, math.inf)])
def test_unusable_information_is_a_programming_mistake(n, planned):
    with pytest.raises(ValueError, match="unusable information"):
        compute_information_fraction(n, planned)


def test_negative_numbers_of_persons_are_a_programming_mistake():
    with pytest.raises(ValueError, match="cannot be negative"):
        compute_contrast_information(-1, 3)
