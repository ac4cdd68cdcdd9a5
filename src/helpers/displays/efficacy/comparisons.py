"""Which arms an efficacy display compares: none at a look that spends no alpha."""

from helpers.displays.adverse_events.event_counts import control_contrasts
from helpers.displays.formats import format_level
from helpers.view import ArmView, View

EXPLORATORY = "Exploratory, not adjusted for multiplicity."
NO_ALPHA = "This look spends no alpha, so nothing is compared between arms."
Contrast = tuple[str, str, str]


def compares_arms(view: View) -> bool:
    """Whether differences between arms are shown: at looks with alpha, or where asked for."""
    interim = view.interim
    return interim.nonlook_contrasts or (interim.alpha_look and interim.efficacy_content == "full")


def list_compared(view: View) -> list[Contrast]:
    """Contrasts (label, arm, reference arm) of this look; empty where arms are not compared.

    Every display that compares arms takes its contrasts from here.
    """
    if not isinstance(view, ArmView) or not compares_arms(view):
        return []
    return control_contrasts(view)


def find_level(view: View) -> float:
    """Confidence level of the intervals of the efficacy report."""
    return view.interim.interval_level


def note_no_alpha(view: View) -> str:
    """That nothing is compared at a look that spends no alpha; empty at others."""
    return "" if compares_arms(view) or view.interim.alpha_look else NO_ALPHA


def note_comparisons(view: View) -> str:
    """How differences between arms are read, or why there are none."""
    if not list_compared(view):
        return note_no_alpha(view)
    return f"Differences with {format_level(find_level(view))} CI. {EXPLORATORY}"


def name_method(view: View, method: str) -> str:
    """Method of the differences for the note on how a display was made; empty without any."""
    return f"; differences {method}" if list_compared(view) else ""
