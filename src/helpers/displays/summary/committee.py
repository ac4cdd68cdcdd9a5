"""The committee's answers that close the alerts of an arm."""

from typing import NamedTuple

import pandas as pd

from helpers.displays.columns import state_date
from helpers.view import ClosedView

DECISIONS = {
    "continue_unchanged": "continue unchanged",
    "continue_with_changes": "continue with changes",
    "pause_arm": "pause an arm",
    "stop_arm": "stop an arm",
    "stop_trial": "stop the trial",
}
RECOMMENDATION = "RECOMMENDATION"


class Closing(NamedTuple):
    """A recommendation that answers the alerts of an arm, as they stood at a cut-off."""

    cutoff: pd.Timestamp
    text: str


def find_closing(view: ClosedView, arm: str) -> Closing | None:
    """The latest recommendation that answers the alerts of an arm (ARMCD).

    What belongs to no arm (empty `arm`) is answered by one that answers the alerts of any.
    """
    if not view.has("committee"):
        return None
    rows = view["committee"]
    named = [str(arms or "").split() for arms in rows["CLOSES"]]
    closes = [arm in arms if arm else bool(arms) for arms in named]
    rows = rows[pd.Series(closes, index=rows.index, dtype=bool) & rows["CUTDT"].notna()]
    if rows.empty:
        return None
    last = rows.sort_values("CUTDT", kind="stable").iloc[-1]
    text = f"answered on {state_date(last['DATE'])} ({DECISIONS[last['DECISION']]})"
    return Closing(last["CUTDT"], text)
