"""Whole simulated trials through the real models: errors and bias that the plans promise."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.stats.mmrm import fit_mmrm
from helpers.stats.sequential import spending_boundary

ARMS, VISITS, N = ("C", "A", "B"), ("V1", "V2", "V3"), 16
COVARIANCE = np.array([[1.0, 0.6, 0.5], [0.6, 1.1, 0.7], [0.5, 0.7, 1.3]])
MODEL = {
    "response": "CHG",
    "subject": "ID",
    "visit": "VISIT",
    "arm": "ARM",
    "covariates": ["BASE", "BASE:VISIT"],
    "reference": "C",
}


def simulate_trial(draw, effect=0.0, dropout=0.0):
    """Three arms of 16 in random order; dropout depends on what was seen before."""
    size = len(ARMS) * N
    base = draw.normal(size=size)
    error = draw.multivariate_normal(np.zeros(3), COVARIANCE, size=size)
    arm = np.tile(ARMS, N)
    change = error - 0.4 * base[:, None] + effect * (arm != "C")[:, None] * np.array([0.5, 1, 1])
    for visit in (1, 2):
        chance = dropout * 2.0 / (1.0 + np.exp(-change[:, visit - 1]))
        gone = (draw.random(size) < chance) | np.isnan(change[:, visit - 1])
        change[gone, visit:] = np.nan
    return pd.DataFrame(
        {
            "ID": np.repeat(np.arange(size), 3),
            "ARM": np.repeat(arm, 3),
            "BASE": np.repeat(base, 3),
            "VISIT": np.tile(VISITS, size),
            "CHG": change.ravel(),
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("spending", ["ld_obf", "ld_pocock"])
def test_two_looks_through_the_real_model_keep_the_family_wise_error(spending):
    """Look one: the first half of the persons; adjusted p against the nominal p of the look."""
    trials, nominal = 2000, spending_boundary([0.5, 1.0], spending=spending)["nominal_p"]
    draw, errors = np.random.default_rng(20210705), 0
    for _ in range(trials):
        frame = simulate_trial(draw, dropout=0.05)
        crossed = False
        for share, bound in zip((0.5, 1.0), nominal, strict=True):
            seen = frame[frame["ID"] < share * len(ARMS) * N]
            table = fit_mmrm(seen, **MODEL).contrasts(reference="C", adjust="dunnett")
            crossed |= bool((table.query("visit == 'V2'")["p"] <= bound).any())
        errors += crossed
    # the plan states 0.0501 to 0.0507 for the approximation; 2,000 trials know it to 0.005
    assert errors / trials <= 0.0507 + 3 * math.sqrt(0.05 * 0.95 / trials)
    assert errors / trials >= 0.0500 - 3 * math.sqrt(0.05 * 0.95 / trials)


@pytest.mark.slow
@pytest.mark.parametrize("effect", [0.0, 1.0])
def test_the_model_is_unbiased_and_keeps_its_level_when_dropout_depends_on_what_was_seen(effect):
    trials, draw = 2000, np.random.default_rng(7)
    found, rejected = [], 0
    for _ in range(trials):
        frame = simulate_trial(draw, effect=effect, dropout=0.1)
        row = fit_mmrm(frame, **MODEL).contrasts(reference="C").query("visit == 'V3'").iloc[0]
        found.append(row["estimate"] - effect)
        rejected += bool(abs(row["estimate"] - effect) > (row["upper"] - row["lower"]) / 2)
    sd = math.sqrt(COVARIANCE[2, 2])
    assert abs(np.mean(found)) < 0.1 * sd
    assert 0.04 <= rejected / trials <= 0.06
