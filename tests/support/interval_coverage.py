"""How often intervals hold the truth: exact where the outcomes can be enumerated, else simulated.

The tests of the methods and docs/operating-characteristics.md take their figures from here.
"""

import math
from collections.abc import Iterable

import numpy as np
from scipy.stats import binom, poisson

from helpers.stats.proportions import compare_proportions, estimate_proportion
from helpers.stats.rates import estimate_rate
from helpers.stats.survival import kaplan_meier, tabulate_at_times

ROUNDING = 1e-12


def cover_proportion(
    n: int, rates: Iterable[float], method: str = "clopper_pearson"
) -> list[float]:
    """Chance that the interval of x of n holds the true rate, for each true rate."""
    limits = [estimate_proportion(x, n, method=method) for x in range(n + 1)]
    return [
        float(binom.pmf(np.arange(n + 1), n, rate) @ [r.lower <= rate <= r.upper for r in limits])
        for rate in rates
    ]


def cover_difference(n: int, rates: Iterable[float], method: str) -> list[float]:
    """The same for a difference of two groups of n, for every pair of true rates."""
    rates = list(rates)
    table = [
        [compare_proportions(x, n, y, n, method=method) for y in range(n + 1)] for x in range(n + 1)
    ]
    lower = np.array([[r.lower for r in row] for row in table])
    upper = np.array([[r.upper for r in row] for row in table])
    chance = {rate: binom.pmf(np.arange(n + 1), n, rate) for rate in rates}
    return [
        float(chance[p] @ ((lower <= p - q) & (p - q <= upper)) @ chance[q])
        for p in rates
        for q in rates
    ]


def cover_rate(means: Iterable[float]) -> list[float]:
    """The same for a rate per one unit of time, for expected numbers of events up to 25."""
    most = 80  # events; more than that has no chance worth the name
    limits = [estimate_rate(count, 1.0) for count in range(most)]
    return [
        float(poisson.pmf(np.arange(most), m) @ [r.lower <= m <= r.upper for r in limits])
        for m in means
    ]


def cover_kaplan_meier(n: int, *, trials: int) -> tuple[float, float]:
    """Shares of simulated trials whose log-minus-log interval exists, and of these that hold it.

    Exponential times with mean 1, follow-up uniform from 0.5 to 2.5, survival at 0.6.
    """
    rng = np.random.default_rng(20210705)
    known, covered = 0, 0
    for _ in range(trials):
        time, end = rng.exponential(1.0, n), rng.uniform(0.5, 2.5, n)
        table = kaplan_meier(np.minimum(time, end), time <= end)
        row = tabulate_at_times(table, [0.6]).iloc[0]
        known += not math.isnan(row["lower"])
        covered += bool(row["lower"] <= math.exp(-0.6) <= row["upper"])
    return known / trials, covered / known
