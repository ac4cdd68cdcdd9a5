"""The result of a fit put into tables and words, or the reason why there is none.

Source: none; words on a fit, no method.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.stats.linear.design_matrix import FloatArray
from helpers.stats.mmrm.data import MmrmData, MmrmRoles
from helpers.stats.mmrm.inference import MmrmInference
from helpers.stats.mmrm.optimize import Optimum
from helpers.stats.mmrm.result import MmrmFit
from helpers.stats.mmrm.standardise import MmrmProblem


@dataclass(frozen=True)
class Request:
    """What was asked for: rows, roles of the columns, structure, small-sample method."""

    data: MmrmData
    roles: MmrmRoles
    covariance: str
    df: str


def describe_fit(
    request: Request,
    problem: MmrmProblem,
    structure: str,
    optimum: Optimum,
    inference: MmrmInference,
    failures: Sequence[str],
) -> MmrmFit:
    """Put a verified optimum into the user's units and name what the reader must know.

    `failures` says what went wrong with the structures tried before.
    """
    data, scaling = request.data, inference.scaling
    names = data.design.names
    notes = list(data.notes)
    if problem.n_visits == 1:
        notes.append("one visit: no covariance between visits, least squares")
    if failures:
        notes.append(f"{structure} instead of {request.covariance} ({'; '.join(failures)})")
    if len(scaling.aliased):
        notes.append(f"aliased: {', '.join(names[i] for i in scaling.aliased)}")
    loglik = _log_likelihood(problem, data, inference, optimum)
    n_parameters = len(optimum.theta)
    return MmrmFit(
        covariance=_tabulate_covariance(data, optimum.sigma * scaling.scale**2),
        loglik=loglik,
        aic=-2.0 * loglik + 2.0 * n_parameters,
        bic=-2.0 * loglik + n_parameters * float(np.log(data.n_subjects)),
        n_subjects=data.n_subjects,
        n_obs=data.n_obs,
        converged=True,
        structure=structure,
        requested=request.covariance,
        n_parameters=n_parameters,
        df_method=request.df,
        note="; ".join(notes),
        scaled_gradient=optimum.scaled_gradient,
        iterations=optimum.iterations,
        data=data,
        roles=request.roles,
        inference=inference,
    )


def describe_failure(request: Request, reason: str) -> MmrmFit:
    """Give a result that is NaN throughout and says why."""
    data = request.data
    note = "; ".join([reason, *data.notes])
    m = len(data.visit_levels)
    return MmrmFit(
        covariance=_tabulate_covariance(
            data, np.full((max(len(data.group_levels), 1), m, m), np.nan)
        ),
        loglik=np.nan,
        aic=np.nan,
        bic=np.nan,
        n_subjects=data.n_subjects,
        n_obs=data.n_obs,
        converged=False,
        structure="",
        requested=request.covariance,
        n_parameters=0,
        df_method=request.df,
        note=note,
        scaled_gradient=np.nan,
        iterations=0,
        data=data,
        roles=request.roles,
        inference=None,
    )


def _log_likelihood(
    problem: MmrmProblem, data: MmrmData, inference: MmrmInference, optimum: Optimum
) -> float:
    """Undo the standardisation, which moved the log-likelihood by a constant."""
    scaling = inference.scaling
    free = problem.n_obs - (problem.rank if problem.reml else 0)
    value = -optimum.state.value - free * (0.5 * np.log(2.0 * np.pi) + np.log(scaling.scale))
    if problem.reml:
        value -= np.log(np.abs(np.diag(scaling.triangle))).sum()
    if data.weights is not None:
        value += 0.5 * np.log(data.weights).sum()
    return float(value)


def _tabulate_covariance(
    data: MmrmData, sigma: FloatArray
) -> pd.DataFrame | dict[Hashable, pd.DataFrame]:
    visits = list(data.visit_levels)
    frames = [pd.DataFrame(part, index=visits, columns=visits) for part in sigma]
    return dict(zip(data.group_levels, frames, strict=True)) if data.group_levels else frames[0]
