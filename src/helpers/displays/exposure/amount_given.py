"""T-S-07: how much of the product was given, by administration or over a period."""

from helpers.displays.declare import shown_as
from helpers.displays.exposure.administrations import tabulate_administrations
from helpers.displays.exposure.treatment_periods import tabulate_treatment_periods
from helpers.displays.model import Table, Withheld
from helpers.view import View


@shown_as("T-S-07", title="Exposure", needs=("adsl",))
def tabulate_exposure(view: View) -> Table | Withheld:
    """Single administrations by dose, or days and amounts of treatment: `exposure` of the trial."""
    plan = view.trial.exposure
    if plan.kind == "periods" and view.has("adsl", plan.duration):
        return tabulate_treatment_periods(view)
    if view.has("adex"):
        return tabulate_administrations(view)
    return Withheld("T-S-07", "", "", sentence="The data hold no administrations.")
