"""Conditional and predictive power of each contrast at this look, as results."""

from typing import NamedTuple

from helpers.displays.results import Key, Result, rows_of
from helpers.displays.sequential.story import Story
from helpers.models.looks import find_now, retime_looks
from helpers.stats.sequential import ConditionalPower, conditional_power
from helpers.view import TOTAL

TREND, NULL, DESIGN, PREDICTIVE = "POWER.TREND", "POWER.NULL", "POWER.DESIGN", "POWER.PREDICTIVE"
LESS, MORE = "POWER.PREDICTIVE.LESS", "POWER.PREDICTIVE.MORE"
OFF = 0.10  # error in the planned information that is tried
FUTILE = 0.10  # predictive power below which a contrast is grey
EXACT = "as planned"


class Power(NamedTuple):
    """Power of the contrasts if the information at the end is a multiple of that planned.

    `t` and `bound` are the information of this look and the bound of the last one; `by_contrast`
    is empty where power is not defined: without information, or with none to come.
    """

    category: str
    t: float
    bound: float
    by_contrast: dict[str, ConditionalPower]


def find_power(story: Story, category: str = PREDICTIVE, factor: float = 1.0) -> Power:
    """Power at this look, by contrast."""
    looks = story.looks if factor == 1 else retime_looks(story.view, story.looks, factor)
    now, last = find_now(looks), looks[-1]
    known = 0 < now.t < 1 and last is not now
    drift = story.view.interim.drift
    found = {
        own.label: conditional_power(own.z, now.t, last.z, drift=drift)
        for own in (story.contrasts if known else [])
    }
    return Power(category, now.t, last.z, found)


def try_information(story: Story) -> list[Power]:
    """Power if the information at the end is 10% less and 10% more than planned."""
    return [find_power(story, LESS, 1 - OFF), find_power(story, MORE, 1 + OFF)]


def list_power(story: Story, power: Power) -> list[Result]:
    """Information and last bound, and the power of every contrast; no row where not defined."""
    if not power.by_contrast:
        return []
    method = story.view.interim.spending
    place = story.key._replace(arm=TOTAL, category=power.category)
    found = rows_of(place, {"fraction": power.t, "boundary_z": power.bound}, method)
    for label, own in power.by_contrast.items():
        key = story.key._replace(contrast=label)
        values = {power.category: own.predictive}
        if power.category == PREDICTIVE:
            values = {TREND: own.trend, NULL: own.null, DESIGN: own.design, **values}
        for category, value in values.items():
            found += rows_of(key._replace(category=category), {"power": value}, own.method)
    return found


def find_futile(power: Power) -> bool:
    """Whether every contrast has a predictive power below 0.10."""
    known = power.by_contrast.values()
    return bool(known) and all(own.predictive < FUTILE for own in known)


def place_power(story: Story, category: str, contrast: str) -> Key:
    """Key of the power of a contrast."""
    return story.key._replace(category=category, contrast=contrast)
