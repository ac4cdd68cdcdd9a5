"""The hierarchical model against direct integration, limiting cases and properties."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import halfnorm, norm

from helpers.stats.shrinkage import shrink

V = np.array([[0.12, 0.06], [0.06, 0.13]])
exact = settings(derandomize=True, deadline=None, max_examples=40)
SHOWN = ["estimate", "sd", "lower", "upper", "p_better", "p_mcid"]


def integrate(y, v, mean_sd=0.35, tau_scale=0.25):
    """The joint posterior on a plain grid of mu and tau; d_1 given both by Bayes's rule."""
    mu = np.linspace(-2.5, 2.5, 801)
    tau = (np.arange(800) + 0.5) / 800 * 6 * tau_scale
    mean = variance = total = better = 0.0
    prior = norm.pdf(mu, 0, mean_sd)
    for t in tau:
        spread = v + t**2 * np.eye(2)
        inverse = np.linalg.inv(spread)
        gap = y - mu[:, None]
        like = np.exp(-0.5 * np.einsum("mi,ij,mj->m", gap, inverse, gap))
        like = like / math.sqrt(np.linalg.det(spread)) * prior
        like = like * math.exp(-0.5 * (t / tau_scale) ** 2)  # half-normal, but for a constant
        gain = t**2 * inverse[0]
        given_both = mu + gap @ gain
        left = t**2 - t**4 * inverse[0, 0]
        total += like.sum()
        mean += like @ given_both
        variance += like @ (left + given_both**2)
        better += like @ ndtr(given_both / math.sqrt(left))
    mean, variance, better = mean / total, variance / total, better / total
    return mean, math.sqrt(variance - mean**2), better


@pytest.mark.parametrize("y", [(0.8, 0.1), (-0.5, 0.6), (0.0, 0.0)])
def test_mean_deviation_and_chance_equal_direct_integration(y):
    row = shrink(y, covariance=V, n_grid=20_000).iloc[0]
    expected = integrate(np.array(y), V)
    assert (row["estimate"], row["sd"], row["p_better"]) == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("y", [(0.8, 0.1), (-0.5, 0.6), (1.5, -0.2)])
def test_200_points_are_enough_for_the_digits_shown(y):
    coarse, fine = (shrink(y, covariance=V, mcid=0.5, n_grid=n) for n in (200, 20_000))
    assert coarse[SHOWN].to_numpy() == pytest.approx(fine[SHOWN].to_numpy(), abs=3e-3)


def test_the_prior_puts_about_5_percent_on_each_side_beyond_0_7():
    # contrasts without information leave the prior
    row = shrink([0.0, 0.0], covariance=1e9 * np.eye(2), mcid=0.7, n_grid=5000).iloc[0]
    exact = quad(
        lambda t: halfnorm.pdf(t, scale=0.25) * norm.sf(0.7, scale=math.hypot(0.35, t)), 0, 3
    )[0]
    assert row["p_mcid"] == pytest.approx(exact, abs=1e-4)
    assert 0.04 < row["p_mcid"] < 0.06
    assert row["p_better"] == pytest.approx(0.5)


def test_one_contrast_with_known_tau_is_the_conjugate_normal_case():
    row = shrink([1.0], covariance=[[0.25]], tau_scale=1e-9).iloc[0]
    weight = 0.35**2 / (0.35**2 + 0.25)
    assert row["estimate"] == pytest.approx(weight, rel=1e-9)
    spread = math.sqrt(0.35**2 * (1 - weight))
    assert row["sd"] == pytest.approx(spread, rel=1e-9)
    assert (row["lower"], row["upper"]) == pytest.approx(
        (weight - 1.959963985 * spread, weight + 1.959963985 * spread), rel=1e-8
    )
    assert row["p_better"] == pytest.approx(norm.cdf(weight / spread), rel=1e-9)
    assert row["shrinkage"] == pytest.approx(weight, rel=1e-9)


def test_precise_contrasts_are_left_alone():
    row = shrink([0.9, 0.2], covariance=1e-8 * np.eye(2)).iloc[0]
    assert row["estimate"] == pytest.approx(0.9, abs=1e-4)
    assert row["shrinkage"] == pytest.approx(1.0, abs=1e-4)


