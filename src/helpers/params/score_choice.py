"""What the scoring options make of the declared scores: one choice, true everywhere after it."""

from typing import Any

from helpers.params.scores import Score, Scoring, Variant
from helpers.params.trial import Trial

TOTAL_ONLY = "total_only"
TAKEN_OVER = ("direction", "range", "decimals", "responder", "classes")


def choose_scores(trial: Trial) -> Trial:
    """The trial with the scores that exist under its scoring options, and their facts.

    A score that does not exist leaves every list that names it: baseline characteristics and the
    subgroups by them, scores compared in their direction, plausible changes, times to response.
    """
    kept = {code: score for code, score in trial.scores.items() if _exists(score, trial.scoring)}
    scores = {code: _apply(score, kept, trial.scoring) for code, score in kept.items()}
    gone = set(trial.scores) - set(kept)
    if not gone and scores == trial.scores:
        return trial
    changes = {code: v for code, v in trial.checks.plausible_change.items() if code not in gone}
    table = tuple(row for row in trial.baseline_table if not (row.score and row.variable in gone))
    known = {row.variable for row in table}
    return trial.model_copy(
        update={
            "scores": scores,
            "baseline_table": table,
            "subgroups": tuple(group for group in trial.subgroups if group.variable in known),
            "consistency": tuple(code for code in trial.consistency if code not in gone),
            "checks": trial.checks.model_copy(update={"plausible_change": changes}),
            "time_to_event": {
                code: time for code, time in trial.time_to_event.items() if time.score not in gone
            },
        }
    )


def _exists(score: Score, scoring: Scoring) -> bool:
    return all(getattr(scoring, option) in allowed for option, allowed in score.only.items())


def _apply(score: Score, known: dict[str, Score], scoring: Scoring) -> Score:
    """The score with the facts of the variant that each option chooses; then it has no variants."""
    declared = score.variants
    score = score.model_copy(update={"variants": {}}) if declared else score
    for option, variants in declared.items():
        chosen = str(getattr(scoring, option))
        if chosen in variants:
            score = score.model_copy(update=_describe(score, variants[chosen], known))
        elif chosen == TOTAL_ONLY and scoring.fms_total is not None:
            total = scoring.fms_total
            facts = {"direction": total.direction, "range": (total.minimum, total.maximum)}
            lost: dict[str, Any] = {"responder": None, "classes": {}, "ordinal": False}
            score = score.model_copy(update=facts | lost | _word(score, total.label))
    return score


def _describe(score: Score, variant: Variant, known: dict[str, Score]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if variant.same_as is not None and variant.same_as in known:
        other = known[variant.same_as]
        facts = {name: getattr(other, name) for name in TAKEN_OVER} | _word(score, other.label)
        facts["same_as"] = variant.same_as
    own = {name: getattr(variant, name) for name in ("label", "range", "responder")}
    own |= {"classes": variant.classes or None}
    return facts | {name: value for name, value in own.items() if value is not None}


def _word(score: Score, label: str) -> dict[str, str]:
    """Label and note with the name of what the score stands for."""
    return {name: getattr(score, name).replace("{label}", label) for name in ("label", "note")}
