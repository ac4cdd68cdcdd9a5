"""When the assessment visits take place, and which are missed or made by telephone."""

from dataclasses import dataclass, replace

import numpy as np

from helpers.simulate.persons import choose

TARGETS = {"M03": 91, "M06": 183, "M12": 365}  # days after the anchor
PROTOCOL = {"M03": (77, 105), "M06": (162, 204), "M12": (335, 395)}
VISIT_DF, VISIT_SCALE, VISIT_LIMIT = 4, 6.0, 40
# Month 12 always takes place, so that months 3 and 6 are missed a little more than 3 % each.
SHARE_NOT_DONE, SHARE_PHONE = 0.04, 0.02
SHARE_STRAY = 0.017  # visits far outside their window, beside the tail of the distribution
MISSED_REASONS = (
    "travel restriction in the home province",
    "acute illness of the person",
    "family could not bring the person",
    "participant declined this visit",
)


@dataclass(frozen=True)
class Visit:
    """One row of the visit table; a missed visit carries the day on which it was due."""

    name: str
    day: int
    done: bool = True
    kind: str = "ONSITE"
    reason: str = ""


def plan_visits(rng: np.random.Generator, anchor: int, second_dose: int | None) -> list[Visit]:
    """Draw the visits of months 3, 6 and 12 as if the participant stayed to the end."""
    visits = []
    for name, target in TARGETS.items():
        slip = round(VISIT_SCALE * rng.standard_t(VISIT_DF))
        day = anchor + target + min(max(slip, -VISIT_LIMIT), VISIT_LIMIT)
        chance, back, late = rng.random(), int(rng.integers(0, 3)), rng.random()
        stray, far = rng.random(), int(rng.integers(1, 12))
        if name != "M03" and stray < SHARE_STRAY:
            day = anchor + PROTOCOL[name][1] + far
        reason = choose(rng, MISSED_REASONS)
        if name == "M03" and second_dose is not None:
            day = _before_second_dose(day, second_dose, back, late)
        # A missed last visit would leave the study end undefined: month 12 is phoned instead.
        if name != "M12" and chance < SHARE_NOT_DONE:
            visits.append(Visit(name, anchor + target, done=False, reason=reason))
        else:
            phone = SHARE_NOT_DONE <= chance < SHARE_NOT_DONE + SHARE_PHONE
            visits.append(Visit(name, day, kind="PHONE" if phone else "ONSITE"))
    return visits


def keep_visits(planned: list[Visit], anchor: int, before: int, end: int) -> list[Visit]:
    """Keep what lies before the last contact; a window that closed before the end was missed."""
    kept = []
    for visit in planned:
        due = anchor + TARGETS[visit.name]
        if visit.day < before:
            kept.append(visit)
        elif anchor + PROTOCOL[visit.name][1] < end:
            reason = "person could not be reached"
            kept.append(replace(visit, day=due, done=False, kind="ONSITE", reason=reason))
    return kept


def is_in_window(visit: Visit, anchor: int) -> bool:
    """Say whether a visit lies inside its protocol window."""
    low, high = PROTOCOL[visit.name]
    return low <= visit.day - anchor <= high


def _before_second_dose(day: int, second_dose: int, back: int, late: float) -> int:
    """Month 3 is rated before dose 2, for one in ten within a week after it."""
    if day <= second_dose or (day <= second_dose + 7 and late < 0.10):
        return day
    return second_dose - back
