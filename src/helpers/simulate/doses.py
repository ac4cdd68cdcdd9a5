"""The administrations: planned per active participant, written to the restricted table `ex`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from helpers.simulate.audit import Clerk
from helpers.simulate.conduct import Conduct
from helpers.simulate.dates import DAY, format_day, format_minute
from helpers.simulate.persons import Person
from helpers.simulate.streams import person_stream
from helpers.simulate.tables import STUDY, Row, make_row

MILLION_PER_KG = 1.5
STOPPED_SHARE = 62.0
ROUTES = {"IV": "INTRAVENOUS", "IT": "INTRATHECAL"}
PREMEDICATION = "paracetamol 500 mg; chlorphenamine 4 mg"


@dataclass(frozen=True)
class Administration:
    """One dose that was given: start in minutes, duration in minutes, share of plan in percent."""

    number: int
    start: int
    duration: int
    route: str
    weight: float
    share: float
    viability: float
    premedicated: bool
    adjusted: str = "NONE"
    why: str = ""

    @property
    def lot(self) -> str:
        """Product lot: one per month of use."""
        return "UC" + format_day(self.start // DAY)[2:7].replace("-", "")


def draw_administrations(seed: int, person: Person, conduct: Conduct) -> tuple[Administration, ...]:
    """Draw the doses that were given to one participant."""
    rng = person_stream(seed, person.slot.number, "doses")
    drift = rng.standard_normal(2) * 1.2
    given = []
    for dose in conduct.doses:
        route = ROUTES[str(person.slot.arm)]
        if dose.number == 1 and "WRONG_ROUTE" in conduct.roles:
            route = "INTRAVENOUS"
        drawn = _draw_one(rng, dose.number, route, person.weight + float(drift[dose.number - 1]))
        if dose.start is None:
            continue
        if dose.number == 1 and "STOPPED_EARLY" in conduct.roles:
            drawn = replace(drawn, share=STOPPED_SHARE)
        given.append(replace(drawn, start=dose.start))
    return tuple(given)


def _draw_one(rng: np.random.Generator, number: int, route: str, weight: float) -> Administration:
    low, high = (8, 18) if route == "INTRATHECAL" else (25, 50)
    return Administration(
        number=number,
        start=0,
        duration=int(rng.integers(low, high)),
        route=route,
        weight=round(weight, 1),
        share=round(float(np.clip(98.0 + 4.0 * rng.standard_normal(), 86.0, 108.0)), 1),
        viability=round(float(np.clip(92.0 + 3.0 * rng.standard_normal(), 80.0, 99.0)), 1),
        premedicated=bool(rng.random() < 0.85),
    )


def build_ex(
    person: Person, conduct: Conduct, doses: Sequence[Administration], clerk: Clerk
) -> list[Row]:
    """Write one row per planned dose of an active participant."""
    given = {dose.number: dose for dose in doses}
    rows = []
    for planned in conduct.doses:
        dose = given.get(planned.number)
        values: dict[str, object] = {"EXSEQ": planned.number, "DOSENUM": planned.number}
        if dose is None:
            values |= {"EXOCCUR": "N", "EXREASND": planned.reason}
            day = min(planned.day, conduct.end)
        else:
            values |= _given_values(dose)
            day = planned.day + 1
        rows.append(make_row("ex", person.subjid, values, clerk.sign(day * DAY)))
    return rows


def _given_values(dose: Administration) -> dict[str, object]:
    plan = round(MILLION_PER_KG * dose.weight, 1)
    return {
        "EXOCCUR": "Y",
        "EXROUTE": dose.route,
        "EXSTDTC": format_minute(dose.start),
        "EXENDTC": format_minute(dose.start + dose.duration),
        "EXWT": dose.weight,
        "EXPLAN": plan,
        "EXDOSE": round(plan * dose.share / 100, 1),
        "EXVIAB": dose.viability,
        "EXVOL": 10.0 if dose.route == "INTRATHECAL" else 50.0,
        "EXLOT": dose.lot,
        "EXTHAWDTC": format_minute(dose.start - 40),
        "EXADJ": dose.adjusted,
        "EXADJRE": dose.why,
        "EXPREMED": PREMEDICATION if dose.premedicated else "",
    }


def build_lot(lots: Iterable[str]) -> list[Row]:
    """Write one row per lot: released on the 20th of the month before its use."""
    rows: list[Row] = []
    for lot in sorted(lots):
        year, month = 2000 + int(lot[2:4]), int(lot[4:6])
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        released = f"{year:04d}-{month:02d}-20"
        audit = (f"{released}T15:00", "", "ACTIVE", "Y")
        rows.append((STUDY, lot, "RELEASED", released, *audit))
    return rows
