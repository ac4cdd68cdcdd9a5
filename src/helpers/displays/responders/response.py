"""Responders to a score at a visit, and who is counted under each rule for missing values."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import pandas as pd

from helpers.displays.efficacy.content import (
    is_planned,
    list_changing_scores,
    read_flags,
    read_values,
)
from helpers.displays.efficacy.estimands import (
    HYPOTHETICAL,
    RESPONSE,
    name_key_change,
)
from helpers.displays.formats import format_number
from helpers.displays.responders.states import (
    DEAD,
    LEFT,
    OBSERVED,
    TO_COME,
    Assessed,
    find_states,
)
from helpers.displays.rows import name_code
from helpers.models.planned_fit import list_hypothetical
from helpers.params.trial import Responder, Score
from helpers.view import Group, View


class Response(NamedTuple):
    """Response of participants (USUBJID) to a score at a visit.

    `due` leaves out who is alive without a value while the window is open, and who died or left and
    whose planned day has not come: else those who died early would count before all others. `able`
    are those of them whose baseline allows a response. `judged` of them have a change, or died or
    left for an adverse event, which is no response.
    """

    responders: pd.Index
    due: pd.Index
    able: pd.Index
    judged: pd.Index

    @property
    def unknown(self) -> pd.Index:
        """Due, and nobody knows whether they responded."""
        return self.due.difference(self.judged)


def list_response_scores(assessed: Assessed) -> dict[str, Score]:
    """Scores with a threshold of response that can change, in the order of the trial."""
    return {
        code: score
        for code, score in list_changing_scores(assessed.view, assessed.scores).items()
        if score.responder is not None
    }


def list_later_visits(view: View, score: Score) -> list[str]:
    """Planned visits of a score after baseline."""
    return [
        visit
        for visit in view.trial.visit_codes
        if visit != view.trial.baseline.code and is_planned(view, score, visit)
    ]


def find_response(assessed: Assessed, code: str, visit: str) -> Response:
    """Response to a score at a visit; dead or left for an adverse event: no response."""
    states = find_states(assessed, code, visit)
    open_yet = assessed.to_come.get(
        (assessed.view.trial.scores[code].form, visit), states.index[:0]
    )
    pending = (states == TO_COME) | (states.index.isin(open_yet) & (states != OBSERVED))
    due = states.index[~pending]
    said = read_flags(assessed.scores, code, visit, "CRIT1FL")
    gone = states == LEFT
    composite = (states == DEAD) | (gone & states.index.isin(assessed.left_for_event))
    judged = states.index.isin(said.index) | composite.to_numpy(dtype=bool)
    return Response(
        responders=due[due.isin(said.index[said == "Y"])],
        due=due,
        able=due[due.isin(find_based(assessed, code)) & ~due.isin(find_unable(assessed, code))],
        judged=states.index[judged & ~pending.to_numpy(dtype=bool)],
    )


def note_unseen(assessed: Assessed, scores: Mapping[str, Score], visits: Collection[str]) -> str:
    """Arms with participants due of whom no response is known, at which scores and visits."""
    unseen: dict[str, list[str]] = {}
    places = [(c, v) for c, s in scores.items() for v in list_later_visits(assessed.view, s)]
    places = [place for place in places if place[1] in visits]
    for code, visit in places:
        response = find_response(assessed, code, visit)
        label = assessed.view.trial.visit_label(visit).lower()
        for group in assessed.arms:
            if has_unseen(response.due, response.judged, group):
                unseen.setdefault(group.label, []).append(f"{scores[code].label} {label}")
    if not unseen:
        return ""
    said = (
        f"{arm} at {'every score and visit' if len(where) == len(places) else ', '.join(where)}"
        for arm, where in unseen.items()
    )
    return (
        f"Nobody due has a known response: {'; '.join(said)}. There 0 responders are the rule for "
        "missing values and no observation: they say nothing of the arm."
    )


def has_unseen(due: pd.Index, known: pd.Index, group: Group) -> bool:
    """Whether participants of an arm are due and nothing is known of any of them."""
    own = due[due.isin(group.subjects)]
    return bool(len(own)) and not own.isin(known).any()


def find_unable(assessed: Assessed, code: str) -> pd.Index:
    """Participants with a baseline from which no possible value would be a response."""
    flags = read_flags(assessed.scores, code, assessed.view.trial.baseline.code, "UNABLEFL")
    return flags.index[flags == "Y"]


def find_based(assessed: Assessed, code: str) -> pd.Index:
    """Participants with a baseline of a score."""
    return read_values(assessed.scores, code, assessed.view.trial.baseline.code, "AVAL").index


def is_of_score(score: Score) -> bool:
    """Whether response goes by the change of the score itself, so that it has a threshold there."""
    return score.responder is not None and score.responder.of == "score"


def describe_threshold(score: Score) -> str:
    """The rule of response of a score in words."""
    rule = score.responder
    if rule is None:
        return ""
    move = "rise" if rule.change > 0 else "fall"
    if rule.of == "worst_items":
        steps = "step" if abs(rule.change) == 1 else "steps"
        return (
            f"{move} of {_trim(abs(rule.change))} {steps} or more of the item that was the worst "
            "at baseline, of each where several were"
        )
    return f"{move} of {_trim(abs(rule.change))} or more{_describe_reached(rule)}"


def _describe_reached(rule: Responder) -> str:
    most, least = rule.or_value_at_most, rule.or_value_at_least
    said = "" if most is None else f", or a value of at most {_trim(most)}"
    return said if least is None else f"{said}, or a value of at least {_trim(least)}"


def _trim(value: float) -> str:
    return format_number(value, 0) if float(value).is_integer() else f"{value:g}"


def note_thresholds(scores: Mapping[str, Score]) -> str:
    """Where the thresholds are borrowed from; empty where the parameters do not say."""
    origins: dict[str, list[str]] = {}
    for score in scores.values():
        if score.responder is not None and score.responder.note:
            origins.setdefault(score.responder.note, []).append(score.label)
    said = "; ".join(f"{', '.join(labels)} {note}" for note, labels in origins.items())
    return f"Thresholds are borrowed, none was set for this trial: {said}." if said else ""


def state_estimand(view: View) -> str:
    """Which response is that of an estimand, and which only follow its rules."""
    interim, trial = view.interim, view.trial
    if interim.key_param is None or interim.key_visit is None:
        return ""
    if trial.scores[interim.key_param].responder is None:
        return "No estimand of T-E-01: describes."
    key = name_key_change(trial, interim)
    return f"Estimand {RESPONSE}: {key}; other scores and visits as {RESPONSE}."


def note_drugs(view: View, scores: Mapping[str, Score]) -> str:
    """Scores whose values after a new drug are used here but not in the model of the change."""
    found = {
        score.label: list_hypothetical(view.trial, score)
        for score in scores.values()
        if list_hypothetical(view.trial, score)
    }
    drugs = ", ".join(name_code(name).lower() for name in sorted(set().union(*found.values())))
    return (
        f"{', '.join(found)}: values after {drugs} are used here as measured; {HYPOTHETICAL} sets "
        "them missing."
        if found
        else ""
    )
