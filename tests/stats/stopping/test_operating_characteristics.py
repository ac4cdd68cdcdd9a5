"""Operating characteristics against the printed tables, full enumeration and simulation."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats.stopping import (
    operating_characteristics,
    pocock_boundary,
    simulate_operating_characteristics,
    stopping_boundary,
)

CONTINUOUS = ["0.002", "0.012", "0.066", "0.175", "0.329", "0.661", "0.884", "0.975"]
EXPECTED_N = ["15.98", "15.86", "15.35", "14.41", "13.13", "10.09", "7.31", "5.30"]
THREE_LOOKS = ["0.000", "0.006", "0.046", "0.139", "0.283", "0.623", "0.867", "0.970"]


def test_checked_after_every_person_they_are_the_printed_ones():
    table = operating_characteristics(stopping_boundary(16))
    assert table["rate"].tolist() == [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5]
    assert [f"{p:.3f}" for p in table["p_alert"]] == CONTINUOUS
    assert [f"{n:.2f}" for n in table["expected_n"]] == EXPECTED_N


def test_at_three_looks_they_are_the_printed_ones():
    table = operating_characteristics(stopping_boundary(16), looks=[4, 8, 16])
    assert [f"{p:.3f}" for p in table["p_alert"]] == THREE_LOOKS
    either = table.set_index("rate")["p_either"]
    assert [f"{either[0.05]:.3f}", f"{either[0.1]:.3f}"] == ["0.012", "0.090"]
    assert [f"{either[0.15]:.2f}", f"{either[0.3]:.2f}"] == ["0.26", "0.86"]


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.lists(st.one_of(st.just(float("nan")), st.integers(1, 6)), min_size=1, max_size=9),
    st.floats(0, 1),
    st.data(),
)
def test_they_equal_all_sequences_of_persons_enumerated(counts, rate, data):
    n_max = len(counts)
    looks = data.draw(st.sets(st.integers(1, n_max), min_size=1))
    alert = expected = 0.0
    for sequence in product((0, 1), repeat=n_max):
        chance = np.prod([rate if s else 1 - rate for s in sequence])
        crossed = [n for n in sorted(looks) if sum(sequence[:n]) >= counts[n - 1]]
        alert += chance * bool(crossed)
        expected += chance * (crossed[0] if crossed else n_max)
    row = operating_characteristics(counts, rates=[rate], looks=looks).iloc[0]
    assert row["p_alert"] == pytest.approx(alert, abs=1e-12)
    assert row["expected_n"] == pytest.approx(expected, abs=1e-12)


def test_a_higher_rate_alerts_more_often_and_earlier():
    table = operating_characteristics(stopping_boundary(16), rates=np.linspace(0, 1, 41))
    assert (np.diff(table["p_alert"]) >= -1e-12).all()
    assert (np.diff(table["expected_n"]) <= 1e-12).all()
    assert table["p_alert"].iloc[[0, -1]].tolist() == [0.0, 1.0]


def test_unusable_rates_looks_and_boundaries_are_a_programming_mistake():
    boundary = stopping_boundary(4)
    with pytest.raises(ValueError, match="rates"):
        operating_characteristics(boundary, rates=[1.2])
    with pytest.raises(ValueError, match="looks"):
        operating_characteristics(boundary, looks=[0, 4])
    with pytest.raises(ValueError, match="at least one participant"):
        operating_characteristics([])


def test_the_same_seed_simulates_the_same_numbers():
    first, second, other = (
        simulate_operating_characteristics(stopping_boundary(16), trials=500, seed=seed)
        for seed in (1, 1, 2)
    )
    assert first.equals(second)
    assert not first.equals(other)


@pytest.mark.slow
@pytest.mark.parametrize("looks", [None, (4, 8, 16)])
@pytest.mark.parametrize("rule", ["posterior", "pocock"])
def test_a_simulation_of_200000_trials_agrees_within_three_standard_errors(rule, looks):
    boundary = stopping_boundary(16, rule=rule)
    exact = operating_characteristics(boundary, looks=looks)
    simulated = simulate_operating_characteristics(boundary, looks=looks, trials=200_000)
    se = np.sqrt(exact["p_alert"] * (1 - exact["p_alert"]) / 200_000)
    assert (np.abs(simulated["p_alert"] - exact["p_alert"]) <= 3 * se).all()
    assert np.abs(simulated["expected_n"] - exact["expected_n"]).max() < 3 * 6 / 200_000**0.5


def test_the_pocock_boundary_size_is_its_own_operating_characteristic():
    boundary = pocock_boundary(16)
    size = operating_characteristics(boundary, rates=[0.1])["p_alert"].iloc[0]
    assert boundary["size"].iloc[0] == size
