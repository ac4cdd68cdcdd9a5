"""The list of terms of the primary outcome, and the severe events after a dose that it lacks."""

import pandas as pd

from helpers.displays.administration.window_kinds import SEVERE, name_window, primary_window
from helpers.displays.administration.windows import Doses
from helpers.displays.adverse_events.named_events import list_event_names, sort_events
from helpers.displays.exposure.routes import name_route
from helpers.displays.summary.wording import count_of
from helpers.view import ClosedView

MOST_NAMED = 12  # events in a note
NEEDS = ("AALISTFL", "ATOXGR")


def note_list(view: ClosedView) -> str:
    """Every listed term, by the routes after which it counts."""
    if not view.has("aesi", "AEDECOD", "ROUTES", "AALIST"):
        return ""
    terms = view["aesi"]
    terms = terms[terms["AALIST"] == "Y"]
    said = [
        f"after {' or '.join(map(name_route, str(routes).split()))} doses: "
        f"{', '.join(sorted(rows['AEDECOD']))}"
        for routes, rows in terms.groupby("ROUTES", sort=False)
    ]
    return f"The list, {'; '.join(said)}." if said else "No term is on the list."


def find_unlisted(view: ClosedView) -> pd.DataFrame:
    """Treatment-emergent events of grade 3 or higher that are not on the list of their route."""
    events = view.flagged("adae", "TRTEMFL")
    if not view.has("adae", *NEEDS):
        return events.iloc[:0]
    severe = (events["ATOXGR"] >= SEVERE).fillna(False).astype(bool)
    return events[severe & (events["AALISTFL"] != "Y")]


def note_unlisted(view: ClosedView, doses: Doses) -> str:
    """Which of them lie within the primary window of a dose: the primary outcome lacks them."""
    window = primary_window(view)
    events = sort_events(doses.after(window, None))
    events = events[events["USUBJID"].isin(doses.given["USUBJID"])]
    if events.empty:
        return ""
    named = list_event_names(view, events.head(MOST_NAMED))
    more = [f"{len(events) - MOST_NAMED} more"] if len(events) > MOST_NAMED else []
    they = "is" if len(events) == 1 else "are"
    return (
        f"{count_of(len(events), 'event')} of grade {SEVERE} or higher within "
        f"{name_window(view, window)} after a dose {they} not on the list of the route and not "
        f"counted in the primary outcome: {'; '.join([*named, *more])}."
    )
