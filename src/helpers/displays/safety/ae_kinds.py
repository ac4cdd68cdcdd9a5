"""Kinds of adverse events that the overview counts, one row each."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd

from helpers.displays.display import NOT_APPLICABLE, Cell
from helpers.view import TOTAL, ClosedView, Group, View

SEVERE = 3


class Kind(NamedTuple):
    """One row: its code in results.csv, its label, which events it counts.

    `dosed_only` rows mean nothing in an arm that gets no dose.
    """

    code: str
    label: str
    choose: Callable[[pd.DataFrame], pd.Series]
    level: int = 1
    strong: bool = False
    dosed_only: bool = False


def _flagged(name: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda events: events[name] == "Y"


SERIOUS = Kind("serious", "serious", _flagged("ASERFL"), strong=True)
FATAL = Kind("fatal", "fatal", _flagged("FATALFL"))
GRADE = Kind(
    "grade_ge3",
    f"grade {SEVERE} or higher",
    lambda events: (events["ATOXGR"] >= SEVERE).fillna(False).astype(bool),
)
AFTER = Kind("any_after_rand", "Any event after randomisation", _flagged("AFTRANFL"), level=0)
BETWEEN = Kind(
    "between_rand_and_dose",
    "between randomisation and the first dose",
    _flagged("BTWNFL"),
    dosed_only=True,
)


def list_emergent_kinds(view: View) -> tuple[Kind, ...]:
    """Rows that count treatment-emergent events."""
    changed = view.trial.adverse_events.dose_changed
    return (
        Kind("teae", "Any treatment-emergent event", lambda e: e["TRTEMFL"] == "Y", level=0),
        Kind("teae_checklist", "asked for by check list", _flagged("AEPRESP"), level=2),
        Kind("teae_volunteered", "volunteered", lambda e: e["AEPRESP"] != "Y", level=2),
        Kind("related_product", "related to the product", _flagged("RELPRODFL")),
        Kind("related_procedure", "related to the procedure", _flagged("RELPROCFL")),
        GRADE,
        SERIOUS,
        Kind(
            "serious_related",
            "serious and related",
            lambda e: (e["ASERFL"] == "Y") & (e["RELFL"] == "Y"),
        ),
        Kind(
            "dose_changed",
            "led to a dose being changed",
            lambda e: e["AEACN"].isin(changed),
            dosed_only=True,
        ),
        Kind("discontinued", "left the study for it", _flagged("DISCFL")),
        Kind("aesi", "of special interest", lambda e: e["AESICAT"].notna()),
        FATAL,
    )


class Block(NamedTuple):
    """A kind with its population, its events and the time in which they could begin."""

    kind: Kind
    population: str
    events: pd.DataFrame
    risk: pd.DataFrame


def list_blocks(view: ClosedView) -> list[Block]:
    """Rows of the overview with their events and times at risk, in order."""
    after = view["adae"][view["adae"]["AFTRANFL"] == "Y"]
    emergent = view["adae"][view["adae"]["TRTEMFL"] == "Y"]
    persons = view["adsl"].set_index("USUBJID")
    first_dose = persons["TRTSDTM"].dt.normalize()
    itt = pd.DataFrame({"START": persons["RANDDT"], "END": persons["EXITDT"]})
    waiting = itt.assign(END=itt["END"].where(~(first_dose < itt["END"]), first_dose))
    saf = pd.DataFrame({"START": persons["RISKSTDT"], "END": persons["EXITDT"]})
    return [
        Block(AFTER, "ITT", after[AFTER.choose(after)], itt),
        Block(BETWEEN, "ITT", after[BETWEEN.choose(after)], waiting),
        *(
            Block(kind, "SAF", emergent[kind.choose(emergent)], saf)
            for kind in list_emergent_kinds(view)
        ),
    ]


def list_columns(view: ClosedView, kind: Kind, population: str) -> tuple[Group, ...]:
    """Columns of a row: arms and total; before a first dose only the arms that get one."""
    if kind is not BETWEEN:
        return view.groups(population)
    arms = [view.arm_group(population, arm.code) for arm in view.arms if arm.active]
    subjects = pd.Index([subject for group in arms for subject in group.subjects], dtype=object)
    return (*arms, Group(TOTAL, TOTAL, "", None, subjects))


def place_cells(
    view: ClosedView, groups: Sequence[Group], cells: Sequence[Cell | str]
) -> tuple[Cell | str, ...]:
    """Cells of a row that means nothing in arms without a dose, under their arms."""
    by_label = {group.label: cell for group, cell in zip(groups, cells, strict=True)}
    arms = [by_label[arm.label] if arm.active else NOT_APPLICABLE for arm in view.arms]
    return (*arms, by_label[TOTAL])
