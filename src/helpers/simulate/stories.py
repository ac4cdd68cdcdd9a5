"""The events behind the fixed stories of a trial: deaths, dose problems, liver values."""

from collections.abc import Iterator

import numpy as np

from helpers.simulate.conduct import Conduct
from helpers.simulate.dates import DAY
from helpers.simulate.event import Event, Setting


def tell_roles(rng: np.random.Generator, setting: Setting) -> Iterator[Event]:
    """The events behind deaths, a stopped dose, a cancelled dose and liver values."""
    conduct, roles = setting.conduct, setting.conduct.roles
    if conduct.fatal_start is not None:
        yield _fatal_event(conduct)
    if setting.doses and roles & {"STOPPED_EARLY", "DOSE2_AE"}:
        yield _dose_trouble(setting)
    visit = conduct.find("M06" if "HYS_LAW" in roles else "M03")
    if roles & {"HIGH_ALT", "HYS_LAW"} and visit is not None and visit.done:
        days = 20 + int(30 * rng.random())
        yield Event(
            "Alanine aminotransferase increased",
            start=visit.day * DAY,
            end=(visit.day + days) * DAY,
            grade=3 if "HYS_LAW" in roles else 2,
            product="POSSIBLE" if setting.doses else "NOT_RELATED",
        )


def _dose_trouble(setting: Setting) -> Event:
    """Why a first dose was stopped early, or the second one cancelled."""
    dose, effects = setting.doses[0], setting.scenario.product_events
    stopped = "STOPPED_EARLY" in setting.conduct.roles
    spinal = dose.route == "INTRATHECAL"
    if effects:
        term = "Hypotension" if stopped else "Hypersensitivity"
    else:
        term = "Post-puncture headache" if spinal else "Infusion site pain"
    start = dose.start + (dose.duration // 2 if stopped else 25)
    return Event(
        term,
        start=start,
        end=start + (90 if stopped else 600),
        grade=2,
        timed=True,
        product="PROBABLE" if effects else "UNLIKELY",
        procedure="POSSIBLE" if effects else "PROBABLE",
        action="DOSE_NOT_COMPLETED" if stopped else "NEXT_DOSE_CANCELLED",
        asked=True,
        dose=dose.number,
    )


def _fatal_event(conduct: Conduct) -> Event:
    roles, first, death = conduct.roles, conduct.fatal_start or 0, conduct.end
    related = "RELATED_DEATH" in roles
    stroke = "Recurrent stroke" if "DEATH_STROKE" in roles else "Pneumonia"
    return Event(
        "Chemical meningitis" if related else stroke,
        start=first * DAY,
        end=death * DAY,
        grade=5,
        serious=True,
        stay=(first, death),
        fatal=True,
        product="PROBABLE" if related else "NOT_RELATED",
        procedure="POSSIBLE" if related else "NOT_RELATED",
    )
