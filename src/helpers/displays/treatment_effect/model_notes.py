"""Sentences on a fitted model of a score: what was fitted, what gave way, what is not in it."""

import math

from helpers.displays import show
from helpers.displays.efficacy.report_parts import RANKS, find_reason
from helpers.displays.formats import format_number
from helpers.displays.model import Cell
from helpers.displays.responders.states import assess
from helpers.displays.results import Key
from helpers.displays.treatment_effect.effects import Effects
from helpers.displays.treatment_effect.ranked_changes import count_dead, rank_changes
from helpers.models.repeated_measures import METHODS, STRUCTURES
from helpers.models.score_rows import FEWEST, list_constant
from helpers.view import ArmView

SAS = {
    "kenward_roger": "The linear form (kenward_roger_linear) is what SAS gives for an unstructured "
    "covariance.",
    "kenward_roger_linear": "This form is what SAS gives for an unstructured covariance.",
}


def state_model(effects: Effects) -> str:
    """What was fitted: terms, structure, df method, size, and that the optimum was verified."""
    model, interim = effects.model, effects.view.interim
    if model.reason or model.fit is None:
        return f"No model: {model.reason}."
    constant = list_constant(model.rows.frame, interim.mmrm.covariates)
    added = "".join(f" + {name}" for name in interim.mmrm.covariates if name not in constant)
    size = f"{model.n} participants, {model.n_values} values"
    if model.single:
        return (
            f"One visit can be modelled: analysis of covariance, change = arm + baseline{added}; "
            f"{size}."
        )
    structure = STRUCTURES[model.fit.structure]
    return (
        f"MMRM by REML: change = arm x visit + baseline x visit{added}; {structure} covariance "
        f"over visits ({model.fit.structure}), {METHODS[model.fit.df_method]} degrees of freedom; "
        f"{size}; optimum verified, condition number "
        f"of the correlation {format_number(model.fit.condition, 1)}."
    )


def state_plan(view: ArmView) -> str:
    """How the models of several scores are fitted."""
    mmrm = view.interim.mmrm
    added = "".join(f" + {name}" for name in mmrm.covariates)
    first, *others = mmrm.cov_order
    then = f", {', '.join(others)} where that cannot be fitted" if others else ""
    return (
        f"MMRM by REML: change = arm x visit + baseline x visit{added}; {STRUCTURES[first]} "
        f"covariance over visits ({first}){then}; {METHODS[mmrm.df]} degrees of freedom. A visit "
        f"is in the model when every arm has {FEWEST} values there. Size and condition of each fit "
        "are in results.csv."
    )


def state_fallback(effects: Effects) -> str:
    """Which structures gave way and why, and what else the fit has to say; empty where nothing."""
    fit = effects.model.fit
    if fit is None or not fit.converged or not fit.note or effects.model.single:
        return ""
    return f"Of the fit: {fit.note}."


def state_left_out(effects: Effects) -> list[str]:
    """Covariates, visits and arms that are not in the model, and why."""
    rows, trial = effects.model.rows, effects.view.trial
    labels = {arm.code: arm.label for arm in trial.arms}
    said = []
    constant = list_constant(rows.frame, effects.view.interim.mmrm.covariates)
    if constant and rows.visits:
        said.append(f"Not in the model, since the same in everybody: {', '.join(constant)}.")
    if rows.empty_arms:
        arms = ", ".join(labels[code] for code in rows.empty_arms)
        said.append(f"Not in the model, since without a value: {arms}.")
    if rows.other_visits and rows.visits:
        visits = ", ".join(trial.visit_label(code) for code in rows.other_visits)
        said.append(
            f"Not in the model, since an arm has fewer than {FEWEST} values there: {visits} "
            "(values in T-E-04)."
        )
    return said


def state_deaths(effects: Effects) -> str:
    """Deaths of each arm before the key visit, and what the model makes of values after them."""
    view, visit = effects.view, effects.view.interim.key_visit
    if visit is None:
        return ""
    label = view.trial.visit_label(visit).lower()
    if not view.has("advisit"):
        return f"The data do not say who died before {label}: values after a death do not exist."
    assessed = assess(view)
    dead = rank_changes(assessed, effects.model.code, visit).dead
    said = f"Died before {label}: {count_dead(assessed, dead)}"
    if dead.empty:
        return f"{said}."
    read = "" if find_reason(view, RANKS) else f": read E2 ({RANKS})"
    return f"{said}; their later values do not exist and are taken as missing at random{read}."


def state_means(effects: Effects) -> str:
    """Where the LS means are taken."""
    model = effects.model
    if model.reason:
        return ""
    base = format_number(float(model.rows.frame["BASE"].mean()), 2)
    return f"LS means at the mean baseline of the modelled values ({base})."


def state_sas(effects: Effects) -> str:
    """Which Kenward-Roger form equals that of SAS."""
    return SAS.get(effects.view.interim.mmrm.df, "")


def place_bound(key: Key, z: float) -> Cell | str:
    """The p at or below which a bound is crossed; `none` where nothing can cross it."""
    return Cell(key, show.p_value("boundary_p")) if math.isfinite(z) else "none"


def state_direction(view: ArmView, code: str) -> str:
    """Which sign of a difference is better."""
    score = view.trial.scores[code]
    if not score.direction_decided:
        return ""
    sign = "positive" if score.direction > 0 else "negative"
    return f"A {sign} difference is in favour of the arm named first ({score.better})."
