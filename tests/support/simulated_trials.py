"""Simulated trials of three arms of sixteen, and how often the analyses of them are wrong.

The slow tests and docs/operating-characteristics.md take their figures from here.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import norm

from helpers.stats.mmrm import fit_mmrm
from helpers.stats.sequential import spending_boundary

ARMS, VISITS, N = ("C", "A", "B"), ("V1", "V2", "V3"), 16
COVARIANCE = np.array([[1.0, 0.6, 0.5], [0.6, 1.1, 0.7], [0.5, 0.7, 1.3]])
LAST_SD = math.sqrt(COVARIANCE[2, 2])
MODEL = {
    "response": "CHG",
    "subject": "ID",
    "visit": "VISIT",
    "arm": "ARM",
    "covariates": ["BASE", "BASE:VISIT"],
    "reference": "C",
}


class Repeated(NamedTuple):
    """One contrast at the last visit, estimated in many trials.

    `missing` is the mean share of participants without a value there, `bias` and `error` (of the
    bias, by the number of trials) are in standard deviations.
    """

    missing: float
    bias: float
    error: float
    rejected: float


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


def count_errors_through_the_model(
    bounds: Sequence[tuple[float, float]], *, share: float, trials: int
) -> list[int]:
    """Null trials in which a contrast with the control crosses at one of two looks, by bounds.

    Look one: the first `share` of the participants. At each look the smallest Dunnett-adjusted p of
    the middle visit is held against the nominal p of the bounds (first look, last look).
    """
    draw, errors = np.random.default_rng(20210705), np.zeros(len(bounds), dtype=int)
    for _ in range(trials):
        frame = simulate_trial(draw, dropout=0.05)
        smallest = [_smallest_p(frame[frame["ID"] < seen * len(ARMS) * N]) for seen in (share, 1.0)]
        errors += (np.array(smallest) <= np.array(bounds)).any(axis=1)
    return errors.tolist()


def _smallest_p(seen: pd.DataFrame) -> float:
    table = fit_mmrm(seen, **MODEL).contrasts(reference="C", adjust="dunnett")
    return float(table.loc[table["visit"] == "V2", "p"].min())


def repeat_last_contrast(
    effect: float, dropout: float, *, trials: int, df: str = "satterthwaite"
) -> Repeated:
    """Bias, and how often the true difference is rejected at two-sided 5 %, at the last visit."""
    draw = np.random.default_rng(7)
    found, rejected, missing = [], 0, []
    for _ in range(trials):
        frame = simulate_trial(draw, effect=effect, dropout=dropout)
        missing.append(frame.loc[frame["VISIT"] == "V3", "CHG"].isna().mean())
        table = fit_mmrm(frame, df=df, **MODEL).contrasts(reference="C")
        row = table[table["visit"] == "V3"].iloc[0]
        found.append((row["estimate"] - effect) / LAST_SD)
        rejected += bool(abs(row["estimate"] - effect) > (row["upper"] - row["lower"]) / 2)
    error = float(np.std(found, ddof=1)) / math.sqrt(trials)
    return Repeated(float(np.mean(missing)), float(np.mean(found)), error, rejected / trials)


def find_dunnett_critical(level: float, sides: int = 2) -> float:
    """Largest of two |Z| (one side: Z) of correlation 0.5, by one integral over their common part.

    `level` is the chance of a larger one.
    """

    def excess(c):
        def inner(u):
            reach = math.sqrt(2) * c
            below = ndtr(-reach - u) if sides == 2 else 0.0
            density = math.exp(-(u**2) / 2) / math.sqrt(2 * math.pi)
            return density * (ndtr(reach - u) - below) ** 2

        return 1 - quad(inner, -9, 9, epsabs=1e-12)[0] - level

    return float(brentq(excess, 1, 8, xtol=1e-10))


def share_of_family_errors(
    spending: str,
    first: float,
    *,
    trials: int,
    method: str = "dunnett",
    sides: int = 2,
    alpha: float = 0.05,
) -> float:
    """Family-wise error of two contrasts with one control at two looks, variance known."""
    t = np.array([first, 1.0])
    nominal = spending_boundary(t, spending=spending, sides=sides, alpha=alpha)["nominal_p"]
    rng = np.random.default_rng(7)
    rise = np.sqrt(np.diff(t, prepend=0))[:, None, None]
    arms = np.cumsum(rng.normal(size=(2, 3, trials)) * rise, axis=0)
    z = (arms[:, 1:] - arms[:, :1]) / np.sqrt(2 * t)[:, None, None]
    size = np.abs(z) if sides == 2 else z
    crossed = [_cross(look, p, method, sides) for look, p in zip(size, nominal, strict=True)]
    return float(np.any(crossed, axis=0).mean())


def _cross(z: np.ndarray, nominal: float, method: str, sides: int) -> np.ndarray:
    """Trials in which one of two contrasts (rows) is at or beyond the nominal p of a look.

    By Hochberg: both at the level, or one at half of it.
    """
    single, half = (norm.isf(nominal / sides / share) for share in (1, 2))
    if method == "hochberg":
        return (z.min(axis=0) >= single) | (z.max(axis=0) >= half)
    bound = find_dunnett_critical(nominal, sides) if method == "dunnett" else single
    return z.max(axis=0) >= bound
