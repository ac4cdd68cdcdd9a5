"""Imputation by the conditional mean of a fitted repeated-measures model.

Source: Carpenter, Roger and Kenward, J Biopharm Stat 2013;23:1352.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.stats.linear.design_matrix import FloatArray
from helpers.stats.missing.imputation_data import ImputationData
from helpers.stats.missing.imputation_design import ImputationRoles
from helpers.stats.mmrm.fit import fit_mmrm

METHODS = ("mar", "jump_to_reference", "copy_reference")


@dataclass(frozen=True)
class ImputationModel:
    """Means (arms x N x m) that the model expects of everybody in every arm, and the covariance.

    ``reason`` says why there is none; ``structure`` and ``note`` come from the fit.
    """

    means: FloatArray
    covariance: FloatArray
    structure: str
    note: str
    reason: str = ""


def fit_imputation_model(
    data: ImputationData,
    roles: ImputationRoles,
    *,
    covariance: str = "us",
    on_treatment_only: bool = False,
) -> ImputationModel:
    """Fit the model that missing values are imputed from.

    Parameters
    ----------
    data, roles
        The participants and their columns.
    covariance : str
        Structure over visits, as in ``fit_mmrm``.
    on_treatment_only : bool
        Leave out values observed after a participant left, as reference-based imputation does.
    """
    frame = data.frame
    if on_treatment_only:
        at = pd.Categorical(frame[roles.visit], data.visits).codes
        gone = data.departed[data.person, at]
        frame = frame.assign(**{roles.response: frame[roles.response].mask(gone)})
    fit = fit_mmrm(
        frame,
        response=roles.response,
        subject=roles.subject,
        visit=roles.visit,
        arm=roles.arm,
        covariates=list(roles.covariates),
        covariance=covariance,
        reference=roles.reference,
    )
    nothing = np.full(data.design.shape[:3], np.nan)
    if not fit.converged:
        return ImputationModel(nothing, np.full((1, 1), np.nan), "", fit.note, fit.note)
    if fit.inference is None or set(fit.data.design.names) != set(data.terms):
        reason = "a level of a covariate is left without values"  # columns mean something else
        return ImputationModel(nothing, np.full((1, 1), np.nan), "", fit.note, reason)
    rows = data.design[..., [data.terms.index(name) for name in fit.data.design.names]]
    complete = ~np.isnan(rows).any(axis=-1)
    means = nothing.copy()
    means[complete] = fit.inference.predict_rows(rows[complete])
    sigma = pd.DataFrame(fit.covariance).reindex(index=data.visits, columns=data.visits)
    return ImputationModel(means, sigma.to_numpy(dtype=np.float64), fit.structure, fit.note)


def impute_key_visit(data: ImputationData, model: ImputationModel, method: str) -> FloatArray:
    """Give everybody's value at the key visit: observed, imputed, or NaN.

    The imputed value is the mean given the participant's observed values. Its unconditional mean is
    that of the own arm (``mar``); of the reference from the first visit after leaving on
    (``jump_to_reference``: the participant's earlier residuals stay those against the own arm); or
    of the reference at all visits (``copy_reference``). Carpenter, Roger and Kenward, J
    Biopharm Stat 2013;23:1352.

    Parameters
    ----------
    data, model
        Participants and the model fitted to them.
    method : str
        One of METHODS.

    Returns
    -------
    (N,) float
    """
    value = data.response[:, data.key].copy()
    for i in np.flatnonzero(data.missing[:, data.key]):
        value[i] = _impute_person(data, model, method, int(i))
    return value


def _impute_person(data: ImputationData, model: ImputationModel, method: str, i: int) -> float:
    mean = _person_mean(data, model, method, i)
    known = ~np.isnan(data.response[i]) & ~np.isnan(mean)
    expected = float(mean[data.key])
    if not known.any() or np.isnan(expected):
        return expected
    between = model.covariance[data.key, known]
    within = model.covariance[np.ix_(known, known)]
    residual = data.response[i, known] - mean[known]
    return expected + float(between @ np.linalg.solve(within, residual))


def _person_mean(data: ImputationData, model: ImputationModel, method: str, i: int) -> FloatArray:
    own, reference = model.means[data.arm[i], i], model.means[0, i]
    departed = data.departed[i]
    replaced = np.zeros_like(departed)
    if method == "jump_to_reference":
        replaced = departed
    elif method == "copy_reference":
        replaced = np.full_like(departed, bool(departed.any()))
    return np.asarray(np.where(replaced, reference, own))
