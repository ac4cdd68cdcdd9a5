"""What the data sets of one trial say of each other: persons, dates, deaths."""

from collections.abc import Mapping

import pandas as pd

from helpers.adam.dataset import PERSON
from helpers.adam.notes import Note

SUBJECT_LEVEL = "adsl"
FAR_DAYS = 2_000  # days 1960-01-01 to 1970-01-01 are 3,653; years to 1899-12-30 many more
FATAL = "FATAL"
MOST_NAMED = 5  # persons named in a note


def compare_datasets(frames: Mapping[str, pd.DataFrame]) -> list[Note]:
    """Notes on persons, dates and deaths that do not agree."""
    notes = _find_repeated_persons(frames[SUBJECT_LEVEL])
    for name in sorted(set(frames) - {SUBJECT_LEVEL}):
        notes += _find_strangers(name, frames[name], frames[SUBJECT_LEVEL])
        notes += _find_other_dates(name, frames[name], frames[SUBJECT_LEVEL])
        notes += _find_shifted_dates(name, frames[name], frames[SUBJECT_LEVEL])
    if "adae" in frames:
        notes += _find_fatal_not_serious(frames["adae"])
    return notes


def _find_repeated_persons(adsl: pd.DataFrame) -> list[Note]:
    repeated = adsl[PERSON].duplicated(keep=False)
    if not repeated.any():
        return []
    persons = adsl.loc[repeated, PERSON].unique()
    named = ", ".join(sorted(map(str, persons))[:MOST_NAMED])
    what = f"more than one row for {named}; correct the source"
    return [Note(SUBJECT_LEVEL, PERSON, what, int(repeated.sum()), "S")]


def _find_strangers(name: str, frame: pd.DataFrame, adsl: pd.DataFrame) -> list[Note]:
    strange = ~frame[PERSON].isin(adsl[PERSON])
    if not strange.any():
        return []
    persons = sorted(map(str, frame.loc[strange, PERSON].unique()))
    named = ", ".join(persons[:MOST_NAMED]) + (", ..." if len(persons) > MOST_NAMED else "")
    what = f"records of {len(persons)} persons who are not in adsl ({named}); left out"
    return [Note(name, PERSON, what, int(strange.sum()), "F")]


def _find_other_dates(name: str, frame: pd.DataFrame, adsl: pd.DataFrame) -> list[Note]:
    """Dates of the person repeated in another data set must be those of adsl."""
    first = adsl.drop_duplicates(PERSON).set_index(PERSON)
    notes = []
    for column in _dates(frame):
        if column not in first or not pd.api.types.is_datetime64_any_dtype(first[column]):
            continue
        days = (frame[column] - frame[PERSON].map(first[column])).dt.days
        differs = days.notna() & (days != 0)
        if differs.any():
            usual = int(days[differs].median())
            what = f"differs from adsl, in the median by {usual} days"
            what += "; is its day 0 another one (epoch)?" if abs(usual) > FAR_DAYS else ""
            notes.append(Note(name, column, what, int(differs.sum()), "E"))
    return notes


def _find_shifted_dates(name: str, frame: pd.DataFrame, adsl: pd.DataFrame) -> list[Note]:
    """Dates years away from the trial are dates with another day 0."""
    known = pd.concat([adsl[column] for column in _dates(adsl)] or [pd.Series(dtype="float64")])
    known = known.dropna()
    notes = []
    for column in _dates(frame) if len(known) else []:
        if column in adsl or frame[column].isna().all():
            continue
        away = (frame[column].median() - known.median()).days
        if abs(away) > FAR_DAYS:
            what = f"lies {away} days from the dates of adsl; is its day 0 another one (epoch)?"
            notes.append(Note(name, column, what, int(frame[column].notna().sum()), "E"))
    return notes


def _dates(frame: pd.DataFrame) -> list[str]:
    return list(frame.select_dtypes(include=["datetime64"]).columns)


def _find_fatal_not_serious(adae: pd.DataFrame) -> list[Note]:
    if "AESER" not in adae:
        return [Note("adae", "AESER", "is missing: no event can be counted as serious", 0, "W")]
    fatal = pd.Series(False, index=adae.index)
    if "AEOUT" in adae:
        fatal |= adae["AEOUT"].fillna("").str.upper() == FATAL
    if "AESDTH" in adae:
        fatal |= adae["AESDTH"] == "Y"
    odd = fatal & (adae["AESER"] != "Y")
    if not odd.any():
        return []
    return [Note("adae", "AESER", "fatal event not marked serious", int(odd.sum()), "E")]
