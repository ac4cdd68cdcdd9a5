"""Which numbers of a table rest on a record that a check doubts, said beside the table."""

from helpers.displays.model import join_notes
from helpers.displays.rows import of_persons
from helpers.displays.summary.wording import name_some
from helpers.view import ClosedView, View

MOST = 10  # participants named in a note
SAYS = {
    ("C07", "qs"): "Randomised with a baseline score below the entry limit; the criteria are those "
    "that the site recorded",
    ("C10", "ex"): "Amount planned that does not follow from the weight, or given that is far from "
    "the plan; shown as recorded",
    ("C19", "cm"): "Medication dated after death; kept as recorded",
    ("C22", "ae"): "Action taken for an event that the records of doses do not show, or the "
    "reverse; each is counted as recorded, doses in T-S-07, events in T-S-10",
    ("C44", "cm"): "Medication dated after the use of data was withdrawn; not used",
    ("C44", ""): "Records dated after the use of data was withdrawn; not used",
}


def note_findings(view: View, *places: tuple[str, str]) -> tuple[str, ...]:
    """A sentence for each check and table with a finding about a randomised participant.

    A place without a table stands for every table. Only a report that names the arms says more
    than T-S-03c: whose records these are.
    """
    if not isinstance(view, ClosedView) or not view.has("adsl", "SUBJID"):
        return ()
    return join_notes(*(_say(view, check, table) for check, table in places))


def _say(view: ClosedView, check: str, table: str) -> str:
    found = view.findings[view.findings["id"] == check]
    if table:
        found = found[found["table"] == table]
    randomised = set(of_persons(view.population("ITT"), "SUBJID"))
    keys = sorted(randomised & set(found["SUBJID"]))
    if not keys:
        return ""
    return f"{SAYS[check, table]} ({check}): {name_some(keys, MOST)}."
