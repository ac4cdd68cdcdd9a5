"""What the data sets of one trial say of each other: participants, dates, deaths."""

from collections.abc import Iterator, Mapping

import pandas as pd

from helpers.imported.dataset import PERSON, Dataset
from helpers.imported.epochs import compare_with_dates_of_trial, describe_shift
from helpers.imported.iso_texts import compare_with_text
from helpers.imported.known import find_known, is_known
from helpers.imported.notes import Note

SUBJECT_LEVEL = "adsl"
FATAL = "FATAL"
MOST_NAMED = 5  # participants named in a note
STRANGE_SHARE = 0.5  # of a data set's participants, from which adsl is that of another trial
DAY_OF = {name + "M": name for name in ("ASTDT", "AENDT", "ADT", "TRTSDT", "TRTEDT")}


def compare_datasets(datasets: Mapping[str, Dataset]) -> list[Note]:
    """Notes on participants, dates and deaths that do not agree."""
    adsl = datasets[SUBJECT_LEVEL].frame
    notes = _find_repeated_participants(adsl)
    for name, dataset in sorted(datasets.items()):
        notes += compare_with_text(name, dataset.frame, dataset.counted)
        notes += _find_other_days(dataset)
        if name != SUBJECT_LEVEL:
            notes += _find_strangers(name, dataset.frame, adsl)
            notes += _find_other_dates(dataset, adsl)
            notes += _find_shifted_dates(dataset, adsl)
    if "adae" in datasets:
        notes += _find_fatal_not_serious(datasets["adae"].frame)
    return notes


def _find_repeated_participants(adsl: pd.DataFrame) -> list[Note]:
    repeated = adsl[PERSON].duplicated(keep=False)
    if not repeated.any():
        return []
    participants = adsl.loc[repeated, PERSON].unique()
    named = ", ".join(sorted(map(str, participants))[:MOST_NAMED])
    what = f"more than one row for {named}; correct the source"
    return [Note(SUBJECT_LEVEL, PERSON, what, int(repeated.sum()), "S")]


def _find_strangers(name: str, frame: pd.DataFrame, adsl: pd.DataFrame) -> list[Note]:
    """Records of participants who are not in adsl; if most are not, or are by spelling, a stop."""
    strange = ~frame[PERSON].isin(adsl[PERSON])
    if not strange.any():
        return []
    participants = sorted(map(str, frame.loc[strange, PERSON].unique()))
    named = ", ".join(participants[:MOST_NAMED])
    named += ", ..." if len(participants) > MOST_NAMED else ""
    n, all_n = int(strange.sum()), frame[PERSON].nunique()
    alike = {_simplify(p) for p in participants} & {_simplify(str(p)) for p in adsl[PERSON]}
    if alike or len(participants) > STRANGE_SHARE * all_n:
        why = "only written otherwise" if alike else f"{len(participants)} of {all_n}"
        what = f"participants who are not in adsl, {why} ({named}); correct the source"
        return [Note(name, PERSON, what, n, "S")]
    what = f"records of {len(participants)} participants who are not in adsl; left out"
    # who they are is not for an open reader: that somebody has such records may tell the arm
    return [
        Note(name, PERSON, what, n, "F"),
        Note(name, PERSON, f"not in adsl: {named}", n, "I", True),
    ]


def _simplify(person: str) -> str:
    """An identifier without case, signs and leading zeros, which programs lose."""
    parts = "".join(sign if sign.isalnum() else " " for sign in person.casefold()).split()
    return " ".join(part.lstrip("0") or "0" for part in parts)


def _find_other_days(dataset: Dataset) -> Iterator[Note]:
    """A date and the day of its own time are one."""
    frame = dataset.frame
    for moment, day in DAY_OF.items():
        if {moment, day} <= set(frame.select_dtypes(include=["datetime64"])):
            days = (frame[moment].dt.normalize() - frame[day]).dt.days
            yield from describe_shift(dataset.name, moment, days, day, dataset.counted)


def _find_other_dates(dataset: Dataset, adsl: pd.DataFrame) -> Iterator[Note]:
    """Dates of the participant repeated in another data set must be those of adsl."""
    first = adsl.drop_duplicates(PERSON).set_index(PERSON)
    for variable in _list_dates(dataset.frame):
        if variable in first and pd.api.types.is_datetime64_any_dtype(first[variable]):
            own = dataset.frame[PERSON].map(first[variable])
            days = (dataset.frame[variable] - own).dt.days
            yield from describe_shift(dataset.name, variable, days, SUBJECT_LEVEL, dataset.counted)


def _find_shifted_dates(dataset: Dataset, adsl: pd.DataFrame) -> Iterator[Note]:
    """Dates of records years away from the trial are dates with another day 0."""
    columns = [adsl[name] for name in _list_dates(adsl) if is_known(name)]
    known = pd.concat(columns) if columns else pd.Series(pd.NaT, index=[0])
    own = find_known(dataset.name, dataset.frame.columns)
    for variable in _list_dates(dataset.frame):
        if variable not in adsl and own is not None and is_known(variable):
            dates = dataset.frame[variable]
            yield from compare_with_dates_of_trial(
                dataset.name, variable, dates, known, dataset.counted
            )


def _list_dates(frame: pd.DataFrame) -> list[str]:
    return list(frame.select_dtypes(include=["datetime64"]).columns)


def _find_fatal_not_serious(adae: pd.DataFrame) -> list[Note]:
    if "AESER" not in adae:
        return [Note("adae", "AESER", "is missing: no event can be counted as serious", 0, "W")]
    fatal = pd.Series(False, index=adae.index)
    if "AEOUT" in adae:
        fatal |= adae["AEOUT"].fillna("").str.upper() == FATAL
    if "AESDTH" in adae:
        fatal |= adae["AESDTH"] == "Y"
    notes = []
    odd = fatal & (adae["AESER"] != "Y")
    if odd.any():
        notes.append(Note("adae", "AESER", "fatal event not marked serious", int(odd.sum()), "E"))
    silent = adae["AESER"].isna() & ~odd
    if silent.any():
        what = "neither serious nor not: not counted as serious"
        notes.append(Note("adae", "AESER", what, int(silent.sum()), "E"))
    return notes
