"""Mixed model for repeated measures: the fit, its fallbacks, and nothing that was not verified."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.stats.covariance_structures import STRUCTURES, CovarianceStructure, build_structure
from helpers.stats.design_matrix import FloatArray, format_level
from helpers.stats.linear_estimates import tabulate_estimates
from helpers.stats.mmrm_data import MmrmData, MmrmRoles, build_mmrm_data
from helpers.stats.mmrm_inference import METHODS, MmrmInference, build_inference
from helpers.stats.mmrm_moments import SubjectArrays, build_subject_arrays
from helpers.stats.mmrm_optimum import Optimum, find_optimum
from helpers.stats.mmrm_problem import DesignScaling, MmrmProblem, build_problem
from helpers.stats.mmrm_result import MmrmFit

FALLBACK = ("us", "toeph", "ar1h", "cs")


@dataclass(frozen=True)
class _Attempt:
    """A verified fit, or (without an optimum) what went wrong with every structure."""

    structure: CovarianceStructure | None
    optimum: Optimum | None
    failures: tuple[str, ...]


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
    Method and formulas: docs/methods.md. Kenward and Roger, Biometrics 1997;53:983-997;
    Satterthwaite, Biometrics 1946;2:110-114; Mallinckrodt et al., Drug Inf J 2008;42:303-319.
    """
    roles = MmrmRoles(response, subject, visit, arm, tuple(covariates), group, weights, reference)
    _check_call(frame, roles, covariance, df, reml, fallback)
    data = build_mmrm_data(frame, roles)
    if data.problem:
        return _not_estimable(data, roles, covariance, df, data.problem)
    problem, scaling = build_problem(build_subject_arrays(data, visit), reml)
    if scaling.scale == 0.0 or problem.n_obs <= problem.rank:
        few = "no more values than fixed effects"
        constant = "no variation of the response beyond the fixed effects"
        reason = few if problem.n_obs <= problem.rank else constant
        return _not_estimable(data, roles, covariance, df, reason)
    attempt = _fit_first(problem, data, covariance, fallback)
    if attempt.structure is None or attempt.optimum is None:
        reason = f"no covariance structure could be fitted ({'; '.join(attempt.failures)})"
        return _not_estimable(data, roles, covariance, df, reason)
    inference = build_inference(problem, scaling, attempt.structure, attempt.optimum, df)
    return _describe(data, roles, covariance, problem, attempt, inference)


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


def _fit_first(
    problem: MmrmProblem, data: MmrmData, requested: str, fallback: Sequence[str]
) -> _Attempt:
    """Fit the structure asked for, else the first simpler one of the fallbacks that fits."""
    first = np.unique(data.subject, return_index=True)[1]
    smallest = int(np.bincount(data.group[first]).min())
    failures: list[str] = []
    fewest = None
    for name in (requested, *fallback):
        structure = build_structure(name, problem.n_visits)
        if fewest is not None and structure.n_parameters >= fewest:
            continue
        fewest = structure.n_parameters
        if smallest < structure.n_parameters:
            failures.append(f"{name}: {smallest} subjects for {fewest} covariance parameters")
            continue
        optimum = find_optimum(problem, structure)
        if not optimum.reason:
            return _Attempt(structure, optimum, tuple(failures))
        failures.append(f"{name}: {optimum.reason}")
    return _Attempt(None, None, tuple(failures))


