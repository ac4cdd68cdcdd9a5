"""What the efficacy report of an interim may show of the scores."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TypeVar

import pandas as pd

from helpers.displays.display import Display, Withheld
from helpers.params.trial import Score
from helpers.stats.estimates import NAN
from helpers.view import Group, View

D = TypeVar("D", bound=Display)
Scores = Mapping[tuple[str, str], pd.DataFrame]
COMPLETENESS_ONLY = "At this interim no score is summarised, only the completeness of the forms."
NOTHING_AFTER_BASELINE = "No score after baseline is known yet, so there is no change to show."


def needs_scores(
    display_id: str,
) -> Callable[[Callable[[View], D]], Callable[[View], D | Withheld]]:
    """Let a display be made only at interims that show scores."""

    def decorate(make: Callable[[View], D]) -> Callable[[View], D | Withheld]:
        @wraps(make)
        def make_if_shown(view: View) -> D | Withheld:
            if view.interim.efficacy_content == "completeness":
                return Withheld(display_id, "", "", sentence=COMPLETENESS_ONLY)
            return make(view)

        return make_if_shown

    return decorate


def needs_follow_up(
    display_id: str,
) -> Callable[[Callable[[View], D]], Callable[[View], D | Withheld]]:
    """Let a display be made only where somebody has a score after baseline."""

    def decorate(make: Callable[[View], D]) -> Callable[[View], D | Withheld]:
        @wraps(make)
        def make_if_known(view: View) -> D | Withheld:
            visits = {visit for _, visit in choose_scores(view)}
            if not visits - {view.trial.baseline.code}:
                return Withheld(display_id, "", "", sentence=NOTHING_AFTER_BASELINE)
            return make(view)

        return make_if_known

    return decorate


def choose_scores(view: View) -> Scores:
    """What summaries use of adeff: one row per person at each score and planned visit.

    Returns
    -------
    Frames with USUBJID as index by (PARAMCD, AVISIT); only rows with a value.
    """
    rows = view["adeff"]
    kept = (
        (rows["ANL01FL"] == "Y")
        & rows["AVAL"].notna()
        & rows["AVISIT"].isin(view.trial.visit_codes)
        & rows["USUBJID"].isin(view.total(view.interim.population_efficacy).subjects)
    )
    chosen = rows.loc[kept, ["USUBJID", "PARAMCD", "AVISIT", "AVAL", "CHG", "IMP"]]
    return {
        (str(code), str(visit)): own.set_index("USUBJID")
        for (code, visit), own in chosen.groupby(["PARAMCD", "AVISIT"])
    }


def read_values(scores: Scores, code: str, visit: str, variable: str) -> pd.Series:
    """AVAL, CHG or IMP of one score at one visit by USUBJID, without missing values."""
    rows = scores.get((code, visit))
    return pd.Series(dtype=float) if rows is None else rows[variable].dropna().astype(float)


def values_of(values: pd.Series, group: Group) -> pd.Series:
    """Values of the persons of a group."""
    return values[values.index.isin(group.subjects)]


def list_known_scores(view: View, scores: Scores) -> dict[str, Score]:
    """Scores of the trial that have any value, in the order of the trial."""
    known = {code for code, _ in scores}
    return {code: score for code, score in view.trial.scores.items() if code in known}


def is_planned(view: View, score: Score, visit: str) -> bool:
    """Whether the form of a score is planned at a visit."""
    return visit in view.trial.forms[score.form].visits


def list_baseline_scores(view: View, scores: Scores) -> dict[str, Score]:
    """Known scores whose form is planned at baseline, or that have a value there all the same."""
    visit = view.trial.baseline.code
    return {
        code: score
        for code, score in list_known_scores(view, scores).items()
        if is_planned(view, score, visit) or (code, visit) in scores
    }


def list_changing_scores(view: View, scores: Scores) -> dict[str, Score]:
    """Known scores that can change: planned at baseline, or with a change in the data."""
    changed = {code for (code, _), rows in scores.items() if rows["CHG"].notna().any()}
    baseline = list_baseline_scores(view, scores)
    return {
        code: score
        for code, score in list_known_scores(view, scores).items()
        if code in baseline or code in changed
    }


def name_left_out(known: dict[str, Score], shown: dict[str, Score], consequence: str) -> str:
    """Sentence on the scores that are not planned at baseline; empty where there is none."""
    labels = [score.label for code, score in known.items() if code not in shown]
    return f"Not planned at baseline, {consequence}: {', '.join(labels)}." if labels else ""


def describe_score(score: Score) -> str:
    """Name, range and direction of a score."""
    low, high = score.range
    return f"{score.label} ({low} to {high}, {score.better})"


def list_score_notes(scores: dict[str, Score]) -> list[str]:
    """What the trial says of its scores, each sentence once."""
    return list(dict.fromkeys(score.note for score in scores.values() if score.note))


def share_at(values: pd.Series, limit: float) -> float:
    """Percent of values at an end of the range; NaN without values."""
    return 100 * float((values == limit).mean()) if len(values) else NAN