@exact
@given(st.floats(-2, 2), st.floats(-2, 2))
def test_limits_are_quantiles_hold_the_mean_and_narrow_with_the_level(a, b):
    wide = shrink([a, b], covariance=V)
    narrow = shrink([a, b], covariance=V, level=0.5)
    assert (wide["lower"] < narrow["lower"]).all()
    assert (narrow["lower"] < wide["estimate"]).all()
    assert (wide["estimate"] < narrow["upper"]).all()
    assert (narrow["upper"] < wide["upper"]).all()
    below = shrink([a, b], covariance=V, mcid=float(wide["upper"].iloc[0]))
    assert below["p_mcid"].iloc[0] == pytest.approx(0.025, abs=1e-9)


@exact
@given(st.floats(-2, 2), st.floats(-2, 2))
def test_turning_the_effects_round_mirrors_everything(a, b):
    forth, back = shrink([a, b], covariance=V), shrink([-a, -b], covariance=V)
    assert back["estimate"].to_numpy() == pytest.approx(-forth["estimate"], abs=1e-12)
    assert back["lower"].to_numpy() == pytest.approx(-forth["upper"], abs=1e-9)
    assert back["p_better"].to_numpy() == pytest.approx(1 - forth["p_better"], abs=1e-12)


@exact
@given(st.floats(0.3, 2), st.floats(0.3, 2))
def test_two_effects_of_one_sign_shrink_and_meet(a, b):
    table = shrink([a, b], covariance=[[0.12, 0.06], [0.06, 0.12]])
    assert abs(table["estimate"].diff().iloc[1]) <= abs(a - b) + 1e-12
    assert table["estimate"].max() < max(a, b)
    assert (table["estimate"] > 0).all()


def test_the_unit_of_the_response_does_not_matter():
    plain = shrink([0.8, 0.1], covariance=V, mcid=0.4)
    scaled = shrink([8.0, 1.0], covariance=100 * V, sd=10.0, mcid=4.0)
    pd.testing.assert_frame_equal(plain, scaled, rtol=1e-10)


def test_the_order_of_the_contrasts_does_not_matter():
    forth = shrink([0.8, 0.1], covariance=V, labels=["a", "b"]).set_index("contrast")
    back = shrink([0.1, 0.8], covariance=V[::-1, ::-1], labels=["b", "a"]).set_index("contrast")
    pd.testing.assert_frame_equal(forth, back.loc[["a", "b"]], rtol=1e-10)


def test_a_contrast_without_an_estimate_is_left_out_and_says_so():
    matrix = np.array([[0.12, math.nan], [math.nan, math.nan]])
    table = shrink([0.8, math.nan], covariance=matrix, labels=["A", "B"])
    alone = shrink([0.8], covariance=[[0.12]])
    assert table.loc[0, "estimate"] == alone.loc[0, "estimate"]
    assert table.loc[1, SHOWN].isna().all()
    assert table["note"].tolist() == ["", "no estimate"]
    nothing = shrink([math.nan], covariance=[[math.nan]])
    assert nothing[SHOWN].isna().all(axis=None)


def test_without_a_standard_deviation_nothing_is_estimated():
    table = shrink([0.8, 0.1], covariance=V, sd=math.nan)
    assert table[SHOWN].isna().all(axis=None)
    assert (table["note"] == "no standard deviation").all()


def test_unusable_calls_are_a_programming_mistake():
    for changes, message in (
        ({"covariance": [[1.0]]}, "do not fit"),
        ({"labels": ["a"]}, "do not fit"),
        ({"covariance": [[1.0, 2.0], [2.0, 1.0]]}, "not negative"),
        ({"tau_scale": 0.0}, "unusable prior"),
        ({"level": 2}, "level must lie"),
    ):
        with pytest.raises(ValueError, match=message):
            shrink([0.8, 0.1], **({"covariance": V} | changes))


@pytest.mark.parametrize("effect", [15.0, 40.0])
def test_a_contrast_far_from_the_prior_has_limits_though_one_tau_has_all_the_weight(effect):
    row = shrink([effect, 0.1], covariance=[[0.01, 0.005], [0.005, 0.01]]).iloc[0]
    half = norm.ppf(0.975) * row["sd"]  # one normal law
    assert row["lower"] == pytest.approx(row["estimate"] - half, rel=1e-6)
    assert row["upper"] == pytest.approx(row["estimate"] + half, rel=1e-6)
