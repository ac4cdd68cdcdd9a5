"""Missing values of those who left, imputed as if they had been in the reference arm since.

Source: Carpenter, Roger and Kenward, J Biopharm Stat 2013;23:1352; Wolbers et al., Pharm Stat
2022;21:1246.
"""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from helpers.stats.estimates import check_level
from helpers.stats.missing.conditional_mean import METHODS
from helpers.stats.missing.imputation_design import ImputationRoles
from helpers.stats.missing.imputed_table import (
    choose_analysis_terms,
    estimate_contrasts,
    tabulate_contrasts,
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
        One row per participant and visit, also where the response is missing: a visit without a row
        is not imputed.
    response, subject, visit, arm : str
        Columns. Visits and arms in the order of a ``pandas.Categorical``, else sorted.
    key_visit : level of the visit
        Where the arms are compared, by analysis of covariance.
    reference : level of the arm
        The arm that is jumped to or copied, and compared with.
    departed : str
        Column of flags (True or "Y"): visits after the participant left or stopped treatment.
        Values observed there count in the comparison, but not in the model that reference-based
        methods impute from.
    covariates : list of str
        Of the imputation model, as in ``fit_mmrm``, such as ``["BASE", "BASE:AVISIT"]``.
    method : str or several
        ``mar`` (all missing values like the own arm), ``jump_to_reference``, ``copy_reference``.
        Missing values of participants who did not leave are imputed like the own arm by every
        method.
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
        participants), df, lower, upper, t, p, n (participants compared), n_imputed, n_departed (of
        these, imputed by the rule of the method), structure, note. NaN with a note where not
        estimable, also for arms (categories) without rows.

    Raises
    ------
    ValueError
        Unknown column, method, level of arm or visit, or two rows of one participant and visit.
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
        choose_analysis_terms(analysis_covariates, covariates, visit),
        departed,
        not_due,
    )
    others, results = estimate_contrasts(frame, roles, methods, covariance)
    table = tabulate_contrasts(others, reference, results, np.eye(len(methods)), level)
    per_method = len(others)
    table.insert(0, "method", np.repeat(methods, per_method))
    note = table.pop("note")
    table["n_departed"] = results.n_departed
    table["structure"] = np.repeat(results.structure, per_method)
    if results.n_departed == 0:
        note = note.map(lambda text: f"{text}; {_NOBODY}" if text else _NOBODY)
    return table.assign(note=note)
