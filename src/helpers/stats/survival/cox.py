"""Cox's proportional hazards model with Efron's or Breslow's ties, plain or stratified.

Source: Cox, JRSS B 1972;34:187; ties by Efron, JASA 1977;72:557, or Breslow.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from helpers.stats.estimates import NAN, check_level
from helpers.stats.linear.covariate_columns import expand_covariates
from helpers.stats.survival.log_rank import code_groups
from helpers.stats.survival.step_tables import Floats, Ints, check_events, check_times

_MAX_STEPS = 50
_RUNAWAY = 1e6  # variance over what it would be without effects: the estimate is infinite
_FLAT = 1e12  # the same where nothing is left but rounding
_PERFECT = 1e-3  # below it the log-likelihood is that of a prediction without error
_NO_LIMIT = "infinite estimate: some level or value has no events to compare with"
_ONE_LEVEL = "a single level: nothing to compare"


@dataclass(frozen=True)
class _Stratum:
    """Rows sorted by time; per event its first row at risk and its share of the ties so far."""

    x: Floats
    event_rows: Ints
    first_at_risk: Ints
    first_of_tie: Ints
    tie_share: Floats


@dataclass(frozen=True)
class _Fit:
    """Estimates (p), their covariance (p x p), log-likelihood, and a note per term."""

    beta: Floats
    covariance: Floats
    loglik: float
    notes: list[str]

    @classmethod
    def nothing(cls, p: int, note: str) -> "_Fit":
        return cls(np.full(p, NAN), np.full((p, p), NAN), NAN, [note] * p)


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
        One row per participant; rows with a missing covariate or stratum are left out.
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
    fit = _Fit.nothing(x.shape[1], "infinite value in a covariate")
    if np.isfinite(x).all():
        x = x - x.mean(axis=0) if len(x) else x
        parts = [
            _prepare(x[rows_], times[rows_], events[rows_], ties == "efron")
            for rows_ in (member == s for s in np.unique(member))
        ]
        fit = _fit(parts, x.shape[1], tolerance)
    table = _tabulate(columns.names, fit, level)
    constant = _tabulate(
        columns.constant, _Fit.nothing(len(columns.constant), _ONE_LEVEL), level
    ).assign(loglik=fit.loglik)
    table = pd.concat([table, constant], ignore_index=True) if len(constant) else table
    table.insert(table.columns.get_loc("loglik"), "n", len(x))
    table.insert(table.columns.get_loc("loglik"), "events", int(events.sum()))
    return table


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
        # the tie's own events are the rows from first_of_tie to the end of that time; summed
        # alone, because a difference of sums over all rows loses the small ones
        first, position, size = np.unique(
            part.first_of_tie, return_inverse=True, return_counts=True
        )
        runs = np.column_stack([first, first + size]).ravel()
        closed = np.vstack([moments, np.zeros(moments.shape[1])])
        own = np.add.reduceat(closed, runs, axis=0)[::2][position]
        sums = sums - part.tie_share[:, None] * own
        mean = sums[:, 1 : p + 1] / sums[:, :1]
        second = (sums[:, p + 1 :] / sums[:, :1]).reshape(-1, p, p)
        loglik += float(np.sum(eta[part.event_rows] - top - np.log(sums[:, 0])))
        gradient = gradient + (part.x[part.event_rows] - mean).sum(axis=0)
        information = information + second.sum(axis=0) - mean.T @ mean
    return loglik, gradient, information


def _fit(parts: list[_Stratum], p: int, tolerance: float) -> _Fit:
    """Maximise the partial likelihood by Newton steps."""
    beta = np.zeros(p)
    if p == 0:
        return _Fit.nothing(p, "")
    loglik, gradient, information = _likelihood(parts, beta)
    scale = np.sqrt(np.where(np.diag(information) > _find_rounding(parts), np.diag(information), 0))
    if not np.any(scale):
        return _Fit.nothing(p, "no events or no variation")
    if np.any(scale == 0) or np.linalg.cond(information / np.outer(scale, scale)) > 1e10:
        return _Fit.nothing(p, "columns cannot be told apart")
    covariance = _invert(information, scale)
    for _ in range(_MAX_STEPS):
        step = covariance @ gradient
        for _ in range(30):
            # a step too far leaves no weight but one: NaN, which is not accepted
            with np.errstate(all="ignore"):
                trial = _likelihood(parts, beta + step)
            if trial[0] >= loglik - 1e-12 * abs(loglik):
                break
            step = step / 2.0
        if not np.isfinite(trial[2]).all():
            break
        settled = abs(trial[0] - loglik) <= tolerance * max(abs(trial[0]), _PERFECT)
        beta, (loglik, gradient, information) = beta + step, trial
        covariance = _invert(information, scale)
        # what is left to go, in standard errors: small only at a real optimum
        rest = np.abs(covariance @ gradient) / np.sqrt(np.diag(covariance))
        if settled and np.max(rest) < 1e-4:
            runaway = np.diag(covariance) * scale**2 >= _RUNAWAY
            return _Fit(beta, covariance, loglik, [_NO_LIMIT if bad else "" for bad in runaway])
    return _Fit.nothing(p, "did not converge")


def _find_rounding(parts: list[_Stratum]) -> Floats:
    """Give the information per column below which a column that never varies may round."""
    squares = [part.event_rows.size * (part.x**2).max(axis=0) for part in parts]
    return np.asarray(1e-14 * np.sum(squares, axis=0), dtype=np.float64)


def _invert(information: Floats, scale: Floats) -> Floats:
    """Invert in units of ``scale``; what is flat but for rounding gets a variance of ``_FLAT``."""
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    inverse: Floats = (vectors / np.maximum(values, 1.0 / _FLAT)) @ vectors.T
    return inverse / np.outer(scale, scale)


def _tabulate(names: tuple[str, ...], fit: _Fit, level: float) -> pd.DataFrame:
    known = np.array([note == "" for note in fit.notes], dtype=bool)
    coef = np.where(known, fit.beta, NAN)
    se = np.sqrt(np.where(known, np.diag(fit.covariance), NAN))
    half = float(norm.isf((1.0 - level) / 2.0)) * se
    z = coef / se
    with np.errstate(over="ignore"):  # a limit beyond all numbers is infinite
        ratios = np.exp(np.array([coef, coef - half, coef + half]))
    return pd.DataFrame(
        {
            "term": list(names),
            "coef": coef,
            "se": se,
            "hr": ratios[0],
            "lower": ratios[1],
            "upper": ratios[2],
            "z": z,
            "p": 2.0 * norm.sf(np.abs(z)),
            "loglik": fit.loglik,
            "note": fit.notes,
        }
    )
