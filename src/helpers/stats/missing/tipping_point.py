"""How much worse missing values must have been to turn the conclusion.

Source: shifts of the imputed values; Wolbers et al., Pharm Stat 2022;21:1246.
"""

from collections.abc import Hashable, Iterable, Sequence
from itertools import product

import numpy as np
import pandas as pd

from helpers.stats.estimates import check_level
from helpers.stats.missing.imputation_design import ImputationRoles
from helpers.stats.missing.imputed_table import (
    choose_analysis_terms,
    estimate_contrasts,
    tabulate_contrasts,
)


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
        choose_analysis_terms(analysis_covariates, covariates, visit),
        not_due=not_due,
    )
    # the estimate is linear in the shifts: one value without and one per unit of each is enough
    others, results = estimate_contrasts(frame, roles, ("mar",), covariance, with_shifts=True)
    shifts = np.array(list(product(map(float, active_deltas), map(float, control_deltas))))
    if shifts.size == 0:
        raise ValueError("need at least one shift for each side")
    weights = np.column_stack([np.ones(len(shifts)), shifts])
    table = tabulate_contrasts(others, reference, results, weights, level)
    contrasts = len(others)
    table.insert(1, "active_delta", np.repeat(shifts[:, 0], contrasts))
    table.insert(2, "control_delta", np.repeat(shifts[:, 1], contrasts))
    excluded = ((table["lower"] > 0) | (table["upper"] < 0)).astype(object)
    note = table.pop("note")
    table = table.assign(excludes_zero=excluded.where(table["se"].notna(), None), note=note)
    order = np.arange(len(table)).reshape(-1, contrasts).T.ravel()  # contrast by contrast
    return table.iloc[order].reset_index(drop=True)
