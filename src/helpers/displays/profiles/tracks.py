"""What a profile shows of one participant: events, doses, and measurements, by study day.

A study day has a fraction where the time is known; there is no day 0, so that a day is the one of
the listings.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.measurements.units import write_units
from helpers.displays.profiles.laboratory import (
    SEVERE,
    find_fluid_tests,
    read_laboratory,
    read_multiples,
)
from helpers.displays.profiles.measured import DAY, NOTHING, Track, Values, read_values
from helpers.view import ClosedView

EVENT = (  # what an event is read from: adae has some hundred variables
    *("ASTDT", "AENDT", "AEDECOD", "ATOXGR"),
    *("ASERFL", "FATALFL", "SEVTOXFL"),
)
SIGNS = 2  # vital signs of everybody, the first ones that have an alarm


class Event(NamedTuple):
    """An adverse event: study days, its name, and whether it is grave."""

    start: float
    end: float
    ongoing: bool
    name: str
    grave: bool


class Profile(NamedTuple):
    """One participant on an axis of study days."""

    doses: tuple[float, ...]
    events: tuple[Event, ...]
    undated: int
    death: float | None
    last: float
    tracks: tuple[Track, ...]


class _Records(NamedTuple):
    """What the profiles are read from, by USUBJID; `measured` by data set."""

    events: Mapping[str, Sequence[Any]]
    undated: Mapping[str, int]
    doses: Mapping[str, Sequence[pd.Timestamp]]
    measured: Mapping[str, Mapping[str, Values]]


def read_profiles(view: ClosedView, persons: pd.DataFrame) -> list[Profile]:
    """Everything that is drawn of participants (rows of adsl).

    Each data set is searched once, and not once for every participant.
    """
    if persons.empty:
        return []
    records = _read_records(view, persons)
    return [_read_profile(view, person, records) for _, person in persons.iterrows()]


def _read_records(view: ClosedView, persons: pd.DataFrame) -> _Records:
    anchors = dict(zip(persons["USUBJID"], persons["ANCHORDT"], strict=True))
    adae = view["adae"]
    adae = adae[adae["USUBJID"].isin(list(anchors))]
    dated = adae[adae["ASTDT"].notna()].sort_values(["ASTDT", "AESEQ"])
    events = defaultdict(list)
    held = [name for name in ("USUBJID", *EVENT) if name in dated]
    for event in dated[held].itertuples(index=False):
        events[str(event.USUBJID)].append(event)
    undated = adae.loc[adae["ASTDT"].isna(), "USUBJID"].value_counts()
    measured = {}
    if view.has("adlb", "XULN"):
        measured["adlb"] = read_multiples(view["adlb"], anchors)
    if view.has("advs"):
        measured["advs"] = read_values(view["advs"], anchors, mark="ALARMFL")
    if view.has("adeff"):
        measured["adeff"] = read_values(view["adeff"], anchors)
    return _Records(events, undated.to_dict(), _read_doses(view), measured)


def _read_doses(view: ClosedView) -> dict[str, list[pd.Timestamp]]:
    """Moments of the given doses by USUBJID."""
    doses = defaultdict(list)
    if view.has("adex", "GIVENFL"):
        adex = view["adex"]
        given = adex[(adex["GIVENFL"] == "Y") & adex["ASTDTM"].notna()]
        for subject, moment in zip(given["USUBJID"], given["ASTDTM"], strict=True):
            doses[str(subject)].append(moment)
    return doses


def _read_profile(view: ClosedView, person: pd.Series, records: _Records) -> Profile:
    subject, anchor = str(person["USUBJID"]), person["ANCHORDT"]
    last = _find_day(person["EXITDT"], anchor)
    death = person.get("DTHDT")
    measured = {name: own.get(subject, NOTHING) for name, own in records.measured.items()}
    return Profile(
        tuple(sorted(_find_day(moment, anchor) for moment in records.doses.get(subject, ()))),
        tuple(_read_event(event, anchor, last) for event in records.events.get(subject, ())),
        int(records.undated.get(subject, 0)),
        None if death is None or pd.isna(death) else _find_day(death, anchor),
        last,
        tuple(_read_tracks(view, measured)),
    )


def _find_day(moment: pd.Timestamp, anchor: pd.Timestamp) -> float:
    days = float((moment - anchor) / DAY)
    return days + 1 if days >= 0 else days


def _read_event(event: Any, anchor: pd.Timestamp, last: float) -> Event:
    grade = getattr(event, "ATOXGR", None)
    severity = None if grade is None or pd.isna(grade) else int(grade)
    fatal = getattr(event, "FATALFL", None) == "Y"
    marks = {
        "serious": getattr(event, "ASERFL", None) == "Y" and not fatal,
        "fatal": fatal,
        "stopping": getattr(event, "SEVTOXFL", None) == "Y",
    }
    start = _find_day(event.ASTDT, anchor)
    end = getattr(event, "AENDT", None)
    ongoing = end is None or pd.isna(end)
    words = ["no grade" if severity is None else str(severity)]
    words += [word for word, holds in marks.items() if holds]
    return Event(
        start=start,
        end=max(start, last if ongoing else _find_day(end, anchor)),
        ongoing=ongoing,
        name=f"{name_term(getattr(event, 'AEDECOD', None))} ({', '.join(words)})",
        grave=any(marks.values()) or (severity is not None and severity >= SEVERE),
    )


def _read_tracks(view: ClosedView, measured: Mapping[str, Values]) -> list[Track]:
    tracks = []
    if "adlb" in measured:
        fluid = view.once(find_fluid_tests)
        tracks += read_laboratory(view.trial.laboratory, fluid, measured["adlb"])
    if "advs" in measured:
        tracks += _read_signs(view, measured["advs"])
    if "adeff" in measured:
        tracks += _read_score(view, measured["adeff"])
    return tracks


def _read_signs(view: ClosedView, own: Values) -> list[Track]:
    """The first signs of the trial, and every other one in which the participant has an alarm."""
    alarms = view.trial.vital_signs.alarms
    watched = list(dict.fromkeys(alarm.test for alarm in alarms))
    alarmed = set(own.codes[own.marks])
    later = [test for test in watched[SIGNS:] if test in alarmed]
    tests = [*watched[:SIGNS], *later, *sorted(alarmed - set(watched))]
    tracks = []
    for test in tests:
        points = own.of(test)
        limits = [alarm.at_least for alarm in alarms if alarm.test == test]
        limits += [alarm.below for alarm in alarms if alarm.test == test]
        name = view.trial.vital_signs.labels.get(test, test)
        title = write_units(str(points.names[0])) if len(points.names) else name
        known = tuple(limit for limit in limits if limit is not None)
        tracks.append(Track(title, points.renamed(title), known))
    return tracks


def _read_score(view: ClosedView, own: Values) -> list[Track]:
    """The key score of the interim, else that of severity."""
    code = view.interim.key_param or view.trial.baseline_sources.severity_score
    if code is None or code not in view.trial.scores:
        return []
    score = view.trial.scores[code]
    return [Track(score.label, own.of(code), whole=not score.decimals)]
