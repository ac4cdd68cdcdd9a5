"""A p value as a signed z: there and back."""

import math

import pytest
from scipy.stats import norm

from helpers.stats.sequential.equivalent import find_equivalent_z


@pytest.mark.parametrize("p", [1.0, 0.5, 0.05, 1e-10])
@pytest.mark.parametrize("effect", [-2.0, 3.0])
def test_it_has_the_p_value_and_the_sign_of_the_effect(p: float, effect: float) -> None:
    z = find_equivalent_z(p, effect)
    assert 2 * norm.sf(abs(z)) == pytest.approx(p, rel=1e-9)
    assert math.copysign(1, z) == math.copysign(1, effect)


def test_no_effect_is_0_and_no_p_is_nothing() -> None:
    assert find_equivalent_z(1.0, 0.0) == 0.0
    assert math.isnan(find_equivalent_z(math.nan, 1.0))
    assert math.isnan(find_equivalent_z(0.5, math.nan))


def test_a_p_value_of_0_is_as_far_as_numbers_reach() -> None:
    assert find_equivalent_z(0.0, -1.0) == -38.0


@pytest.mark.parametrize("p", [0.0005, 0.3, 0.5, 0.97])
def test_a_one_sided_p_value_says_the_side_itself(p: float) -> None:
    for effect in (-1.0, 0.0, 1.0):
        z = find_equivalent_z(p, effect, sides=1)
        assert norm.sf(z) == pytest.approx(p, rel=1e-9)
    assert find_equivalent_z(1.0, -9.0, sides=1) == -38.0
    assert math.isnan(find_equivalent_z(math.nan, 1.0, sides=1))
