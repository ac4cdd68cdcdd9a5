"""Times to a sustained response by arm: who is counted, and on which days the curves are read."""

from collections.abc import Iterable, Mapping
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

LATE_UNKNOWN = (
    "Values at a visit that are dated after its day are not in the incidence by it; how many these "
    "are, the data do not say. T-E-10 counts by visit."
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
    targets = {visit.target: visit.code for visit in view.trial.visits}
    key = [visit.target for visit in view.trial.visits if visit.code == view.interim.key_visit]
    return {day: code for day, code in targets.items() if not key or day >= key[0]}


def note_late_values(view: View, scores: Iterable[str]) -> list[str]:
    """How many values of each visit are dated after its day, so are not in the incidence by it."""
    if not (view.has("adeff", "ADT") and view.has("adsl", "RANDDT")):
        return [LATE_UNKNOWN]
    said = []
    for code in scores:
        days = _read_days(view, code)
        found = [_count_late(view, own, day) for day, own in days.items()]
        if found:
            said.append(
                f"Participants whose {view.trial.scores[code].label} at a visit is dated after its "
                f"day, so not in the incidence by it: {'; '.join(found)}. T-E-10 counts by "
                "visit."
            )
    return said


def _read_days(view: View, code: str) -> dict[int, pd.DataFrame]:
    """Days of the values of a score by USUBJID, of each visit by the day that stands for it."""
    rows = view["adeff"]
    own = rows[(rows["PARAMCD"] == code) & (rows["ANL01FL"] == "Y") & rows["AVAL"].notna()]
    start = own["USUBJID"].map(view["adsl"].set_index("USUBJID")["RANDDT"])
    days = own.assign(DAY=(own["ADT"] - start).dt.days + 1).set_index("USUBJID")
    return {day: days[days["AVISIT"] == visit] for day, visit in list_days(view).items()}


def _count_late(view: View, values: pd.DataFrame, day: int) -> str:
    """Values after a day by arm in words: `month 12 after day 365: A 8 of 15, B 6 of 14`."""
    visit = view.trial.visit_label(list_days(view)[day]).lower()
    late = values.index[values["DAY"] > day]
    arms = [
        f"{group.label} {int(late.isin(group.subjects).sum())} of "
        f"{int(values.index.isin(group.subjects).sum())}"
        for group in view.groups(view.interim.population_efficacy)[:-1]
    ]
    return f"{visit} after day {day}: {', '.join(arms)}"


def note_incidence(view: View) -> str:
    """How the incidence is estimated."""
    return (
        "Aalen-Johansen with death before a response competing, limits on the scale log of minus "
        f"log, {format_level(find_level(view))} CI; none where nobody or everybody has responded. "
        "NE: nobody without the event was followed so long."
    )
