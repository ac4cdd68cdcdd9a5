"""Who counts in another arm than randomised, and doses with another route recorded."""

from helpers.displays.exposure.administrations import describe_moved, name_exposed_arm
from helpers.displays.exposure.routes import describe_columns
from helpers.view import View


def describe_arms(view: View) -> str:
    """One or two sentences for tables by arm as treated; empty where the two never differ."""
    if not view.has("adex", "ROUTECAT") or not view.has("adsl", "TRT01A"):
        return ""
    said = (describe_moved(view), describe_columns(view, name_exposed_arm(view)))
    return " ".join(part for part in said if part)
