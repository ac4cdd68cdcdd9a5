"""Kinds of events that are counted in the windows after doses, and the names of the windows."""

from typing import NamedTuple

import pandas as pd

from helpers.displays.administration.windows import list_windows
from helpers.view import ClosedView

SEVERE = 3
ANY = "any"


class Kind(NamedTuple):
    """A kind of event: code in results.csv, label, label of a column, its emergent events."""

    code: str
    label: str
    short: str
    events: pd.DataFrame


def list_kinds(view: ClosedView) -> list[Kind]:
    """Any event, the prespecified ones, severe and serious ones, as far as the data say which."""
    events = view["adae"]
    events = events[events["TRTEMFL"] == "Y"]
    kinds = [Kind(ANY, "Any event", "any event", events)]
    if "AALISTFL" in events:
        listed = events[events["AALISTFL"] == "Y"]
        kinds.append(Kind("listed", "Event on the prespecified list", "listed", listed))
    if "ATOXGR" in events:
        severe = events[(events["ATOXGR"] >= SEVERE).fillna(False).astype(bool)]
        label = f"grade {SEVERE} or higher"
        kinds.append(Kind("grade_ge3", f"Event of {label}", label, severe))
    if "ASERFL" in events:
        serious = events[events["ASERFL"] == "Y"]
        kinds.append(Kind("serious", "Serious event", "serious", serious))
    return kinds


def primary_window(view: ClosedView) -> str:
    """Code of the window of the primary outcome."""
    hours = view.interim.admin_window_hours
    return next(name for name, length in list_windows(view).items() if length == hours)


def name_window(view: ClosedView, window: str) -> str:
    """The length of a window in words."""
    return name_hours(list_windows(view)[window])


def name_hours(hours: int) -> str:
    """Hours in words; whole days beyond three: `72 h`, `7 days`."""
    return f"{hours // 24} days" if hours > 72 and hours % 24 == 0 else f"{hours} h"
