"""Counting, rank, survival and sequential methods beside a known way to do the same, in one run.

Each line: our seconds of a core, those of the comparison, their ratio, and the limit in seconds.
"""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter
from scipy.stats import (
    brunnermunzel,
    fisher_exact,
    mannwhitneyu,
    multivariate_normal,
    multivariate_t,
)
from statsmodels.formula.api import ols
from statsmodels.miscmodels.ordinal_model import OrderedModel

from helpers.stats.ancova import fit_ancova
from helpers.stats.missing import reference_based, tipping_point
from helpers.stats.mmrm import fit_mmrm
from helpers.stats.multiplicity.dunnett import dunnett_critical
from helpers.stats.ordinal import proportional_odds
from helpers.stats.proportions import compare_proportions
from helpers.stats.proportions.fisher import compare_odds
from helpers.stats.ranks import compare_ranks
from helpers.stats.sequential import spending_boundary
from helpers.stats.shrinkage import shrink
from helpers.stats.stopping import stopping_boundary
from helpers.stats.stopping.operating_characteristics import (
    operating_characteristics,
    simulate_operating_characteristics,
)
from helpers.stats.survival import aalen_johansen, cox, gray_test, kaplan_meier, log_rank


@dataclass(frozen=True)
class Race:
    """One of our calls, a known one, and the seconds ours may take."""

    name: str
    ours: Callable[[], object]
    other_name: str
    other: Callable[[], object]
    limit: float


def run() -> None:
    """Print seconds, ratio to the comparison, and SLOW where a limit is missed."""
    print(f"{'what':<38}{'ms':>9}{'limit':>9}{'other ms':>10}{'ratio':>8}  compared with")
    races = (rank_races, sequential_races, stopping_races, survival_races, model_races)
    for race in [race for make in races for race in make()]:
        ours, other = best_of(5, race.ours), best_of(3, race.other)
        slow = "  SLOW" if ours > race.limit else ""
        print(
            f"{race.name:<38}{1000 * ours:>9.2f}{1000 * race.limit:>9.0f}"
            f"{1000 * other:>10.2f}{ours / other:>8.2f}  {race.other_name}{slow}"
        )


def best_of(times: int, call: Callable[[], object]) -> float:
    """Shortest of several runs, seconds of a core: what else the machine does does not count.

    What takes a few milliseconds is run until a tenth of a second is over: single runs of it vary.
    """
    spent: list[float] = []
    while len(spent) < times or sum(spent) < 0.1:
        start = count_seconds()
        call()
        spent.append(count_seconds() - start)
    return min(spent)


