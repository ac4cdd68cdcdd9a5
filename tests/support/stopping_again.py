"""The stopping monitor and the related deaths a second time, from the raw files and printed limits.

Persons and events are those of `second_programming`; the rule is written from the interim plan
(section 4), its limits are the printed ones. It shares no code with the package and must stay so.
`recompute_monitor` gives the rows of T-S-23; its beta distribution is integrated here.
"""

import csv
import math
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from second_programming import Event, Person, read_events, read_persons

NEVER = 99
LIMITS = (NEVER, NEVER, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5)  # of 0, 1, 2 ... evaluable
COMPANION = (None, None, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5)  # as printed, to 16
PRIOR = (0.3, 1.7)
P_STAR = 0.15
STEPS = 4000  # of Simpson's rule
ANY_TIME = {"ANAPHYLAXIS", "MENINGITIS_BACTERIAL", "MENINGITIS_CHEMICAL"}
NEAR_DOSE = {"SEIZURE", "STROKE_RECURRENT", "THROMBOEMBOLISM"}
WEEK = 168  # hours


class Arm(NamedTuple):
    """Events and evaluable participants at the cut-off; day and counts of the first alert."""

    events: int
    evaluable: int
    alert: tuple[date, int, int] | None


def is_stopping_event(event: Event, terms: dict[str, dict[str, str]]) -> date | None:
    """Day from which an event is one of the rule; None where it is none."""
    if not event.emergent or event.dose is None:
        return None
    grave = event.grade is not None and event.grade >= 3
    related = event.product or event.procedure
    code = terms.get(event.term, {}).get("SEVTOX", "")
    if related and (event.serious or grave) and event.within(WEEK):
        return event.start.date()
    if event.term in terms and grave and event.within(72):
        return event.start.date()
    if code in ANY_TIME or (code in NEAR_DOSE and event.within(WEEK)):
        return event.start.date()
    return event.person.death if related and event.fatal else None


def recompute_arm(
    people: list[Person], events: list[Event], terms: dict[str, dict[str, str]], cutoff: date
) -> Arm:
    """Go through the days of an arm, events first on each, and keep the first alert."""
    first: dict[str, date] = {}
    for event in events:
        day = is_stopping_event(event, terms)
        if day is not None:
            first[event.person.id] = min(day, first.get(event.person.id, date.max))
    changes: list[tuple[date, int, str]] = [(day, 0, who) for who, day in first.items()]
    for person in people:
        week_on = person.doses[0][0].date() + timedelta(days=7)
        last = min(person.death or cutoff, person.left or cutoff, cutoff)
        if last >= week_on:
            changes.append((week_on, 1, person.id))
        elif person.death:
            changes.append((person.death, 1, person.id))
    hit: set[str] = set()
    seen: set[str] = set()
    alert = None
    for day, kind, who in sorted(changes):
        seen.add(who)
        if kind == 0:
            hit.add(who)
        if alert is None and len(hit) >= LIMITS[len(seen)]:
            alert = (day, len(hit), len(seen))
    return Arm(len(hit), len(seen), alert)


def recompute(export: Path, aesi: Path, cutoff: date) -> tuple[dict[str, Arm], set[str]]:
    """Each active arm as treated, and the participants who died of a related event."""
    persons = read_persons(export, cutoff)
    events = read_events(export, persons, cutoff)
    with aesi.open(encoding="utf-8", newline="") as file:
        terms = {row["AEDECOD"]: row for row in csv.DictReader(file)}
    arms = {}
    for code in ("IV", "IT"):
        people = [person for person in persons.values() if person.treated == code]
        own = [event for event in events if event.person.treated == code]
        arms[code] = recompute_arm(people, own, terms, cutoff)
    died = {
        event.person.id
        for event in events
        if event.emergent and event.dose and event.fatal and (event.product or event.procedure)
    }
    return arms, died


def recompute_monitor(export: Path, aesi: Path, cutoff: date) -> dict[str, dict[str, float | None]]:
    """The row of T-S-23 of each active arm, by statistic; None where no number of events alerts."""
    arms, _ = recompute(export, aesi, cutoff)
    return {code: describe_arm(arm.events, arm.evaluable) for code, arm in arms.items()}


def describe_arm(x: int, n: int) -> dict[str, float | None]:
    a, b = PRIOR[0] + x, PRIOR[1] + n - x
    limit = LIMITS[n]
    return {
        "events": x,
        "evaluable": n,
        "posterior_mean": a / (a + b),
        "lower": find_quantile(0.025, a, b),
        "upper": find_quantile(0.975, a, b),
        "prob_above": 1 - share_below(P_STAR, a, b),
        "alert_at": None if limit == NEVER else limit,
        "bound": COMPANION[n],
    }


def share_below(p: float, a: float, b: float) -> float:
    """Beta distribution at p, by Simpson's rule over v with t = v^k: no pole at 0."""
    k = 1 / a if a < 1 else 4.0
    width = p ** (1 / k) / STEPS
    heights = [
        k * (v := i * width) ** (k * a - 1) * (1 - v**k) ** (b - 1) for i in range(STEPS + 1)
    ]
    odd, even = sum(heights[1:-1:2]), sum(heights[2:-1:2])
    area = (heights[0] + 4 * odd + 2 * even + heights[-1]) * width / 3
    return area * math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b))


def find_quantile(share: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0 - 1e-9
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if share_below(middle, a, b) < share else (low, middle)
    return low
