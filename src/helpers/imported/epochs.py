"""Dates that lie where another day 0 would put them."""

from collections.abc import Iterator, Mapping

import pandas as pd

from helpers.imported.notes import Note

EPOCHS = {  # day 0 of dates that are numbers, and who counts from it
    "1960-01-01": "SAS",
    "1970-01-01": "R, Python, Unix",
    "1899-12-30": "Excel",
    "1904-01-01": "Excel of old Macintoshes",
    "1582-10-14": "SPSS",
}
APART = {  # days from one day 0 to another
    (base, epoch): (pd.Timestamp(base) - pd.Timestamp(epoch)).days
    for base in EPOCHS
    for epoch in EPOCHS
}
NEAR = 40  # days by which the dates compared may differ by themselves
FAR = 1_000  # days away that are an error of a program, not of a person


def name_epoch(days: float, read_from: str | None) -> str | None:
    """Day 0 that explains why dates lie so many days from where they should.

    Read from 1960 and 3653 days early they count from 1970. None where no known day 0 does.

    Parameters
    ----------
    read_from : the day 0 by which they were read; None where the file had dates and no numbers
    """
    for base in [read_from] if read_from else EPOCHS:
        for epoch in EPOCHS:
            shift = APART.get((base, epoch))
            if shift is None:  # a day 0 that the mapping states
                shift = (pd.Timestamp(base) - pd.Timestamp(epoch)).days
            if shift and abs(days - shift) <= NEAR:
                return epoch
    return None


def describe_shift(
    dataset: str,
    variable: str,
    days: pd.Series,
    other: str,
    counted: Mapping[str, str],
    *,
    loose: bool = False,
) -> Iterator[Note]:
    """Notes on days by which dates differ from `other`.

    Parameters
    ----------
    counted : variables that were numbers, and the day 0 by which they were read
    loose : the two may differ by some days by what they mean
    """
    differs = days[days.notna() & (days != 0)]
    far = differs[differs.abs() >= FAR]
    if len(far):
        usual = int(far.median())
        what = (
            f"lies {usual} days from {other} in {len(far)} of {int(days.notna().sum())}: "
            f"{_advise(usual, variable, counted)}"
        )
        yield Note(dataset, variable, what, len(far), "S")
    elif len(differs) and not loose:
        what = f"differs from {other}, in the median by {int(differs.median())} days"
        yield Note(dataset, variable, what, len(differs), "E")


def _advise(days: int, variable: str, counted: Mapping[str, str]) -> str:
    read_from = counted.get(variable)
    epoch = name_epoch(days, read_from)
    if read_from is None:
        return "correct the source" + (f"; it took day 0 for another ({epoch})" if epoch else "")
    if epoch is None:
        return "which is their day 0? Say it with `epoch`"
    return f'they count from {epoch} ({EPOCHS[epoch]}), say `epoch: "{epoch}"` in the mapping'


def compare_with_dates_of_trial(
    dataset: str, variable: str, dates: pd.Series, known: pd.Series, counted: Mapping[str, str]
) -> Iterator[Note]:
    """Notes on dates of records that lie as far from those of the trial as another day 0 would."""
    if dates.isna().all() or known.isna().all():
        return
    days = int((dates.median() - known.median()).days)
    epoch = name_epoch_nearby(days, counted.get(variable))
    if epoch and variable in counted:
        what = f"lies {days} days from the dates of adsl: {_advise_nearby(epoch)}"
        yield Note(dataset, variable, what, int(dates.notna().sum()), "S")
    elif abs(days) > FAR:
        what = f"lies {days} days from the dates of adsl; is that so?"
        yield Note(dataset, variable, what, int(dates.notna().sum()), "E")


def name_epoch_nearby(days: float, read_from: str | None) -> str | None:
    """As `name_epoch`, for dates that may be a year apart by themselves."""
    wide = [name_epoch(days + off, read_from) for off in range(-360, 361, NEAR)]
    return next((epoch for epoch in wide if epoch), None)


def _advise_nearby(epoch: str) -> str:
    return f'they count from {epoch} ({EPOCHS[epoch]}), say `epoch: "{epoch}"` in the mapping'
