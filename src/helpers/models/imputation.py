"""The key contrasts after missing values were imputed: at random, by reference, and shifted.

Source: Carpenter, Roger and Kenward, Journal of Biopharmaceutical Statistics 2013;23:1352-1371;
Wolbers et al., Pharmaceutical Statistics 2022;21:1246-1257.
"""

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from helpers.models.missing_values import (
    DEPARTED,
    IMPUTED,
    NOT_DUE_FLAG,
    NOT_IMPUTABLE,
    build_fates,
)
from helpers.models.missing_values import FATE as FATE
from helpers.models.repeated_measures import ModelChoices
from helpers.models.score_rows import (
    ARM,
    BASE,
    CHANGE,
    FEWEST,
    SUBJECT,
    VISIT,
    Selection,
    add_covariates,
    build_score_rows,
    list_arms,
)
from helpers.stats.missing import impute_values, reference_based, tipping_point
from helpers.stats.missing.imputation_design import ImputationRoles
from helpers.view import ClosedView

MAR, J2R, CR = "MAR", "J2R", "CR"
METHODS = {MAR: "mar", J2R: "jump_to_reference", CR: "copy_reference"}
NO_CONTROL = "the trial has no control whose values could be referred to"
NOT_KNOWN = "the data do not say which values were due, nor who left"


class Shifts(NamedTuple):
    """What is added to imputed changes of the active arms, and of the control."""

    active: tuple[float, ...]
    control: tuple[float, ...]


@dataclass(frozen=True)
class ImputationRows:
    """Values of a score from which missing ones are imputed.

    Attributes
    ----------
    frame : one row per participant of the population and modelled visit: USUBJID, ARM and AVISIT
        (categories, the control first), CHG, BASE, covariates, FATE, DEPARTED, NOTDUE.
    fates : the same at the visit that is compared, whether it is modelled or not.
    visit, control : codes.
    covariates : variables of adsl.
    reason : why nothing can be imputed; empty where it can.
    """

    frame: pd.DataFrame
    fates: pd.DataFrame
    visit: str
    control: str
    covariates: tuple[str, ...] = ()
    reason: str = ""

    @property
    def roles(self) -> ImputationRoles:
        """Columns by what they are in the analysis."""
        several = len(self.frame[VISIT].cat.categories) > 1
        by_visit = (f"{BASE}:{VISIT}",) if several else ()
        return ImputationRoles(
            CHANGE,
            SUBJECT,
            VISIT,
            ARM,
            self.visit,
            self.control,
            (BASE, *by_visit, *self.covariates),
            (BASE, *self.covariates),
            DEPARTED,
            NOT_DUE_FLAG,
        )

    @property
    def observed(self) -> pd.DataFrame:
        """Rows with a value and all covariates at the modelled visits."""
        return self.frame[self.frame[[CHANGE, BASE, *self.covariates]].notna().all(axis=1)]

    @property
    def after_stop(self) -> pd.DataFrame:
        """Observed rows after dosing stopped: no model by reference imputes from them."""
        own = self.observed
        return own[own[DEPARTED].astype(bool)]

    def count(self, fates: tuple[str, ...]) -> dict[str, int]:
        """Participants with one of these fates at the visit that is compared, by code of arm."""
        own = self.fates[self.fates[FATE].isin(fates)][ARM].value_counts()
        return {str(arm): int(own.get(arm, 0)) for arm in self.fates[ARM].cat.categories}


def find_lack(view: ClosedView) -> str:
    """Why no missing value of the trial can be imputed by reference; empty where one can."""
    if view.trial.control is None:
        return NO_CONTROL
    return "" if view.has("advisit", "STATUS") else NOT_KNOWN


