"""Adverse events of one participant: daily life, doses, and the fixed stories of the cycle."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from helpers.simulate.catalogue import (
    BACKGROUND,
    DOSE_SEIZURE,
    HOUR,
    IT_EVENTS,
    IV_EVENTS,
    MENINGITIS,
    Background,
    DoseEvent,
)
from helpers.simulate.conduct import Conduct
from helpers.simulate.dates import DAY
from helpers.simulate.doses import Administration
from helpers.simulate.event import Event, Setting
from helpers.simulate.persons import Person, pick
from helpers.simulate.scenarios import Scenario
from helpers.simulate.stories import tell_roles
from helpers.simulate.streams import person_stream

FRAILTY_VARIANCE = 0.4
SHARE_ONGOING, SHARE_PARTIAL = 0.066, 0.070
SHARE_TIMED = 0.30
DAYS_BEFORE = 4  # events are asked for from shortly before randomisation
GRADES = {"1": 0.56, "2": 0.36, "3": 0.07, "4": 0.01}
DOSE_GRADES = {"1": 0.60, "2": 0.33, "3": 0.07}
LINKED = {"PROBABLE": 0.55, "POSSIBLE": 0.30, "UNLIKELY": 0.10, "NOT_RELATED": 0.05}
PROCEDURE = {"PROBABLE": 0.50, "DEFINITE": 0.30, "POSSIBLE": 0.20}
ASIDE = {"UNLIKELY": 0.55, "NOT_RELATED": 0.30, "POSSIBLE": 0.15}
NEAR = {"NOT_RELATED": 0.58, "UNLIKELY": 0.30, "POSSIBLE": 0.12}
FAR = {"NOT_RELATED": 0.80, "UNLIKELY": 0.17, "POSSIBLE": 0.03}

# An event that begins while an earlier one of the same kind lasts is merged with it: so many more
# are drawn that the stated rates remain.
_RATES = np.array([kind.rate for kind in BACKGROUND])
_LASTING = np.array([kind.days + 2 for kind in BACKGROUND]) / 365.25
_DRAWN_RATES = _RATES * (1 + (1 + FRAILTY_VARIANCE) * _RATES * _LASTING)


def draw_events(
    seed: int,
    person: Person,
    conduct: Conduct,
    scenario: Scenario,
    doses: tuple[Administration, ...],
) -> list[Event]:
    """Draw all adverse events of one participant, in order of their start."""
    if conduct.randomised is None:
        return []
    rng = person_stream(seed, person.slot.number, "events")
    setting = Setting(person, conduct, scenario, doses)
    drawn = [*_draw_background(rng, setting), *_draw_after_doses(rng, setting)]
    told = list(tell_roles(rng, setting))
    # Fixed stories come first, so that a chance event of the same days gives way.
    kept: list[Event] = []
    for event in [*told, *drawn]:
        if event.start // DAY <= conduct.last_contact and not _clashes(event, kept):
            kept.append(_close(event, conduct))
    return sorted(kept, key=lambda event: (event.start, event.term))


def _clashes(event: Event, kept: list[Event]) -> bool:
    """The same complaint again while the first still lasts, or within two days, is one event."""
    margin = 2 * DAY

    def last(one: Event) -> int:
        return one.end if one.end is not None else 10**12

    return any(
        other.term == event.term
        and event.start <= last(other) + margin
        and other.start <= last(event) + margin
        for other in kept
    )


def _close(event: Event, conduct: Conduct) -> Event:
    """An event that outlasts the participant's follow-up is still going on."""
    limit = (conduct.last_contact + 1) * DAY - 1
    if event.fatal or event.end is None or event.end <= limit:
        return event
    return replace(event, end=None)


def _draw_background(rng: np.random.Generator, setting: Setting) -> Iterator[Event]:
    # Counted from randomisation, so that the wait before it moves no event.
    first = (setting.conduct.randomised or 0) // DAY - DAYS_BEFORE
    days = setting.conduct.last_contact - first
    frailty = rng.gamma(1 / FRAILTY_VARIANCE, FRAILTY_VARIANCE)
    harmed = setting.person.slot.arm == "IT"
    counts = rng.poisson(_DRAWN_RATES * frailty * days / 365.25)
    for kind, count in zip(BACKGROUND, counts.tolist(), strict=True):
        extra = 0.0
        if harmed and kind.term == "Pneumonia":
            extra = (setting.scenario.infection_factor - 1) * kind.rate * days / 365.25
        for _ in range(count + (int(rng.poisson(extra)) if extra else 0)):
            yield _background_event(rng, setting, kind, first + int(days * rng.random()))


