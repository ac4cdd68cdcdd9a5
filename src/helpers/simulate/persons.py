"""Who the participants are: age, body, stroke, risk factors (synthetic-data.md section 4)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from helpers.simulate.dates import DAY, format_day, year_of
from helpers.simulate.enrolment import Slot
from helpers.simulate.streams import person_stream

AGE_MEAN, AGE_SD, AGE_LOW, AGE_HIGH = 60.0, 9.0, 40, 75
SHARE_WOMEN = 0.38
WEIGHT_MEAN, WEIGHT_SD = 60.0, 10.0
LIGHTER = 4.0  # kg of women below the mean
# The cut at 24 months takes the median down from 8.3 to 8.
ONSET_MEDIAN, ONSET_SIGMA, ONSET_MAX = 8.3, 0.6, 23.8  # months
MONTH = 30.4375
SIDES = {"LEFT": 0.45, "RIGHT": 0.45, "BRAINSTEM": 0.07, "BILATERAL": 0.03}
SUBTYPES = {
    "LARGE_ARTERY": 0.35,
    "SMALL_VESSEL": 0.30,
    "CARDIOEMBOLIC": 0.15,
    "OTHER": 0.03,
    "UNDETERMINED": 0.17,
}
REPERFUSION = {"NONE": 0.84, "THROMBOLYSIS": 0.10, "THROMBECTOMY": 0.04, "BOTH": 0.02}
RISKS = {
    "HYPERTENSION": 0.78,
    "DIABETES": 0.30,
    "AF": 0.14,
    "DYSLIPIDAEMIA": 0.42,
    "SMOKING": 0.34,
}


@dataclass(frozen=True)
class Person:
    """One consented participant as known at screening; days are day numbers."""

    slot: Slot
    age: int
    birth_year: int
    sex: str
    height: int
    weight: float
    onset: int
    onset_text: str
    subtype: str
    side: str
    weak_side: str
    handed: str
    reperfusion: str
    earlier_stroke: bool
    mrs_before: int
    risks: frozenset[str]
    minority: bool

    @property
    def subjid(self) -> str:
        """Screening number."""
        return self.slot.subjid


def draw_person(seed: int, slot: Slot) -> Person:
    """Draw one participant from the participant's own stream."""
    rng = person_stream(seed, slot.number, "person")
    sex = "F" if rng.random() < SHARE_WOMEN else "M"
    age = _draw_age(rng)
    height = round((153.0 if sex == "F" else 164.0) + 6.0 * rng.standard_normal())
    weight = _draw_weight(rng, sex)
    onset = slot.consent - _draw_onset_days(rng)
    side = pick(rng, SIDES)
    return Person(
        slot=slot,
        age=age,
        birth_year=year_of(slot.consent) - age - int(rng.random() < 0.5),
        sex=sex,
        height=height,
        weight=weight,
        onset=onset,
        onset_text=_blur(rng, onset),
        subtype=pick(rng, SUBTYPES),
        side=side,
        weak_side=_weak_side(rng, side),
        handed=pick(rng, {"RIGHT": 0.92, "LEFT": 0.06, "BOTH": 0.02}),
        reperfusion=pick(rng, REPERFUSION),
        earlier_stroke=bool(rng.random() < 0.12),
        mrs_before=int(pick(rng, {"0": 0.78, "1": 0.15, "2": 0.07})),
        risks=frozenset(risk for risk, share in RISKS.items() if rng.random() < share),
        minority=bool(rng.random() < 0.06),
    )


def pick(rng: np.random.Generator, shares: dict[str, float]) -> str:
    """Draw one key of a table of shares."""
    point, total = rng.random() * sum(shares.values()), 0.0
    for key, share in shares.items():
        total += share
        if point < total:
            return key
    return key


def choose(rng: np.random.Generator, options: Sequence[str]) -> str:
    """Draw one of equally likely texts."""
    return options[int(rng.integers(len(options)))]


def _draw_age(rng: np.random.Generator) -> int:
    while True:
        age = AGE_MEAN + AGE_SD * rng.standard_normal()
        if AGE_LOW <= age <= AGE_HIGH:
            return round(age)


def _draw_weight(rng: np.random.Generator, sex: str) -> float:
    odds = SHARE_WOMEN / (1 - SHARE_WOMEN)
    shift = -LIGHTER if sex == "F" else LIGHTER * odds
    spread = math.sqrt(WEIGHT_SD**2 - LIGHTER**2 * odds)
    weight = WEIGHT_MEAN + shift + spread * rng.standard_normal()
    return round(min(max(weight, 34.0), 98.0), 1)


def _draw_onset_days(rng: np.random.Generator) -> int:
    while True:
        months = ONSET_MEDIAN * math.exp(ONSET_SIGMA * rng.standard_normal())
        if 1.0 <= months <= ONSET_MAX:
            return round(months * MONTH)


def _blur(rng: np.random.Generator, onset: int) -> str:
    """One onset in ten is known to the month only, a few to the hour."""
    kind, hour = rng.random(), int(rng.integers(DAY))
    text = format_day(onset)
    if kind < 0.10:
        return text[:7]
    return f"{text}T{hour // 60:02d}:{hour % 60:02d}" if kind > 0.85 else text


def _weak_side(rng: np.random.Generator, side: str) -> str:
    chance = rng.random()
    if side == "LEFT":
        return "RIGHT"
    if side == "RIGHT":
        return "LEFT"
    if side == "BILATERAL":
        return "BOTH"
    return "LEFT" if chance < 0.5 else "RIGHT"
