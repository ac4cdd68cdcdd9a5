"""From a frame to the table of contrasts after imputation, whatever the rule of imputation.

Source: part of `imputed_contrasts` (Wolbers et al. 2022).
"""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from helpers.stats.linear.covariate_columns import find_levels
from helpers.stats.linear.design_matrix import FloatArray, format_level
from helpers.stats.missing.imputation_data import (
    build_imputation_data,
    check_columns,
    keep_observed_levels,
)
from helpers.stats.missing.imputation_design import ImputationRoles
from helpers.stats.missing.imputed_contrasts import (
    ImputedContrasts,
    estimate_imputed_contrasts,
    make_not_estimable,
)


def choose_analysis_terms(
    given: Sequence[str] | None, covariates: Sequence[str], visit: str
) -> tuple[str, ...]:
    """Give the covariates of the comparison: as given, or those that do not involve the visit."""
    if given is not None:
        return tuple(given)
    return tuple(
        name
        for name in covariates
        if visit not in (part.strip() for part in name.replace("*", ":").split(":"))
    )


def estimate_contrasts(
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


def tabulate_contrasts(
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