def _background_event(
    rng: np.random.Generator, setting: Setting, kind: Background, day: int
) -> Event:
    length = max(1, round(kind.days * math.exp(0.5 * rng.standard_normal())))
    grade = int(pick(rng, GRADES))
    chance, ongoing, partial, coarse, known = rng.random(5).tolist()
    # Some daily events have a time too: a time alone must not tell that there was a dose.
    timed = known < SHARE_TIMED
    hour = int(DAY * rng.random()) if timed else 0
    serious = grade == 4 or chance < kind.serious + (0.25 if grade == 3 else 0.0)
    shares = _relation_shares(setting, day)
    event = Event(
        term=kind.term,
        start=day * DAY + hour,
        end=None if ongoing < SHARE_ONGOING else (day + length) * DAY + hour,
        grade=grade,
        timed=timed,
        product=pick(rng, shares) if shares else "NOT_RELATED",
        procedure=pick(rng, {"NOT_RELATED": 0.93, "UNLIKELY": 0.07}) if shares else "NOT_RELATED",
    )
    if serious:
        return make_serious(rng, event, setting.conduct)
    if partial < SHARE_PARTIAL and not timed:
        return replace(event, precision="year" if coarse < 0.2 else "month")
    return event


def _relation_shares(setting: Setting, day: int) -> dict[str, float] | None:
    past = [day - dose.start // DAY for dose in setting.doses if dose.start // DAY <= day]
    if not past:
        return None
    return NEAR if min(past) <= 30 else FAR


def make_serious(rng: np.random.Generator, event: Event, conduct: Conduct) -> Event:
    """Turn an event into a serious one, mostly by a hospital stay inside it."""
    severe, hospital, life, longer = rng.random(4).tolist()
    grade = max(event.grade, 3 if severe < 0.8 else 2)
    first = event.start // DAY
    last = min(first + 2 + int(9 * longer), conduct.last_contact)
    stay = (first, last) if hospital < 0.85 else None
    end = event.end
    if end is not None and stay is not None:
        end = max(end, (last + 1) * DAY)
    return replace(
        event,
        end=end,
        grade=grade,
        serious=True,
        stay=stay,
        life_threat=grade == 4 and life < 0.5,
        precision="day",
    )


def _draw_after_doses(rng: np.random.Generator, setting: Setting) -> Iterator[Event]:
    for dose in setting.doses:
        spinal = dose.route == "INTRATHECAL"
        for kind in IT_EVENTS if spinal else IV_EVENTS:
            happens = rng.random() < kind.chance
            event = _dose_event(rng, dose, kind)
            if happens and (kind.procedure or setting.scenario.product_events):
                yield event
        for kind, chance in (
            (MENINGITIS, setting.scenario.meningitis_per_dose),
            (DOSE_SEIZURE, setting.scenario.seizure_per_dose),
        ):
            happens = spinal and rng.random() < chance
            event = _dose_event(rng, dose, kind)
            if happens:
                worse = replace(event, grade=3, product="PROBABLE", procedure="POSSIBLE")
                yield make_serious(rng, worse, setting.conduct)


def _dose_event(rng: np.random.Generator, dose: Administration, kind: DoseEvent) -> Event:
    onset = max(3, round(kind.onset * HOUR * rng.standard_exponential()))
    length = max(20, round(kind.hours * HOUR * math.exp(0.4 * rng.standard_normal())))
    grade = int(pick(rng, DOSE_GRADES))
    heat = rng.standard_exponential()
    asked, timed, paused = rng.random(3).tolist()
    # Site and rater judge with some noise; later onset looks less like the product.
    early = onset <= 24 * HOUR
    product = pick(rng, ASIDE if kind.procedure else LINKED if early else NEAR)
    procedure = pick(rng, PROCEDURE if kind.procedure else ASIDE)
    start = dose.start + onset
    peak = None
    if kind.term == "Fever":
        peak = round(min(38.2 + 0.4 * heat, 39.8), 1)
        grade, length = (1 if peak <= 39.0 else 2), min(max(length, 4 * HOUR), 20 * HOUR)
    return Event(
        term=kind.term,
        start=start,
        end=start + length,
        grade=grade,
        timed=peak is not None or timed < 0.85,
        product=product,
        procedure=procedure,
        asked=start // DAY == dose.start // DAY and asked < 0.60,
        action="DOSE_INTERRUPTED" if onset < dose.duration and paused < 0.6 else "",
        peak=peak,
        dose=dose.number,
    )
