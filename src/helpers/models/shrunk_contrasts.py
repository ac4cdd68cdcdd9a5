"""The key contrasts shrunk towards each other and towards no effect.

Source: Spiegelhalter, Abrams and Myles, Bayesian Approaches to Clinical Trials (2004), chapter 5.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from helpers.models.repeated_measures import ScoreModel, tabulate_contrasts
from helpers.models.score_rows import ARM, CHANGE, VISIT, ScoreRows
from helpers.stats.moments import compute_moments, select_observed
from helpers.stats.shrinkage import describe_prior, shrink


class ShrinkagePlan(NamedTuple):
    """Visit and control of the contrasts, sign of a benefit, threshold, prior in SD, level."""

    visit: str
    control: str
    direction: int
    mcid: float | None
    mean_sd: float
    tau_scale: float
    level: float


@dataclass(frozen=True)
class ShrunkContrasts:
    """Differences from the control as improvements, before and after shrinkage.

    Attributes
    ----------
    sd : of the change at the visit within arms, pooled; NaN where there is none.
    raw, posterior : by contrast (`A - B` of codes), in the unit of the score: estimate, lower,
        upper; the posterior also shrinkage, p_better, p_mcid. Empty where there is no model.
    prior : estimate, lower, upper, p_better, p_mcid of each before the data; NaN without SD.
    """

    sd: float
    raw: pd.DataFrame
    posterior: pd.DataFrame
    prior: dict[str, float]


RAW = ["estimate", "lower", "upper"]
POSTERIOR = [*RAW, "shrinkage", "p_better", "p_mcid"]


def shrink_contrasts(model: ScoreModel, plan: ShrinkagePlan) -> ShrunkContrasts:
    """Posterior of the contrasts with the control at a visit.

    Estimates and covariance are those of the model, the latter taken as known; the unit of the
    prior is the standard deviation of the change within arms.
    """
    sd = pool_deviation(model.rows, plan.visit)
    fit = model.fit
    known = fit is not None and not model.reason and plan.visit in model.rows.visits
    if fit is None or not known or plan.control not in model.rows.arms or not sd > 0:
        return ShrunkContrasts(
            sd,
            pd.DataFrame(columns=RAW, dtype="float64"),
            pd.DataFrame(columns=POSTERIOR, dtype="float64"),
            dict.fromkeys(POSTERIOR, math.nan),
        )
    covariance = fit.contrast_covariance(plan.visit, plan.control)
    table = tabulate_contrasts(model, plan.level).loc[plan.visit]
    raw = _turn(table.loc[list(covariance.index), RAW].astype("float64"), plan.direction)
    shrunk = shrink(
        raw["estimate"],
        covariance=covariance,
        sd=sd,
        mcid=plan.mcid,
        labels=list(covariance.index),
        mean_sd=plan.mean_sd,
        tau_scale=plan.tau_scale,
        level=plan.level,
    ).set_index("contrast")
    before = describe_prior(
        sd=sd,
        mcid=plan.mcid,
        mean_sd=plan.mean_sd,
        tau_scale=plan.tau_scale,
        level=plan.level,
    )
    return ShrunkContrasts(
        sd,
        raw,
        shrunk[POSTERIOR].assign(**{name: shrunk[name] * sd for name in RAW}),
        before | {name: before[name] * sd for name in RAW},
    )


def pool_deviation(rows: ScoreRows, visit: str) -> float:
    """Standard deviation of the change at a visit about the mean of each arm."""
    own = rows.frame[rows.frame[VISIT] == visit]
    squares, df = 0.0, 0
    for _, values in own.groupby(ARM, observed=True)[CHANGE]:
        if len(values) > 1:
            squares += compute_moments(select_observed(values))[1] * (len(values) - 1)
            df += len(values) - 1
    return math.sqrt(squares / df) if df else math.nan


def _turn(table: pd.DataFrame, direction: int) -> pd.DataFrame:
    """Changes as improvements: the same where higher is better, else with the sign turned."""
    if direction > 0:
        return table
    turned = 0.0 - table  # not -x: that makes a zero negative
    return turned.rename(columns={"lower": "upper", "upper": "lower"})[RAW]
