"""T-E-01: the estimands of the report, and which displays estimate each of them."""

from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import compares_arms
from helpers.displays.efficacy.estimands import list_estimands
from helpers.displays.efficacy.report_parts import PARTS, list_shown, made_where_possible
from helpers.displays.model import Listing, join_notes
from helpers.view import ArmView, ClosedView, View

HEADERS = ("Estimand", "Population", "Variable", "Intercurrent events", "Summary", "Estimator")
SHOWN_IN = "In this report"
ALONE = ", in each arm by itself"  # the estimand is a comparison, the look makes none


@shown_as(
    "T-E-01",
    title="Estimands",
    audiences={"open": "pooled", "closed_masked": "by label"},
    small_counts="shown",
)
@made_where_possible("T-E-01")
def list_estimands_shown(view: View) -> Listing:
    """One row per estimand: its attributes, and the displays of this report that estimate it.

    Open readers, who get no score, have the attributes alone. Where a look compares no arms, what
    an estimand compares is described in each arm.
    """
    scored = isinstance(view, ArmView)
    displays, rows = list_shown(view), []
    for estimand in list_estimands(view):
        shown = [name for name in displays if estimand.id in PARTS[name].estimands]
        alone = ALONE if shown and not compares_arms(view) else ""
        named = f"{', '.join(shown)}{alone}" if shown else "not estimated"
        rows.append((*estimand, *([named] if scored else [])))
    return Listing(
        population_line="What each number of the efficacy report estimates, in the attributes of "
        "ICH E9(R1). Made from the parameters: it tells nothing of the data.",
        notes=join_notes(
            "Treatment condition: the assigned strategy, whatever was given.",
            # the notes name arms
            view.trial.estimand_notes if isinstance(view, ClosedView) else (),
        ),
        source_note="params (key_param, key_visit, scores, intercurrent, time_to_event); "
        "list_estimands_shown.",
        headers=(*HEADERS, *([SHOWN_IN] if scored else [])),
        stacked=frozenset(["Estimator"]),
        rows=tuple(rows),
    )
