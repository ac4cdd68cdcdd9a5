"""Kinds of adverse events that the overview counts, one row each."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd

from helpers.displays.administration.active_arms import active_groups, narrow_groups
from helpers.view import ArmView, ClosedView, Group, MaskedView, View

SEVERE = 3


class Kind(NamedTuple):
    """One row: its code in results.csv, its label, which events it counts.

    `needs` are the variables it is counted by: where the trial lacks one, the row is left out.
    `dosed_only` rows mean nothing in an arm that gets no dose; `waits` limits them further, to
    participants whose wait for the first dose (WAITSTT) is in one of these states.
    """

    code: str
    label: str
    choose: Callable[[pd.DataFrame], pd.Series]
    needs: tuple[str, ...]
    level: int = 1
    strong: bool = False
    dosed_only: bool = False
    waits: tuple[str, ...] = ()

    def is_countable(self, events: pd.DataFrame) -> bool:
        """Whether these events have every variable that the row needs."""
        return set(self.needs) <= set(events.columns)


def _flagged(name: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda events: events[name] == "Y"


SERIOUS = Kind("serious", "serious", _flagged("ASERFL"), ("ASERFL",), strong=True)
FATAL = Kind("fatal", "fatal", _flagged("FATALFL"), ("FATALFL",))
GRADE = Kind(
    "grade_ge3",
    f"grade {SEVERE} or higher",
    lambda events: (events["ATOXGR"] >= SEVERE).fillna(False).astype(bool),
    ("ATOXGR",),
)
LEFT = Kind("discontinued", "leading to study discontinuation", _flagged("DISCFL"), ("DISCFL",))
AFTER = Kind(
    "any_after_rand",
    "Any event after randomisation",
    _flagged("AFTRANFL"),
    ("AFTRANFL",),
    level=0,
)
BETWEEN = Kind(
    "between_rand_and_dose",
    "between randomisation and the first dose",
    _flagged("BTWNFL"),
    ("BTWNFL",),
    dosed_only=True,
    waits=("GIVEN", "PENDING"),
)
NEVER_DOSED = Kind(
    "never_dosed",
    "never dosed, until the dose was cancelled",
    _flagged("NODOSEFL"),
    ("NODOSEFL",),
    dosed_only=True,
    waits=("NEVER",),
)
EMERGENT = Kind("teae", "Any treatment-emergent event", _flagged("TRTEMFL"), ("TRTEMFL",), level=0)


def rules_out_relation(view: View) -> bool:
    """Whether nothing can be related to the product in an arm that does not get it (C23).

    Given analysis data do not say who was blind: relation in a control arm is a number like any
    other.
    """
    return view.trial.level == "raw"


def list_emergent_kinds(view: View) -> tuple[Kind, ...]:
    """Rows that count treatment-emergent events, without those the data cannot give."""
    changed = view.trial.adverse_events.dose_changed
    kinds = (
        EMERGENT,
        Kind("teae_checklist", "solicited (check list)", _flagged("AEPRESP"), ("AEPRESP",), 2),
        Kind("teae_volunteered", "unsolicited", lambda e: e["AEPRESP"] != "Y", ("AEPRESP",), 2),
        Kind(
            "related_product",
            "related to the product",
            _flagged("RELPRODFL"),
            ("RELPRODFL",),
            dosed_only=rules_out_relation(view),
        ),
        Kind(
            "related_procedure",
            "related to the procedure",
            _flagged("RELPROCFL"),
            ("RELPROCFL",),
            dosed_only=True,
        ),
        GRADE,
        SERIOUS,
        Kind(
            "serious_related",
            "serious and related",
            lambda e: (e["ASERFL"] == "Y") & (e["RELFL"] == "Y"),
            ("ASERFL", "RELFL"),
        ),
        Kind(
            "dose_changed",
            "leading to dose modification",
            lambda e: e["AEACN"].isin(changed),
            ("AEACN",),
            dosed_only=True,
        ),
        LEFT,
        Kind("aesi", "of special interest", lambda e: e["AESICAT"].notna(), ("AESICAT",)),
        FATAL,
    )
    return tuple(kind for kind in kinds if kind.is_countable(view["adae"]))


class Block(NamedTuple):
    """A kind with its population, its events and the time in which they could begin."""

    kind: Kind
    population: str
    events: pd.DataFrame
    risk: pd.DataFrame


def list_blocks(view: ClosedView) -> list[Block]:
    """Rows of the overview with their events and times at risk, in order."""
    return view.once(_list_blocks)


def _list_blocks(view: ClosedView) -> list[Block]:
    after = view.flagged("adae", "AFTRANFL")
    persons = view["adsl"].set_index("USUBJID")
    itt = pd.DataFrame({"START": persons["RANDDT"], "END": persons["EXITDT"]})
    return [
        Block(AFTER, "ITT", after[AFTER.choose(after)], itt),
        *(
            Block(kind, "ITT", after[kind.choose(after)], itt.assign(END=persons["WAITENDT"]))
            for kind in (BETWEEN, NEVER_DOSED)
            if kind.is_countable(after)
        ),
        *list_emergent_blocks(view),
    ]


def list_emergent_blocks(view: ClosedView) -> list[Block]:
    """Rows on treatment-emergent events, in the population of the safety displays."""
    return view.once(_list_emergent_blocks)


def _list_emergent_blocks(view: ClosedView) -> list[Block]:
    emergent, persons = find_emergent(view), view["adsl"].set_index("USUBJID")
    risk = pd.DataFrame({"START": persons["RISKSTDT"], "END": persons["EXITDT"]})
    return [
        Block(kind, view.safety, emergent[kind.choose(emergent)], risk)
        for kind in list_emergent_kinds(view)
    ]


class Counted(NamedTuple):
    """Which events a table by arm counts: flag, population, and their name at its beginning."""

    flag: str
    population: str
    name: str
    each: str


def choose_counted(view: ArmView) -> Counted:
    """Treatment-emergent events in the safety population; of masked arms after randomisation.

    Who was dosed, and when, is nothing that masked readers may know.
    """
    if isinstance(view, MaskedView):
        name = "Events after randomisation"
        return Counted("AFTRANFL", "ITT", name, "Any event after randomisation")
    name = "Treatment-emergent events"
    return Counted("TRTEMFL", view.safety, name, "Any treatment-emergent event")


def find_emergent(view: View) -> pd.DataFrame:
    """Treatment-emergent events; none where the data do not say which are."""
    events = view["adae"]
    if not EMERGENT.is_countable(events):
        return events.iloc[:0]
    return view.flagged("adae", "TRTEMFL")


def list_columns(view: ClosedView, kind: Kind, population: str) -> tuple[Group, ...]:
    """Groups that a row counts: of a row about doses only the arms that get some, and their sum."""
    groups = active_groups(view, population) if kind.dosed_only else view.groups(population)
    if not kind.waits:
        return groups
    persons = view.population(population)
    return narrow_groups(
        groups, pd.Index(persons.loc[persons["WAITSTT"].isin(kind.waits), "USUBJID"])
    )


def have_same_persons(groups: Sequence[Group], columns: Sequence[Group]) -> bool:
    """Whether each group holds the participants of its column, so that N need not be said again."""
    own = {column.label: set(column.subjects) for column in columns}
    return all(set(group.subjects) == own[group.label] for group in groups)
