"""What is known of a score at a visit, participant by participant."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from helpers.displays.efficacy.content import Scores, choose_scores, read_values
from helpers.view import ArmView, Group, View

OBSERVED, MISSING, TO_COME, DEAD, LEFT = "O", "M", "N", "D", "L"
STATES = {
    OBSERVED: "observed",
    MISSING: "missing",
    TO_COME: "not due or window open",
    DEAD: "died before the window closed",
    LEFT: "left before the window closed",
}
OF_STATUS = {
    "RECEIVED": MISSING,  # a form came; whether the score can be computed, the score says
    "MISSED": MISSING,
    "IN_WINDOW": TO_COME,
    "NOT_DUE": TO_COME,
    "DEAD": DEAD,
    "LEFT": LEFT,
}
ADVERSE_EVENT = "ADVERSE_EVENT"


class Assessed(NamedTuple):
    """A view by arm with the scores that summaries use, sorted out once for all of them.

    `members` are the participants (USUBJID) of the efficacy population; `forms` holds the state of
    each form due, by USUBJID, for (FORM, AVISIT); `to_come` whose planned day is
    after the cut-off, of the dead and of those who left too.
    """

    view: ArmView
    arms: tuple[Group, ...]
    members: pd.Index
    scores: Scores
    forms: Mapping[tuple[str, str], pd.Series]
    to_come: Mapping[tuple[str, str], pd.Index]
    left_for_event: pd.Index

    @property
    def population(self) -> str:
        """Code of the efficacy population."""
        return self.view.interim.population_efficacy


def assess(view: View) -> Assessed:
    """Scores and states of forms of a view; no states where the data do not say what was due.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ArmView):
        raise TypeError("scores over time are shown by arm")
    *arms, total = view.groups(view.interim.population_efficacy)
    forms = _read_forms(view["advisit"]) if view.has("advisit") else {}
    to_come = _find_to_come(view) if view.has("advisit", "DUEDT") else {}
    scores, left = choose_scores(view), _find_left_for_event(view)
    return Assessed(view, tuple(arms), total.subjects, scores, forms, to_come, left)


def _read_forms(rows: pd.DataFrame) -> dict[tuple[str, str], pd.Series]:
    """State of each form due, by USUBJID, for (FORM, AVISIT)."""
    states = rows["STATUS"].map(OF_STATUS).set_axis(rows["USUBJID"])
    places = rows.groupby(["FORM", "AVISIT"]).indices
    return {(str(form), str(visit)): states.iloc[at] for (form, visit), at in places.items()}


def _find_to_come(view: View) -> dict[tuple[str, str], pd.Index]:
    """USUBJID whose planned day of a form is after the cut-off, for (FORM, AVISIT)."""
    rows = view["advisit"]
    rows = rows[rows["DUEDT"] > view.cutoff]
    return {
        (str(form), str(visit)): pd.Index(own)
        for (form, visit), own in rows.groupby(["FORM", "AVISIT"])["USUBJID"]
    }


def find_states(assessed: Assessed, code: str, visit: str) -> pd.Series:
    """State of a score at a visit, by USUBJID of the efficacy population.

    A value is observed whatever its form; a form that came without a value is missing.
    """
    form = assessed.view.trial.scores[code].form
    own = assessed.forms.get((form, visit), pd.Series(dtype=object))
    known = read_values(assessed.scores, code, visit, "AVAL").index
    states = own.reindex(assessed.members).fillna(MISSING)
    return states.mask(states.index.isin(known), OBSERVED)


def _find_left_for_event(view: View) -> pd.Index:
    """Participants who left the study because of an adverse event."""
    adsl = view["adsl"]
    if "EOSREAS" not in adsl:
        return pd.Index([], dtype=object)
    return pd.Index(adsl.loc[adsl["EOSREAS"] == ADVERSE_EVENT, "USUBJID"])
