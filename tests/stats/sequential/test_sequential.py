"""Group-sequential boundaries against multivariate normal integrals, anchors and simulation."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm
from simulated_trials import share_of_family_errors

from helpers.stats.sequential import (
    crossing_probabilities,
    design_characteristics,
    spending_boundary,
)
from helpers.stats.sequential.recursion import start
from helpers.stats.sequential.spending import compute_spending

REFERENCE = pd.read_csv(
    Path(__file__).parents[2] / "reference" / "stats" / "sequential_boundaries.csv"
)
LOOKS = {"three_equal": [1 / 3, 2 / 3, 1], "half": [0.5, 1], "four": [0.25, 0.5, 0.75, 1]}
DESIGNS = sorted({*zip(REFERENCE.design, REFERENCE.spending, REFERENCE.alpha, strict=True)})
exact = settings(derandomize=True, deadline=None, max_examples=40)
information = st.lists(st.integers(1, 99), min_size=1, max_size=5, unique=True).map(
    lambda values: [*(v / 100 for v in sorted(values)), 1.0]
)


@pytest.mark.parametrize(("design", "spending", "alpha"), DESIGNS)
def test_one_sided_bounds_equal_the_multivariate_normal_integral(design, spending, alpha):
    rows = REFERENCE[
        (REFERENCE.design == design) & (REFERENCE.spending == spending) & (REFERENCE.alpha == alpha)
    ]
    found = spending_boundary(LOOKS[design], alpha=alpha, spending=f"ld_{spending}", sides=1)
    assert np.max(np.abs(found["z"].to_numpy() - rows["z"].to_numpy())) < 1e-6
    assert found["nominal_p"].tolist() == pytest.approx(rows.nominal_p.tolist(), rel=1e-6)
    assert found["cum_alpha"].tolist() == pytest.approx(rows.cum_alpha.tolist(), rel=1e-8)


@pytest.mark.parametrize(
    ("t", "spending", "z"),
    [
        ([0.5, 1], "ld_obf", ["2.9626", "1.9686"]),
        ([0.5, 1], "ld_pocock", ["2.1570", "2.2010"]),
        ([1 / 3, 2 / 3, 1], "ld_obf", ["3.7103", "2.5114", "1.9930"]),
        ([1 / 3, 2 / 3, 1], "ld_pocock", ["2.2794", "2.2949", "2.2959"]),
        ([0.25, 0.5, 0.75, 1], "ld_obf", ["4.3326", "2.9631", "2.3590", "2.0141"]),
        ([0.25, 0.5, 0.75, 1], "ld_pocock", ["2.3683", "2.3675", "2.3582", "2.3500"]),
        ([0.4, 1], "ld_obf", ["3.3569", "1.9623"]),
        ([0.4, 1], "ld_pocock", ["2.2239", "2.1651"]),
    ],
)
def test_two_sided_bounds_equal_the_anchors_of_the_interim_plan(t, spending, z):
    assert [f"{value:.4f}" for value in spending_boundary(t, spending=spending)["z"]] == z


def test_nominal_p_and_another_alpha_equal_the_anchors_of_the_interim_plan():
    obf = spending_boundary([0.5, 1])["nominal_p"]
    pocock = spending_boundary([0.5, 1], spending="ld_pocock")["nominal_p"]
    assert [f"{obf[0]:.6f}", f"{obf[1]:.5f}"] == ["0.003051", "0.04900"]
    assert [f"{p:.5f}" for p in pocock] == ["0.03101", "0.02774"]
    strict = spending_boundary([0.5, 1], alpha=0.025)["z"]
    assert [f"{z:.4f}" for z in strict] == ["3.3446", "2.2457"]


def second_bound(t1, t2, c1, target):
    """Two looks by one direct integral of the bivariate normal distribution."""
    rho = math.sqrt(t1 / t2)

    def spent(c2):
        def integrand(u):
            s = math.sqrt(1 - rho**2)
            return norm.pdf(u) * (norm.sf((c2 - rho * u) / s) + norm.cdf((-c2 - rho * u) / s))

        return quad(integrand, -c1, c1, epsabs=1e-13, epsrel=1e-13)[0] - target

    return brentq(spent, 0.5, 6, xtol=1e-12)


@pytest.mark.parametrize("t", [(0.35, 1.0), (0.5, 0.92), (0.65, 1.1)])
@pytest.mark.parametrize("spending", ["ld_obf", "ld_pocock", "haybittle"])
def test_the_final_bound_equals_one_direct_integral_at_the_actual_information(t, spending):
    found = spending_boundary(t, spending=spending, final=True)
    expected = second_bound(*t, found["z"][0], 0.05 - found["nominal_p"][0])
    assert found["z"][1] == pytest.approx(expected, abs=1e-9)


def test_over_run_and_under_run_at_the_final_look_spend_what_is_left():
    for last in (0.8, 1.0, 1.3):
        table = spending_boundary([0.5, last], final=True)
        assert table["cum_alpha"].iloc[-1] == pytest.approx(0.05, abs=1e-15)
    unfinished = spending_boundary([0.5, 0.8])
    assert unfinished["cum_alpha"].iloc[-1] < 0.03


@pytest.mark.parametrize("spending", ["ld_obf", "ld_pocock", "haybittle", "none"])
def test_an_unplanned_comparison_is_taken_off_the_final_level_only(spending):
    plain = spending_boundary([0.5, 1], spending=spending)
    charged = spending_boundary([0.5, 1], spending=spending, charge=0.0001)
    assert charged["z"][0] == plain["z"][0]
    assert charged["z"][1] > plain["z"][1]
    assert charged["cum_alpha"][1] == pytest.approx(0.0499, rel=1e-12)
    with pytest.raises(ValueError, match="charge"):
        spending_boundary([0.5, 1], charge=0.05)


def test_rules_that_spend_nothing_early_leave_everything_to_the_end():
    none = spending_boundary([0.3, 0.6, 1], spending="none")
    assert none["z"].tolist()[:2] == [math.inf, math.inf]
    assert none["z"][2] == pytest.approx(norm.isf(0.025), abs=1e-10)
    fixed = spending_boundary([0.5, 1], spending="haybittle")
    assert fixed["z"][0] == 3.29
    assert fixed["z"][1] == pytest.approx(1.96, abs=0.003)


def test_tiny_information_spends_nothing_and_says_so():
    table = spending_boundary([0.0, 0.0005, 0.5, 1])
    assert table["z"].tolist()[:2] == [math.inf, math.inf]
    assert table["note"][1] == "nothing to spend at this look"
    assert table["z"].tolist()[2:] == pytest.approx(spending_boundary([0.5, 1])["z"].tolist())


def test_a_look_without_new_information_is_defined_and_says_so():
    table = spending_boundary([0.5, 0.5], final=True)
    assert table["note"][1] == "no new information since the look before"
    # the same statistic is compared again: together both looks are one test at 5 %
    assert table["z"][1] == pytest.approx(norm.isf(0.025), abs=0.02)


def test_no_look_gives_no_row_and_unusable_designs_are_a_programming_mistake():
    assert spending_boundary([]).empty
    for options in (
        {"t": [0.5, 0.4]},
        {"t": [-0.1]},
        {"t": [math.nan]},
        {"t": [1], "alpha": 0},
        {"t": [1], "sides": 3},
        {"t": [1], "spending": "kim"},
    ):
        with pytest.raises(ValueError, match=r"information|alpha|spending"):
            spending_boundary(**options)
    with pytest.raises(ValueError, match="one bound for each look"):
        crossing_probabilities([0.5, 1], [2.0])
    with pytest.raises(ValueError, match="increasing"):
        crossing_probabilities([0.5, 0.5], [2.0, 2.0])


@exact
@given(information, st.sampled_from(["ld_obf", "ld_pocock"]), st.sampled_from([1, 2]))
def test_the_bounds_spend_exactly_what_was_planned(t, spending, sides):
    table = spending_boundary(t, spending=spending, sides=sides)
    planned = [compute_spending(x, 0.05, spending, sides) for x in t]
    crossing = crossing_probabilities(t, table["z"], sides=sides)
    assert crossing["cumulative"].tolist() == pytest.approx(planned, rel=1e-7, abs=1e-12)
    assert table["cum_alpha"].tolist() == pytest.approx(planned, rel=1e-9, abs=1e-15)


def trapezoid_crossing(t, z, drift, step=0.002):
    """The recursion on a plain equidistant grid, as a second computation."""
    grid = np.arange(-9, 9 + step, step)
    density, now, crossed = None, 0.0, []
    for time, bound in zip(t, z, strict=True):
        rise = time - now
        if density is None:
            density = norm.pdf(grid, drift * rise, math.sqrt(rise))
        else:
            kernel = norm.pdf(np.arange(-9, 9 + step, step), drift * rise, math.sqrt(rise))
            density = np.convolve(density, kernel, mode="same") * step
        inside = np.abs(grid) < bound * math.sqrt(time)
        crossed.append(density[~inside].sum() * step)
        density, now = np.where(inside, density, 0.0), time
    return crossed


@pytest.mark.parametrize("drift", [0.0, 1.5, -2.8])
def test_crossings_equal_the_recursion_on_a_plain_grid(drift):
    t, z = [0.2, 0.45, 0.7, 1.0], [2.9, 2.5, 2.3, 2.1]
    found = crossing_probabilities(t, z, drift=drift)
    total = (found["upper"] + found["lower"]).tolist()
    assert total == pytest.approx(trapezoid_crossing(t, z, drift), abs=4e-4)


@exact
@given(information, st.floats(-3, 3))
def test_turning_the_effect_round_exchanges_the_bounds(t, drift):
    z = spending_boundary(t, spending="ld_pocock")["z"]
    there = crossing_probabilities(t, z, drift=drift)
    back = crossing_probabilities(t, z, drift=-drift)
    assert there["upper"].tolist() == pytest.approx(back["lower"].tolist(), abs=1e-12)


def test_one_look_is_the_fixed_sample_test():
    table = design_characteristics([1], [norm.isf(0.025)], drifts=[0, 2.8016], n_max=48)
    assert table["p_any"].tolist() == pytest.approx([0.05, 0.8], abs=1e-5)
    assert table["expected_n"].tolist() == [48, 48]


def test_the_expected_size_falls_with_the_effect():
    t = [0.5, 1]
    table = design_characteristics(t, spending_boundary(t)["z"], drifts=[0, 1, 2.8016, 4], n_max=48)
    assert (np.diff(table["expected_n"]) < 0).all()
    first = norm.sf(2.96259 - 2.8016 * 0.5**0.5) + norm.cdf(-2.96259 - 2.8016 * 0.5**0.5)
    assert table["expected_t"][2] == pytest.approx(1 - 0.5 * first, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("spending", ["ld_obf", "ld_pocock"])
def test_simulated_crossings_agree_within_three_standard_errors(spending):
    t, trials, drift = np.array([0.35, 0.7, 1.0]), 400_000, 1.2
    z = spending_boundary(t, spending=spending)["z"].to_numpy()
    rng = np.random.default_rng(20210705)
    rise = np.diff(t, prepend=0)
    score = np.cumsum(rng.normal(drift * rise, np.sqrt(rise), (trials, 3)), axis=1)
    over = np.abs(score / np.sqrt(t)) >= z
    first = np.where(over.any(axis=1), over.argmax(axis=1), 3)
    expected = crossing_probabilities(t, z, drift=drift)
    for k, p in enumerate(expected["upper"] + expected["lower"]):
        assert np.mean(first == k) == pytest.approx(p, abs=3 * math.sqrt(p * (1 - p) / trials))


@pytest.mark.slow
@pytest.mark.parametrize("spending", ["ld_obf", "ld_pocock"])
@pytest.mark.parametrize("first", [0.35, 0.5, 0.65])
def test_two_contrasts_against_one_control_keep_the_error_near_5_percent(spending, first):
    trials = 1_000_000
    crossed = share_of_family_errors(spending, first, trials=trials)
    assert crossed <= 0.051 + 3 * math.sqrt(0.05 * 0.95 / trials)
    assert crossed >= 0.048


@pytest.mark.slow
@pytest.mark.parametrize("spending", ["ld_obf", "ld_pocock"])
@pytest.mark.parametrize(
    ("method", "sides", "lowest", "highest"),
    [
        # what the pages say of each (family_words.ERRORS); without adjustment nothing is kept
        ("dunnett", 1, 0.0252, 0.0256),
        ("hochberg", 1, 0.0242, 0.0247),
        ("hochberg", 2, 0.0481, 0.0491),
        ("none", 1, 0.0450, 0.0465),
        ("none", 2, 0.0905, 0.0920),
    ],
)
def test_the_family_wise_error_of_each_adjustment_is_what_the_pages_say(
    spending, method, sides, lowest, highest
):
    trials = 1_000_000
    found = share_of_family_errors(
        spending, 0.5, trials=trials, method=method, sides=sides, alpha=0.05 / (3 - sides)
    )
    error = 3 * math.sqrt(highest * (1 - highest) / trials)
    assert lowest - error <= found <= highest + error


@pytest.mark.parametrize("sides", [1, 2])
def test_a_look_that_nothing_can_cross_leaves_the_others_as_they_are(sides):
    """Also the next bound after a look without new information, and without a grid of its step."""
    with_it = spending_boundary([1 / 24, 1 / 24, 0.6, 1.0], sides=sides)
    without = spending_boundary([1 / 24, 0.6, 1.0], sides=sides)
    assert with_it["z"][1] == math.inf
    assert list(with_it["z"].drop(1)) == pytest.approx(list(without["z"]), abs=1e-8)


def test_a_step_over_a_look_without_bounds_is_no_step_of_the_grid():
    state = start().advance(1 / 24, 10.9, -10.9, (1 + 1e-4) / 24)
    assert state.advance((1 + 1e-4) / 24, math.inf, -math.inf, 1.0) is state
