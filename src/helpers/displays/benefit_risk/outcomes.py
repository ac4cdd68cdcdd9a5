"""Words for the ordered outcomes of benefit and risk."""

from helpers.displays.formats import format_number
from helpers.params.trial import Score
from helpers.view import View

UNTOLD = "NO_SCORE"


def find_score(view: View) -> Score | None:
    """The interim's key score; None where it has none, or tells of completeness only."""
    plan = view.interim
    if plan.key_param is None or plan.efficacy_content == "completeness":
        return None
    return view.trial.scores.get(plan.key_param)


def name_outcomes(view: View) -> dict[str, str]:
    """Labels of the outcomes from best to worst, the one without a score last."""
    score = find_score(view)
    if score is None:
        return {
            UNTOLD: "Alive, no serious event",
            "SERIOUS": "Alive, with a serious event",
            "DIED": "Died",
        }
    return {
        "RESPONSE": f"Response in {score.label}, no serious event",
        "STABLE": "Neither response nor worse, no serious event",
        "WORSE": f"{score.label} worse{_say_limit(score)}, no serious event",
        "SERIOUS": "Alive, with a serious event",
        "DIED": "Died",
        UNTOLD: "Not ranked: no change of the score yet, no serious event",
    }


def _say_limit(score: Score) -> str:
    if not score.harm:
        return ""
    least = min(score.harm)
    return f" by {format_number(least, 0 if least.is_integer() else score.decimals)} or more"
