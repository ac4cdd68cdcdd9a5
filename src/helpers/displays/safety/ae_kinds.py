"""Kinds of adverse events that the overview counts, one row each."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd

from helpers.displays.display import NOT_APPLICABLE, Cell
from helpers.view import TOTAL, ClosedView, Group, View

SEVERE = 3


class Kind(NamedTuple):
    """One row: its code in results.csv, its label, which events it counts.

    `needs` are the variables it is counted by: where the trial lacks one, the row is left out.
    `dosed_only` rows mean nothing in an arm that gets no dose.
    """

    code: str
    label: str
    choose: Callable[[pd.DataFrame], pd.Series]
    needs: tuple[str, ...]
    level: int = 1
    strong: bool = False
    dosed_only: bool = False

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
)
EMERGENT = Kind("teae", "Any treatment-emergent event", _flagged("TRTEMFL"), ("TRTEMFL",), level=0)


def list_emergent_kinds(view: View) -> tuple[Kind, ...]:
    """Rows that count treatment-emergent events, without those the data cannot give."""
    changed = view.trial.adverse_events.dose_changed
    kinds = (
        EMERGENT,
        Kind("teae_checklist", "asked for by check list", _flagged("AEPRESP"), ("AEPRESP",), 2),
        Kind("teae_volunteered", "volunteered", lambda e: e["AEPRESP"] != "Y", ("AEPRESP",), 2),
        Kind("related_product", "related to the product", _flagged("RELPRODFL"), ("RELPRODFL",)),
        Kind(
            "related_procedure", "related to the procedure", _flagged("RELPROCFL"), ("RELPROCFL",)
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
            "led to a dose being changed",
            lambda e: e["AEACN"].isin(changed),
            ("AEACN",),
            dosed_only=True,
        ),
        Kind("discontinued", "left the study for it", _flagged("DISCFL"), ("DISCFL",)),
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
    after = view["adae"][view["adae"]["AFTRANFL"] == "Y"]
    emergent = find_emergent(view)
    persons = view["adsl"].set_index("USUBJID")
    first_dose = persons["TRTSDTM"].dt.normalize()
    itt = pd.DataFrame({"START": persons["RANDDT"], "END": persons["EXITDT"]})
    waiting = itt.assign(END=itt["END"].where(~(first_dose < itt["END"]), first_dose))
    saf = pd.DataFrame({"START": persons["RISKSTDT"], "END": persons["EXITDT"]})
    randomised = [Block(AFTER, "ITT", after[AFTER.choose(after)], itt)]
    if BETWEEN.is_countable(after):
        randomised.append(Block(BETWEEN, "ITT", after[BETWEEN.choose(after)], waiting))
    return [
        *randomised,
        *(
            Block(kind, "SAF", emergent[kind.choose(emergent)], saf)
            for kind in list_emergent_kinds(view)
        ),
    ]


def find_emergent(view: View) -> pd.DataFrame:
    """Treatment-emergent events; none where the data do not say which are."""
    events = view["adae"]
    if not EMERGENT.is_countable(events):
        return events.iloc[:0]
    return events[events["TRTEMFL"] == "Y"]


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
