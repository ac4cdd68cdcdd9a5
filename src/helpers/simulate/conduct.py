"""What happens to a randomised participant: visits, planned doses, leaving, death."""

import math
from dataclasses import dataclass, replace

import numpy as np

from helpers.simulate.dates import DAY
from helpers.simulate.persons import Person
from helpers.simulate.streams import person_stream
from helpers.simulate.visits import Visit, keep_visits, plan_visits

DOSE_LAG_MEDIAN, DOSE_LAG_SIGMA, DOSE_LAG_MAX = 4.0, 0.5, 12
DOSE_GAP, DOSE_GAP_SD = 91, 6.0
FIRST_DOSE_MINUTE, LAST_DOSE_MINUTE = 630, 870  # 10:30 to 14:30
LEAVING = {
    "DEATH_PNEUMONIA": "DEATH",
    "DEATH_STROKE": "DEATH",
    "RELATED_DEATH": "DEATH",
    "LOST": "LOST_TO_FOLLOW_UP",
    "DOSE2_LOST": "LOST_TO_FOLLOW_UP",
    "WITHDRAW_FOLLOW_UP": "WITHDRAWAL_BY_SUBJECT",
    "WITHDRAW_DATA_USE": "WITHDRAWAL_BY_SUBJECT",
}
LOST_AFTER = 30  # days from the last contact to being declared lost


@dataclass(frozen=True)
class PlannedDose:
    """One planned dose of an active arm: start minute, or the reason why it was not given."""

    number: int
    start: int | None
    day: int
    reason: str = ""


@dataclass(frozen=True)
class Conduct:
    """The course of one participant. Screening failures have no randomisation and end early."""

    screening: int
    criteria: int
    randomised: int | None  # minute
    baseline: int
    anchor: int
    doses: tuple[PlannedDose, ...]
    visits: tuple[Visit, ...]
    last_contact: int
    end: int
    end_reason: str
    fatal_start: int | None
    roles: frozenset[str]

    @property
    def death(self) -> int | None:
        """Day of death, if the participant died."""
        return None if self.fatal_start is None else self.end

    @property
    def last_day(self) -> int:
        """The last day of which anything is told."""
        return max(self.last_contact, self.end)

    @property
    def given(self) -> tuple[int, ...]:
        """Start minutes of the doses that were given."""
        return tuple(dose.start for dose in self.doses if dose.start is not None)

    def find(self, name: str) -> Visit | None:
        """Give the visit of that name if it has a row."""
        return next((visit for visit in self.visits if visit.name == name), None)


def draw_conduct(seed: int, person: Person, related_death: bool) -> Conduct:
    """Draw the course of one participant from the participant's own stream."""
    rng = person_stream(seed, person.slot.number, "conduct")
    consent = person.slot.consent
    screening = consent + int(rng.integers(0, 2))
    criteria = screening + int(rng.integers(1, 3))
    randomised = person.slot.randomised
    if randomised is None:
        return _screen_failure(rng, screening, criteria)
    rand_day = randomised // DAY
    baseline = rand_day - int(rng.integers(0, 3))
    roles = _fitting_roles(person, related_death)
    doses = _plan_doses(rng, person.slot.arm, rand_day, roles)
    anchor = doses[0].day if doses and doses[0].start is not None else rand_day
    leaving = _plan_leaving(rng, person.slot.arm, anchor, doses, roles)
    doses = _stop_doses(doses, leaving.contact)
    planned = plan_visits(
        rng, anchor, None if len(doses) < 2 or doses[1].start is None else doses[1].day
    )
    reason = next((LEAVING[role] for role in sorted(roles) if role in LEAVING), "COMPLETED")
    contact = leaving.contact or planned[-1].day
    end = contact + (LOST_AFTER if reason == "LOST_TO_FOLLOW_UP" else 0)
    visits = (
        Visit("SCR", screening),
        Visit("BL", baseline),
        *_dose_stays(doses, contact),
        *keep_visits(planned, anchor, leaving.fatal_start or contact + 1, end),
        *_closing_visit(reason, end, roles, planned[-1].kind),
    )
    return Conduct(
        screening=screening,
        criteria=criteria,
        randomised=randomised,
        baseline=baseline,
        anchor=anchor,
        doses=doses,
        visits=visits,
        last_contact=contact,
        end=end,
        end_reason=reason,
        fatal_start=leaving.fatal_start,
        roles=roles,
    )


