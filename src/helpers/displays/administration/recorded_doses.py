"""What the primary outcome owes to the recorded dates and routes of doses."""

from helpers.displays.exposure.routes import describe_routes
from helpers.displays.rows import of_persons
from helpers.view import ClosedView


def say_by_other_dates(view: ClosedView) -> str:
    """Participants whose events are in the primary outcome by one date of a dose only."""
    if not view.has("adae", "AAFL", "ALTAAFL"):
        return "Windows go by the recorded date."
    own, other = (set(view.flagged("adae", name)["USUBJID"]) for name in ("AAFL", "ALTAAFL"))
    names = of_persons(view.population("SAF"), "SUBJID")
    said = [
        f"{words}: {', '.join(sorted(str(names[subject]) for subject in subjects))}"
        for words, subjects in (
            ("only by the recorded date", own - other),
            ("only by the other date", other - own),
        )
        if subjects
    ]
    changed = f"an event of the primary outcome {'; '.join(said)}" if said else "it changes nothing"
    return f"Windows go by the recorded date; by the other one: {changed}."


def say_routes(view: ClosedView) -> str:
    """Doses whose list of terms goes by another route than allocated."""
    said = describe_routes(view) if view.has("adex", "ROUTECAT") else ""
    return f"The list of a dose goes by its recorded route. {said}" if said else ""
