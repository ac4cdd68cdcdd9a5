"""The likelihood of the proportional odds model, its maximum, and whether there is one.

Source: Pratt, JASA 1981;76:103; separation after Albert and Anderson, Biometrika 1984;71:1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import expit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MAX_STEPS = 100
_BEYOND = 700.0  # stands for an infinite cut; exp of it is still finite


@dataclass(frozen=True)
class OrdinalData:
    """Distinct rows of covariates (centred) and classes 0 to K - 1, with how often they occur."""

    x: Floats
    code: Ints
    n_classes: int
    distinct_x: Floats
    distinct_code: Ints
    count: Floats

    @classmethod
    def count_rows(cls, x: Floats, code: Ints, n_classes: int) -> "OrdinalData":
        """Count equal rows, so that the order of the rows never matters."""
        rows = np.column_stack([x, code]) if code.size else np.zeros((0, x.shape[1] + 1))
        distinct, count = np.unique(rows, axis=0, return_counts=True)
        weights = count / max(count.sum(), 1)
        centred = distinct[:, :-1] - weights @ distinct[:, :-1]
        return cls(
            x, code, n_classes, centred, distinct[:, -1].astype(np.int64), count.astype(float)
        )


@dataclass(frozen=True)
class OrdinalFit:
    """Maximum likelihood cuts and coefficients, with the inverse information of both."""

    cuts: Floats
    beta: Floats
    loglik: float
    covariance: Floats


def fit_ordinal(data: OrdinalData, *, fixed: tuple[int, float] | None = None) -> OrdinalFit | None:
    """Maximise the likelihood of logit P(class <= k) = cut_k - x beta by Newton steps.

    Parameters
    ----------
    data : OrdinalData
        At least two classes.
    fixed : tuple of int and float, optional
        A coefficient held at a value, for its profile.

    Returns
    -------
    OrdinalFit or None
        None when the scaled gradient is not zero at the end. The log-likelihood is concave
        (Pratt, JASA 1981;76:103), so a zero gradient is the maximum.
    """
    cuts, p = data.n_classes - 1, data.distinct_x.shape[1]
    share = np.bincount(data.distinct_code, weights=data.count, minlength=cuts + 1)
    below = np.cumsum(share)[:-1] / share.sum()
    parameters = np.concatenate([np.log(below / (1.0 - below)), np.zeros(p)])
    free = np.ones(cuts + p, dtype=bool)
    if fixed is not None:
        free[cuts + fixed[0]] = False
        parameters[cuts + fixed[0]] = fixed[1]
    loglik, gradient, information = _likelihood(data, parameters)
    for _ in range(_MAX_STEPS):
        inner = information[np.ix_(free, free)]
        step = np.zeros(free.size)
        step[free] = np.linalg.lstsq(inner, gradient[free], rcond=None)[0]
        near = float(gradient[free] @ step[free]) < 1e-9  # one more step gives all digits
        for _ in range(40):
            trial = _likelihood(data, parameters + step)
            if near or trial[0] >= loglik:
                break
            step = step / 2.0
        parameters = parameters + step
        loglik, gradient, information = trial
        if near:
            break
    scaled = gradient[free] / np.sqrt(np.maximum(np.diag(information)[free], 1e-300))
    if not np.all(np.abs(scaled) < 1e-6):
        return None
    covariance = np.zeros((free.size, free.size))
    covariance[np.ix_(free, free)] = np.linalg.pinv(information[np.ix_(free, free)])
    return OrdinalFit(parameters[:cuts], parameters[cuts:], loglik, covariance)


def is_separated(data: OrdinalData) -> bool:
    """Tell whether the likelihood has no maximum: some direction never makes a row less likely.

    A linear program looks for cuts and coefficients that move every row's bounds outwards or
    not at all, and some row's truly outwards (after Albert and Anderson, Biometrika 1984;71:1).
    """
    cuts, p = data.n_classes - 1, data.distinct_x.shape[1]
    scale = np.sqrt(data.count @ data.distinct_x**2 / data.count.sum())
    x = data.distinct_x / np.where(scale > 0, scale, 1.0)
    rows = []
    for code, row in zip(data.distinct_code, x, strict=True):
        for cut, sign in ((code, 1.0), (code - 1, -1.0)):
            if 0 <= cut < cuts:
                direction = np.zeros(cuts + p)
                direction[cut] = sign
                direction[cuts:] = -sign * row
                rows.append(direction)
    outwards = np.unique(np.array(rows), axis=0)
    result = linprog(
        -outwards.sum(axis=0), A_ub=-outwards, b_ub=np.zeros(len(outwards)), bounds=(-1.0, 1.0)
    )
    return bool(-result.fun > 1e-7)


def _likelihood(data: OrdinalData, parameters: Floats) -> tuple[float, Floats, Floats]:
    """Log-likelihood, gradient and information; minus infinity where cuts are out of order."""
    cuts = data.n_classes - 1
    theta, eta = parameters[:cuts], data.distinct_x @ parameters[cuts:]
    size = parameters.size
    if np.any(np.diff(theta) <= 0.0):
        return -np.inf, np.zeros(size), np.zeros((size, size))
    padded = np.concatenate([[-_BEYOND], theta, [_BEYOND]])
    infinite_low, infinite_high = data.distinct_code == 0, data.distinct_code == cuts
    low = np.where(infinite_low, -_BEYOND, padded[data.distinct_code] - eta)
    high = np.where(infinite_high, _BEYOND, padded[data.distinct_code + 1] - eta)
    flip = low > 0.0  # both in the upper tail: subtract the small ends
    chance = np.where(flip, expit(-low) - expit(-high), expit(high) - expit(low))
    if np.any(chance <= 0.0):
        return -np.inf, np.zeros(size), np.zeros((size, size))
    f_low = np.where(infinite_low, 0.0, expit(low) * expit(-low)) / chance
    f_high = np.where(infinite_high, 0.0, expit(high) * expit(-high)) / chance
    to_low, to_high = _bound_designs(data, cuts)
    n = data.count
    gradient = to_high.T @ (n * f_high) - to_low.T @ (n * f_low)
    # derivative of f is f (1 - 2 F)
    high_high = f_high**2 - f_high * (1.0 - 2.0 * expit(high))
    low_low = f_low**2 + f_low * (1.0 - 2.0 * expit(low))
    mixed = to_high.T @ ((n * f_high * f_low)[:, None] * to_low)
    information = (
        to_high.T @ ((n * high_high)[:, None] * to_high)
        + to_low.T @ ((n * low_low)[:, None] * to_low)
        - mixed
        - mixed.T
    )
    return float(n @ np.log(chance)), gradient, information


def _bound_designs(data: OrdinalData, cuts: int) -> tuple[Floats, Floats]:
    """Return rows that give the lower and the upper bound of each class from the parameters."""
    index = np.arange(data.distinct_code.size)
    designs = []
    for shift in (-1, 0):
        design = np.zeros((index.size, cuts + data.distinct_x.shape[1]))
        cut = data.distinct_code + shift
        inside = (cut >= 0) & (cut < cuts)
        design[index[inside], cut[inside]] = 1.0
        design[:, cuts:] = -data.distinct_x
        designs.append(design)
    return designs[0], designs[1]
