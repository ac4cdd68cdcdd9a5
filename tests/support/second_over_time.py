"""T-S-12, T-S-15, T-S-16, T-S-17 and F-S-07 a second time from the raw files.

Only the standard library and the other second programs; nothing of the package.
`recompute_over_time` gives {(display, arm, parameter, category): number}.
"""

import csv
from collections import defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path

from second_programming import ARMS, Event, Person, by_arm, read_events, read_persons
from second_visits import find_exits

Numbers = dict[tuple[str, str, str, str], float]
Times = list[tuple[int, str]]  # day and what happened: event, death, end
STRONGEST = ("DEFINITE", "PROBABLE", "POSSIBLE")
ORDER = (*STRONGEST, "missing", "NOT_RELATED")
DAYS = (90, 365)


def recompute_over_time(export: Path, aesi: Path, cutoff: date) -> Numbers:
    """Incidences, worst grades, strongest causality and mean numbers for a cut-off."""
    persons = read_persons(export, cutoff)
    emergent = [event for event in read_events(export, persons, cutoff) if event.emergent]
    arms, exits = by_arm(persons, True, tuple(ARMS)), find_exits(export, persons, cutoff)
    with aesi.open(encoding="utf-8", newline="") as file:
        category = {row["AEDECOD"]: row["AESICAT"] for row in csv.DictReader(file)}
    kinds = {
        "teae": emergent,
        "serious": [event for event in emergent if event.serious],
        "grade_ge3": [event for event in emergent if (event.grade or 0) >= 3],
        "aesi": [event for event in emergent if event.term in category],
        **{
            code: [event for event in emergent if category.get(event.term) == code]
            for code in sorted(set(category.values()))
        },
    }
    numbers: Numbers = {}
    for arm, members in arms.items():
        people = [persons[key] for key in sorted(members)]
        for kind, events in kinds.items():
            times = first_times(people, events, exits)
            for day in DAYS:
                numbers["AJ", arm, kind, str(day)] = incidence(times, day)
        for number, day in enumerate(mean_numbers(people, emergent, exits, DAYS)):
            numbers["MCF", arm, "MCF", str(DAYS[number])] = day
    count_worst(numbers, arms, emergent)
    count_causality(numbers, arms, emergent)
    return numbers


def first_times(people: list[Person], events: list[Event], exits: dict[str, date]) -> Times:
    """Days from randomisation, its own day being 1, to event, death or end of follow-up."""
    first: dict[str, date] = {}
    for event in events:
        day, key = event.start.date(), event.person.id
        first[key] = min(first.get(key, date.max), day)
    times = []
    for person in people:
        assert person.randomised is not None
        start = person.randomised.date()
        event, death = first.get(person.id), person.death
        if event and not (death and event > death):
            times.append(((event - start).days + 1, "event"))
        elif death:
            times.append(((death - start).days + 1, "death"))
        else:
            times.append(((exits[person.id] - start).days + 1, "end"))
    return times


def incidence(times: Times, until: int) -> float:
    """Sum over days of the share still free of any event times the hazard of this one.

    Not a number beyond the last observed day, unless all who were left had an event.
    """
    last = max((day for day, _ in times), default=-1)
    ended = any(day == last and what == "end" for day, what in times)
    if until > last and (ended or not times):
        return float("nan")
    free, total = Fraction(1), Fraction(0)
    for day in sorted({day for day, _ in times if day <= until}):
        at_risk = sum(1 for other, _ in times if other >= day)
        events = sum(1 for other, what in times if other == day and what == "event")
        deaths = sum(1 for other, what in times if other == day and what == "death")
        total += free * Fraction(events, at_risk)
        free *= 1 - Fraction(events + deaths, at_risk)
    return float(total)


def mean_numbers(
    people: list[Person], events: list[Event], exits: dict[str, date], days: tuple[int, ...]
) -> list[float]:
    """Events over participants in follow-up, summed over days from the first dose."""
    starts = {person.id: person.begins()[0].date() for person in people}
    length = {key: (exits[key] - start).days + 1 for key, start in starts.items()}
    when = [
        day
        for event in events
        if event.person.id in starts
        for day in [(event.start.date() - starts[event.person.id]).days + 1]
        if day <= length[event.person.id]
    ]
    found = []
    for until in days:
        if until > max(length.values(), default=0):
            found.append(float("nan"))
            continue
        steps = (
            Fraction(1, sum(1 for end in length.values() if end >= day))
            for day in when
            if day <= until
        )
        found.append(float(sum(steps, Fraction(0))))
    return found


def list_places(event: Event) -> list[tuple[str, str]]:
    """The rows that an event belongs to: any event, its class, its term."""
    return [("ANY", ""), (event.soc, ""), (event.soc, event.term)]


def count_worst(numbers: Numbers, arms: dict[str, set[str]], events: list[Event]) -> None:
    """Participants by worst grade, 0 where no event of the row has one."""
    worst: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for event in events:
        for place in list_places(event):
            known = worst[place]
            known[event.person.id] = max(known.get(event.person.id, 0), event.grade or 0)
    for (soc, term), grades in worst.items():
        for arm, members in arms.items():
            for grade in {*grades.values()}:
                n = sum(1 for key, value in grades.items() if value == grade and key in members)
                name = f"{term}/{grade or 'missing'}"
                numbers["T-S-15", arm, soc, name] = n


def count_causality(numbers: Numbers, arms: dict[str, set[str]], events: list[Event]) -> None:
    """Participants of the arms with doses by the strongest opinion on any event of a row."""
    best: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for event in events:
        if event.person.treated != "CTL":
            level = min(ORDER.index(name_opinion(value)) for value in event.opinions)
            for place in list_places(event):
                known = best[place]
                known[event.person.id] = min(known.get(event.person.id, len(ORDER)), level)
    for (soc, term), levels in best.items():
        for arm in ("IV", "IT"):
            for level in {*levels.values()}:
                n = sum(1 for key, value in levels.items() if value == level and key in arms[arm])
                numbers["T-S-16", arm, soc, f"{term}/{ORDER[level]}"] = n


def name_opinion(value: str) -> str:
    """An opinion that means related, none, or any other."""
    if value in STRONGEST:
        return value
    return "NOT_RELATED" if value in ("NOT_RELATED", "UNLIKELY") else "missing"