def _screen_failure(rng: np.random.Generator, screening: int, criteria: int) -> Conduct:
    end = criteria + int(rng.integers(0, 4))
    return Conduct(
        screening=screening,
        criteria=criteria,
        randomised=None,
        baseline=screening,
        anchor=screening,
        doses=(),
        visits=(Visit("SCR", screening),),
        last_contact=end,
        end=end,
        end_reason="SCREEN_FAILURE",
        fatal_start=None,
        roles=frozenset(),
    )


def _fitting_roles(person: Person, related_death: bool) -> frozenset[str]:
    """Drop what the scenario does not allow."""
    return person.slot.roles - (frozenset() if related_death else {"RELATED_DEATH", "HYS_LAW"})


def _plan_doses(
    rng: np.random.Generator, arm: str | None, rand_day: int, roles: frozenset[str]
) -> tuple[PlannedDose, ...]:
    lag = DOSE_LAG_MEDIAN * math.exp(DOSE_LAG_SIGMA * rng.standard_normal())
    first = rand_day + min(max(round(lag), 1), DOSE_LAG_MAX)
    second = first + min(max(round(DOSE_GAP + DOSE_GAP_SD * rng.standard_normal()), 72), 115)
    times = rng.integers(FIRST_DOSE_MINUTE, LAST_DOSE_MINUTE, size=2)
    if arm == "CTL":
        return ()
    one = PlannedDose(1, first * DAY + int(times[0]), first)
    two = PlannedDose(2, second * DAY + int(times[1]), second)
    if "NEVER_DOSED" in roles:
        fever = "fever before the dose, later over the time limit for dosing"
        return replace(one, start=None, reason=fever), replace(two, start=None, reason=fever)
    if "DOSE2_REFUSED" in roles:
        return one, replace(two, start=None, reason="participant declined the second dose")
    if "DOSE2_AE" in roles:
        return one, replace(two, start=None, reason="adverse event")
    return one, two


@dataclass(frozen=True)
class _Leaving:
    contact: int | None = None
    fatal_start: int | None = None


def _plan_leaving(
    rng: np.random.Generator,
    arm: str | None,
    anchor: int,
    doses: tuple[PlannedDose, ...],
    roles: frozenset[str],
) -> _Leaving:
    """Give the day of last contact of those who leave, and when their fatal illness begins."""
    early, late, ill = rng.random(), rng.random(), int(rng.integers(3, 13))
    # Control participants leave later, out of disappointment; active ones after their second dose.
    offset = 185 + 135 * late if arm == "CTL" else 120 + 90 * late
    if "DOSE2_LOST" in roles:
        return _Leaving(anchor + 20 + int(60 * early))
    if "RELATED_DEATH" in roles and len(doses) == 2 and doses[1].start is not None:
        return _Leaving(doses[1].day + 2 + ill, fatal_start=doses[1].day + 2)
    if roles & {"DEATH_PNEUMONIA", "DEATH_STROKE"}:
        day = anchor + int(offset)
        return _Leaving(day, fatal_start=day - ill)
    if roles & {"LOST", "WITHDRAW_FOLLOW_UP", "WITHDRAW_DATA_USE"}:
        return _Leaving(anchor + int(offset))
    return _Leaving()


def _stop_doses(doses: tuple[PlannedDose, ...], contact: int | None) -> tuple[PlannedDose, ...]:
    if contact is None:
        return doses
    return tuple(
        replace(dose, start=None, reason="lost to follow-up")
        if dose.start is not None and dose.day > contact
        else dose
        for dose in doses
    )


def _dose_stays(doses: tuple[PlannedDose, ...], contact: int) -> tuple[Visit, ...]:
    return tuple(
        Visit(f"D{dose.number}A", dose.day, done=dose.start is not None, reason=dose.reason)
        for dose in doses
        if dose.day <= contact
    )


def _closing_visit(
    reason: str, end: int, roles: frozenset[str], last_kind: str
) -> tuple[Visit, ...]:
    if reason == "COMPLETED":
        return (Visit("EOS", end, kind=last_kind),)
    return (Visit("EOS", end),) if "WITHDRAW_FOLLOW_UP" in roles else ()
