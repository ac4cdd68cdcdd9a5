"""A stopping monitor of one arm: the posterior now, the counts that alert, what comes next.

Source: Thall and Simon, Biometrics 1994;50:337; Geller et al. 2003.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaincc
from scipy.stats import beta, binom

from helpers.stats.estimates import NAN, Row, check_count, check_level
from helpers.stats.stopping.operating_characteristics import (
    Boundary,
    operating_characteristics,
    read_boundary,
    read_looks,
    simulate_operating_characteristics,
)
from helpers.stats.stopping.pocock_boundary import pocock_boundary

__all__ = [
    "PosteriorMonitor",
    "operating_characteristics",
    "pocock_boundary",
    "posterior_monitor",
    "predictive_probability",
    "simulate_operating_characteristics",
    "stopping_boundary",
    "tabulate_binomial_fan",
    "tabulate_posterior",
]

Prior = tuple[float, float]


@dataclass(frozen=True)
class PosteriorMonitor(Row):
    """Where one arm stands.

    ``alert_at`` is the smallest number of events that alerts among the participants evaluable now,
    ``alert_at_next`` and ``alert_at_second`` among one and two more; NaN where none would.
    ``state`` is CLEAR, NEAR (one more event alerts) or ALERT.
    """

    events: int
    evaluable: int
    posterior_mean: float
    lower: float
    upper: float
    prob_above: float
    alert_at: float
    alert_at_next: float
    alert_at_second: float
    state: str
    method: str = "beta_binomial"
    note: str = ""


def posterior_monitor(
    x: int,
    n: int,
    *,
    prior: Prior = (0.3, 1.7),
    p_star: float = 0.15,
    cut: float = 0.9,
    level: float = 0.95,
) -> PosteriorMonitor:
    """Describe the posterior of an event rate and say whether it alerts.

    Parameters
    ----------
    x, n : int
        Participants with an event, evaluable participants.
    prior : tuple of float
        Parameters of the beta prior.
    p_star, cut : float
        Alert when the posterior probability of a rate above ``p_star`` is at least ``cut``.
    level : float
        Level of the equal-tailed posterior interval.

    Returns
    -------
    PosteriorMonitor
        With nobody evaluable it describes the prior and says so.

    Raises
    ------
    ValueError
        Counts that are no counts, prior not positive, p_star, cut or level outside (0, 1).

    Notes
    -----
    Rule: Geller et al., in Geller (ed.) Advances in Clinical Trial Biostatistics 2003; Thall and
    Simon, Biometrics 1994;50:337.
    """
    check_level(level)
    x, n = check_count(x, n)
    above = _probability_above(np.array([x]), n, prior, p_star, cut)[0]
    a, b = prior[0] + x, prior[1] + n - x
    tail = (1.0 - level) / 2.0
    reached = max(n, x + 1)  # the next event may need a participant who is not evaluable yet
    *counts, at_reached = map(
        float, _alert_counts(np.array([n, n + 1, n + 2, reached]), prior, p_star, cut)
    )
    state = "ALERT" if x >= counts[0] else "NEAR" if x + 1 >= at_reached else "CLEAR"
    return PosteriorMonitor(
        x,
        n,
        a / (a + b),
        float(beta.ppf(tail, a, b)),
        float(beta.isf(tail, a, b)),
        float(above),
        alert_at=counts[0],
        alert_at_next=counts[1],
        alert_at_second=counts[2],
        state=state,
        note="" if n else "nobody evaluable: this is the prior",
    )


def stopping_boundary(
    n_max: int = 16,
    *,
    rule: str = "posterior",
    prior: Prior = (0.3, 1.7),
    p_star: float = 0.15,
    cut: float = 0.9,
    p0: float = 0.1,
    alpha: float = 0.1,
) -> pd.DataFrame:
    """Tabulate the smallest number of events that alerts, for 1 to ``n_max`` participants.

    Parameters
    ----------
    n_max : int
        Largest number of participants.
    rule : str
        ``posterior`` (``prior``, ``p_star``, ``cut`` as in ``posterior_monitor``) or ``pocock``
        (``p0``, ``alpha`` as in ``pocock_boundary``).

    Returns
    -------
    pandas.DataFrame
        n, alert_at (NaN where no count alerts).

    Raises
    ------
    ValueError
        Unknown rule, or parameters out of range.
    """
    if rule == "pocock":
        return pocock_boundary(n_max, p0=p0, alpha=alpha)[["n", "alert_at"]]
    if rule != "posterior":
        raise ValueError(f"rule {rule!r} is not one of posterior, pocock")
    n = np.arange(1, n_max + 1)
    return pd.DataFrame({"n": n, "alert_at": _alert_counts(n, prior, p_star, cut)})


def predictive_probability(
    x: int,
    n: int,
    boundary: Boundary,
    *,
    prior: Prior = (0.3, 1.7),
    looks: Iterable[int] | None = None,
) -> float:
    """Return the probability that the arm alerts by the last participant of the boundary.

    Parameters
    ----------
    x, n : int
        Participants with an event and evaluable participants now; an alert now counts where now
        is a look.
    boundary : pandas.DataFrame or iterable of float
        Counts that alert for 1, 2, ... participants, as from ``stopping_boundary``.
    prior : tuple of float
        Parameters of the beta prior; future participants follow the posterior (Polya urn).
    looks : iterable of int, optional
        Numbers of participants at which the rule is checked; after every participant when absent.

    Returns
    -------
    float
        From exact recursion over participants and events.

    Raises
    ------
    ValueError
        Counts that are no counts, or more participants than the boundary was made for.
    """
    x, n = check_count(x, n)
    counts = read_boundary(boundary)
    if n > counts.size:
        raise ValueError(f"{n} participants evaluable, but the boundary ends at {counts.size}")
    checked = read_looks(looks, counts.size)
    if n in checked and x >= counts[n - 1]:
        return 1.0
    alive = np.zeros(counts.size + 2)
    alive[min(x, counts.size)] = 1.0
    events = np.arange(alive.size)
    alerted = 0.0
    for m in range(n, counts.size):
        chance = (prior[0] + events) / (prior[0] + prior[1] + m)
        alive, moving = alive * (1.0 - chance), alive * chance
        alive[1:] += moving[:-1]
        if m + 1 in checked:
            over = events >= counts[m]
            alerted += float(alive[over].sum())
            alive[over] = 0.0
    return min(alerted, 1.0)


def tabulate_posterior(
    x: int, n: int, *, prior: Prior = (0.3, 1.7), points: int = 200
) -> pd.DataFrame:
    """Tabulate prior and posterior density at the middles of ``points`` equal steps of 0 to 1."""
    x, n = check_count(x, n)
    p = (np.arange(points) + 0.5) / points
    return pd.DataFrame(
        {
            "p": p,
            "prior": beta.pdf(p, *prior),
            "posterior": beta.pdf(p, prior[0] + x, prior[1] + n - x),
        }
    )


def tabulate_binomial_fan(n_max: int, rate: float, *, level: float = 0.9) -> pd.DataFrame:
    """Tabulate the central range of the number of events among 0 to ``n_max`` participants."""
    check_level(level)
    n, tail = np.arange(n_max + 1), (1.0 - level) / 2.0
    lower, upper = binom.ppf(tail, n, rate), binom.ppf(1.0 - tail, n, rate)
    return pd.DataFrame({"n": n, "lower": np.maximum(lower, 0), "upper": np.maximum(upper, 0)})


def _alert_counts(n: np.ndarray, prior: Prior, p_star: float, cut: float) -> np.ndarray:
    """Smallest count that alerts among each number of participants; NaN where none does.

    By halving what is left, for all numbers at once: the probability rises with the count.
    """
    low, high = np.zeros_like(n), n + 1  # the count lies in low..high, n + 1 being none
    while (low < high).any():
        middle = np.minimum((low + high) // 2, n)
        alerts = _probability_above(middle, n, prior, p_star, cut) >= cut
        low, high = (
            np.where((low < high) & ~alerts, middle + 1, low),
            np.where((low < high) & alerts, middle, high),
        )
    return np.where(low > n, NAN, low)


def _probability_above(
    x: np.ndarray, n: int | np.ndarray, prior: Prior, p_star: float, cut: float
) -> np.ndarray:
    if min(prior) <= 0.0 or not all(0.0 < value < 1.0 for value in (p_star, cut)):
        raise ValueError(f"unusable rule: prior={prior!r}, p_star={p_star!r}, cut={cut!r}")
    if not all(map(math.isfinite, prior)):
        raise ValueError(f"prior must be finite, got {prior!r}")
    return np.asarray(betaincc(prior[0] + x, prior[1] + n - x, p_star))
