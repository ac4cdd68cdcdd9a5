"""What a profile shows of one participant: events, doses, and measurements, by study day.

A study day has a fraction where the time is known; there is no day 0, so that a day is the one of
the listings.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pandas as pd

from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.measurements.units import write_units
from helpers.view import ClosedView

VALUES = ("PARAMCD", "PARAM", "AVAL", "ADT", "ADTM")
# what a profile is read from: a data set has some hundred variables, and every step copies them
SOURCES = {
    "adae": (
        *("ASTDT", "AENDT", "AESEQ", "AEDECOD", "ATOXGR"),
        *("ASERFL", "FATALFL", "SEVTOXFL"),
    ),
    "adex": ("GIVENFL", "ASTDTM"),
    "adlb": (*VALUES, "XULN"),
    "advs": (*VALUES, "ALARMFL"),
    "adeff": VALUES,
}
DAY = pd.Timedelta(days=1)
SIGNS = 2  # vital signs, the first ones that have an alarm
HIGHEST = 2  # laboratory tests beside the first one of the trial, the highest of the participant
SEVERE = 3


class Event(NamedTuple):
    """An adverse event: study days, its name, and whether it is grave."""

    start: float
    end: float
    ongoing: bool
    name: str
    grave: bool


@dataclass(frozen=True)
class Track:
    """Measurements in one panel: VALUE by DAY, NAME and MARK (an alarm); lines of `limits`."""

    title: str
    points: pd.DataFrame
    limits: tuple[float, ...] = ()
    ratio: bool = False


class Profile(NamedTuple):
    """One participant on an axis of study days."""

    doses: tuple[float, ...]
    events: tuple[Event, ...]
    undated: int
    death: float | None
    last: float
    tracks: tuple[Track, ...]


def split_view(view: ClosedView, subjects: Iterable[str]) -> dict[str, ClosedView]:
    """By participant (USUBJID), a view of what a profile is read from: own rows, `SOURCES` alone.

    Each data set is searched once, and not once for every participant.
    """
    wanted = list(subjects)
    own: dict[str, dict[str, pd.DataFrame]] = {subject: {} for subject in wanted}
    for name, variables in SOURCES.items():
        if not view.has(name):
            continue
        rows = view[name]
        held = [variable for variable in ("USUBJID", *variables) if variable in rows]
        rows = rows.loc[rows["USUBJID"].isin(wanted), held]
        places = rows.groupby("USUBJID").indices
        for subject in wanted:
            own[subject][name] = rows.take(places.get(subject, []))
    return {subject: replace(view, datasets=datasets) for subject, datasets in own.items()}


def read_profile(view: ClosedView, person: pd.Series) -> Profile:
    """Everything that is drawn of one participant (a row of adsl)."""
    anchor = person["ANCHORDT"]
    adae = view["adae"]
    own = adae[(adae["USUBJID"] == person["USUBJID"]) & adae["ASTDT"].notna()]
    undated = int((adae["USUBJID"] == person["USUBJID"]).sum()) - len(own)
    last = _find_day(person["EXITDT"], anchor)
    events = tuple(
        _read_event(event, anchor, last)
        for event in own.sort_values(["ASTDT", "AESEQ"]).itertuples(index=False)
    )
    death = person.get("DTHDT")
    return Profile(
        _read_doses(view, person),
        events,
        undated,
        None if death is None or pd.isna(death) else _find_day(death, anchor),
        last,
        tuple(_read_tracks(view, person)),
    )


def _find_day(moment: pd.Timestamp, anchor: pd.Timestamp) -> float:
    days = float((moment - anchor) / DAY)
    return days + 1 if days >= 0 else days


def _read_doses(view: ClosedView, person: pd.Series) -> tuple[float, ...]:
    if not view.has("adex", "GIVENFL"):
        return ()
    adex = view["adex"]
    given = adex[(adex["USUBJID"] == person["USUBJID"]) & (adex["GIVENFL"] == "Y")]
    return tuple(sorted(_find_day(m, person["ANCHORDT"]) for m in given["ASTDTM"].dropna()))


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


def _read_tracks(view: ClosedView, person: pd.Series) -> list[Track]:
    tracks = []
    if view.has("adlb", "XULN"):
        tracks.append(_read_laboratory(view, _own_rows(view, "adlb", person)))
    if view.has("advs"):
        tracks += _read_signs(view, _own_rows(view, "advs", person))
    if view.has("adeff"):
        tracks += _read_score(view, _own_rows(view, "adeff", person))
    return tracks


def _own_rows(view: ClosedView, dataset: str, person: pd.Series) -> pd.DataFrame:
    """Rows with a value and a day of one participant, with their DAY."""
    rows = view[dataset]
    rows = rows[(rows["USUBJID"] == person["USUBJID"]) & rows["AVAL"].notna()]
    rows = rows[rows["ADT"].notna()]
    when = rows["ADTM"].fillna(rows["ADT"]) if "ADTM" in rows else rows["ADT"]
    days = ((when - person["ANCHORDT"]) / DAY).astype(float)
    return rows.assign(DAY=days.where(days < 0, days + 1)).sort_values("DAY", kind="stable")


def _frame(rows: pd.DataFrame, value: str, mark: "pd.Series[bool] | None" = None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "NAME": rows["PARAM"].astype(str),
            "DAY": rows["DAY"],
            "VALUE": rows[value].astype(float),
            "MARK": False if mark is None else mark.fillna(False).astype(bool),
        }
    ).reset_index(drop=True)


def _read_laboratory(view: ClosedView, rows: pd.DataFrame) -> Track:
    """Multiples of the upper limit: the trial's first test, and the highest of the participant."""
    known = rows[rows["XULN"].notna() & (rows["XULN"] > 0)]
    shown = view.trial.laboratory.shown
    known = known[known["PARAMCD"].isin(shown)] if shown else known
    peaks = known.groupby("PARAMCD")["XULN"].max()
    first = [code for code in shown[:1] if code in peaks.index]
    rest = peaks.drop(first).sort_values(ascending=False, kind="stable").index[:HIGHEST]
    kept = pd.concat([known[known["PARAMCD"] == code] for code in (*first, *rest)] or [known])
    named = kept.assign(PARAM=kept["PARAM"].str.replace(r" \([^()]*\)$", "", regex=True))
    return Track("Laboratory, multiples of the upper limit", _frame(named, "XULN"), (1.0,), True)


def _read_signs(view: ClosedView, rows: pd.DataFrame) -> list[Track]:
    alarms = view.trial.vital_signs.alarms
    tests = list(dict.fromkeys(alarm.test for alarm in alarms))[:SIGNS]
    tracks = []
    for test in tests:
        own = rows[rows["PARAMCD"] == test]
        limits = [alarm.at_least for alarm in alarms if alarm.test == test]
        limits += [alarm.below for alarm in alarms if alarm.test == test]
        name = view.trial.vital_signs.labels.get(test, test)
        title = write_units(str(own["PARAM"].iloc[0])) if len(own) else name
        mark = own["ALARMFL"] == "Y" if "ALARMFL" in own else None
        known = tuple(limit for limit in limits if limit is not None)
        tracks.append(Track(title, _frame(own.assign(PARAM=title), "AVAL", mark), known))
    return tracks


def _read_score(view: ClosedView, rows: pd.DataFrame) -> list[Track]:
    """The key score of the interim, else that of severity."""
    code = view.interim.key_param or view.trial.baseline_sources.severity_score
    if code is None or code not in view.trial.scores:
        return []
    own = rows[rows["PARAMCD"] == code]
    return [Track(view.trial.scores[code].label, _frame(own, "AVAL"))]
