"""P-S-02: what the monitoring committee recommended before, and what was answered."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from helpers.displays.columns import state_date
from helpers.displays.declare import shown_as
from helpers.displays.model import Listing, join_notes
from helpers.displays.summary.committee import DECISIONS, RECOMMENDATION
from helpers.view import View

DOCUMENTS = {"PROTOCOL": "Protocol", "CHARTER": "Committee charter"}
HEADERS = ("After", "Recommended on", "Recommendation", "Arms", "In words", "Answered on", "Answer")
CLOSES = "Answers the alerts of"
NONE_YET = "No recommendation on an earlier report is recorded."


@shown_as("P-S-02", title="Recommendations of the monitoring committee", needs=("committee",))
def list_recommendations(view: View) -> Listing:
    """Recommendations on earlier reports in the order of their dates, with the answers."""
    rows = view["committee"]
    labels = {arm.code: arm.label for arm in view.trial.arms}
    entries = rows[rows["KIND"] == RECOMMENDATION].itertuples(index=False)
    return Listing(
        population_line=_state_versions(rows),
        notes=join_notes(
            "An alert of the stopping rule and an immediate trigger stay on the first page until "
            "a recommendation answers them; what came after the cut-off of the report that it "
            "names alerts again."
        ),
        source_note="committee.yaml: entries on the reports before this one; list_recommendations.",
        headers=(*HEADERS, CLOSES),
        stacked=frozenset(["Recommended on", "Arms", "Answer"]),
        rows=tuple(_write_entry(entry, labels) for entry in entries),
        empty=NONE_YET,
    )


def _state_versions(rows: pd.DataFrame) -> str:
    """Sentence on each document: its version that holds at the cut-off, and from when."""
    said = []
    for kind, name in DOCUMENTS.items():
        versions = rows[rows["KIND"] == kind]
        if len(versions):
            last = versions.iloc[-1]
            said.append(f"{name} version {last['VERSION']} ({state_date(last['DATE'])}).")
        else:
            said.append(f"{name}: no version recorded.")
    return " ".join(said)


def _write_entry(entry: Any, labels: dict[str, str]) -> tuple[str, ...]:
    return (
        str(entry.INTERIM),
        state_date(entry.DATE),
        DECISIONS[entry.DECISION].capitalize(),
        _name_arms(entry.ARMS, labels),
        entry.TEXT or "",
        state_date(entry.ANSDT) or "not answered",
        entry.ANSWER or "",
        _name_arms(entry.CLOSES, labels) or "none",
    )


def _name_arms(codes: str | None, labels: dict[str, str]) -> str:
    return _join(labels.get(code, code) for code in (codes or "").split())


def _join(words: Iterable[str]) -> str:
    return ", ".join(words)
