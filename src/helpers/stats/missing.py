"""What if the missing values were not like the others: reference-based and tipping-point analyses.

Imputation by conditional means, standard errors by the jackknife: no random numbers (Wolbers et
al., Pharm Stat 2022;21:1246, doi 10.1002/pst.2234; the R package rbmi documents the method).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import product

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from helpers.stats.conditional_mean import METHODS
from helpers.stats.covariate_columns import find_levels
from helpers.stats.design_matrix import FloatArray, format_level
from helpers.stats.estimates import check_level
from helpers.stats.imputation_data import (
    ImputationRoles,
    build_imputation_data,
    check_columns,
    keep_observed_levels,
)
from helpers.stats.imputed_contrasts import (
    ImputedContrasts,
    estimate_imputed_contrasts,
    make_not_estimable,
)

_NOBODY = "no such missing values"


def reference_based(
    frame: pd.DataFrame,
    *,
    response: str,
    subject: str,
    visit: str,
    arm: str,
    key_visit: Hashable,
    reference: Hashable,
    departed: str,
    covariates: Sequence[str] = (),
    method: str | Sequence[str] = METHODS,
    not_due: str | None = None,
    analysis_covariates: Sequence[str] | None = None,
    covariance: str = "us",
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare the arms at one visit after imputing what is missing from a reference arm.

    Parameters
    ----------
    frame : DataFrame
        One row per person and visit, also where the response is missing: a visit without a row
        is not imputed.
    response, subject, visit, arm : str
        Columns. Visits and arms in the order of a ``pandas.Categorical``, else sorted.
    key_visit : level of the visit
        Where the arms are compared, by analysis of covariance.
    reference : level of the arm
        The arm that is jumped to or copied, and compared with.
    departed : str
        Column of flags (True or "Y"): visits after the person left or stopped treatment. Values
        observed there count in the comparison, but not in the model that reference-based
        methods impute from.
    covariates : list of str
        Of the imputation model, as in ``fit_mmrm``, such as ``["BASE", "BASE:AVISIT"]``.
    method : str or several
        ``mar`` (all missing values like the own arm), ``jump_to_reference``, ``copy_reference``.
        Missing values of persons who did not leave are imputed like the own arm by every method.
    not_due : str, optional
        Column of flags: visits still to come, never imputed.
    analysis_covariates : list of str, optional
        Of the comparison; by default the covariates that do not involve the visit.
    covariance : str
        Structure of the imputation model over visits.
    level : float
        Confidence level of the limits.

    Returns
    -------
    DataFrame
        One row per method and contrast: method, contrast, estimate, se (jackknife over
        persons), df, lower, upper, t, p, n (persons compared), n_imputed, n_departed (of these,
        imputed by the rule of the method), structure, note. NaN with a note where not
        estimable, also for arms (categories) without rows.

    Raises
    ------
    ValueError
        Unknown column, method, level of arm or visit, or two rows of one person and visit.
    """
    check_level(level)
    methods = (method,) if isinstance(method, str) else tuple(method)
    unknown = [name for name in methods if name not in METHODS]
    if unknown:
        raise ValueError(f"no method {unknown[0]!r}; there are {', '.join(METHODS)}")
    roles = ImputationRoles(
        response,
        subject,
        visit,
        arm,
        key_visit,
        reference,
        tuple(covariates),
        _analysis_terms(analysis_covariates, covariates, visit),
        departed,
        not_due,
    )
    others, results = _estimate(frame, roles, methods, covariance)
    table = _describe(others, reference, results, np.eye(len(methods)), level)
    per_method = len(others)
    table.insert(0, "method", np.repeat(methods, per_method))
    note = table.pop("note")
    table["n_departed"] = results.n_departed
    table["structure"] = np.repeat(results.structure, per_method)
    if results.n_departed == 0:
        note = note.map(lambda text: f"{text}; {_NOBODY}" if text else _NOBODY)
    return table.assign(note=note)