def count_seconds() -> float:
    """Seconds of a core that this process and those that it waited for have used."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def rank_races() -> list[Race]:
    """Exact test, shift and effect together, with ties, against scipy's exact test without."""
    races = []
    for n, limit in ((16, 0.005), (100, 0.5)):
        draw = np.random.default_rng(n)
        a, b = draw.integers(0, n // 2, n), draw.integers(0, n // 2, n)
        x, y = draw.normal(size=n), draw.normal(size=n)
        races.append(
            Race(
                f"exact ranks with ties, {n} v {n}",
                lambda a=a, b=b: compare_ranks(a, b),
                "scipy exact without ties + Brunner-Munzel",
                lambda x=x, y=y: (mannwhitneyu(x, y, method="exact"), brunnermunzel(x, y)),
                limit,
            )
        )
    return races


def sequential_races() -> list[Race]:
    """All bounds of ten looks, against one multivariate normal probability of ten looks."""
    t = np.arange(1, 11) / 10
    correlation = np.sqrt(np.minimum.outer(t, t) / np.maximum.outer(t, t))
    looks = multivariate_normal(np.zeros(10), correlation, seed=1)
    return [
        Race(
            f"boundaries, 10 looks, {sides}-sided",
            lambda sides=sides: spending_boundary(t, sides=sides),
            "one scipy multivariate normal integral",
            lambda: looks.cdf(np.full(10, 2.5)),
            0.02,
        )
        for sides in (1, 2)
    ]


def stopping_races() -> list[Race]:
    """Exact operating characteristics at eight rates, against 10,000 simulated trials each."""
    races = []
    for n, limit in ((16, 0.05), (200, 2.0)):
        boundary = stopping_boundary(n)
        races.append(
            Race(
                f"boundary and exact characteristics, n={n}",
                lambda n=n: operating_characteristics(stopping_boundary(n)),
                "10,000 simulated trials per rate",
                lambda b=boundary: simulate_operating_characteristics(b, trials=10_000),
                limit,
            )
        )
    return races


def survival_races() -> list[Race]:
    """Time to event of 2,000 persons, against lifelines; tables of counts against scipy."""
    draw = np.random.default_rng(5)
    n = 2000
    time_, status = draw.integers(1, 400, n).astype(float), draw.integers(0, 3, n)
    arm = draw.integers(0, 3, n)
    event = (status == 1).astype(int)
    frame = pd.DataFrame({"T": time_, "E": event, "X": draw.normal(size=n)})
    graded = pd.DataFrame({"ARM": np.repeat([0, 1, 2], 16), "Y": draw.integers(0, 5, 48)})
    arms = np.column_stack([graded["ARM"] == 1, graded["ARM"] == 2]).astype(float)
    ordered = pd.CategoricalDtype(range(5), ordered=True)
    return [
        Race(
            "Kaplan-Meier, 2,000 persons",
            lambda: kaplan_meier(time_, event),
            "lifelines alone, which it calls",
            lambda: KaplanMeierFitter().fit(time_, event),
            0.05,
        ),
        Race(
            "Aalen-Johansen, 2,000 persons",
            lambda: aalen_johansen(time_, status, cause=1),
            "lifelines, ties broken at random",
            lambda: AalenJohansenFitter(seed=1).fit(time_ + draw.random(n) * 1e-3, status, 1),
            0.05,
        ),
        Race(
            "Gray's test, 3 groups of 2,000",
            lambda: gray_test(time_, status, arm, cause=1),
            "our log-rank test",
            lambda: log_rank(time_, event, arm),
            0.1,
        ),
        Race(
            "Cox, 2,000 persons",
            lambda: cox(frame, time="T", event="E", covariates=["X"]),
            "lifelines",
            lambda: CoxPHFitter().fit(frame, "T", "E"),
            0.1,
        ),
        Race(
            "proportional odds, 48 persons",
            lambda: proportional_odds(graded, response="Y", arm="ARM"),
            "statsmodels, without profile limits",
            lambda: OrderedModel(graded["Y"].astype(ordered), arms).fit(method="bfgs", disp=0),
            0.2,
        ),
        Race(
            "Miettinen-Nurminen, 56/70 v 48/80",
            lambda: compare_proportions(56, 70, 48, 80),
            "scipy Fisher p",
            lambda: fisher_exact([[56, 14], [48, 32]]),
            0.005,
        ),
        Race(
            "Fisher with odds ratio and limits",
            lambda: compare_odds(56, 70, 48, 80),
            "scipy Fisher p",
            lambda: fisher_exact([[56, 14], [48, 32]]),
            0.05,
        ),
    ]


def model_races() -> list[Race]:
    """One trial of 48 persons: covariance analysis, Dunnett, missing values, shrinkage."""
    frame, roles = make_trial()
    last = frame[frame["VISIT"] == "V3"].dropna()
    pair = multivariate_t(shape=[[1, 0.5], [0.5, 1]], df=44, seed=1)
    deltas = np.linspace(0, 4, 21)
    return [
        Race(
            "ANCOVA with Dunnett and HC3",
            lambda: fit_ancova(
                last, response="CHG", arm="ARM", covariates=["BASE"], reference="C"
            ).contrasts(adjust="dunnett"),
            "statsmodels ols, fit alone",
            lambda: ols("CHG ~ BASE + ARM", last).fit(),
            0.03,
        ),
        Race(
            "Dunnett critical value, 2 contrasts",
            lambda: dunnett_critical(0.95, 44.0, 0.5),
            "one scipy multivariate t integral",
            lambda: pair.cdf([2.3, 2.3], lower_limit=[-2.3, -2.3]),
            0.005,
        ),
        Race(
            "J2R, CR and MAR with jackknife, 48",
            lambda: reference_based(frame, key_visit="V3", departed="GONE", **roles),
            "48 mixed models",
            lambda: [fit_mmrm(frame, **roles) for _ in range(48)],
            1.0,
        ),
        Race(
            "tipping grid 21 x 21, 48 persons",
            lambda: tipping_point(
                frame, key_visit="V3", active_deltas=deltas, control_deltas=-deltas, **roles
            ),
            "48 mixed models",
            lambda: [fit_mmrm(frame, **roles) for _ in range(48)],
            2.0,
        ),
        Race(
            "shrinkage of two contrasts",
            lambda: shrink([0.8, 0.1], covariance=[[0.12, 0.06], [0.06, 0.13]], mcid=0.5),
            "Dunnett critical value",
            lambda: dunnett_critical(0.95, 44.0, 0.5),
            0.02,
        ),
    ]


def make_trial() -> tuple[pd.DataFrame, dict[str, object]]:
    """Three arms of 16 at three visits, a fifth without the last; the roles of the columns."""
    draw = np.random.default_rng(48)
    base, person = draw.normal(12, 3, 48), draw.normal(0, 2, 48)
    frame = pd.DataFrame(
        {
            "ID": np.repeat(np.arange(48), 3),
            "ARM": np.repeat(np.tile(["C", "A", "B"], 16), 3),
            "VISIT": np.tile(["V1", "V2", "V3"], 48),
            "BASE": np.repeat(base, 3),
            "CHG": np.repeat(person - 0.4 * base, 3) + draw.normal(0, 1, 144),
        }
    )
    gone = np.repeat(np.arange(48) % 5 == 0, 3) & (frame["VISIT"] == "V3")
    roles: dict[str, object] = {"response": "CHG", "subject": "ID", "visit": "VISIT", "arm": "ARM"}
    roles |= {"covariates": ["BASE", "BASE:VISIT"], "reference": "C"}
    return frame.assign(CHG=frame["CHG"].mask(gone), GONE=gone), roles
