"""Kaplan and Meier's survival curve, its quantiles, and the median follow-up.

Curve and log-minus-log limits are those of lifelines. What it lacks is here: the other limits, and
the middle of the step where the curve is exactly at the share asked for.

Source: Kaplan and Meier, JASA 1958;53:457; Brookmeyer and Crowley, Biometrics 1982;38:29; Schemper
and Smith, Control Clin Trials 1996;17:343.
"""

import math

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from helpers.stats.estimates import NAN, Estimate, check_level
from helpers.stats.survival.step_tables import (
    ALL_EVENTS_SEEN,
    NO_EVENT_YET,
    NO_PERSONS,
    Floats,
    Ints,
    check_events,
    check_times,
    count_at_times,
    make_step_table,
)

TRANSFORMS = ("loglog", "log", "plain")
_TIE = math.sqrt(np.finfo(float).eps)  # how near to p counts as equal to p


def kaplan_meier(
    time: ArrayLike, event: ArrayLike, *, level: float = 0.95, transform: str = "loglog"
) -> pd.DataFrame:
    """Estimate the survival curve (JASA 1958;53:457) with Greenwood's variance.

    Parameters
    ----------
    time : array of float, shape (n,)
        Time to event or censoring.
    event : array of int or bool, shape (n,)
        1 for an event, 0 for censored. At equal times events come first.
    level : float
        Confidence level of the pointwise limits.
    transform : str
        Scale on which the limits are symmetric: ``loglog`` (log of minus log), ``log`` or
        ``plain``. The last two are cut at 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row per distinct time, time 0 first: time, n_risk, n_event, n_censor, estimate,
        variance, lower, upper, note. Limits are NaN where the curve is 0, and for ``loglog``
        where it is 1.

    Raises
    ------
    ValueError
        Unknown transform, level outside (0, 1), or unusable times or events.
    """
    if transform not in TRANSFORMS:
        raise ValueError(f"transform {transform!r} is not one of {', '.join(TRANSFORMS)}")
    check_level(level)
    events = check_events(event)
    table = count_at_times(time, events, 2)
    survival, loglog = _fit_curve(check_times(time), events, level)
    n, d = table.n_risk.astype(float), table.counts[1].astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(np.where(d > 0, d / (n * (n - d)), 0.0), dtype=np.float64)
        variance = np.where(survival > 0, survival**2 * greenwood, NAN)
        z = float(norm.isf((1.0 - level) / 2.0))
        other = _LIMITS.get(transform)
        limits = other(survival, np.sqrt(greenwood), z) if other else loglog
    known = (survival > 0) & ((survival < 1) | (transform != "loglog"))
    lower, upper = (np.where(known, limit, NAN) for limit in limits)
    return make_step_table(
        {
            "time": table.time,
            "n_risk": table.n_risk,
            "n_event": table.counts[1],
            "n_censor": table.counts[0],
            "estimate": survival,
            "variance": variance,
        },
        (lower, upper),
        [_note(s, ok) for s, ok in zip(survival, known, strict=True)],
    )


def estimate_survival_time(
    time: ArrayLike,
    event: ArrayLike,
    *,
    p: float = 0.5,
    level: float = 0.95,
    transform: str = "loglog",
) -> Estimate:
    """Estimate the time by which a share ``p`` has had the event; the median by default.

    Parameters
    ----------
    time, event, level, transform
        As in ``kaplan_meier``.
    p : float
        Share with the event.

    Returns
    -------
    Estimate
        First time at which the curve is at most ``1 - p``; the middle of the step where it is
        exactly that. Limits are read from the pointwise limits in the same way (Brookmeyer and
        Crowley, Biometrics 1982;38:29). NaN where never reached.
    """
    if not 0.0 < p < 1.0:
        raise ValueError(f"p must lie between 0 and 1, got {p!r}")
    table = kaplan_meier(time, event, level=level, transform=transform)
    times = table["time"].to_numpy(dtype=np.float64)
    estimate, lower, upper = (
        _first_crossing(times, table[name].to_numpy(), 1.0 - p)
        for name in ("estimate", "lower", "upper")
    )
    note = ""
    if math.isnan(estimate):
        note = NO_PERSONS if table["n_risk"].iloc[0] == 0 else "not reached"
    elif math.isnan(upper):
        note = "upper limit not reached"
    return Estimate(estimate, lower, upper, level, f"kaplan_meier_{transform}", note)


def estimate_median_follow_up(
    time: ArrayLike, event: ArrayLike, *, level: float = 0.95
) -> Estimate:
    """Estimate the median follow-up by the reverse Kaplan-Meier method.

    Being censored is the event, having the event is censoring (Schemper and Smith, Control Clin
    Trials 1996;17:343). Arguments and result as in ``estimate_survival_time``.
    """
    censored: Ints = 1 - check_events(event)
    return estimate_survival_time(time, censored, level=level)


def _fit_curve(time: Floats, event: Ints, level: float) -> tuple[Floats, tuple[Floats, Floats]]:
    """Give the curve at each distinct time, 0 first, and its log-minus-log limits."""
    if time.size == 0:
        return np.full(1, NAN), (np.full(1, NAN), np.full(1, NAN))
    from lifelines import KaplanMeierFitter  # half a second that few calls of the program need

    with np.errstate():  # lifelines changes numpy's settings for everybody after it
        fitted = KaplanMeierFitter(alpha=1.0 - level).fit(time, event)
    lower, upper = fitted.confidence_interval_.to_numpy(dtype=np.float64).T
    return fitted.survival_function_.to_numpy(dtype=np.float64)[:, 0], (lower, upper)


def _first_crossing(times: Floats, curve: Floats, target: float) -> float:
    reached = np.flatnonzero(curve < target + _TIE)  # NaN compares as false
    if reached.size == 0:
        return NAN
    first = reached[0]
    below = np.flatnonzero(curve < target - _TIE)
    if abs(curve[first] - target) < _TIE and below.size > 0:
        return float(times[first] + times[below[0]]) / 2.0
    return float(times[first])


def _plain(survival: Floats, se: Floats, z: float) -> tuple[Floats, Floats]:
    half = z * survival * se
    return np.maximum(survival - half, 0.0), np.minimum(survival + half, 1.0)


def _log(survival: Floats, se: Floats, z: float) -> tuple[Floats, Floats]:
    return survival * np.exp(-z * se), np.minimum(survival * np.exp(z * se), 1.0)


def _note(survival: float, known: bool) -> str:
    if known:
        return ""
    if math.isnan(survival):
        return NO_PERSONS
    return ALL_EVENTS_SEEN if survival == 0 else NO_EVENT_YET


_LIMITS = {"log": _log, "plain": _plain}
