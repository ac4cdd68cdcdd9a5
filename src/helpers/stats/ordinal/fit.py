"""Proportional odds: one odds ratio for all cuts of an ordered response.

Source: McCullagh, JRSS B 1980;42:109.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype
from scipy.optimize import brentq
from scipy.stats import chi2

from helpers.stats.estimates import NAN, check_level
from helpers.stats.linear.covariate_columns import expand_covariates, find_levels
from helpers.stats.ordinal.likelihood import OrdinalData, OrdinalFit, fit_ordinal, is_separated

Floats = NDArray[np.float64]

_NO_FIT = 1e6  # a loss of likelihood that no limit can have
_METHOD = "proportional_odds_profile"
_SEPARATED = "separation: an odds ratio is infinite; compare ranks instead"


@dataclass(frozen=True)
class _Model:
    """The rows used; the arms to compare, those of them with values; why there is no fit."""

    data: OrdinalData
    reference: Hashable
    others: list[Hashable]
    present: list[Hashable]
    reason: str


def proportional_odds(
    frame: pd.DataFrame,
    *,
    response: str,
    arm: str,
    covariates: Sequence[str] = (),
    reference: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate odds ratios for a higher class, every other arm against the reference.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per participant; rows with a missing value are left out.
    response : str
        Column of ordered classes: numbers, or a ``pandas.Categorical`` in its order.
    arm : str
        Column of arms, levels in the order of a ``pandas.Categorical`` or else sorted.
    covariates : sequence of str
        Further columns; numbers count linearly, text is a factor.
    reference : hashable, optional
        Arm to compare with; the first by default.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row per contrast: contrast, estimate (log odds ratio), se, odds_ratio, lower, upper
        (of the odds ratio, profile likelihood), p (likelihood ratio), n, n_classes, loglik,
        method, note. Above 1: higher classes are more frequent than in the reference. NaN with
        a note where fewer than two classes are occupied, columns cannot be told apart, or the
        classes are separated (McCullagh, JRSS B 1980;42:109).

    Raises
    ------
    ValueError
        Level outside (0, 1), a reference that does not occur, or classes without an order.
    """
    check_level(level)
    model = _read(frame, response, arm, covariates, reference)
    fit = None if model.reason else fit_ordinal(model.data)
    note = model.reason or ("" if fit else "did not converge")
    rows = []
    for name in model.others:
        numbers, missing = _not_estimable(), name not in model.present
        if fit is not None and not missing:
            numbers = _profile(model.data, fit, model.present.index(name), level)
        rows.append(
            {
                "contrast": f"{name} - {model.reference}",
                **numbers,
                "n": model.data.code.size,
                "n_classes": model.data.n_classes,
                "loglik": NAN if fit is None else fit.loglik,
                "method": _METHOD,
                "note": note or _missing_part(numbers, missing),
            }
        )
    columns = ["contrast", *_not_estimable(), "n", "n_classes", "loglik", "method", "note"]
    return pd.DataFrame(rows, columns=columns)


def _read(
    frame: pd.DataFrame,
    response: str,
    arm: str,
    covariates: Sequence[str],
    reference: Hashable | None,
) -> _Model:
    levels = find_levels(frame[arm], declared=True)
    if reference is None and levels:
        reference = levels[0]
    if reference is not None and reference not in levels:
        raise ValueError(f"{arm} has no level {reference!r}; it has {levels}")
    used = frame[frame[[response, arm, *covariates]].notna().all(axis=1)]
    found = set(used[arm])
    others = [name for name in levels if name != reference]
    present = [name for name in others if name in found]
    arms = [(used[arm] == name).to_numpy(dtype=float) for name in present]
    columns = expand_covariates(used, covariates).matrix
    finite = bool(np.isfinite(columns).all())
    columns = _standardise(columns if finite else np.zeros_like(columns))
    x = np.column_stack([*arms, columns])
    code, n_classes = _read_classes(used[response])
    data = OrdinalData.count_rows(x, code, n_classes)
    reason = _find_reason(data) if finite else "infinite value in a covariate"
    if reference not in found or not present:
        reason = "fewer than two arms with values" if found else "no values"
    return _Model(data, reference, others, present, reason)


def _standardise(columns: Floats) -> Floats:
    """Move covariates to 0 to 1: their unit changes no odds ratio of the arms, only rounding."""
    if not len(columns):
        return columns
    lowest, highest = columns.min(axis=0), columns.max(axis=0)
    varies = highest > lowest
    moved: Floats = (columns - lowest) / np.where(varies, highest - lowest, 1.0)
    return moved


def _read_classes(column: "pd.Series[int]") -> tuple[NDArray[np.int64], int]:
    """Return the position of each value among the classes that occur."""
    if not (is_numeric_dtype(column.dtype) or isinstance(column.dtype, pd.CategoricalDtype)):
        raise ValueError(f"{column.name} has no order: give numbers or a pandas.Categorical")
    classes = find_levels(column)
    position = {value: i for i, value in enumerate(classes)}
    return np.array([position[value] for value in column], dtype=np.int64), len(classes)


def _find_reason(data: OrdinalData) -> str:
    if data.n_classes < 2:
        return "fewer than two occupied classes"
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(data.x)), data.x])) <= data.x.shape[1]:
        return "columns cannot be told apart"
    return _SEPARATED if is_separated(data) else ""


def _profile(data: OrdinalData, fit: OrdinalFit, position: int, level: float) -> dict[str, float]:
    """Return estimate, profile likelihood limits and likelihood ratio p of one coefficient."""
    beta = fit.beta[position]
    se = float(
        np.sqrt(fit.covariance[data.n_classes - 1 + position][data.n_classes - 1 + position])
    )
    drop = float(chi2.isf(1.0 - level, 1))

    def lost(value: float) -> float:
        restricted = fit_ordinal(data, fixed=(position, value))
        return _NO_FIT if restricted is None else 2.0 * (fit.loglik - restricted.loglik)

    def limit(direction: float) -> float:
        reach = 2.0 * se
        while lost(beta + direction * reach) < drop:
            reach *= 2.0
        outside = beta + direction * reach
        root = float(brentq(lambda value: lost(value) - drop, beta, outside, xtol=1e-10))
        return root if abs(lost(root) - drop) < 1e-6 else NAN

    return {
        "estimate": float(beta),
        "se": se,
        "odds_ratio": float(np.exp(beta)),
        "lower": float(np.exp(limit(-1.0))),
        "upper": float(np.exp(limit(1.0))),
        "p": float(chi2.sf(max(lost(0.0), 0.0), 1)),
    }


def _missing_part(numbers: dict[str, float], missing: bool) -> str:
    if missing:
        return "no values in this arm"
    limits = numbers["lower"] + numbers["upper"]
    return "profile likelihood limits not found" if np.isnan(limits) else ""


def _not_estimable() -> dict[str, float]:
    return dict.fromkeys(("estimate", "se", "odds_ratio", "lower", "upper", "p"), NAN)
