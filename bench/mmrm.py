"""The mixed model for repeated measures: our seconds of a core, limits, two known ways to do less.

Beside each fit stand statsmodels' random intercept and that of mixedlm, which is written in Rust
and gives the df of Satterthwaite. Neither has an unstructured covariance over visits.

R's seconds were measured where `import numpy` took 140 ms; the limits that come from them are
scaled by what the same import takes here.
"""

import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import mixedlm as rust
import numpy as np
import pandas as pd
from statsmodels.formula.api import mixedlm

from bench.stats import best_of
from helpers.stats.mmrm import fit_mmrm
from helpers.stats.mmrm.covariance import build_structure
from helpers.stats.mmrm.cross_products import build_subject_arrays, compute_cross_products
from helpers.stats.mmrm.data import MmrmRoles, build_mmrm_data
from helpers.stats.mmrm.inference import build_inference
from helpers.stats.mmrm.optimize import Optimum, find_optimum
from helpers.stats.mmrm.standardise import build_problem
from helpers.stats.sequential import spending_boundary

FOLDER = Path(__file__).parents[1] / "tests" / "reference" / "stats"
NUMPY_IMPORT = 0.140
PERSON = {"subject": "USUBJID", "visit": "AVISIT"}
SMALL = PERSON | {"response": "CHG", "arm": "ARM", "covariates": ["BASE*AVISIT"]}
FEV = PERSON | {"response": "FEV1", "arm": "ARMCD", "covariates": ["RACE", "SEX"]}
KEY_FORMULA = "CHG ~ BASE*AVISIT + ARM*AVISIT"
TRIALS = 10
BCVA = PERSON | {"response": "BCVA_CHG", "arm": "ARMCD", "covariates": ["BCVA_BL*AVISIT", "RACE"]}


Call = Callable[[], object]
STATSMODELS = "statsmodels, random intercept only"
RUST = "mixedlm, random intercept only, Satterthwaite"


@dataclass(frozen=True)
class Race:
    """One of our calls, known ones by their names, and the seconds ours may take."""

    name: str
    ours: Call
    others: Mapping[str, Call]
    limit: float


def run() -> None:
    """Print seconds, limit, ratio to each comparison, and SLOW where a limit is missed."""
    print(f"this machine: {machine_factor():.2f} times the seconds of the one where R was timed")
    print(f"{'what':<44}{'ms':>9}{'limit':>9}{'other ms':>10}{'ratio':>8}  compared with")
    for race in races():
        ours = best_of(5, race.ours)
        slow = "  SLOW" if ours > race.limit else ""
        head = f"{race.name:<44}{1000 * ours:>9.2f}{1000 * race.limit:>9.2f}"
        for name, call in race.others.items():
            other = best_of(3, call)
            print(f"{head:<62}{1000 * other:>10.2f}{ours / other:>8.3f}  {name}{slow}")
            head = slow = ""


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
    one = intercept_models(small, KEY_FORMULA)
    two = intercept_models(fev, "FEV1 ~ RACE + SEX + ARMCD*AVISIT")
    three = intercept_models(bcva, "BCVA_CHG ~ BCVA_BL*AVISIT + RACE + ARMCD*AVISIT")
    plain, adjusted = "satterthwaite", "kenward_roger"
    return [
        Race("48 persons, Kenward-Roger", fit(small, SMALL, adjusted), one, 0.005),
        Race("fev_data, Satterthwaite", fit(fev, FEV, plain), two, 0.031 * factor),
        Race("fev_data, Kenward-Roger", fit(fev, FEV, adjusted), two, 0.04 * factor),
        Race("1,000 persons x 10 visits", fit(bcva, BCVA, plain), three, 0.1),
    ]


def fit(frame: pd.DataFrame, chosen: dict[str, object], df: str) -> Callable[[], object]:
    """A fit that must have been verified, with its contrasts."""

    def call() -> object:
        result = fit_mmrm(frame, df=df, **chosen)
        if not (result.converged and result.structure == "us"):
            raise RuntimeError(result.note)
        return result.contrasts()

    return call


def intercept_models(frame: pd.DataFrame, formula: str) -> dict[str, Call]:
    """A random intercept by each of the two others; the fixed effects are those of ours."""
    used = frame.dropna(subset=[formula.split()[0]])
    if not pd.api.types.is_string_dtype(used["AVISIT"]):
        used = used.assign(AVISIT=used["AVISIT"].astype(str))  # a factor, as in ours

    def by_statsmodels() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # it does not always converge, which is part of the race
            return mixedlm(formula, used, groups=used["USUBJID"]).fit()

    def by_rust() -> object:
        fitted = rust.lmer(f"{formula} + (1|USUBJID)", used)
        return rust.satterthwaite_df(fitted)

    return {STATSMODELS: by_statsmodels, RUST: by_rust}


def key_race() -> Race:
    """What the key result takes, many times over: a thousand simulated trials in 15 s a core.

    Each is drawn, fitted, its contrasts adjusted and held against the bounds of two looks.
    """
    small, draw = pd.read_csv(FOLDER / "trial48_long.csv"), np.random.default_rng(1)
    others = [intercept_models(simulate(small, draw), KEY_FORMULA) for _ in range(TRIALS)]
    return Race(
        f"{TRIALS} whole key analyses (1,000 in 15 s)",
        lambda: [analyse_key(simulate(small, draw)) for _ in range(TRIALS)],
        {
            f"{name}: {TRIALS} fits, no contrasts": _call_all([each[name] for each in others])
            for name in others[0]
        },
        15.0 * TRIALS / 1000,
    )


def _call_all(calls: list[Call]) -> Call:
    return lambda: [call() for call in calls]


def simulate(frame: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """The trial of 48 with other noise."""
    return frame.assign(CHG=frame["CHG"] + draw.normal(0, 1, len(frame)))


def analyse_key(frame: pd.DataFrame) -> tuple[object, ...]:
    """Fit, LS means, all contrasts, the family adjusted by Dunnett, the bounds of two looks."""
    result = fit_mmrm(frame, df="satterthwaite", **SMALL)
    if not result.converged:
        raise RuntimeError(result.note)
    family = result.contrasts(adjust="dunnett")
    bounds = spending_boundary([0.5, 1.0], alpha=0.05, spending="ld_obf")
    return result.lsmeans(), result.contrasts(), family, bounds


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
        _call_all(calls),
        {
            f"{name}, one set": call
            for name, call in intercept_models(sets[0], "CHG ~ ARM*AVISIT").items()
        },
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
            {"fit of 1,000 persons": small},
            1.5 * best_of(5, small),
        ),
        Race(
            "cross-products of 860,500 values",
            lambda: compute_cross_products(subjects),
            {"one X.T @ X of the stacked data": lambda: stacked.T @ stacked},
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
