"""From latent severity to item levels: the participant's course, the arm's effect, the gates."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helpers.simulate.instruments import (
    CORRELATION,
    INSTRUMENTS,
    PHYSICAL_QUESTIONS,
    Floats,
    Instrument,
)
from helpers.simulate.persons import Person
from helpers.simulate.scenarios import Scenario

Levels = NDArray[np.int64]

SCORE_VISITS = ("BL", "M03", "M06", "M12")
YEARS = np.array([0.0, 0.25, 0.5, 1.0])
# Variances of intercept, slope (per year), their covariance, and noise: they give correlations
# of scores of about 0.8 between neighbouring visits and 0.65 between baseline and month 12.
INTERCEPT, SLOPE, TILT, NOISE = 0.89, 0.36, -0.145, 0.11
# Places of the items that must be full, and of the reflex item that hangs on them.
GATES = (([14, 15, 16], 17), ([44, 45], 46))
# Share of the month 6 change that is there at each visit.
COURSE = np.array([0.0, 0.6, 1.0, 1.0])
ENTRY_NIHSS = 5
UNTESTABLE = ("n5a", "n5b", "n6a", "n6b", "n7", "n10")
SHARE_UNTESTABLE = 0.01
# Latent shift that makes the mean score change by x points: o + a x + b x^2, where o undoes the
# regression to the mean that entry above a limit brings (visits BL, M03, M06, M12). Fitted on
# 60,000 participants; tests/simulate/test_scores.py looks at the changes that come out.
SHIFT = {
    "NIHSS": ((0.0, 0.037, 0.044, 0.036), 0.2152, -0.00972),
    "FMA": ((0.0, -0.026, -0.033, -0.042), 0.0334, 0.00004),
    "FIM": ((0.0, -0.024, -0.031, -0.031), 0.0333, 0.00012),
    "MAS": ((0.0, 0.028, 0.034, 0.032), 1.3366, -0.19617),
    "SF36": ((0.0, -0.021, -0.030, -0.049), 0.1148, -0.00051),
}
# Mental items follow a physical effect a little: then the mental component stays where it is.
MENTAL_SHARE = 0.3
MEASURE = {"NIHSS": "nihss", "FMA": "fma", "FIM": "fim", "MAS": "mas", "SF36": "pcs"}
_ROOT = np.linalg.cholesky(CORRELATION)
_COURSE_ROOT = np.linalg.cholesky(np.array([[INTERCEPT, TILT], [TILT, SLOPE]]))


@dataclass(frozen=True)
class Ratings:
    """Item levels of one participant (per instrument visits x items), and what cannot be tested."""

    levels: Mapping[str, Levels]
    untestable: frozenset[str]
    aphasia: bool


def draw_ratings(rng: np.random.Generator, person: Person, scenario: Scenario) -> Ratings:
    """Draw all items of all four visits, as if every visit took place."""
    chances = rng.random(len(UNTESTABLE)).tolist()
    untestable = frozenset(
        item for item, chance in zip(UNTESTABLE, chances, strict=True) if chance < SHARE_UNTESTABLE
    )
    while True:
        traits = draw_traits(rng)
        nihss = _rate(rng, traits, person, scenario, INSTRUMENTS["NIHSS"])
        if _entry_total(nihss, untestable) >= ENTRY_NIHSS:
            break
    levels = {"NIHSS": nihss}
    for name, instrument in INSTRUMENTS.items():
        if name != "NIHSS":
            levels[name] = _rate(rng, traits, person, scenario, instrument)
    return Ratings(levels, untestable, aphasia=bool(nihss[0, _place("NIHSS", "n9")] >= 1))


def draw_traits(rng: np.random.Generator) -> Floats:
    """Draw severity, visits x traits: intercept and slope per participant, and noise per visit."""
    course = np.einsum("ab,bt->at", _COURSE_ROOT, rng.standard_normal((2, 5)) @ _ROOT.T)
    noise = np.sqrt(NOISE) * (rng.standard_normal((4, 5)) @ _ROOT.T)
    return np.asarray(course[0] + YEARS[:, None] * course[1] + noise)


def _entry_total(nihss: Levels, untestable: frozenset[str]) -> int:
    codes = INSTRUMENTS["NIHSS"].codes
    return sum(
        level
        for code, level in zip(codes, nihss[0].tolist(), strict=True)
        if code not in untestable
    )


def _rate(
    rng: np.random.Generator,
    traits: Floats,
    person: Person,
    scenario: Scenario,
    instrument: Instrument,
) -> Levels:
    shift = find_shift(instrument.name, person.slot.arm, scenario)
    levels = respond(rng, traits, instrument, shift)
    if instrument.name == "NIHSS":
        return _fit_to_lesion(levels, person)
    return _close_gates(levels) if instrument.name == "FMA" else levels


def find_shift(name: str, arm: str | None, scenario: Scenario) -> Floats:
    """Give the latent shift per visit that makes the arm's mean score change as stated."""
    measure = MEASURE[name]
    target = scenario.control_change[measure] + getattr(scenario, measure).get(arm, 0.0)
    offsets, a, b = SHIFT[name]
    points = target * COURSE
    return np.asarray(offsets + a * points + b * points**2)


def respond(
    rng: np.random.Generator, traits: Floats, instrument: Instrument, shift: Floats
) -> Levels:
    """Turn severity into item levels by ordinal thresholds; items keep part of their noise."""
    count = len(instrument.codes)
    own = rng.standard_normal((1, count))
    fresh = rng.standard_normal((len(traits), count))
    noise = np.sqrt(instrument.persist) * own + np.sqrt(1 - instrument.persist) * fresh
    moved = np.outer(shift, _touched(instrument))
    latent = traits @ instrument.weights.T + moved
    value = instrument.loading * latent + np.sqrt(1 - instrument.loading**2) * noise
    return np.asarray((value[:, :, None] > instrument.thresholds).sum(axis=2))


def _touched(instrument: Instrument) -> Floats:
    """The effect on SF-36 is mainly physical; elsewhere it moves every item alike."""
    if instrument.name != "SF36":
        return np.ones(len(instrument.codes))
    return np.array(
        [1.0 if code in PHYSICAL_QUESTIONS else MENTAL_SHARE for code in instrument.codes]
    )


def _place(instrument: str, code: str) -> int:
    return INSTRUMENTS[instrument].codes.index(code)


def _fit_to_lesion(levels: Levels, person: Person) -> Levels:
    """Motor points on the weak side only, aphasia with left and neglect with right lesions."""
    zero: list[str] = []
    if person.weak_side == "LEFT":
        zero += ["n5b", "n6b"]
    if person.weak_side == "RIGHT":
        zero += ["n5a", "n6a"]
    if person.side in ("RIGHT", "BRAINSTEM"):
        zero.append("n9")
    if person.side in ("LEFT", "BRAINSTEM"):
        zero.append("n11")
    fitted = levels.copy()
    fitted[:, [_place("NIHSS", code) for code in zero]] = 0
    motor = fitted[:, [_place("NIHSS", code) for code in ("n5a", "n5b", "n6a", "n6b")]]
    unsure = (motor == 4).any(axis=1) | (fitted[:, _place("NIHSS", "n1c")] == 2)
    fitted[unsure, _place("NIHSS", "n7")] = 0
    return fitted


def _close_gates(levels: Levels) -> Levels:
    """Normal reflexes are rated only where the movements out of synergy are full."""
    closed = levels.copy()
    for gate, gated in GATES:
        closed[levels[:, gate].sum(axis=1) < 2 * len(gate), gated] = 0
    return closed
