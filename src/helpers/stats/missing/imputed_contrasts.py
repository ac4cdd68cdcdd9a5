"""Contrasts at the key visit after imputation, with their covariance by the jackknife.

Source: Wolbers et al., Pharm Stat 2022;21:1246 (conditional means with the jackknife).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from helpers.stats.linear.design_matrix import FloatArray
from helpers.stats.linear.jackknife import MOST_GROUPS, compute_jackknife, split_persons
from helpers.stats.linear.least_squares import fit_least_squares
from helpers.stats.missing.conditional_mean import (
    ImputationModel,
    fit_imputation_model,
    impute_key_visit,
)
from helpers.stats.missing.imputation_data import Flags, ImputationData
from helpers.stats.missing.imputation_design import ImputationRoles

_GROUPED = "jackknife over {} groups of participants"


@dataclass(frozen=True)
class ImputedContrasts:
    """Estimates of q kinds for k contrasts.

    Attributes
    ----------
    estimate : (q, k) float
        NaN where not estimable.
    covariance : (q, q, k) float
        Of the kinds, per contrast.
    df : float
        Participants observed at the key visit less coefficients of the comparison; NaN unless
        positive.
    n, n_imputed, n_departed : int
        Participants compared; of these imputed; of these after they left.
    structure : tuple of str
        Covariance structure of the imputation model of each kind.
    note, reason : str
        What the reader must know; why nothing was estimated.
    """

    estimate: FloatArray
    covariance: FloatArray
    df: float
    n: int
    n_imputed: int
    n_departed: int
    structure: tuple[str, ...]
    note: str
    reason: str

    def place(self, at: Sequence[int], k: int) -> "ImputedContrasts":
        """Give the same for k contrasts, ours at these positions, the others not estimable."""
        q = len(self.estimate)
        estimate, covariance = np.full((q, k), np.nan), np.full((q, q, k), np.nan)
        estimate[:, at], covariance[:, :, at] = self.estimate, self.covariance
        return replace(self, estimate=estimate, covariance=covariance)

    def describe(self, missing: bool) -> str:
        """Give the note of a row."""
        why = (
            self.reason or "not estimable from these data, or not without every participant in turn"
        )
        return "; ".join(part for part in (why if missing else "", self.note) if part)


def make_not_estimable(q: int, methods: int, k: int, reason: str) -> ImputedContrasts:
    """Give q kinds of estimates that are NaN throughout, with the reason."""
    return ImputedContrasts(
        estimate=np.full((q, k), np.nan),
        covariance=np.full((q, q, k), np.nan),
        df=float("nan"),
        n=0,
        n_imputed=0,
        n_departed=0,
        structure=("",) * methods,
        note="",
        reason=reason,
    )


def estimate_imputed_contrasts(
    data: ImputationData,
    roles: ImputationRoles,
    methods: Sequence[str],
    covariance: str,
    *,
    with_shifts: bool = False,
) -> ImputedContrasts:
    """Impute by each method, compare the arms, and repeat without each participant in turn.

    Parameters
    ----------
    data, roles
        The participants and their columns.
    methods : sequence of str
        One kind of estimate each.
    covariance : str
        Structure of the imputation models.
    with_shifts : bool
        Two more kinds: the change of the first one per unit added to the imputed values of the
        other arms, and of the reference.
    """
    wanted = data.missing[:, data.key] | ~np.isnan(data.response[:, data.key])
    data = data.keep(_find_contributors(data))
    models = _fit_models(data, roles, methods, covariance)
    reason = next((model.reason for model in models if model.reason), "")
    values = _impute(data, models, methods, with_shifts)
    estimate, rank = _compare(data, values)
    if reason:  # without the imputed participants it would be another estimate
        estimate = np.full_like(estimate, np.nan)
    used = _compared(data, values)
    imputed = used & data.missing[:, data.key]
    df = float(used.sum() - imputed.sum() - rank)  # an imputed value is not one more observation
    q, k = estimate.shape
    spread = np.full((q, q, k), np.nan)
    if not reason and df > 0 and np.isfinite(estimate).any():
        spread = _jackknife(data, roles, methods, models[0].structure, used, with_shifts)
    return ImputedContrasts(
        estimate=estimate,
        covariance=spread,
        df=df if df > 0 else np.nan,
        n=int(used.sum()),
        n_imputed=int(imputed.sum()),
        n_departed=int((imputed & data.departed[:, data.key]).sum()),
        structure=tuple(model.structure for model in models),
        note=_notes(data, int(wanted.sum() - used.sum()), models),
        reason=reason or ("no more observed values than coefficients" if df <= 0 else ""),
    )


def impute_each(
    data: ImputationData, roles: ImputationRoles, methods: Sequence[str], covariance: str
) -> tuple[ImputationData, FloatArray]:
    """Give the participants that count, and their values by each method (q x N) as compared."""
    data = data.keep(_find_contributors(data))
    models = _fit_models(data, roles, methods, covariance)
    return data, _impute(data, models, methods, False)


def _fit_models(
    data: ImputationData, roles: ImputationRoles, methods: Sequence[str], covariance: str
) -> list[ImputationModel]:
    """Fit one model for all methods, or a second where values after leaving were observed."""
    off_treatment = bool(np.any(data.departed & ~np.isnan(data.response)))
    needed = {off_treatment and name != "mar" for name in methods}
    fitted = {
        flag: fit_imputation_model(data, roles, covariance=covariance, on_treatment_only=flag)
        for flag in sorted(needed)
    }
    return [fitted[off_treatment and name != "mar"] for name in methods]


def _impute(
    data: ImputationData, models: Sequence[ImputationModel], methods: Sequence[str], shifts: bool
) -> FloatArray:
    """Give the values to compare (kinds x N)."""
    values = [impute_key_visit(data, m, name) for m, name in zip(models, methods, strict=True)]
    if shifts:
        imputed = data.missing[:, data.key] & ~np.isnan(values[0])
        values.append((imputed & (data.arm > 0)).astype(np.float64))
        values.append((imputed & (data.arm == 0)).astype(np.float64))
    return np.array(values)


def _compared(data: ImputationData, values: FloatArray) -> Flags:
    complete = ~np.isnan(data.analysis).any(axis=1)
    return np.asarray(complete & ~np.isnan(values).any(axis=0))


def _compare(data: ImputationData, values: FloatArray) -> tuple[FloatArray, int]:
    """Give the contrasts of every kind (kinds x k) by least squares, and the rank."""
    used = _compared(data, values)
    nothing = np.full((len(values), len(data.contrasts)), np.nan)
    if not used.any():
        return nothing, 0
    model = fit_least_squares(data.analysis[used], values[0, used])
    weights, estimable = model.weights_of(data.contrasts)
    # a constant common to all moves no contrast: taking it off keeps the digits
    centred = values[:, used] - values[:, used].mean(axis=1, keepdims=True)
    return np.where(estimable, centred @ weights.T, np.nan), len(model.kept)


def _jackknife(
    data: ImputationData,
    roles: ImputationRoles,
    methods: Sequence[str],
    structure: str,
    used: Flags,
    shifts: bool,
) -> FloatArray:
    """Give the covariance of the kinds per contrast (kinds x kinds x k)."""
    q, k = len(methods) + 2 * shifts, len(data.contrasts)

    def estimate(kept: Flags) -> FloatArray:
        rest = data.keep(kept)
        nothing = np.full(q * k, np.nan)
        if not np.isin(np.arange(len(data.arms)), rest.arm).all():
            return nothing
        values = _impute(rest, _fit_models(rest, roles, methods, structure), methods, shifts)
        if not np.array_equal(_compared(rest, values), used[kept]):
            return nothing  # somebody could not be imputed: it would be another estimate
        return np.asarray(_compare(rest, values)[0].ravel())

    joint = compute_jackknife(estimate, split_persons(data.arm, MOST_GROUPS)).reshape(q, k, q, k)
    return np.asarray(np.einsum("ikjk->ijk", joint))


def _find_contributors(data: ImputationData) -> Flags:
    """Say who has a value for the model or can be given one; others would dilute the jackknife."""
    complete = ~np.isnan(data.design[0]).any(axis=-1)
    observed = (complete & ~np.isnan(data.response)).any(axis=1)
    return np.asarray(observed | (complete & data.missing)[:, data.key])


def _notes(data: ImputationData, lost: int, models: Sequence[ImputationModel]) -> str:
    notes = list(dict.fromkeys(m.note for m in models if m.note and not m.reason))
    if lost and not any(model.reason for model in models):
        participants = "1 participant" if lost == 1 else f"{lost} participants"
        notes.append(f"{participants} left out: missing covariate")
    groups = int(split_persons(data.arm, MOST_GROUPS).max(initial=-1)) + 1
    if groups < len(data.arm):
        notes.append(_GROUPED.format(groups))
    return "; ".join(notes)