def build_imputation_rows(
    view: ClosedView, code: str, visit: str, selection: Selection
) -> ImputationRows:
    """Every participant of the population at the visits of the main model.

    Raises
    ------
    ValueError
        Where `find_lack` has a reason.
    """
    control, lack = view.trial.control, find_lack(view)
    if control is None or lack:
        raise ValueError(lack)
    modelled = build_score_rows(view, code, selection)
    few = f"fewer than {FEWEST} values in an arm at the visit"
    reason = "" if visit in modelled.visits else few
    if not reason and control not in modelled.arms:
        reason = "no values of the control"
    if not reason and len(modelled.arms) < 2:
        reason = "only one arm has values"
    visits = modelled.visits if visit in modelled.visits else (*modelled.visits, visit)
    rows = build_fates(view, code, visits, selection)
    rows = add_covariates(rows, view, selection.covariates)
    lacking = rows[list(selection.covariates)].isna().any(axis=1)
    if not reason:
        lacking |= ~rows[ARM].isin(modelled.arms)
    rows = rows.assign(
        **{
            ARM: pd.Categorical(rows[ARM], list_arms(view)),
            VISIT: pd.Categorical(rows[VISIT], visits),
            FATE: rows[FATE].mask(lacking & rows[FATE].isin(IMPUTED), NOT_IMPUTABLE),
        }
    )
    return ImputationRows(
        frame=rows,
        fates=rows[rows[VISIT] == visit].reset_index(drop=True),
        visit=visit,
        control=control,
        covariates=selection.covariates,
        reason=reason,
    )


def compare_imputed(
    rows: ImputationRows,
    choices: ModelChoices,
    level: float,
    methods: tuple[str, ...] = tuple(METHODS),
) -> pd.DataFrame:
    """Contrasts with the control at the visit, by method and contrast (index; codes).

    Returns
    -------
    estimate, se, df, lower, upper, n, n_imputed, n_departed, note.
    """
    if rows.reason:
        return pd.DataFrame(index=pd.MultiIndex.from_arrays([[], []], names=["method", "contrast"]))
    roles = rows.roles
    table = reference_based(
        rows.frame,
        response=CHANGE,
        subject=SUBJECT,
        visit=VISIT,
        arm=ARM,
        key_visit=rows.visit,
        reference=rows.control,
        departed=DEPARTED,
        covariates=roles.covariates,
        method=[METHODS[name] for name in methods],
        not_due=NOT_DUE_FLAG,
        analysis_covariates=roles.analysis_covariates,
        covariance=choices.structures[0],
        level=level,
    )
    names = {method: name for name, method in METHODS.items()}
    return table.assign(method=table["method"].map(names)).set_index(["method", "contrast"])


def shift_imputed(
    rows: ImputationRows, choices: ModelChoices, level: float, shifts: Shifts
) -> pd.DataFrame:
    """Contrasts with the control, one row per contrast and pair of shifts; none without a model.

    Returns
    -------
    contrast, active_delta, control_delta, estimate, se, df, lower, upper, n, n_imputed, note.
    """
    if rows.reason:
        return pd.DataFrame()
    roles = rows.roles
    return tipping_point(
        rows.frame,
        response=CHANGE,
        subject=SUBJECT,
        visit=VISIT,
        arm=ARM,
        key_visit=rows.visit,
        reference=rows.control,
        active_deltas=shifts.active,
        control_deltas=shifts.control,
        covariates=roles.covariates,
        not_due=NOT_DUE_FLAG,
        analysis_covariates=roles.analysis_covariates,
        covariance=choices.structures[0],
        level=level,
    )


def list_imputed(rows: ImputationRows, choices: ModelChoices) -> pd.DataFrame:
    """What was put in the place of each missing change, by method and participant.

    Returns
    -------
    method, USUBJID, value, ARM, BASE, FATE; only values that could be imputed.
    """
    if rows.reason:
        return pd.DataFrame(columns=["method", SUBJECT, "value", ARM, BASE, FATE])
    names = {method: name for name, method in METHODS.items()}
    found = impute_values(rows.frame, rows.roles, tuple(METHODS.values()), choices.structures[0])
    found = found.assign(method=found["method"].map(names)).rename(columns={"subject": SUBJECT})
    known = rows.fates[[SUBJECT, ARM, BASE, FATE]]
    merged = found.drop(columns="departed").merge(known, on=SUBJECT, validate="m:1")
    return merged[merged["value"].notna() & merged[FATE].isin(IMPUTED)].reset_index(drop=True)
