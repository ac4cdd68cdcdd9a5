"""What the efficacy report of an interim may show of the scores."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

import pandas as pd

from helpers.displays.display import Display, Withheld
from helpers.params.trial import Score
from helpers.stats.estimates import NAN
from helpers.view import Group, View

D = TypeVar("D", bound=Display)
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
            later = choose_scores(view)["AVISIT"] != view.trial.baseline.code
            if not later.any():
                return Withheld(display_id, "", "", sentence=NOTHING_AFTER_BASELINE)
            return make(view)

        return make_if_known

    return decorate


def choose_scores(view: View) -> pd.DataFrame:
    """Rows of adeff that summaries use: one per person, score and planned visit, with a value."""
    rows = view["adeff"]
    kept = (
        (rows["ANL01FL"] == "Y")
        & rows["AVAL"].notna()
        & rows["AVISIT"].isin(view.trial.visit_codes)
        & rows["USUBJID"].isin(view.total(view.interim.population_efficacy).subjects)
    )
    return rows[kept]


def read_values(rows: pd.DataFrame, code: str, visit: str, variable: str) -> pd.Series:
    """One variable of one score at one visit by USUBJID, without missing values."""
    chosen = rows[(rows["PARAMCD"] == code) & (rows["AVISIT"] == visit)]
    return chosen.set_index("USUBJID")[variable].dropna().astype(float)


def values_of(values: pd.Series, group: Group) -> pd.Series:
    """Values of the persons of a group."""
    return values[values.index.isin(group.subjects)]


def list_known_scores(view: View, rows: pd.DataFrame) -> dict[str, Score]:
    """Scores of the trial that have any value, in the order of the trial."""
    known = set(rows["PARAMCD"])
    return {code: score for code, score in view.trial.scores.items() if code in known}


def describe_score(score: Score) -> str:
    """Name, range and direction of a score."""
    low, high = score.range
    better = "higher" if score.direction > 0 else "lower"
    return f"{score.label} ({low} to {high}, {better} is better)"


def list_score_notes(scores: dict[str, Score]) -> list[str]:
    """What the trial says of its scores, each sentence once."""
    return list(dict.fromkeys(score.note for score in scores.values() if score.note))


def share_at(values: pd.Series, limit: float) -> float:
    """Percent of values at an end of the range; NaN without values."""
    return 100 * float((values == limit).mean()) if len(values) else NAN
