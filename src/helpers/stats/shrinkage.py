"""Related contrasts shrunk towards each other and towards no effect.

Source: normal hierarchy with a half-normal scale (Gelman, Bayesian Anal 2006;1:515).
"""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from helpers.stats.estimates import check_level

FloatArray = NDArray[np.float64]

_METHOD = "normal_hierarchy"


@dataclass(frozen=True)
class _Mixture:
    """The posterior: one normal law (means, sds: grid x k) per point of the grid of tau."""

    weight: FloatArray
    mean: FloatArray
    sd: FloatArray

    def exceed(self, k: int, value: float) -> float:
        """Return the chance that effect ``k`` is above a value."""
        return float(self.weight @ ndtr((self.mean[:, k] - value) / self.sd[:, k]))

    def find_quantile(self, k: int, p: float) -> float:
        """Return the value that effect ``k`` is below with probability ``p``."""
        each = self.mean[:, k] + ndtri(p) * self.sd[:, k]
        low, high = float(each.min()), float(each.max())
        if high - low <= 1e-14 * max(abs(low), abs(high)):
            return low

        def excess(x: float) -> float:
            return 1.0 - p - self.exceed(k, x)

        if excess(low) * excess(high) > 0.0:  # all weight on one law at an end, but for rounding
            return min(low, high, key=lambda end: abs(excess(end)))
        return float(brentq(excess, low, high, xtol=1e-13))


def shrink(
    estimate: Iterable[float],
    *,
    covariance: ArrayLike,
    sd: float = 1.0,
    mcid: float | None = None,
    labels: Sequence[Hashable] | None = None,
    mean_sd: float = 0.35,
    tau_scale: float = 0.25,
    level: float = 0.95,
    n_grid: int = 200,
) -> pd.DataFrame:
    """Estimate several contrasts against one control together.

    The standardised effects d_k are normal about a common mean mu with standard deviation tau;
    mu ~ N(0, ``mean_sd``^2), tau ~ half-normal(``tau_scale``). Given tau all is conjugate; tau
    is integrated over the quantiles (i - 1/2)/``n_grid`` of its prior, so nothing is drawn at
    random (Gelman, Bayesian Anal 2006;1:515, for the prior of tau).

    Parameters
    ----------
    estimate : iterable of float, (k,)
        Contrasts, positive for benefit. NaN where there is none.
    covariance : (k, k) float
        Of the contrasts, from their model; rows without an estimate are not read.
    sd : float
        Standard deviation of the response by which contrasts are standardised.
    mcid : float, optional
        Smallest difference that matters, unit of the response.
    labels : sequence, optional
        Names of the contrasts; by default 1, 2, ...
    mean_sd, tau_scale : float
        Of the priors, in standard deviations.
    level : float
        Level of the equal-tailed posterior interval.
    n_grid : int
        Points of the grid.

    Returns
    -------
    DataFrame
        One row per contrast: contrast, raw, raw_se, estimate (posterior mean), sd, lower,
        upper, shrinkage (estimate over raw), p_better (posterior chance of a difference above
        0), p_mcid (above ``mcid``; NaN without), level, method, note. All but chances and
        ratio in standard deviations: times ``sd`` for the unit of the response.

    Raises
    ------
    ValueError
        Shapes that do not fit, a covariance that is none, or scales that are not positive.
    """
    check_level(level)
    raw = np.atleast_1d(np.array(list(estimate), dtype=np.float64))
    matrix = np.atleast_2d(np.asarray(covariance, dtype=np.float64))
    names: list[Hashable] = [*range(1, raw.size + 1)] if labels is None else [*labels]
    _check(raw, matrix, names, mean_sd, tau_scale, n_grid)
    if not (math.isfinite(sd) and sd > 0):
        return _tabulate(names, raw, "no standard deviation", level)
    known = np.isfinite(raw) & np.isfinite(np.diag(matrix))
    table = _tabulate(names, raw / sd, "no estimate", level)
    table["raw_se"] = np.sqrt(np.diag(matrix)) / sd
    if known.any():
        y, v = raw[known] / sd, matrix[np.ix_(known, known)] / sd**2
        posterior = _integrate(y, v, mean_sd, tau_scale, n_grid)
        limit = math.nan if mcid is None else mcid / sd
        for k, at in enumerate(np.flatnonzero(known)):
            _fill(table, int(at), posterior, k, level, limit)
    return table


