"""Who comes when, and into which arm: planned in cycles of 62 consented and 48 randomised.

A cycle depends on the seed and its own number only, so that a participant keeps arm and fate
whatever the size of the trial. Up to 16 per arm the dates are the same too; beyond that enrolment
speeds up so that the trial ends at the same time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from helpers.simulate.dates import DAY, day_number
from helpers.simulate.scenarios import ARMS, Scenario
from helpers.simulate.streams import cycle_stream

CYCLE_CONSENTED, CYCLE_RANDOMISED, PLANNED_PER_ARM = 62, 48, 16
FIRST_CONSENT = day_number(2021, 2, 8)
# 48 participants at about 1.7 per month.
CYCLE_DAYS = 48 / 1.67 * 30.4375
WAIT_SHORT, WAIT_LONG = 5, 13  # days from consent to randomisation
PANDEMIC_START, PANDEMIC_DAYS = day_number(2021, 7, 5), 42
FAILURES = ("NIHSS",) * 6 + ("LAB",) * 4 + ("CONSENT",) * 3 + ("CANCER",)


@dataclass(frozen=True)
class Slot:
    """One consented participant's place in the trial: number, day, arm or reason of failure, fate.

    `randomised` is a minute and `rank` the place in the randomisation list; screening failures
    have neither.
    """

    number: int
    consent: int
    arm: str | None
    failure: str | None
    roles: frozenset[str]
    randomised: int | None = None
    rank: int | None = None

    @property
    def subjid(self) -> str:
        """Screening number, three digits or as many as needed."""
        return f"{self.number:03d}"


@dataclass(frozen=True)
class _Cycle:
    failures: tuple[str | None, ...]
    positions: tuple[float, ...]
    arms: tuple[str, ...]
    roles: tuple[frozenset[str], ...]
    waits: tuple[int, ...]  # minutes from midnight of the consent day to randomisation


def plan_enrolment(seed: int, scenario: Scenario, n_per_arm: int) -> list[Slot]:
    """Plan every consented participant of the trial, in order of consent."""
    if scenario.fixed_arms:
        return list(_randomise(_plan_fixed(seed, scenario.fixed_arms)))
    return list(_randomise(_plan_cycles(seed, 3 * n_per_arm)))


def consent_day(position: float) -> int:
    """Turn days of open enrolment into a calendar day, jumping over the pandemic gap."""
    day = FIRST_CONSENT + int(position)
    return day + PANDEMIC_DAYS if day >= PANDEMIC_START else day


def _randomise(planned: Iterable[tuple[Slot, int]]) -> Iterator[Slot]:
    """Number the randomised in the order of the list: nobody overtakes an earlier participant."""
    latest, rank = 0, 0
    for slot, wait in planned:
        if slot.arm is None:
            yield slot
            continue
        latest, rank = max(slot.consent * DAY + wait, latest + 1), rank + 1
        yield replace(slot, randomised=latest, rank=rank)


def _plan_cycles(seed: int, total: int) -> Iterator[tuple[Slot, int]]:
    speed = min(1.0, CYCLE_RANDOMISED / total)
    left, number, cycle = total, 0, 0
    while left > 0:
        plan = _plan_cycle(seed, cycle)
        taken = min(left, CYCLE_RANDOMISED)
        offset = cycle * CYCLE_DAYS
        for slot, wait in _fill(plan, plan.arms[:taken], number, speed, offset):
            number = slot.number
            yield slot, wait
        left -= taken
        cycle += 1


def _plan_fixed(seed: int, arms: tuple[str, ...]) -> Iterator[tuple[Slot, int]]:
    plan = replace(_plan_cycle(seed, 0), roles=(frozenset(),) * CYCLE_RANDOMISED)
    order = cycle_stream(seed, 2**31).permutation(len(arms))
    return _fill(plan, tuple(arms[place] for place in order), 0, 1.0, 0.0)


def _fill(
    plan: _Cycle, arms: tuple[str, ...], before: int, speed: float, offset: float
) -> Iterator[tuple[Slot, int]]:
    """Give the participants of one cycle until its arms are used up, with their waits."""
    place = 0
    for number, (failure, position, wait) in enumerate(
        zip(plan.failures, plan.positions, plan.waits, strict=True), start=before + 1
    ):
        day = consent_day(speed * (offset + position))
        if failure is not None:
            yield Slot(number, day, None, failure, frozenset()), wait
            continue
        if place == len(arms):
            return
        yield Slot(number, day, arms[place], None, plan.roles[place]), wait
        place += 1


def _plan_cycle(seed: int, cycle: int) -> _Cycle:
    rng = cycle_stream(seed, cycle)
    kinds: list[str | None] = [*FAILURES, *[None] * CYCLE_RANDOMISED]
    failures = tuple(kinds[place] for place in rng.permutation(CYCLE_CONSENTED))
    gaps = rng.standard_exponential(CYCLE_CONSENTED)
    positions = (np.cumsum(gaps) - gaps[0]) / gaps.sum() * CYCLE_DAYS
    arms = _draw_blocks(rng)
    roles = _draw_roles(rng, arms)
    days = rng.integers(WAIT_SHORT, WAIT_LONG + 1, size=CYCLE_CONSENTED)
    waits = days * DAY + rng.integers(600, 950, size=CYCLE_CONSENTED)
    return _Cycle(
        failures=failures,
        positions=tuple(positions.tolist()),
        arms=arms,
        roles=roles,
        waits=tuple(waits.tolist()),
    )


def _draw_blocks(rng: np.random.Generator) -> tuple[str, ...]:
    """Permuted blocks of 3 and 6 that fill the cycle exactly.

    Either half of a block of six holds every arm once. So a trial of any number of participants per
    arm ends with all arms equal, and nobody's arm hangs on how many come after.
    """
    arms: list[str] = []
    while len(arms) < CYCLE_RANDOMISED:
        size = 3 if CYCLE_RANDOMISED - len(arms) == 3 else int(rng.choice((3, 6)))
        for _ in range(size // 3):
            arms.extend(ARMS[place] for place in rng.permutation(3))
    return tuple(arms)


def _draw_roles(rng: np.random.Generator, arms: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Give the cycle's fixed stories (deaths, losses, dose problems) to participants."""
    order = [int(place) for place in rng.permutation(CYCLE_RANDOMISED)]
    roles: list[set[str]] = [set() for _ in order]
    free = list(order)

    def give(role: str, wanted: tuple[str, ...]) -> None:
        place = next(place for place in free if arms[place] in wanted)
        free.remove(place)
        roles[place].add(role)

    active = ("IV", "IT")
    lost_early = bool(rng.random() < 0.5)
    give("WRONG_ROUTE", ("IT",))
    give("STOPPED_EARLY", ("IV",))
    give("NEVER_DOSED", active)
    give("DOSE2_REFUSED", active)
    give("DOSE2_LOST" if lost_early else "DOSE2_AE", active)
    for role in ("DEATH_PNEUMONIA", "DEATH_STROKE", "WITHDRAW_FOLLOW_UP", "WITHDRAW_DATA_USE"):
        give(role, ARMS)
    for _ in range(1 if lost_early else 2):
        give("LOST", ARMS)
    give("HIGH_ALT", ARMS)
    give("HYS_LAW", ("IT",))
    give("RELATED_DEATH", ("IT",))
    return tuple(frozenset(role) for role in roles)
