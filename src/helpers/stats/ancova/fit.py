"""Analysis of covariance: one value per participant, arms compared at the same baseline.

Source: least squares; HC3 by MacKinnon and White, J Econometrics 1985;29:305.
"""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.stats.ancova.result import AncovaFit
from helpers.stats.linear.design_matrix import (
    Design,
    FloatArray,
    build_design,
    format_level,
    parse_terms,
    read_factor,
    read_variable,
)
from helpers.stats.linear.estimates import tabulate_estimates
from helpers.stats.linear.least_squares import LeastSquares, fit_least_squares

__all__ = ["AncovaFit", "fit_ancova"]


def fit_ancova(
    frame: pd.DataFrame,
    *,
    response: str,
    arm: str,
    covariates: Sequence[str] = (),
    reference: Hashable | None = None,
) -> AncovaFit:
    """Fit ``response ~ covariates + arm`` by ordinary least squares.

    Parameters
    ----------
    frame : DataFrame
        One row per participant; rows with a missing value are left out.
    response : str
        Column of numbers.
    arm : str
        Factor: levels in the order of a ``pandas.Categorical``, else sorted.
    covariates : list of str
        Columns, ``"A:B"`` for an interaction. Numbers enter as they are, others as factors.
    reference : level of the arm, optional
        Moved first; by default the first level.

    Returns
    -------
    AncovaFit
        Every number NaN with the reason in ``note`` where nothing can be fitted: no residual
        degrees of freedom, or no variation beyond the model.

    Raises
    ------
    ValueError
        Unknown column or reference, or a response that is not numeric.
    """
    absent = [name for name in (response, arm) if name not in frame.columns]
    if absent:
        raise ValueError(f"not a column: {', '.join(absent)}")
    terms = parse_terms(covariates, (arm,), frame.columns)
    names = dict.fromkeys(name for term in terms for name in term)
    variables = {
        name: read_factor(frame, name, first=reference)
        if name == arm
        else read_variable(frame, name)
        for name in names
    }
    y = _read_response(frame, response)
    observed = ~np.isnan(y)
    incomplete = np.any([v.missing for v in variables.values()], axis=0)
    rows = np.flatnonzero(observed & ~incomplete)
    declared = _declared_arms(frame[arm], variables[arm].levels or (), reference)
    # rows in an order of their own, so that the order they came in cannot change a bit
    x = build_design({n: v.take(rows) for n, v in variables.items()}, terms).matrix(len(rows))
    rows = rows[np.lexsort([y[rows], *x.T[::-1]])]
    design = build_design({n: v.take(rows) for n, v in variables.items()}, terms)
    notes = _notes(int(observed.sum()) - len(rows), design.variables[arm].levels, declared)
    model, reason = _fit(design.matrix(len(rows)), y[rows])
    return _describe(design, arm, declared, len(rows), model, reason, notes)


def _read_response(frame: pd.DataFrame, name: str) -> FloatArray:
    try:
        return np.asarray(frame[name].to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a column of numbers") from error


def _fit(x: FloatArray, y: FloatArray) -> tuple[LeastSquares | None, str]:
    if len(y) == 0:
        return None, "no value to fit"
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return None, "infinite value in the response or a covariate"
    model = fit_least_squares(x, y)
    if model.df <= 0:
        return None, "no more values than coefficients"
    if not model.residual.any():
        return None, "no variation of the response beyond the model"
    return model, ""


def _describe(
    design: Design,
    arm: str,
    declared: tuple[Hashable, ...],
    n_obs: int,
    model: LeastSquares | None,
    reason: str,
    notes: list[str],
) -> AncovaFit:
    names = design.names
    if model is not None and len(model.aliased):
        notes = [*notes, f"aliased: {', '.join(names[i] for i in model.aliased)}"]
    return AncovaFit(
        coefficients=_coefficients(names, model, reason),
        sd=float("nan") if model is None else model.variance**0.5,
        df=0 if model is None else model.df,
        n_obs=n_obs,
        arms=declared,
        note="; ".join([reason, *notes] if reason else notes),
        reason=reason,
        arm=arm,
        design=design,
        model=model,
    )


def _coefficients(names: list[str], model: LeastSquares | None, reason: str) -> pd.DataFrame:
    estimate, se, df = (np.full(len(names), np.nan) for _ in range(3))
    notes = [reason or "aliased"] * len(names)
    if model is not None:
        used = np.eye(len(names))[model.kept]
        estimate[model.kept] = model.estimate(used)[0]
        se[model.kept] = np.sqrt(np.diag(model.covariance_of(used)))
        df[model.kept] = model.df
        notes = ["" if i in model.kept else "aliased" for i in range(len(names))]
    return tabulate_estimates({"term": names}, estimate, se, df, 0.95, notes)


def _declared_arms(
    column: "pd.Series[Any]", found: tuple[Hashable, ...], reference: Hashable | None
) -> tuple[Hashable, ...]:
    """Give all arms, also categories without a row, the reference first."""
    levels = list(found)
    if isinstance(column.dtype, pd.CategoricalDtype):
        levels = list(column.cat.categories)
    if reference is not None:
        levels = [reference, *(name for name in levels if name != reference)]
    return tuple(levels)


def _notes(
    lost: int, used: tuple[Hashable, ...] | None, declared: tuple[Hashable, ...]
) -> list[str]:
    notes = []
    if lost:
        values = "1 value" if lost == 1 else f"{lost} values"
        notes.append(f"{values} left out: missing arm or covariate")
    empty = [format_level(name) for name in declared if name not in (used or ())]
    if empty:
        notes.append(f"no values in {', '.join(empty)}")
    return notes
