"""The posterior of the key contrasts against one integrated numerically from model numbers."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.integrate import quad
from scipy.stats import halfnorm, multivariate_normal, norm
from score_values import draw_values, make_adsl, view_values

from helpers.models.repeated_measures import fit_score
from helpers.models.score_rows import Selection
from helpers.models.shrunk_contrasts import (
    ShrinkagePlan,
    ShrunkContrasts,
    pool_deviation,
    shrink_contrasts,
)
from helpers.stats.shrinkage import describe_prior

ADSL = make_adsl({"IV": 9, "IT": 8, "CTL": 9})
VALUES = draw_values(ADSL, seed=11)
PLAN = ShrinkagePlan("M06", "CTL", -1, 4.0, 0.35, 0.25, 0.95)


def shrink_values(
    values: pd.DataFrame = VALUES, plan: ShrinkagePlan = PLAN, adsl: pd.DataFrame = ADSL
) -> ShrunkContrasts:
    return shrink_contrasts(
        fit_score(view_values(values, adsl), "NIHSSTOT", Selection("ITT")), plan
    )


def compute_by_least_squares() -> tuple[np.ndarray, np.ndarray, float]:
    """Improvements and their covariance at the visit (nobody lacks a value), pooled deviation."""
    data = VALUES.merge(ADSL[["USUBJID", "TRT01P"]], on="USUBJID")
    data["change"] = data["M06"] - data["BL"]
    arm = "C(TRT01P, Treatment('CTL'))"
    fit = smf.ols(f"change ~ {arm} + BL", data).fit()
    names = [f"{arm}[T.IV]", f"{arm}[T.IT]"]
    within = smf.ols("change ~ TRT01P", data).fit()
    covariance = fit.cov_params().loc[names, names].to_numpy()
    return -fit.params[names].to_numpy(), covariance, math.sqrt(within.mse_resid)


def test_the_unit_is_the_deviation_of_the_change_within_arms() -> None:
    assert shrink_values().sd == pytest.approx(compute_by_least_squares()[2], rel=1e-9)


def test_estimates_are_those_of_the_model_as_improvements() -> None:
    raw = shrink_values().raw
    estimates, covariance, _ = compute_by_least_squares()
    assert raw.loc[["IV - CTL", "IT - CTL"], "estimate"].to_list() == pytest.approx(
        estimates.tolist(), rel=1e-6
    )
    width = raw["upper"] - raw["lower"]
    se = np.sqrt(np.diag(covariance))
    assert (width / (2 * 2.0738730679)).to_list() == pytest.approx(se.tolist(), rel=1e-5)  # df 22


def integrate(weigh: Callable[[float, float], np.ndarray], *, points: int) -> np.ndarray:
    """Integral over tau from 0 to 1.5 and mu from -2 to 2 by Gauss-Legendre points.

    Where tau is small the chance of an improvement is a step at mu = 0: the halves are apart, and
    tau, as a square, has most points there.
    """
    nodes, weights = np.polynomial.legendre.leggauss(points)
    unit, own = (nodes + 1) / 2, weights / 2
    taus = zip(1.5 * unit**2, 3 * unit * own, strict=True)
    mus = [*zip(2 * unit, 2 * own, strict=True), *zip(-2 * unit, 2 * own, strict=True)]
    total = np.zeros(4)
    for tau, by_tau in taus:
        for mu, by_mu in mus:
            total += by_tau * by_mu * weigh(tau, mu)
    return total


def test_posterior_equals_direct_integration_over_mean_and_spread() -> None:
    """Bayes's rule on the joint density of mu and tau; d given both is normal."""
    estimates, covariance, sd = compute_by_least_squares()
    y, v = estimates / sd, covariance / sd**2

    def weigh(tau: float, mu: float) -> np.ndarray:
        spread = v + tau**2 * np.eye(2)
        like = multivariate_normal.pdf(y, [mu, mu], spread)
        density = like * norm.pdf(mu, 0, 0.35) * halfnorm.pdf(tau, scale=0.25)
        gain = tau**2 * np.linalg.inv(spread)[0]
        mean = mu + gain @ (y - mu)
        deviation = math.sqrt(max(tau**2 - tau**2 * gain[0], 1e-18))
        better, large = norm.cdf(np.array([mean, mean - 4.0 / sd]) / deviation)
        return density * np.array([1.0, mean, better, large])

    found, coarser = (integrate(weigh, points=points) for points in (32, 24))
    assert found / found[0] == pytest.approx(coarser / coarser[0], abs=1e-5)  # it has converged
    total, mean, better, large = found
    row = shrink_values().posterior.loc["IV - CTL"]
    assert row["estimate"] == pytest.approx(sd * mean / total, abs=3e-3)
    assert row["p_better"] == pytest.approx(better / total, abs=2e-3)
    assert row["p_mcid"] == pytest.approx(large / total, abs=1e-3)
    assert row["shrinkage"] == pytest.approx(row["estimate"] / estimates[0])


def test_a_score_turned_round_gives_the_same_improvements() -> None:
    turned = VALUES.assign(**{name: 40 - VALUES[name] for name in ("BL", "M03", "M06", "M12")})
    one, two = shrink_values(), shrink_values(turned, PLAN._replace(direction=1))
    assert one.posterior.to_numpy() == pytest.approx(two.posterior.to_numpy(), rel=1e-6)
    assert one.raw.to_numpy() == pytest.approx(two.raw.to_numpy(), rel=1e-6)


def test_the_posterior_lies_between_the_estimates_and_no_effect() -> None:
    found = shrink_values()
    ends = [0.0, *found.raw["estimate"]]
    assert found.posterior["estimate"].between(min(ends), max(ends)).all()
    assert (found.posterior["upper"] - found.posterior["lower"] < 2 * found.prior["upper"]).all()


def test_without_data_the_prior_is_left() -> None:
    prior = describe_prior(mcid=0.7)
    assert prior["p_better"] == 0.5
    assert prior["p_mcid"] == pytest.approx(0.05, abs=0.003)  # as planned
    spread = math.sqrt(0.35**2 + 0.25**2)  # E tau^2 of a half-normal is its scale squared
    assert prior["sd"] == pytest.approx(spread, rel=5e-3)
    beyond = quad(
        lambda t: halfnorm.pdf(t, scale=0.25) * norm.sf(prior["upper"], scale=math.hypot(0.35, t)),
        0,
        3,
    )[0]
    assert beyond == pytest.approx(0.025, abs=2e-4)
    assert prior["lower"] == -prior["upper"]


def test_no_model_no_control_or_no_threshold_leave_nothing_or_no_chance() -> None:
    assert shrink_values(VALUES.iloc[:2]).posterior.empty
    adsl = ADSL[ADSL["TRT01P"] != "CTL"]
    assert shrink_values(VALUES[VALUES["USUBJID"].isin(adsl["USUBJID"])], adsl=adsl).raw.empty
    without = shrink_values(plan=PLAN._replace(mcid=None))
    assert without.posterior["p_mcid"].isna().all()
    assert without.posterior["p_better"].notna().all()


def test_equal_changes_have_no_deviation() -> None:
    same = VALUES.assign(M06=VALUES["BL"] - 1)
    model = fit_score(view_values(same, ADSL), "NIHSSTOT", Selection("ITT"))
    assert pool_deviation(model.rows, "M06") == 0
    assert shrink_contrasts(model, PLAN).posterior.empty
    assert math.isnan(pool_deviation(replace(model.rows, frame=model.rows.frame.iloc[:0]), "M06"))
