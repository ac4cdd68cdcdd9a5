"""T-E-99: what others have published, so that an estimate can be judged beside it."""

from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import PUBLISHED, made_where_possible
from helpers.displays.formats import write_minus
from helpers.displays.model import Listing, join_notes
from helpers.view import View

HEADERS = ("Source", "Design", "Participants", "Reported")


@shown_as("T-E-99", title="Published results to judge an estimate by", needs=("adeff",))
@made_where_possible(PUBLISHED)
def list_published(view: View) -> Listing:
    """One row per publication of the parameters: source, design, participants, results."""
    rows = [
        (one.source, one.design, write_minus(one.participants), write_minus("; ".join(one.results)))
        for one in view.trial.published
    ]
    return Listing(
        population_line="From the parameters, in our own words: it tells nothing of the data.",
        notes=join_notes(
            "An estimate of this report is a difference from the control. A change without a "
            "control is none: participants improve by themselves, by care, and by being chosen "
            "when they were worst.",
            "Where participants and raters know the treatment, differences tend to be too large; "
            "pooling such trials does not mend that.",
            "Other stages of disease, cells, doses and scales: no number here is an expectation "
            "for this trial.",
        ),
        source_note="params (published); list_published.",
        headers=HEADERS,
        stacked=frozenset({"Design"}),
        rows=tuple(rows),
    )
