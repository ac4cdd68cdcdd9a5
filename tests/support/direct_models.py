"""Analyses of covariance of the published tables, from the data by `helpers.stats`.

Every function gives {(population, arm, parameter, visit, category, statistic): number}.
"""

import numpy as np
import pandas as pd
from scipy.stats import f

from helpers.stats.ancova import fit_ancova

PLACEBO, LOW, HIGH = "Placebo", "Xanomeline Low Dose", "Xanomeline High Dose"
ARMS = (PLACEBO, LOW, HIGH)
ADAS = "ADAS-Cog(11) total change from baseline"
GLUCOSE = "Glucose (mmol/L) change from baseline"
ESTIMATE = {"estimate": "lsmean", "se": "se", "lower": "ci_lower", "upper": "ci_upper"}
DIFFERENCE = {"estimate": "diff", "se": "se", "lower": "ci_lower", "upper": "ci_upper", "p": "p"}


def compute_efficacy(adadas):
    """The LOCF rows of week 24: change ~ arm + site group + baseline, and its dose response."""
    rows = adadas[
        (adadas["PARAMCD"] == "ACTOT")
        & (adadas["EFFFL"] == "Y")
        & (adadas["ANL01FL"] == "Y")
        & (adadas["AVISIT"] == "Week 24")
    ].reset_index(drop=True)
    fit = _fit(rows, ["SITEGR1", "BASE"])
    found = {
        ("Overall", "LOCF", "residual_df"): fit.df,
        ("Overall", "LOCF", "residual_sd"): fit.sd,
        **_differences(fit, "LOCF", PLACEBO),
        **_differences(fit, "LOCF", LOW),
        **_means(fit, "LOCF, site weights equal"),
        **_means(_fit_with_site_shares(rows), "LOCF, site weights proportional"),
        **_compare_groups(rows, fit),
        **_regress_on_dose(rows),
    }
    return {("Efficacy", arm, ADAS, "Week 24", *rest): v for (arm, *rest), v in found.items()}


def compute_glucose(adlbc):
    """Week 20, placebo and high dose only: change ~ baseline + arm."""
    rows = adlbc[
        (adlbc["PARAMCD"] == "GLUC")
        & (adlbc["AVISITN"] == 20)
        & adlbc["TRTP"].isin([PLACEBO, HIGH])
    ].reset_index(drop=True)
    fit = _fit(rows, ["BASE"], (PLACEBO, HIGH))
    label = "Observed, two arms"
    contrast = fit.contrasts().iloc[0]
    half = 1.96 * contrast["se"]  # the published table rounds the quantile
    between = f"{HIGH} vs {PLACEBO}"
    found = {
        **_means(fit, label),
        **_differences(fit, label, PLACEBO),
        ("Overall", label, "residual_sd"): fit.sd,
        ("Overall", f"{label}, maximum likelihood", "residual_sd"): fit.sd
        * np.sqrt(fit.df / fit.n_obs),
        (between, f"{label}, normal quantile", "ci_lower"): contrast["estimate"] - half,
        (between, f"{label}, normal quantile", "ci_upper"): contrast["estimate"] + half,
    }
    return {("Safety", arm, GLUCOSE, "Week 20", *rest): v for (arm, *rest), v in found.items()}


def _fit(rows, covariates, arms=ARMS):
    arm = pd.Categorical(rows["TRTP"], categories=list(arms))
    return fit_ancova(rows.assign(ARM=arm), response="CHG", arm="ARM", covariates=covariates)


def _fit_with_site_shares(rows):
    """Indicators as numbers stand at their mean: each site group weighs as many as it has."""
    groups = sorted(set(rows["SITEGR1"]))[1:]
    shares = {f"S{group}": (rows["SITEGR1"] == group).astype(float) for group in groups}
    return _fit(rows.assign(**shares), [*shares, "BASE"])


def _means(fit, label):
    means = fit.lsmeans().set_index("arm")
    return {
        (arm, label, theirs): means.loc[arm, ours]
        for arm in means.index
        for ours, theirs in ESTIMATE.items()
    }


def _differences(fit, label, reference):
    table = fit.contrasts(reference=reference)
    return {
        (row["contrast"].replace(" - ", " vs "), label, theirs): row[ours]
        for _, row in table.iterrows()
        for ours, theirs in DIFFERENCE.items()
    }


def _compare_groups(rows, full):
    """F of the three arms together, from the residual squares with and without them."""
    small = fit_ancova(rows, response="CHG", arm="SITEGR1", covariates=["BASE"])
    lost = small.sd**2 * small.df - full.sd**2 * full.df
    statistic = lost / (small.df - full.df) / full.sd**2
    label = "LOCF treatment (3 groups)"
    return {
        ("Overall", label, "F"): statistic,
        ("Overall", label, "p"): f.sf(statistic, small.df - full.df, full.df),
    }


def _regress_on_dose(rows):
    fit = fit_ancova(rows, response="CHG", arm="SITEGR1", covariates=["TRTPN", "BASE"])
    dose = fit.coefficients.set_index("term").loc["TRTPN"]
    label = "LOCF dose response (dose as number)"
    return {
        ("Overall", label, "slope_per_mg"): dose["estimate"],
        ("Overall", label, "F"): dose["t"] ** 2,
        ("Overall", label, "p"): dose["p"],
    }
