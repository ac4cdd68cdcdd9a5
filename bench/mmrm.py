"""The mixed model for repeated measures: our seconds, limits, and a known way to do less.

R's seconds were measured where `import numpy` took 140 ms; the limits that come from them are
scaled by what the same import takes here.
"""

import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.formula.api import mixedlm

from bench.stats import Race, best_of
from helpers.stats.mmrm import fit_mmrm
from helpers.stats.mmrm.covariance import build_structure
from helpers.stats.mmrm.cross_products import build_subject_arrays, compute_cross_products
from helpers.stats.mmrm.data import MmrmRoles, build_mmrm_data
from helpers.stats.mmrm.inference import build_inference
from helpers.stats.mmrm.optimize import Optimum, find_optimum
from helpers.stats.mmrm.standardise import build_problem

FOLDER = Path(__file__).parents[1] / "tests" / "reference" / "stats"
NUMPY_IMPORT = 0.140
PERSON = {"subject": "USUBJID", "visit": "AVISIT"}
SMALL = PERSON | {"response": "CHG", "arm": "ARM", "covariates": ["BASE*AVISIT"]}
FEV = PERSON | {"response": "FEV1", "arm": "ARMCD", "covariates": ["RACE", "SEX"]}
BCVA = PERSON | {"response": "BCVA_CHG", "arm": "ARMCD", "covariates": ["BCVA_BL*AVISIT", "RACE"]}


def run() -> None:
    """Print seconds, limit, ratio to the comparison, and SLOW where a limit is missed."""
    print(f"this machine: {machine_factor():.2f} times the seconds of the one where R was timed")
    print(f"{'what':<44}{'ms':>9}{'limit':>9}{'other ms':>10}{'ratio':>8}  compared with")
    for race in races():
        ours, other = best_of(5, race.ours), best_of(1, race.other)
        slow = "  SLOW" if ours > race.limit else ""
        print(
            f"{race.name:<44}{1000 * ours:>9.2f}{1000 * race.limit:>9.2f}"
            f"{1000 * other:>10.2f}{ours / other:>8.3f}  {race.other_name}{slow}"
        )


def machine_factor() -> float:
    """Seconds of a bare numpy import here over those of the machine where R was timed."""

    def start_numpy() -> None:
        subprocess.run([sys.executable, "-c", "import numpy"], check=True)

    return best_of(3, start_numpy) / NUMPY_IMPORT


def races() -> list[Race]:
    """Fits of three sizes, heavy dropout, and what a hundred times the persons cost."""
    return [*fit_races(), key_race(), dropout_race(), *size_races()]


def fit_races() -> list[Race]:
    """Whole fits from the frame to the table of contrasts."""
    factor = machine_factor()
    small, fev, bcva = (
        pd.read_csv(FOLDER / name) for name in ("trial48_long.csv", "fev_data.csv", "bcva_data.csv")
    )
    against = "statsmodels, random intercept only"
    one = intercept_model(small, "CHG ~ BASE*AVISIT + ARM*AVISIT")
    two = intercept_model(fev, "FEV1 ~ RACE + SEX + ARMCD*AVISIT")
    three = intercept_model(bcva, "BCVA_CHG ~ BCVA_BL*AVISIT + RACE + ARMCD*AVISIT")
    plain, adjusted = "satterthwaite", "kenward_roger"
    return [
        Race("48 persons, Kenward-Roger", fit(small, SMALL, adjusted), against, one, 0.01),
        Race("fev_data, Satterthwaite", fit(fev, FEV, plain), against, two, 0.031 * factor),
        Race("fev_data, Kenward-Roger", fit(fev, FEV, adjusted), against, two, 0.04 * factor),
        Race("1,000 persons x 10 visits", fit(bcva, BCVA, plain), against, three, 0.3),
    ]


def fit(frame: pd.DataFrame, chosen: dict[str, object], df: str) -> Callable[[], object]:
    """A fit that must have been verified, with its contrasts."""

    def call() -> object:
        result = fit_mmrm(frame, df=df, **chosen)
        if not (result.converged and result.structure == "us"):
            raise RuntimeError(result.note)
        return result.contrasts()

    return call


def intercept_model(frame: pd.DataFrame, formula: str) -> Callable[[], object]:
    used = frame.dropna(subset=[formula.split()[0]])

    def call() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # it does not always converge, which is part of the race
            return mixedlm(formula, used, groups=used["USUBJID"]).fit()

    return call


