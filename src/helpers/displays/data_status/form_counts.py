"""Forms by visit and status, and the shares received and usable of those that were due."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from helpers.displays.conduct.reasons import VISIT_STATES
from helpers.stats.estimates import NAN
from helpers.view import Group, View

DUE = ("RECEIVED", "MISSED")


@dataclass(frozen=True)
class FormCounts:
    """Participants by status for one form at one visit, and how many of the forms are usable.

    `usable` is None where the data do not say it (see `knows_usable`).
    """

    form: str
    visit: str
    statuses: Mapping[str, int]
    usable: int | None

    @property
    def received(self) -> int:
        """Forms received."""
        return self.statuses["RECEIVED"]

    @property
    def due(self) -> int:
        """Forms received or missed; what is not due yet is no one's fault."""
        return sum(self.statuses[status] for status in DUE)

    @property
    def to_come(self) -> int:
        """Forms whose window is open or not reached."""
        return self.statuses["IN_WINDOW"] + self.statuses["NOT_DUE"]


def count_forms(view: View, group: Group) -> list[FormCounts]:
    """Counts of a group for each form and planned visit of the trial, in their order."""
    rows = view["advisit"]
    rows = rows[rows["USUBJID"].isin(group.subjects)]
    counted = rows.groupby(["FORM", "AVISIT", "STATUS"]).size().to_dict()
    known = knows_usable(view)
    usable = rows[rows["USABLEFL"] == "Y"] if known else rows.iloc[:0]
    scored = usable.groupby(["FORM", "AVISIT"]).size().to_dict()
    return [
        FormCounts(
            form,
            visit,
            {status: int(counted.get((form, visit, status), 0)) for status in VISIT_STATES},
            int(scored.get((form, visit), 0)) if known else None,
        )
        for form, plan in view.trial.forms.items()
        for visit in view.trial.visit_codes
        if visit in plan.visits
    ]


def knows_usable(view: View) -> bool:
    """Whether the data say from which forms every score can be computed: answers have been read."""
    return view.has("advisit", "USABLEFL")


def compute_usable(counts: Iterable[FormCounts]) -> dict[str, float]:
    """N usable (NaN where unknown), N due, pct over some forms."""
    listed = list(counts)
    known = [c.usable for c in listed if c.usable is not None]
    usable = sum(known) if len(known) == len(listed) else NAN
    due = sum(c.due for c in listed)
    return {"n": usable, "total": due, "pct": 100 * usable / due if due else NAN}


def compute_completeness(counts: Iterable[FormCounts]) -> dict[str, float]:
    """N received, N due, pct over some forms."""
    listed = list(counts)
    received, due = sum(c.received for c in listed), sum(c.due for c in listed)
    return {"n": received, "total": due, "pct": 100 * received / due if due else NAN}


def find_lowest(
    counts: Iterable[FormCounts],
    compute: Callable[[list[FormCounts]], Mapping[str, float]] = compute_completeness,
) -> FormCounts | None:
    """The form and visit with the smallest share, the first of equals; None if none is due."""
    due = [c for c in counts if c.due]
    return min(due, key=lambda c: compute([c])["pct"]) if due else None
