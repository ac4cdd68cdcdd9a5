"""Aalen and Johansen's cumulative incidence where other events compete.

Source: Aalen and Johansen, Scand J Stat 1978;5:141; variance by Aalen, Ann Stat 1978;6:534.
"""

from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from helpers.stats.estimates import NAN, check_level
from helpers.stats.survival.step_tables import (
    ALL_EVENTS_SEEN,
    NO_EVENT_YET,
    NO_PERSONS,
    Floats,
    Ints,
    count_at_times,
    make_step_table,
    tabulate_at_times,
)

Status = Iterable[Hashable]
_ONE = 1.0 - 1e-12  # a sum of rounded jumps may miss 1 by a little
_NO_VARIANCE = 1e-14  # 0 but for rounding


def aalen_johansen(
    time: ArrayLike,
    status: Status,
    *,
    cause: Hashable,
    level: float = 0.95,
    censored: Hashable = 0,
) -> pd.DataFrame:
    """Estimate the cumulative incidence of one cause.

    Parameters
    ----------
    time : array of float, shape (n,)
        Time to the first event of any cause, or to censoring.
    status : array, shape (n,)
        What happened then: a cause, or ``censored``. At equal times events come first.
    cause : hashable
        The cause of interest; every other status but ``censored`` competes.
    level : float
        Confidence level of the pointwise limits.
    censored : hashable
        The status of participants without an event.

    Returns
    -------
    pandas.DataFrame
        One row per distinct time, time 0 first: time, n_risk, n_event, n_competing, n_censor,
        estimate, variance, lower, upper, note. Variance in Aalen's form with the factor
        (n - d)/(n - 1) for ties (Ann Stat 1978;6:534, as R's cmprsk); limits symmetric for log
        of minus log of the incidence, NaN where it is 0 or 1.

    Raises
    ------
    ValueError
        Status missing, level outside (0, 1), or unusable times.
    """
    check_level(level)
    table = count_at_times(time, code_status(status, cause, censored), 3)
    n, event, competing = table.n_risk, table.counts[1], table.counts[2]
    incidence, variance = _estimate(n, event, competing)
    if n[0] == 0:
        incidence, variance = np.full(1, NAN), np.full(1, NAN)
    z = float(norm.isf((1.0 - level) / 2.0))
    limits = _loglog_limits(incidence, np.sqrt(variance), z)
    return make_step_table(
        {
            "time": table.time,
            "n_risk": n,
            "n_event": event,
            "n_competing": competing,
            "n_censor": table.counts[0],
            "estimate": incidence,
            "variance": variance,
        },
        limits,
        [_note(value) for value in incidence],
    )


def compare_incidences(
    first: pd.DataFrame, second: pd.DataFrame, times: Iterable[float], *, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the difference of two independent cumulative incidences at given times.

    Parameters
    ----------
    first, second : pandas.DataFrame
        Tables from ``aalen_johansen``; the difference is first minus second.
    times : iterable of float
        Times at which to compare.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        time, estimate, variance, lower, upper, note. Wald limits from the sum of the variances,
        cut at -1 and 1; NaN where a curve is unknown or either does not vary (nobody had the event,
        or everybody): its variance of 0 is no knowledge, and the interval would be too short.
    """
    check_level(level)
    times = list(times)
    a, b = tabulate_at_times(first, times), tabulate_at_times(second, times)
    difference = a["estimate"] - b["estimate"]
    variance = a["variance"] + b["variance"]
    varies = [table["variance"] > _NO_VARIANCE for table in (a, b)]
    half = float(norm.isf((1.0 - level) / 2.0)) * np.sqrt(variance.where(varies[0] & varies[1]))
    note = np.where(
        difference.isna(),
        a["note"].where(a["estimate"].isna(), b["note"]),
        np.select(
            [~(varies[0] | varies[1]), half.isna()],
            ["no variation in either group", "no variation in one group"],
            "",
        ),
    )
    return pd.DataFrame(
        {
            "time": a["time"],
            "estimate": difference,
            "variance": variance,
            "lower": (difference - half).clip(lower=-1.0),
            "upper": (difference + half).clip(upper=1.0),
            "note": note,
        }
    )


def code_status(status: Status, cause: Hashable, censored: Hashable) -> NDArray[np.int64]:
    """Return 0 for censored, 1 for the cause, 2 for every other status.

    Text and number with the same writing are the same status, because mixing them in one
    array turns numbers into text.
    """
    values = pd.Series(list(status), dtype=object)
    if values.isna().any():
        raise ValueError("status is missing for at least one participant")
    text = values.astype(str)
    if cause == censored or str(cause) == str(censored):
        raise ValueError(f"the cause {cause!r} is also the status of censored participants")
    is_cause = (values == cause) | (text == str(cause))
    is_censored = (values == censored) | (text == str(censored))
    return np.select([is_censored, is_cause], [0, 1], default=2).astype(np.int64)


def _estimate(n_risk: Ints, event: Ints, competing: Ints) -> tuple[Floats, Floats]:
    n = n_risk.astype(float)
    at_risk = np.where(n > 0, n, 1.0)
    survival = np.cumprod(np.where(n > 0, (n - event - competing) / at_risk, 1.0))
    before = np.concatenate(([1.0], survival[:-1]))
    incidence = np.cumsum(before * event / at_risk)
    # The influence of an event at s on F(t) is 1 + (F(s) - F(t))/S(s), of a competing one
    # (F(s) - F(t))/S(s): squares expand into powers of F(t), so one pass does all t.
    inverse = np.divide(1.0, survival, out=np.zeros_like(n), where=survival > 0)
    own = before**2 * _tie_factor(event, n) / at_risk**2
    other = before**2 * _tie_factor(competing, n) / at_risk**2
    shift = incidence * inverse
    constant = np.cumsum(own * (1.0 + shift) ** 2 + other * shift**2)
    linear = np.cumsum(inverse * (own * (1.0 + shift) + other * shift))
    square = np.cumsum(inverse**2 * (own + other))
    variance = constant - 2.0 * incidence * linear + incidence**2 * square
    return incidence, np.where(incidence > 0, np.maximum(variance, 0.0), 0.0)


def _tie_factor(count: Ints, n: Floats) -> Floats:
    """Return d (n - d)/(n - 1), which is d without ties."""
    return np.where(count > 1, count * (n - count) / np.maximum(n - 1.0, 1.0), count * 1.0)


def _loglog_limits(incidence: Floats, se: Floats, z: float) -> tuple[Floats, Floats]:
    inside = (incidence > 0) & (incidence < _ONE)
    safe = np.where(inside, incidence, 0.5)
    spread = z * se / (safe * np.log(safe))  # negative
    lower, upper = safe ** np.exp(-spread), safe ** np.exp(spread)
    return np.where(inside, lower, NAN), np.where(inside, upper, NAN)


def _note(incidence: float) -> str:
    if np.isnan(incidence):
        return NO_PERSONS
    if incidence == 0:
        return NO_EVENT_YET
    return ALL_EVENTS_SEEN if incidence >= _ONE else ""
