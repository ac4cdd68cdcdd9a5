"""Benefit and harm of the same participants by one day: the planned day of the key visit."""

from typing import NamedTuple

import pandas as pd

from helpers.displays.adverse_events.kinds import SEVERE
from helpers.displays.model import join_notes
from helpers.displays.responders.response import describe_threshold, find_response
from helpers.displays.responders.states import DEAD, Assessed, find_states
from helpers.params.trial import Outcome, Score
from helpers.view import View


class Joint(NamedTuple):
    """What is known of the participants who were due at the key visit.

    `facts` are the conditions of an outcome (`died`, `response`, `serious`, `severe`) by USUBJID;
    `known` those whose response or death is known: of the others it counts as none. `events` are
    the adverse events counted, `until` the planned day by USUBJID (empty where the data do not
    say), `short` who left alive before it (None where the data do not say).
    """

    facts: pd.DataFrame
    known: pd.Index
    events: pd.DataFrame
    until: pd.Series
    short: pd.Index | None

    def having(self, name: str) -> pd.Index:
        """Participants of whom a condition is true."""
        return self.facts.index[self.facts[name]]


def read_joint(assessed: Assessed) -> Joint:
    """Response at the key visit; deaths and adverse events from randomisation to its planned day.

    Who died before the visit has died even where that was after its planned day. An event without
    a day counts.
    """
    view = assessed.view
    code, visit = str(view.interim.key_param), str(view.interim.key_visit)
    response = find_response(assessed, code, visit)
    due = response.due
    until = _read_planned_days(view, view.trial.scores[code].form, visit)
    events = view["adae"][view["adae"]["AFTRANFL"] == "Y"]
    events = events[_is_by(events["USUBJID"], events["ASTDT"], until)]
    serious = events.loc[events["ASERFL"] == "Y", "USUBJID"]
    severe = events.loc[(events["ATOXGR"] >= SEVERE).fillna(False), "USUBJID"]
    died = (find_states(assessed, code, visit).reindex(due) == DEAD).to_numpy(dtype=bool)
    died |= due.isin(_find_dead(view, until))
    facts = {
        "died": died,
        "response": due.isin(response.responders),
        "serious": due.isin(serious),
        "severe": due.isin(severe),
    }
    known = due[due.isin(response.judged) | died]
    return Joint(
        facts=pd.DataFrame(facts, index=due, columns=list(Outcome.CONDITIONS)),
        known=known,
        events=events[events["USUBJID"].isin(due)],
        until=until,
        short=_find_short(view, until, due[~died]),
    )


def _find_short(view: View, until: pd.Series, alive: pd.Index) -> pd.Index | None:
    """Who of the living ended the study before the planned day; None where that is not known."""
    persons = view["adsl"]
    if "EOSDT" not in persons or until.empty:
        return None
    ended = persons.drop_duplicates("USUBJID").set_index("USUBJID")["EOSDT"]
    return alive[(ended.reindex(alive) < until.reindex(alive)).to_numpy(dtype=bool)]


def _read_planned_days(view: View, form: str, visit: str) -> pd.Series:
    """Planned day of the visit by USUBJID; empty where the data do not say."""
    rows = view["advisit"]
    if "DUEDT" not in rows:
        return pd.Series(dtype="datetime64[s]")
    own = rows[(rows["FORM"] == form) & (rows["AVISIT"] == visit)]
    return own.drop_duplicates("USUBJID").set_index("USUBJID")["DUEDT"]


def _is_by(persons: pd.Series, days: pd.Series, until: pd.Series) -> pd.Series:
    """Whether a day is at most the planned day of its participant, or one of both is not known."""
    last = persons.map(until) if len(until) else pd.Series(pd.NaT, index=persons.index)
    return (days.isna() | last.isna() | (days <= last)).astype(bool)


def _find_dead(view: View, until: pd.Series) -> pd.Series:
    """Participants who died by the planned day."""
    persons = view["adsl"]
    if "DTHFL" not in persons:
        return pd.Series(dtype=object)
    dead = persons[persons["DTHFL"] == "Y"]
    days = dead["DTHDT"] if "DTHDT" in dead else pd.Series(pd.NaT, index=dead.index)
    return dead.loc[_is_by(dead["USUBJID"], days, until), "USUBJID"]


def note_other_deaths(assessed: Assessed, joint: Joint) -> str:
    """Deaths that no row counts, since they came later or the participant was not due; by arm."""
    persons = assessed.view["adsl"]
    if "DTHFL" not in persons:
        return ""
    dead = pd.Index(persons.loc[persons["DTHFL"] == "Y", "USUBJID"]).intersection(assessed.members)
    other = dead.difference(joint.having("died"))
    if not len(other):
        return ""
    counts = (f"{g.label} {int(other.isin(g.subjects).sum())}" for g in assessed.arms)
    return f"Deaths that are not counted here, later or not due: {', '.join(counts)} (T-S-18)."


def find_key_score(view: View) -> Score:
    """The key score of the interim."""
    return view.trial.scores[str(view.interim.key_param)]


def describe_joint(view: View) -> tuple[str, ...]:
    """What counts as response and until when events count."""
    score, visit = find_key_score(view), view.trial.visit_label(str(view.interim.key_visit)).lower()
    until = f"the planned day of {visit}" if view.has("advisit", "DUEDT") else "the cut-off"
    return join_notes(
        f"Response: {score.label} at {visit}, {describe_threshold(score)}. Who is due without a "
        "value has none, as in T-E-10.",
        f"Deaths and adverse events count from randomisation to {until}, whatever was given; later "
        "ones, and those of participants who were not due, are in the safety report. Who gets "
        "doses is seen more often, and asked for events more often.",
    )
