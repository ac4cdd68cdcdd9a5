"""Kinds of adverse events that the overview counts, one row each."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from helpers.view import View

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
