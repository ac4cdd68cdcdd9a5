"""Mixed model for repeated measures: the fit, its fallbacks, and nothing that was not verified.

Source: Mallinckrodt et al., Drug Inf J 2008;42:303; formulas in docs/methods_mmrm.md.
"""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from helpers.stats.linear.design_matrix import format_level
from helpers.stats.mmrm.covariance import STRUCTURES, build_structure
from helpers.stats.mmrm.cross_products import build_subject_arrays
from helpers.stats.mmrm.data import MmrmData, MmrmRoles, build_mmrm_data
from helpers.stats.mmrm.description import Request, describe_failure, describe_fit
from helpers.stats.mmrm.inference import METHODS, build_inference
from helpers.stats.mmrm.optimize import Optimum, find_optimum
from helpers.stats.mmrm.result import MmrmFit
from helpers.stats.mmrm.standardise import MmrmProblem, build_problem

FALLBACK = ("us", "toeph", "ar1h", "cs")


def fit_mmrm(
    frame: pd.DataFrame,
    *,
    response: str,
    subject: str,
    visit: str,
    arm: str,
    covariates: Sequence[str] = (),
    covariance: str = "us",
    df: str = "satterthwaite",
    reml: bool = True,
    group: str | None = None,
    weights: str | None = None,
    reference: Hashable | None = None,
    fallback: Sequence[str] = FALLBACK,
) -> MmrmFit:
    """Fit a linear model with correlated errors over visits within subject.

    Fixed effects are the covariates, arm, visit and arm x visit. Rows with a missing value are
    left out (missing at random). Where the structure asked for has no verified optimum, the
    next ones of `fallback` with fewer parameters are tried and the result says so.

    Parameters
    ----------
    frame : DataFrame
        One row per subject and visit.
    response, subject, visit, arm : str
        Columns. Visits and arms are factors: levels in Categorical order, else sorted.
    covariates : list of str
        Columns, `"A:B"` for an interaction, `"A*B"` for both and their interaction. Columns of
        numbers enter as they are, all others as factors.
    covariance : {"us", "cs", "csh", "ar1", "ar1h", "toep", "toeph", "ad", "adh"}
        Covariance over visits; `h` = one variance per visit.
    df : {"satterthwaite", "kenward_roger", "kenward_roger_linear"}
        Small-sample method; the linear variant leaves out second derivatives of the covariance.
    reml : bool
        Restricted (True) or full maximum likelihood.
    group : str, optional
        Column with one covariance per level.
    weights : str, optional
        Column of positive weights; the variance of a value is divided by its weight.
    reference : level of the arm, optional
        Moved first.
    fallback : sequence of str
        Structures to try in turn.

    Returns
    -------
    MmrmFit
        `converged` is False and every number NaN, with the reason in `note`, where nothing fits.

    Raises
    ------
    ValueError
        Unknown column, structure, method or reference; Kenward-Roger without REML.

    Notes
    -----
    Method and formulas: docs/methods_mmrm.md. Kenward and Roger, Biometrics 1997;53:983-997;
    Satterthwaite, Biometrics Bull 1946;2:110-114; Mallinckrodt et al., Drug Inf J 2008;42:303-319.
    """
    roles = MmrmRoles(response, subject, visit, arm, tuple(covariates), group, weights, reference)
    _check_call(frame, roles, covariance, df, reml, fallback)
    data = build_mmrm_data(frame, roles)
    request = Request(data, roles, covariance, df)
    if data.problem:
        return describe_failure(request, data.problem)
    problem, scaling = build_problem(build_subject_arrays(data, visit), reml)
    if problem.n_obs <= problem.rank:
        return describe_failure(request, "no more values than fixed effects")
    if scaling.scale == 0.0:
        return describe_failure(request, "no variation of the response beyond the fixed effects")
    failures: list[str] = []
    for name in list_candidates(covariance, fallback, problem.n_visits):
        found = _fit_structure(problem, data, name)
        if isinstance(found, Optimum):
            structure = build_structure(name, problem.n_visits)
            inference = build_inference(problem, scaling, structure, found, df)
            return describe_fit(request, problem, name, found, inference, failures)
        failures.append(f"{name}: {found}")
    reason = f"no covariance structure could be fitted ({'; '.join(failures)})"
    return describe_failure(request, reason)


def _check_call(
    frame: pd.DataFrame,
    roles: MmrmRoles,
    covariance: str,
    df: str,
    reml: bool,
    fallback: Sequence[str],
) -> None:
    needed = [roles.response, roles.subject, roles.visit, roles.arm, roles.group, roles.weights]
    absent = [name for name in needed if name is not None and name not in frame.columns]
    if absent:
        raise ValueError(f"not a column: {', '.join(absent)}")
    for name in (covariance, *fallback):
        if name not in STRUCTURES:
            raise ValueError(f"no covariance {name!r}; there are {', '.join(STRUCTURES)}")
    if df not in METHODS:
        raise ValueError(f"no df method {df!r}; there are {', '.join(METHODS)}")
    if df != "satterthwaite" and not reml:
        raise ValueError("Kenward-Roger needs restricted maximum likelihood (reml=True)")


def list_candidates(requested: str, fallback: Sequence[str], n_visits: int) -> list[str]:
    """Give the structures to try in turn.

    First the one asked for; then what follows it in the fallbacks, or, where it is not one of
    them, those with fewer parameters.
    """
    if n_visits == 1:
        return [requested]
    if requested in fallback:
        later = fallback[list(fallback).index(requested) + 1 :]
    else:
        size = build_structure(requested, n_visits).n_parameters
        later = [x for x in fallback if build_structure(x, n_visits).n_parameters < size]
    return list(dict.fromkeys([requested, *later]))


def _fit_structure(problem: MmrmProblem, data: MmrmData, name: str) -> Optimum | str:
    """Fit one structure, or say why it cannot be fitted."""
    structure = build_structure(name, problem.n_visits)
    moments = problem.moments
    persons = int(np.bincount(moments.group, weights=moments.count).min())
    if persons < structure.n_parameters:
        return f"{persons} subjects for {structure.n_parameters} covariance parameters"
    if name == "us":
        seen = moments.observed.astype(np.float64)
        for g in range(problem.n_groups):
            own = seen[moments.group == g]
            apart = np.argwhere(own.T @ own == 0)
            if len(apart):
                a, b = (format_level(data.visit_levels[i]) for i in apart[0])
                return f"no value at {a}" if a == b else f"no subject has both {a} and {b}"
    found = find_optimum(problem, structure)
    return found if isinstance(found, Optimum) else found.reason
