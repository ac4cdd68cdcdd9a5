"""Why an open number can differ from the closed one at the same cut-off, said on the open page."""

import re

from helpers.view import ClosedView, View

RANDOMISATION_DAY = (
    "The day of randomisation is that of the disposition form here; closed reports read it from "
    "the randomisation list, so that single participants can count in another month there."
)
VISIT_WINDOWS = (
    "Visits are counted from randomisation here; closed reports count from another day, so that "
    "single participants can have another status at a visit there."
)
OTHER_VISITS = (
    "Forms that a site recorded under a visit that this report may not read are not counted here; "
    "closed reports count them."
)
CONTACTS = (
    "The last contact is that of the records this report may read; closed reports know more of "
    "them, so that the follow-up of participants lost can be longer there."
)
BASELINE = (
    "Baseline values are the last ones by randomisation or the baseline visit here; closed "
    "reports take the last ones before another day, so that they can differ there."
)
DEVIATIONS = (
    "Categories that this report may not read are not counted here, also where their deviations "
    "are important; closed reports count them."
)
MEDICATION = (
    "Prior and concomitant are told apart by the day of randomisation here; closed reports use "
    "another day, so that single participants can count otherwise there."
)


def explain_difference(view: View, *notes: str) -> tuple[str, ...]:
    """The notes that apply: where data sets are derived from raw tables without the doses.

    Imported analysis data have one anchor and one last contact for every reader.
    """
    derived = view.trial.level == "raw" and not isinstance(view, ClosedView)
    return tuple(name_full_report(view, note) for note in notes) if derived else ()


def name_full_report(view: View, text: str) -> str:
    """A text about closed reports, for readers of one that has letters in place of arms."""
    if not view.access.labels:
        return text
    return re.sub(r"\b([Cc]losed reports)\b", r"\1 that name the arms", text)
