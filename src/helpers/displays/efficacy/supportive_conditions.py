"""When an interim has subgroups, a posterior, correlated changes or doses to show."""

from helpers.displays.efficacy.content import choose_scores, is_planned, list_ranked_scores
from helpers.models.boundary import find_boundary
from helpers.params.trial import Score
from helpers.view import ClosedView, View


def lack_support(view: View) -> str:
    """Reason why there is no supportive analysis; empty where the look spends alpha."""
    said = "This look spends no alpha, so there are no subgroups and no supportive analyses."
    full = view.interim.alpha_look and view.interim.efficacy_content == "full"
    return "" if full else said


def lack_subgroups(view: View) -> str:
    """Reason why no subgroups are shown; empty where the trial names some that the data have."""
    named = view.trial.subgroups
    if not named:
        return "The parameters name no subgroups."
    known = any(view.has("adsl", subgroup.variable) for subgroup in named)
    return "" if known else "The data hold none of the characteristics that subgroups are by."


def lack_control(view: View) -> str:
    """Reason why nothing is compared with a control; empty where the trial has one."""
    compared = view.trial.control is not None and len(view.trial.arms) > 1
    return "" if compared else "The trial has no arm to compare with a control."


def lack_prior(view: View) -> str:
    """Reason why no posterior is shown; empty where prior, control, direction, visit are there."""
    if view.interim.shrinkage is None:
        return "The parameters give no prior for the key differences."
    score = view.trial.scores[view.interim.key_param or ""]
    if not score.direction_decided:
        return f"Which direction of {score.label} is better is not decided."
    return lack_control(view)


def list_key_scores(view: View) -> dict[str, Score]:
    """Main scores and the key score that have a change at the key visit."""
    return _choose_changed(view, list_ranked_scores(view, choose_scores(view)))


def list_compared_scores(view: View) -> dict[str, Score]:
    """Scores that the trial names (`consistency`), else the main ones, with such a change."""
    named = {code: view.trial.scores[code] for code in view.trial.consistency}
    decided = {code: score for code, score in named.items() if score.direction_decided}
    return _choose_changed(view, decided) if named else list_key_scores(view)


def _choose_changed(view: View, scores: dict[str, Score]) -> dict[str, Score]:
    """Those of the scores that are planned at the key visit and have a change there."""
    visit, rows = view.interim.key_visit or "", choose_scores(view)
    return {
        code: score
        for code, score in scores.items()
        if is_planned(view, score, visit)
        and (code, visit) in rows
        and rows[code, visit]["IMPRV"].notna().any()
    }


def lack_pair_of_changes(view: View) -> str:
    """Reason why changes are not correlated; empty where two main scores have one."""
    found = len(list_key_scores(view)) > 1
    return "" if found else "No two main scores have a change at the key visit yet."


def lack_compared(view: View) -> str:
    """Reason why directions are not set beside each other; empty where two scores have one."""
    found = len(list_compared_scores(view)) > 1
    return "" if found else "No two scores to be compared have a change at the key visit yet."


def lack_key_scores(view: View) -> str:
    """Reason why change is not set against dose; empty where a main score has one."""
    found = list_key_scores(view)
    return "" if found else "No main score has a change at the key visit yet."


def lack_final(view: View) -> str:
    """Reason why change is not set against dose; empty at the final look."""
    boundary = find_boundary(view) if isinstance(view, ClosedView) else None
    final = boundary is not None and boundary.final
    return "" if final else "Change is set against the dose given at the final analysis only."


def lack_doses(view: View) -> str:
    """Reason why change is not set against dose; empty where the data have doses by weight."""
    known = view.has("adex", "CELLKG", "GIVENFL", "ASTDTM") and view.has("adeff", "ADT")
    return "" if known else "The data hold no single doses by body weight."
