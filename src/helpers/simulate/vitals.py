"""Vital signs: at visits in the open table, around doses in the restricted one."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from helpers.simulate.audit import Clerk
from helpers.simulate.conduct import Conduct
from helpers.simulate.dates import DAY, format_day, format_minute
from helpers.simulate.doses import Administration
from helpers.simulate.event import Event
from helpers.simulate.persons import Person
from helpers.simulate.tables import STUDY, Audit, Row

UNITS = {
    "TEMP": "C",
    "SYSBP": "mmHg",
    "DIABP": "mmHg",
    "PULSE": "/min",
    "RESP": "/min",
    "SPO2": "%",
    "WEIGHT": "kg",
}
# Minutes after the start of the dose and their slack; H0 is the end of the dose.
TIMEPOINTS = {"PRE": -9, "H0": 0, "H0_5": 30, "H1": 60, "H2": 120, "H6": 360, "H24": 1440}
SLACK = {"PRE": 4, "H0": 4, "H0_5": 6, "H1": 8, "H2": 10, "H6": 25, "H24": 40}
DOSE_SIGNS = ("TEMP", "SYSBP", "DIABP", "PULSE", "RESP", "SPO2")
VISITS = ("SCR", "BL", "M03", "M06", "M12")
SHARE_SKIPPED, SHARE_FAHRENHEIT = 0.015, 0.06
FEVERLESS = 37.7


class _Usual:
    """A participant's usual values, around which every measurement varies."""

    def __init__(self, rng: np.random.Generator, person: Person) -> None:
        shift = rng.standard_normal(6)
        high = 8.0 if "HYPERTENSION" in person.risks else 0.0
        self.systolic = 126.0 + high + 9.0 * float(shift[0])
        self.diastolic = 76.0 + 0.4 * high + 4.0 * float(shift[0]) + 4.0 * float(shift[1])
        self.pulse = 76.0 + 8.0 * float(shift[2])
        self.breaths = 17.0 + 1.2 * float(shift[3])
        self.oxygen = 97.3 + 0.6 * float(shift[4])
        self.warmth = 36.6 + 0.15 * float(shift[5])
        self.weight = person.weight
        self.fahrenheit = bool(rng.random() < SHARE_FAHRENHEIT)

    def measure(self, rng: np.random.Generator, minute: int, events: Iterable[Event]) -> list[str]:
        """Give TEMP, SYSBP, DIABP, PULSE, RESP, SPO2 as recorded at one moment."""
        noise = rng.standard_normal(6).tolist()
        heat = max((_heat(event, minute) for event in events), default=0.0)
        low = any(_lasts(event, "Hypotension", minute) for event in events)
        warmth = min(self.warmth + 0.2 * noise[0], FEVERLESS)
        if heat:
            warmth = heat
        rise = max(warmth - 37.0, 0.0)
        systolic = round(self.systolic + 8.0 * noise[1] - (34.0 if low else 0.0))
        systolic = min(max(systolic, 82), 185)
        diastolic = round(self.diastolic + 5.0 * noise[2] - (16.0 if low else 0.0))
        diastolic = min(max(diastolic, 45), systolic - 18)
        pulse = min(max(round(self.pulse + 6.0 * noise[3] + 9.0 * rise), 50), 135)
        breaths = min(max(round(self.breaths + noise[4] + rise), 11), 28)
        oxygen = min(max(round(self.oxygen + 0.7 * noise[5]), 91), 100)
        return [
            f"{warmth:.1f}",
            str(systolic),
            str(diastolic),
            str(pulse),
            str(breaths),
            str(oxygen),
        ]


def build_vs(
    rng: np.random.Generator,
    person: Person,
    conduct: Conduct,
    doses: Sequence[Administration],
    events: Sequence[Event],
    clerk: Clerk,
) -> tuple[list[Row], list[Row]]:
    """Write the open rows and the rows around doses."""
    usual = _Usual(rng, person)
    rows: list[Row] = []
    weight = person.weight
    for visit in sorted(conduct.visits, key=lambda one: one.day):
        if visit.name in VISITS and visit.done and visit.kind == "ONSITE":
            weight += 0.8 * rng.standard_normal() if visit.name not in ("SCR", "BL") else 0.0
            rows += _visit_rows(rng, person, usual, visit.name, visit.day, weight, clerk)
    around: list[Row] = []
    for dose in doses:
        rows += _dose_day_rows(rng, person, dose, events, clerk)
        around += _dose_rows(rng, person, conduct, usual, dose, events, clerk)
    return rows, around