def _describe(
    data: MmrmData,
    roles: MmrmRoles,
    requested: str,
    problem: MmrmProblem,
    attempt: _Attempt,
    inference: MmrmInference,
) -> MmrmFit:
    structure, optimum = attempt.structure, attempt.optimum
    assert structure is not None
    assert optimum is not None
    notes = list(data.notes)
    if problem.n_visits == 1:
        notes.append("one visit: ordinary least squares")
    if attempt.failures:
        notes.append(f"{structure.name} instead of {requested} ({'; '.join(attempt.failures)})")
    scaling = inference.scaling
    names = data.design.names
    if len(scaling.aliased):
        notes.append(f"aliased: {', '.join(names[i] for i in scaling.aliased)}")
    loglik = _log_likelihood(problem, data, scaling, optimum)
    n_parameters = len(optimum.theta)
    return MmrmFit(
        coefficients=_coefficients(names, inference),
        covariance=_covariance(data, optimum.sigma * scaling.scale**2),
        loglik=loglik,
        aic=-2.0 * loglik + 2.0 * n_parameters,
        bic=-2.0 * loglik + n_parameters * float(np.log(data.n_subjects)),
        n_subjects=data.n_subjects,
        n_obs=data.n_obs,
        converged=True,
        structure=structure.name,
        requested=requested,
        n_parameters=n_parameters,
        df_method=inference.method,
        note="; ".join(notes),
        scaled_gradient=optimum.scaled_gradient,
        iterations=optimum.iterations,
        data=data,
        roles=roles,
        inference=inference,
    )


def _log_likelihood(
    problem: MmrmProblem, data: MmrmData, scaling: DesignScaling, optimum: Optimum
) -> float:
    """Undo the standardisation, which moved the log-likelihood by a constant."""
    assert optimum.state is not None
    free = problem.n_obs - (problem.rank if problem.reml else 0)
    value = -optimum.state.value - free * (0.5 * np.log(2.0 * np.pi) + np.log(scaling.scale))
    if problem.reml:
        value -= np.log(np.abs(np.diag(scaling.triangle))).sum()
    if data.weights is not None:
        value += 0.5 * np.log(data.weights).sum()
    return float(value)


def _coefficients(names: list[str], inference: MmrmInference) -> pd.DataFrame:
    estimate, se, df, estimable = inference.estimate_rows(np.eye(len(names)))
    kept = np.zeros(len(names), dtype=np.bool_)
    kept[inference.scaling.kept] = True
    # A kept coefficient may stand for a sum with an aliased one; R prints it, so do we.
    if not estimable[kept].all():
        used = np.eye(len(names))[kept]
        values = inference.estimate_rows(used)
        estimate[kept], se[kept], df[kept] = values[0], values[1], values[2]
    notes = ["" if fine else "aliased" for fine in kept]
    table = tabulate_estimates({"term": names}, estimate, se, df, 0.95, notes)
    return table[["term", "estimate", "se", "df", "t", "p", "note"]]


def _covariance(data: MmrmData, sigma: FloatArray) -> pd.DataFrame | dict[Hashable, pd.DataFrame]:
    visits = list(data.visit_levels)
    frames = [pd.DataFrame(part, index=visits, columns=visits) for part in sigma]
    return dict(zip(data.group_levels, frames, strict=True)) if data.group_levels else frames[0]


def _not_estimable(
    data: MmrmData, roles: MmrmRoles, requested: str, df: str, reason: str
) -> MmrmFit:
    """Give a result that is NaN throughout and says why."""
    names = data.design.names
    nothing = np.full(len(names), np.nan)
    note = "; ".join([reason, *data.notes])
    table = tabulate_estimates(
        {"term": names}, nothing, nothing, nothing, 0.95, [note] * len(names)
    )
    m = len(data.visit_levels)
    return MmrmFit(
        coefficients=table[["term", "estimate", "se", "df", "t", "p", "note"]],
        covariance=_covariance(data, np.full((max(len(data.group_levels), 1), m, m), np.nan)),
        loglik=np.nan,
        aic=np.nan,
        bic=np.nan,
        n_subjects=data.n_subjects,
        n_obs=data.n_obs,
        converged=False,
        structure="",
        requested=requested,
        n_parameters=0,
        df_method=df,
        note=note,
        scaled_gradient=np.nan,
        iterations=0,
        data=data,
        roles=roles,
        inference=None,
    )