def key_race() -> Race:
    """What the key result takes, many times over: a thousand simulated trials in 15 s a core."""
    small, draw = pd.read_csv(FOLDER / "trial48_long.csv"), np.random.default_rng(1)
    frames = [small.assign(CHG=small["CHG"] + draw.normal(0, 1, len(small))) for _ in range(10)]
    others = [intercept_model(frame, "CHG ~ BASE*AVISIT + ARM*AVISIT") for frame in frames]
    return Race(
        "10 whole key analyses (1,000 in 15 s)",
        lambda: [analyse_key(frame) for frame in frames],
        "statsmodels, 10 random intercepts, no contrasts",
        lambda: [call() for call in others],
        0.15,
    )


def analyse_key(frame: pd.DataFrame) -> tuple[object, ...]:
    """Fit, LS means, all contrasts, and the family adjusted by Dunnett."""
    result = fit_mmrm(frame, df="satterthwaite", **SMALL)
    if not result.converged:
        raise RuntimeError(result.note)
    family = result.contrasts(adjust="dunnett")
    return result.lsmeans(), result.contrasts(), family


def make_dropout(seed: int, persons: int = 200, visits: int = 10) -> pd.DataFrame:
    """Two arms; four of five persons have left by the last visit, some visits are missed."""
    draw = np.random.default_rng(seed)
    at = np.arange(visits)
    sd = np.linspace(3, 8, visits)
    sigma = 0.85 ** np.abs(np.subtract.outer(at, at)) * np.outer(sd, sd) + 2 * np.eye(visits)
    values = draw.multivariate_normal(np.zeros(visits), sigma, persons)
    stays = np.cumprod(draw.random((persons, visits - 1)) > 0.16, axis=1) > 0
    seen = np.column_stack([np.ones(persons, dtype=bool), stays])
    seen &= draw.random((persons, visits)) > 0.05
    person, visit = np.nonzero(seen)
    columns = {"USUBJID": person, "AVISIT": visit, "CHG": values[person, visit]}
    return pd.DataFrame(columns | {"ARM": np.where(person < persons // 2, "A", "B")})


def dropout_race() -> Race:
    """Ten sets, all of which must reach a verified unstructured optimum."""
    sets = [make_dropout(seed) for seed in range(10)]
    calls = [fit(frame, SMALL | {"covariates": []}, "satterthwaite") for frame in sets]
    return Race(
        "ten sets of 200 x 10, heavy dropout",
        lambda: [call() for call in calls],
        "statsmodels, one set, random intercept only",
        intercept_model(sets[0].assign(AVISIT=sets[0]["AVISIT"].astype(str)), "CHG ~ ARM*AVISIT"),
        3.0,
    )


def size_races() -> list[Race]:
    """A hundred times the persons: the fit after the cross-products, and these themselves."""
    bcva = pd.read_csv(FOLDER / "bcva_data.csv")
    draw = np.random.default_rng(1)
    many = pd.concat([bcva.assign(USUBJID=bcva["USUBJID"] + 1000 * i) for i in range(100)])
    many["BCVA_CHG"] += draw.normal(0, 3, len(many))
    roles = MmrmRoles("BCVA_CHG", "USUBJID", "AVISIT", "ARMCD", ("BCVA_BL*AVISIT", "RACE"))
    few, data = build_mmrm_data(bcva, roles), build_mmrm_data(many, roles)
    subjects = build_subject_arrays(data, "AVISIT")
    small = after_products(*build_problem(build_subject_arrays(few, "AVISIT"), reml=True))
    large = after_products(*build_problem(subjects, reml=True))
    stacked = np.column_stack([data.design.matrix(data.n_obs), data.response])
    return [
        Race(
            "fit of 100,000 persons after cross-products",
            large,
            "fit of 1,000 persons",
            small,
            1.5 * best_of(5, small),
        ),
        Race(
            "cross-products of 860,500 values",
            lambda: compute_cross_products(subjects),
            "one X.T @ X of the stacked data",
            lambda: stacked.T @ stacked,
            3.0 * best_of(5, lambda: stacked.T @ stacked),
        ),
    ]


def after_products(problem, scaling) -> Callable[[], object]:
    structure = build_structure("us", problem.n_visits)

    def call() -> object:
        optimum = find_optimum(problem, structure)
        if not isinstance(optimum, Optimum):
            raise RuntimeError(optimum.reason)
        return build_inference(problem, scaling, structure, optimum, "satterthwaite")

    return call