def _visit_rows(
    rng: np.random.Generator,
    person: Person,
    usual: _Usual,
    visit: str,
    day: int,
    weight: float,
    clerk: Clerk,
) -> list[Row]:
    values = usual.measure(rng, day * DAY, ())
    audit = clerk.sign(day * DAY)
    units = dict(UNITS)
    if usual.fahrenheit:
        values[0] = f"{float(values[0]) * 1.8 + 32.0:.1f}"
        units["TEMP"] = "F"
    values.append(f"{weight:.1f}")
    return [
        (STUDY, person.subjid, visit, "", "", sign, format_day(day), value, unit, "", "", *audit)
        for (sign, unit), value in zip(units.items(), values, strict=True)
    ]


def _dose_day_rows(
    rng: np.random.Generator,
    person: Person,
    dose: Administration,
    events: Sequence[Event],
    clerk: Clerk,
) -> list[Row]:
    """The weight used for the dose, and a fever taken when it was noticed."""
    head, day = (STUDY, person.subjid, f"D{dose.number}A", "", ""), dose.start // DAY
    taken = [("WEIGHT", day * DAY, format_day(day), f"{dose.weight:.1f}")]
    for event in events:
        if event.peak is not None and event.dose == dose.number:
            moment = event.start + int(rng.integers(5, 40))
            taken.append(("TEMP", moment, format_minute(moment), f"{event.peak:.1f}"))
    return [
        (*head, sign, when, value, UNITS[sign], "", "", *clerk.sign(minute))
        for sign, minute, when, value in taken
    ]


def _dose_rows(
    rng: np.random.Generator,
    person: Person,
    conduct: Conduct,
    usual: _Usual,
    dose: Administration,
    events: Sequence[Event],
    clerk: Clerk,
) -> list[Row]:
    rows: list[Row] = []
    audit = clerk.sign(dose.start + DAY + 60)
    limit = (conduct.last_contact + 1) * DAY
    for point, after in TIMEPOINTS.items():
        start = dose.start + (dose.duration if point == "H0" else after)
        minute = start + int(rng.integers(-SLACK[point], SLACK[point] + 1))
        skipped = rng.random() < SHARE_SKIPPED or minute >= limit
        values = usual.measure(rng, minute, events)
        status = ("NOT DONE", "measurement forgotten") if skipped else ("", "")
        rows += _point_rows(person, dose.number, point, minute, values, status, audit)
    return rows


def _point_rows(
    person: Person,
    number: int,
    point: str,
    minute: int,
    values: Sequence[str],
    status: tuple[str, str],
    audit: Audit,
) -> list[Row]:
    head = (STUDY, person.subjid, f"D{number}A", str(number), point)
    when = format_minute(minute)
    if status[0]:
        return [(*head, sign, when, "", "", *status, *audit) for sign in DOSE_SIGNS]
    return [
        (*head, sign, when, value, UNITS[sign], *status, *audit)
        for sign, value in zip(DOSE_SIGNS, values, strict=True)
    ]


def _heat(event: Event, minute: int) -> float:
    """Temperature during a fever: quickly up to the peak, then down, never below 38.0."""
    if event.peak is None or event.end is None or not event.start <= minute <= event.end:
        return 0.0
    share = (minute - event.start) / (event.end - event.start)
    drop = (event.peak - 38.0) * math.sin(0.5 * math.pi * max(share - 0.3, 0.0) / 0.7)
    return round(event.peak - drop, 1)


def _lasts(event: Event, term: str, minute: int) -> bool:
    return (
        event.term == term
        and event.timed
        and event.end is not None
        and (event.start <= minute <= event.end)
    )