def tipping_point(
    frame: pd.DataFrame,
    *,
    response: str,
    subject: str,
    visit: str,
    arm: str,
    key_visit: Hashable,
    reference: Hashable,
    active_deltas: Iterable[float],
    control_deltas: Iterable[float] = (0.0,),
    covariates: Sequence[str] = (),
    not_due: str | None = None,
    analysis_covariates: Sequence[str] | None = None,
    covariance: str = "us",
    level: float = 0.95,
) -> pd.DataFrame:
    """Add a shift to the imputed values of each side until the conclusion turns.

    Parameters
    ----------
    frame, response, subject, visit, arm, key_visit, covariates, not_due, analysis_covariates,
    covariance, level
        As in ``reference_based``; all missing values that are due are imputed like the own arm.
    reference : level of the arm
        Control; every other arm is active.
    active_deltas, control_deltas : iterables of float
        Added to the imputed values of the active arms and of the control, unit and direction
        of the response (a worsening of a score where less is better is positive).

    Returns
    -------
    DataFrame
        One row per contrast and pair of shifts: contrast, active_delta, control_delta,
        estimate, se, df, lower, upper, t, p, n, n_imputed, excludes_zero (None where not
        estimable), note. At shifts of 0 it equals ``reference_based(method="mar")``.

    Raises
    ------
    ValueError
        As in ``reference_based``.
    """
    check_level(level)
    roles = ImputationRoles(
        response,
        subject,
        visit,
        arm,
        key_visit,
        reference,
        tuple(covariates),
        _analysis_terms(analysis_covariates, covariates, visit),
        not_due=not_due,
    )
    # the estimate is linear in the shifts: one value without and one per unit of each is enough
    others, results = _estimate(frame, roles, ("mar",), covariance, with_shifts=True)
    shifts = np.array(list(product(map(float, active_deltas), map(float, control_deltas))))
    if shifts.size == 0:
        raise ValueError("need at least one shift for each side")
    weights = np.column_stack([np.ones(len(shifts)), shifts])
    table = _describe(others, reference, results, weights, level)
    contrasts = len(others)
    table.insert(1, "active_delta", np.repeat(shifts[:, 0], contrasts))
    table.insert(2, "control_delta", np.repeat(shifts[:, 1], contrasts))
    excluded = ((table["lower"] > 0) | (table["upper"] < 0)).astype(object)
    note = table.pop("note")
    table = table.assign(excludes_zero=excluded.where(table["se"].notna(), None), note=note)
    order = np.arange(len(table)).reshape(-1, contrasts).T.ravel()  # contrast by contrast
    return table.iloc[order].reset_index(drop=True)


def _analysis_terms(
    given: Sequence[str] | None, covariates: Sequence[str], visit: str
) -> tuple[str, ...]:
    if given is not None:
        return tuple(given)
    return tuple(
        name
        for name in covariates
        if visit not in (part.strip() for part in name.replace("*", ":").split(":"))
    )


def _estimate(
    frame: pd.DataFrame,
    roles: ImputationRoles,
    methods: Sequence[str],
    covariance: str,
    *,
    with_shifts: bool = False,
) -> tuple[list[Hashable], ImputedContrasts]:
    """Give the arms compared with the reference, also those without rows, and the estimates."""
    check_columns(frame, roles)
    arms = find_levels(frame[roles.arm], declared=True)
    if roles.reference not in arms:
        raise ValueError(f"{roles.arm} has no level {roles.reference!r}; it has {arms}")
    others = [name for name in arms if name != roles.reference]
    _find_key(frame, roles)
    seen = keep_observed_levels(frame, roles)
    reason = _find_reason(seen, roles)
    if reason:
        kinds = len(methods) + 2 * with_shifts
        return others, make_not_estimable(kinds, len(methods), len(others), reason)
    data = build_imputation_data(seen, roles)
    results = estimate_imputed_contrasts(data, roles, methods, covariance, with_shifts=with_shifts)
    return others, results.place([others.index(name) for name in data.arms[1:]], len(others))


def _find_key(frame: pd.DataFrame, roles: ImputationRoles) -> None:
    visits = find_levels(frame[roles.visit], declared=True)
    if roles.key_visit not in visits:
        raise ValueError(f"no visit {roles.key_visit!r}; there are {visits}")


def _find_reason(seen: pd.DataFrame, roles: ImputationRoles) -> str:
    """Say why nothing can be compared although the call is right."""
    at_key = seen[(seen[roles.visit] == roles.key_visit) & seen[roles.response].notna()]
    if at_key.empty:
        return f"no values at {format_level(roles.key_visit)}"
    if not (at_key[roles.arm] == roles.reference).any():
        where = f"{format_level(roles.reference)} at {format_level(roles.key_visit)}"
        return f"no values of {where}"
    return ""


def _describe(
    others: Sequence[Hashable],
    reference: Hashable,
    results: ImputedContrasts,
    weights: FloatArray,
    level: float,
) -> pd.DataFrame:
    """Tabulate weighted sums of the estimates (weights: g x q), every contrast of each."""
    estimate = (weights @ results.estimate).ravel()
    variance = np.einsum("gi,ijk,gj->gk", weights, results.covariance, weights).ravel()
    se = np.sqrt(np.where(np.isfinite(estimate) & (variance > 0), variance, np.nan))
    df = np.where(np.isnan(se), np.nan, results.df)
    t = estimate / se
    margin = stdtrit(df, 0.5 + 0.5 * level) * se
    names = [f"{format_level(name)} - {format_level(reference)}" for name in others]
    return pd.DataFrame(
        {
            "contrast": names * len(weights),
            "estimate": estimate,
            "se": se,
            "df": df,
            "lower": estimate - margin,
            "upper": estimate + margin,
            "t": t,
            "p": 2.0 * stdtr(df, -np.abs(t)),
            "n": results.n,
            "n_imputed": results.n_imputed,
            "note": [results.describe(bool(np.isnan(s))) for s in se],
        }
    )
