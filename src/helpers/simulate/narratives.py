"""Short stories of serious events, made from their fields."""

from collections.abc import Sequence

from helpers.simulate.dates import DAY, format_day
from helpers.simulate.doses import Administration
from helpers.simulate.event import Event
from helpers.simulate.persons import Person


def write_narrative(person: Person, doses: Sequence[Administration], event: Event) -> str:
    """Tell one serious event in a few sentences of fixed order."""
    first = event.start // DAY
    who = "woman" if person.sex == "F" else "man"
    what = f"{event.term.lower()} (grade {event.grade})"
    since = f"{format_day(first)}{_timing(doses, event)}"
    parts = [f"A {who} aged {person.age} had {what} from {since}."]
    if event.stay is not None:
        parts.append(
            f"Hospital stay from {format_day(event.stay[0])} to {format_day(event.stay[1])}."
        )
    parts.append(_ending(event))
    parts.append(
        f"Relation to the product: {_words(event.product)}; "
        f"to the procedure: {_words(event.procedure)}."
    )
    return " ".join(parts)


def _timing(doses: Sequence[Administration], event: Event) -> str:
    before = [dose for dose in doses if dose.start <= event.start + DAY]
    if not before:
        return ""
    days = max(event.start // DAY - before[-1].start // DAY, 0)
    number = before[-1].number
    if not days:
        return f", on the day of dose {number}"
    return f", {days} {'day' if days == 1 else 'days'} after dose {number}"


def _ending(event: Event) -> str:
    if event.fatal:
        return "The person died of this event."
    if event.end is None:
        return "The event was still going on at the last contact."
    return f"It ended on {format_day(event.end // DAY)}."


def _words(code: str) -> str:
    return code.replace("_", " ").lower()