def describe_prior(
    *,
    sd: float = 1.0,
    mcid: float | None = None,
    mean_sd: float = 0.35,
    tau_scale: float = 0.25,
    level: float = 0.95,
    n_grid: int = 200,
) -> dict[str, float]:
    """What `shrink` believes of a contrast before any data; parameters as there.

    Returns
    -------
    dict
        estimate, sd, lower, upper (standard deviations), p_better, p_mcid.
    """
    check_level(level)
    _check(np.empty(0), np.empty((0, 0)), [], mean_sd, tau_scale, n_grid)
    spread = np.sqrt(mean_sd**2 + _list_tau(tau_scale, n_grid) ** 2)[:, None]
    prior = _Mixture(np.full(n_grid, 1.0 / n_grid), np.zeros_like(spread), spread)
    limit = math.nan if mcid is None else mcid / sd
    end = prior.find_quantile(0, 0.5 + 0.5 * level)
    return {
        "estimate": 0.0,
        "sd": math.sqrt(float((spread**2).mean())),
        "lower": -end,
        "upper": end,
        "p_better": 0.5,
        "p_mcid": math.nan if math.isnan(limit) else prior.exceed(0, limit),
    }


def _list_tau(tau_scale: float, n_grid: int) -> FloatArray:
    """Quantiles (i - 1/2)/n of the half-normal prior."""
    quantiles = (np.arange(n_grid) + 0.5) / n_grid
    return np.asarray(tau_scale * ndtri(0.5 + 0.5 * quantiles))


def _integrate(
    y: FloatArray, v: FloatArray, mean_sd: float, tau_scale: float, n_grid: int
) -> _Mixture:
    """Weigh every tau by the marginal likelihood of the contrasts."""
    size = len(y)
    tau = _list_tau(tau_scale, n_grid)
    prior = mean_sd**2 + tau[:, None, None] ** 2 * np.eye(size)
    total = prior + v
    gain = np.linalg.solve(total, prior).transpose(0, 2, 1)  # prior times the inverse of total
    mean = gain @ y
    spread = prior - gain @ prior
    loss = np.einsum(
        "i,gi->g", y, np.linalg.solve(total, np.tile(y, (n_grid, 1))[:, :, None])[..., 0]
    )
    log_weight = -0.5 * (np.linalg.slogdet(total)[1] + loss)
    weight = np.exp(log_weight - log_weight.max())
    sd = np.sqrt(np.einsum("gii->gi", spread))
    return _Mixture(weight / weight.sum(), mean, sd)


def _fill(
    table: pd.DataFrame, at: int, posterior: _Mixture, k: int, level: float, limit: float
) -> None:
    mean = float(posterior.weight @ posterior.mean[:, k])
    second = posterior.weight @ (posterior.sd[:, k] ** 2 + (posterior.mean[:, k] - mean) ** 2)
    tail = (1.0 - level) / 2.0
    raw = float(table["raw"].iloc[at])
    numbers = {
        "estimate": mean,
        "sd": math.sqrt(float(second)),
        "lower": posterior.find_quantile(k, tail),
        "upper": posterior.find_quantile(k, 1.0 - tail),
        "shrinkage": mean / raw if raw != 0.0 else math.nan,
        "p_better": posterior.exceed(k, 0.0),
        "p_mcid": math.nan if math.isnan(limit) else posterior.exceed(k, limit),
        "note": "",
    }
    for name, value in numbers.items():
        table.loc[at, name] = value


def _tabulate(names: list[Hashable], raw: FloatArray, note: str, level: float) -> pd.DataFrame:
    table = pd.DataFrame({"contrast": names, "raw": raw, "raw_se": math.nan})
    for name in ("estimate", "sd", "lower", "upper", "shrinkage", "p_better", "p_mcid"):
        table[name] = math.nan
    return table.assign(level=level, method=_METHOD, note=note)


def _check(
    raw: FloatArray,
    matrix: FloatArray,
    names: Sequence[Hashable],
    mean_sd: float,
    tau_scale: float,
    n_grid: int,
) -> None:
    if matrix.shape != (raw.size, raw.size) or len(names) != raw.size:
        raise ValueError(
            f"{raw.size} contrasts, {len(names)} labels, covariance {matrix.shape} do not fit"
        )
    if mean_sd <= 0 or tau_scale <= 0 or n_grid < 1:
        raise ValueError(f"unusable prior: {mean_sd=}, {tau_scale=}, {n_grid=}")
    known = np.isfinite(raw) & np.isfinite(np.diag(matrix))
    part = matrix[np.ix_(known, known)]
    if part.size and (not np.allclose(part, part.T) or np.linalg.eigvalsh(part).min() < -1e-12):
        raise ValueError("covariance must be symmetric and not negative")
