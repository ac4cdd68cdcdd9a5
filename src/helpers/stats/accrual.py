"""When recruitment will be complete, from the pace of the last months and that of the plan.

Source: Anisimov and Fedorov, Stat Med 2007;26:4958 (Poisson-gamma recruitment).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd
from scipy.stats import betaprime

from helpers.stats.estimates import NAN, Row, check_level

_METHOD = "poisson_gamma"
_FURTHEST = 36525  # days: who recruits for another century is not recruiting


@dataclass(frozen=True)
class WaitingTime(Row):
    """Time until so many more have come: median and limits, in the unit of the exposure."""

    estimate: float
    lower: float
    upper: float
    level: float
    method: str = _METHOD
    note: str = ""


@dataclass(frozen=True)
class AccrualProjection(Row):
    """Date on which the target is reached: median and limits; NaT where not estimable.

    A date more than a century away is NaT as well.

    ``rate``: posterior mean per month. ``recent``, ``months``: how many came in the last months,
    and how long these were.
    """

    date: pd.Timestamp
    lower: pd.Timestamp
    upper: pd.Timestamp
    rate: float
    recent: int
    months: float
    randomised: int
    level: float
    method: str = _METHOD
    note: str = ""


def predict_waiting_time(
    remaining: int,
    *,
    events: int,
    exposure: float,
    shape: float = 1.0,
    rate: float,
    level: float = 0.8,
) -> WaitingTime:
    """Predict when the next ``remaining`` events of a Poisson process will have come.

    Parameters
    ----------
    remaining : int
        Events still to come, at least 0.
    events, exposure : int, float
        Observed events and the time in which they came.
    shape, rate : float
        Gamma prior of the rate: mean ``shape / rate``, weight of ``shape`` events.
    level : float
        Level of the prediction interval, equal tails.

    Returns
    -------
    WaitingTime
        Given the rate the waiting time is gamma; over the gamma posterior it is beta prime
        times the posterior's ``rate + exposure`` (Anisimov and Fedorov, Stat Med
        2007;26:4958). No simulation.

    Raises
    ------
    ValueError
        Negative counts or times, a prior without mass, or a level outside (0, 1).
    """
    check_level(level)
    if remaining < 0 or events < 0 or exposure < 0 or shape <= 0 or rate <= 0:
        raise ValueError(f"unusable: {remaining=}, {events=}, {exposure=}, {shape=}, {rate=}")
    if remaining == 0:
        return WaitingTime(0.0, 0.0, 0.0, level, note="nothing is to come")
    law = betaprime(remaining, shape + events, scale=rate + exposure)
    tail = (1.0 - level) / 2.0
    median, lower, upper = (float(law.ppf(p)) for p in (0.5, tail, 1.0 - tail))
    return WaitingTime(median, lower, upper, level)


def project_accrual(
    dates: Iterable[pd.Timestamp],
    *,
    cutoff: pd.Timestamp,
    target: int,
    planned_months: float,
    start: pd.Timestamp | None = None,
    recent_months: float = 6.0,
    prior_shape: float = 1.0,
    month_days: float = 30.4375,
    level: float = 0.8,
    fewest: int = 3,
) -> AccrualProjection:
    """Project the day on which the target is reached.

    Parameters
    ----------
    dates : iterable of Timestamp
        Days of randomisation; missing ones and those after the cut-off do not count.
    cutoff : Timestamp
        Last day known.
    target : int
        Participants planned.
    planned_months : float
        Months planned for them; the prior has the planned monthly rate as its mean.
    start : Timestamp, optional
        Day on which recruitment opened; by default the first randomisation.
    recent_months : float
        The pace is that of so many last months, or of all since the start when these are fewer.
    prior_shape : float
        Weight of the plan in participants.
    month_days : float
        Days of a month.
    level : float
        Level of the interval.
    fewest : int
        Fewer participants than this give no projection.

    Returns
    -------
    AccrualProjection
        At or above the target: the day on which it was reached, and a note.

    Raises
    ------
    ValueError
        Target or months not positive, or a level outside (0, 1).
    """
    check_level(level)
    if target < 1 or planned_months <= 0 or recent_months <= 0 or month_days <= 0:
        raise ValueError(f"unusable plan: {target=}, {planned_months=}, {recent_months=}")
    known = sorted(day for day in pd.to_datetime(list(dates)) if day <= cutoff)
    opened = start if start is not None else (known[0] if known else cutoff)
    since = max(opened, cutoff - pd.Timedelta(days=recent_months * month_days - 1))
    months = max((cutoff - since).days + 1, 0) / month_days
    recent = sum(day >= since for day in known)
    prior_rate = prior_shape * planned_months / target
    nothing = AccrualProjection(
        pd.NaT, pd.NaT, pd.NaT, NAN, recent, months, len(known), level, note=""
    )
    if len(known) < fewest:
        return replace(nothing, note=f"fewer than {fewest} randomised")
    rate = (prior_shape + recent) / (prior_rate + months)
    if len(known) >= target:
        day = known[target - 1]
        return replace(nothing, date=day, lower=day, upper=day, rate=rate, note="target reached")
    waiting = predict_waiting_time(
        target - len(known),
        events=recent,
        exposure=months,
        shape=prior_shape,
        rate=prior_rate,
        level=level,
    )
    date, lower, upper = (
        _add_days(cutoff, wait * month_days)
        for wait in (waiting.estimate, waiting.lower, waiting.upper)
    )
    return replace(nothing, date=date, lower=lower, upper=upper, rate=rate)


def _add_days(cutoff: pd.Timestamp, days: float) -> pd.Timestamp:
    return cutoff + pd.Timedelta(days=math.ceil(days)) if days <= _FURTHEST else pd.NaT
