"""Whole simulated trials through the real models: errors and bias that the plans promise."""

import math

import pytest
from simulated_trials import count_errors_through_the_model, repeat_last_contrast

from helpers.stats.sequential import spending_boundary

TRIALS = 2000


@pytest.mark.slow
def test_two_looks_through_the_real_model_keep_the_family_wise_error():
    """Look one: the first half of the persons; adjusted p against the nominal p of the look."""
    bounds = [
        tuple(spending_boundary([0.5, 1.0], spending=name)["nominal_p"])
        for name in ("ld_obf", "ld_pocock")
    ]
    for errors in count_errors_through_the_model(bounds, share=0.5, trials=TRIALS):
        # the plan states 0.0501 to 0.0507 for the approximation; 2,000 trials know it to 0.005
        assert errors / TRIALS <= 0.0507 + 3 * math.sqrt(0.05 * 0.95 / TRIALS)
        assert errors / TRIALS >= 0.0500 - 3 * math.sqrt(0.05 * 0.95 / TRIALS)


@pytest.mark.slow
@pytest.mark.parametrize("effect", [0.0, 1.0])
def test_the_model_is_unbiased_and_keeps_its_level_when_dropout_depends_on_what_was_seen(effect):
    found = repeat_last_contrast(effect, 0.1, trials=TRIALS)
    assert 0.1 < found.missing < 0.25
    assert abs(found.bias) < 0.1
    assert 0.04 <= found.rejected <= 0.06
