"""The five stories and what may be asked for."""

import pytest

from helpers.errors import UsageError
from helpers.simulate.scenarios import SCENARIOS, check_scenario, check_seed, check_size

# synthetic-data.md section 5: differences from control at month 6, IV and IT.
EFFECTS = {
    "null": ((0, 0), (0, 0), (0, 0)),
    "modest": ((-1.0, -1.3), (5, 6), (1.5, 2)),
    "benefit": ((-2.6, -3.0), (10, 12), (4, 4)),
    "harm_it": ((0, 1), (0, -4), (0, -2)),
    "sparse": ((-1.0, -1.3), (5, 6), (1.5, 2)),
}


@pytest.mark.parametrize("name", EFFECTS)
def test_every_scenario_has_the_effects_of_the_specification(name):
    story = SCENARIOS[name]
    found = tuple((score["IV"], score["IT"]) for score in (story.nihss, story.fma, story.pcs))
    assert found == EFFECTS[name]


def test_a_wrong_scenario_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match="did you mean 'harm_it'"):
        check_scenario("harmit")


@pytest.mark.parametrize("size", [1, 10_001, 2.5, True])
def test_a_size_out_of_range_is_refused(size):
    with pytest.raises(UsageError, match="2 to 10000"):
        check_size(size)


@pytest.mark.parametrize("seed", [-1, 1.5, False])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(UsageError, match="seed"):
        check_seed(seed)
