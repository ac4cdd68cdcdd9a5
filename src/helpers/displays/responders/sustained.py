"""Times to a sustained response by arm: who is counted, and on which days the curves are read."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from helpers.displays.efficacy.comparisons import find_level
from helpers.displays.event_times.first_events import estimate_incidence, read_times, times_of
from helpers.displays.formats import format_level
from helpers.view import ClosedView, Group, View

WHAT_COUNTS = (
    "A response counts from the first visit with one, when the next visit with a value has one "
    "too; of those confirmed or not, the first response at the last visit counts as well. Days "
    "are counted from randomisation. Responses are seen at visits only, so curves rise there."
)


class Times(NamedTuple):
    """Times to one kind of response by arm label, with their Aalen-Johansen tables."""

    code: str
    label: str
    arms: tuple[Group, ...]
    times: Mapping[str, pd.DataFrame]
    curves: Mapping[str, pd.DataFrame]


def list_times(view: View) -> list[Times]:
    """Every kind of sustained response of the trial that the data have times to.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("sustained responses are shown by arm")
    arms = view.groups(view.interim.population_efficacy)[:-1]
    found: list[Times] = []
    for code, rule in view.trial.time_to_event.items():
        if rule.event != "sustained_response":
            continue
        every = read_times(view, code)
        times = {group.label: times_of(every, group) for group in arms}
        curves = {arm: estimate_incidence(own, find_level(view)) for arm, own in times.items()}
        found.append(Times(code, rule.label, arms, times, curves))
    return [one for one in found if any(map(len, one.times.values()))]


def list_days(view: View) -> dict[int, str]:
    """Days on which the curves are read, with their visit: the key visit and those after it."""
    targets = {visit.target: visit.label for visit in view.trial.visits}
    key = [visit.target for visit in view.trial.visits if visit.code == view.interim.key_visit]
    return {day: label for day, label in targets.items() if not key or day >= key[0]}


def note_incidence(view: View) -> str:
    """How the incidence is estimated."""
    return (
        "Aalen-Johansen with death before a response competing, limits on the scale log of minus "
        f"log, {format_level(find_level(view))} CI; none where nobody or everybody has responded. "
        "NE: nobody was followed so long."
    )
