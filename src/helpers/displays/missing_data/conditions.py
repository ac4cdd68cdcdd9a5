"""When values of the key score can be imputed by reference, and imputed ones be shifted."""

from helpers.models.missing_values import FATE, IMPUTED, build_fates
from helpers.models.planned_fit import list_hypothetical
from helpers.models.score_rows import Selection
from helpers.view import ClosedView, View


def lack_reference(view: View) -> str:
    """Reason why nothing is imputed by reference; empty where arms are held against a control."""
    control = view.trial.control
    if control is None:
        return "The trial has no control to refer to."
    others = any(arm.code != control for arm in view.trial.arms)
    return "" if others else "The trial has no arm beside its control."


def lack_scale(view: View) -> str:
    """Reason why no imputed value is shifted; empty where the key score says how far and where."""
    score = view.trial.scores[view.interim.key_param or ""]
    if not score.direction_decided:
        return f"Which change of {score.label} is the better one is not decided: none is worse."
    lacking = score.responder is None or not score.responder.change
    return f"{score.label} has no threshold of response to shift values by." if lacking else ""


def lack_imputed(view: View) -> str:
    """Reason why no imputed value is shifted; empty where one that was due is missing."""
    if not isinstance(view, ClosedView):
        return ""
    code, visit = view.interim.key_param or "", view.interim.key_visit or ""
    hypothetical = list_hypothetical(view.trial, view.trial.scores[code])
    selection = Selection(view.interim.population_efficacy, hypothetical)
    rows = build_fates(view, code, (visit,), selection)
    known = rows[FATE].isin(IMPUTED).any()
    return "" if known else "No value of the key visit that was due is missing and can be imputed."
