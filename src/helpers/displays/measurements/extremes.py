"""Rows of the listings of extreme values: who, which arm, in which order, how many on the page."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd

from helpers.displays.columns import treated_else_planned
from helpers.displays.measurements.events_beside import NEEDED, describe_events, find_near
from helpers.displays.measurements.words import Record
from helpers.view import View

ORDER = ["SUBJID", "ADT", "ADTM", "PARAMCD", "SRCSEQ"]
AS_OBSERVED = (
    "An improbable value is used in every table; an impossible one is in none, and stands here as "
    "it was observed."
)
DAY_AND_ARM = (
    "Day 1 is the day of the first dose, without a dose that of randomisation. Arm: as treated, "
    "without a treatment as randomised."
)
MOST = 300  # rows on the page; the CSV copy has all


class Column(NamedTuple):
    """A column: its head, the variable it needs, and its text for a value."""

    head: str
    needs: str
    write: Callable[[Record], str]


class Capped(NamedTuple):
    """Rows on the page, those in the CSV copy only, and the note that says how many these are."""

    shown: tuple[tuple[str, ...], ...]
    more: tuple[tuple[str, ...], ...]
    note: str


def name_participants(view: View, values: pd.DataFrame) -> pd.DataFrame:
    """Values by participant and time, with SUBJID, ARM (as treated, else randomised).

    Where there are adverse events, EVENTS (those beside it) and NEAR (one began within a day).
    """
    persons = view["adsl"].drop_duplicates("USUBJID").set_index("USUBJID")
    own = {name: values["USUBJID"].map(persons[name]) for name in ("SUBJID", "TRT01P", "TRT01A")}
    labels = {arm.code: arm.label for arm in view.trial.arms}
    arm = treated_else_planned(pd.DataFrame(own)).map(labels)
    named = values.assign(SUBJID=own["SUBJID"], ARM=arm.fillna("not randomised"))
    named = named.sort_values(ORDER, kind="stable", na_position="first")
    if not view.has("adae", *NEEDED):
        return named
    events = view["adae"]
    return named.assign(EVENTS=describe_events(named, events), NEAR=find_near(named, events))


def write_rows(
    values: pd.DataFrame, columns: Sequence[Column], rate: Callable[[Record], int]
) -> Capped:
    """Each value as text in every column; `rate` says how urgent it is, 0 the most."""
    records = list(values.itertuples(index=False))
    rows = [tuple(column.write(record) for column in columns) for record in records]
    return cap_rows(rows, [rate(record) for record in records])


def cap_rows(rows: Sequence[tuple[str, ...]], urgency: Sequence[int], most: int = MOST) -> Capped:
    """The most urgent rows on the page in the order given, the others in the CSV copy.

    Parameters
    ----------
    urgency : of each row, 0 the most urgent; of equals the first stay.
    """
    order = sorted(range(len(rows)), key=lambda place: (urgency[place], place))
    kept = set(order[:most])
    more = tuple(row for place, row in enumerate(rows) if place not in kept)
    note = (
        f"{len(more)} more rows, all of them less extreme, are in the CSV copy of this listing."
        if more
        else ""
    )
    return Capped(tuple(row for place, row in enumerate(rows) if place in kept), more, note)
