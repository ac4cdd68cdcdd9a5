"""F-E-01: which forms are complete, visit by visit, under the number of the efficacy report."""

from dataclasses import replace

from helpers.displays.data_status.completeness_map import build_completeness
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.model import Figure
from helpers.view import View


@shown_as(
    "F-E-01",
    title="Map of the forms received",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adsl", "advisit"),
    small_counts="shown",
)
@made_where_possible("F-E-01")
def plot_form_map(view: View) -> Figure:
    """Forms received of those due, by visit and form; a panel for everybody, then one per arm.

    Its finding is that of T-E-02, which stands above it.
    """
    figure = build_completeness(view, "F-E-01")
    return replace(figure, headline="")
