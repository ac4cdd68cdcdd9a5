"""Cox's proportional hazards model with Efron's or Breslow's ties, plain or stratified."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from helpers.stats.covariate_columns import expand_covariates
from helpers.stats.estimates import NAN, check_level
from helpers.stats.log_rank import code_groups
from helpers.stats.step_tables import Floats, Ints, check_events, check_times

_MAX_STEPS = 50
_RUNAWAY = 1e6  # variance over what it would be without effects: the estimate is infinite
_NO_LIMIT = "infinite estimate: some level or value has no events to compare with"


@dataclass(frozen=True)
class _Stratum:
    """Rows sorted by time; per event its first row at risk and its share of the ties so far."""

    x: Floats
    event_rows: Ints
    first_at_risk: Ints
    first_of_tie: Ints
    tie_share: Floats


def cox(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    covariates: Sequence[str],
    ties: str = "efron",
    strata: str | None = None,
    level: float = 0.95,
    tolerance: float = 1e-9,
) -> pd.DataFrame:
    """Fit hazard ratios by partial likelihood (JRSS B 1972;34:187).

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per person; rows with a missing covariate or stratum are left out.
    time, event : str
        Columns with follow-up and 0 (censored) or 1 (event).
    covariates : sequence of str
        Columns; text is a factor against its first level.
    ties : str
        ``efron`` (JASA 1977;72:557) or ``breslow``.
    strata : str, optional
        Column with strata of separate baseline hazards.
    level : float
        Confidence level of the Wald limits.
    tolerance : float
        Newton steps end at this relative change of the log-likelihood; the default is that of
        R's coxph, so that even p values agree in all digits.

    Returns
    -------
    pandas.DataFrame
        One row per term: term, coef, se, hr, lower, upper, z, p, n, events, loglik, note. NaN
        with a note where an estimate is infinite or the columns cannot be told apart.

    Raises
    ------
    ValueError
        Unknown ties, level outside (0, 1), or unusable times or events.
    """
    if ties not in ("efron", "breslow"):
        raise ValueError(f"ties {ties!r} is not one of efron, breslow")
    check_level(level)
    columns = expand_covariates(frame, covariates)
    used = ~np.isnan(columns.matrix).any(axis=1)
    if strata is not None:
        used &= frame[strata].notna().to_numpy()
    rows = frame.loc[used]
    x, times, events = columns.matrix[used], check_times(rows[time]), check_events(rows[event])
    labels = [0] * len(rows) if strata is None else rows[strata].tolist()
    _, member = code_groups(labels, len(rows))
    order = np.lexsort((*x.T[::-1], events, times, member))
    x, times, events, member = x[order], times[order], events[order], member[order]
    x = x - x.mean(axis=0) if len(x) else x
    parts = [
        _prepare(x[rows_], times[rows_], events[rows_], ties == "efron")
        for rows_ in (member == s for s in np.unique(member))
    ]
    beta, covariance, loglik, notes = _fit(parts, x.shape[1], tolerance)
    return _tabulate(
        columns.names, beta, covariance, notes, level, len(x), int(events.sum()), loglik
    )


def _prepare(x: Floats, time: Floats, event: Ints, efron: bool) -> _Stratum:
    rows = np.flatnonzero(event)
    at_risk = np.searchsorted(time, time[rows], side="left")
    # within a time the events come last, so that ties are one run of rows
    last = np.searchsorted(time, time[rows], side="right")
    deaths = np.searchsorted(rows, last) - np.searchsorted(rows, at_risk)
    rank = np.arange(rows.size) - np.searchsorted(rows, at_risk)
    share = rank / np.maximum(deaths, 1) if efron else np.zeros(rows.size)
    return _Stratum(x, rows, at_risk, last - deaths, share)


def _likelihood(parts: list[_Stratum], beta: Floats) -> tuple[float, Floats, Floats]:
    """Return log partial likelihood, gradient and information at ``beta``."""
    p = beta.size
    loglik, gradient, information = 0.0, np.zeros(p), np.zeros((p, p))
    for part in parts:
        if part.event_rows.size == 0:
            continue
        eta = part.x @ beta
        top = eta.max()
        weight = np.exp(eta - top)[:, None]
        products = (part.x[:, :, None] * part.x[:, None, :]).reshape(len(part.x), p * p)
        moments = np.hstack([weight, weight * part.x, weight * products])
        later = np.vstack([np.cumsum(moments[::-1], axis=0)[::-1], np.zeros(moments.shape[1])])
        sums = later[part.first_at_risk]
        # the tie's own events are the rows from first_of_tie to the end of that time
        earlier = np.vstack([np.zeros(moments.shape[1]), np.cumsum(moments, axis=0)])
        end = part.first_of_tie + _tie_sizes(part)
        own = earlier[end] - earlier[part.first_of_tie]
        sums = sums - part.tie_share[:, None] * own
        mean = sums[:, 1 : p + 1] / sums[:, :1]
        second = (sums[:, p + 1 :] / sums[:, :1]).reshape(-1, p, p)
        loglik += float(np.sum(eta[part.event_rows] - top - np.log(sums[:, 0])))
        gradient = gradient + (part.x[part.event_rows] - mean).sum(axis=0)
        information = information + second.sum(axis=0) - mean.T @ mean
    return loglik, gradient, information


def _tie_sizes(part: _Stratum) -> Ints:
    _, position, size = np.unique(part.first_of_tie, return_inverse=True, return_counts=True)
    return size[position]


def _fit(
    parts: list[_Stratum], p: int, tolerance: float
) -> tuple[Floats, Floats, float, list[str]]:
    """Return estimates, covariance, log-likelihood and a note per term, by Newton steps."""
    beta = np.zeros(p)
    loglik, gradient, start = _likelihood(parts, beta)
    information = start
    nothing = (np.full(p, NAN), np.full((p, p), NAN), NAN)
    if p == 0 or not np.any(start):
        return *nothing, ["no events or no variation"] * p
    scale = np.sqrt(np.diag(start))
    if np.any(scale == 0) or np.linalg.cond(start / np.outer(scale, scale)) > 1e10:
        return *nothing, ["columns cannot be told apart"] * p
    for _ in range(_MAX_STEPS):
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        for _ in range(30):
            trial = _likelihood(parts, beta + step)
            if trial[0] >= loglik - 1e-12 * abs(loglik):
                break
            step = step / 2.0
        beta, change = beta + step, abs(1.0 - loglik / trial[0])
        loglik, gradient, information = trial
        covariance = np.asarray(
            np.linalg.pinv(information, rcond=1e-300, hermitian=True), dtype=np.float64
        )
        # what is left to go, in standard errors: small only at a real optimum
        rest = np.abs(covariance @ gradient) / np.sqrt(np.abs(np.diag(covariance)))
        if change <= tolerance and np.max(rest) < 1e-4:
            runaway = ~(np.diag(covariance) * scale**2 < _RUNAWAY)
            return beta, covariance, loglik, [_NO_LIMIT if bad else "" for bad in runaway]
    return *nothing, ["did not converge"] * p


def _tabulate(
    names: tuple[str, ...],
    beta: Floats,
    covariance: Floats,
    notes: list[str],
    level: float,
    n: int,
    events: int,
    loglik: float,
) -> pd.DataFrame:
    known = np.array([note == "" for note in notes], dtype=bool)
    coef = np.where(known, beta, NAN)
    se = np.sqrt(np.where(known, np.diag(covariance), NAN))
    half = float(norm.isf((1.0 - level) / 2.0)) * se
    z = coef / se
    return pd.DataFrame(
        {
            "term": list(names),
            "coef": coef,
            "se": se,
            "hr": np.exp(coef),
            "lower": np.exp(coef - half),
            "upper": np.exp(coef + half),
            "z": z,
            "p": 2.0 * norm.sf(np.abs(z)),
            "n": n,
            "events": events,
            "loglik": loglik,
            "note": notes,
        }
    )
