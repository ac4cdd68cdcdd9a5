"""Pooled rows by system organ class for readers who must not learn small counts."""

import pandas as pd

from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.adverse_events.count_bands import (
    band_row,
    is_pinned,
    pins_the_classes,
    suppressed_row,
)
from helpers.displays.adverse_events.event_counts import Counts, count_events
from helpers.displays.adverse_events.term_rows import ANY, SOC, name_terms
from helpers.displays.count_steps import find_band
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext
from helpers.view import Group

# flags of events whose participants are always published, however few
EXEMPT = ("ASERFL", "FATALFL")


def class_rows(
    label: str, population: str, group: Group, events: pd.DataFrame, small_cell: int
) -> list[Row]:
    """First row for any event, then one per class, in steps (see `count_bands`).

    Sorted by decreasing step; classes of one step, and those below the limit, which stand last, by
    the alphabet: the order gives away no more than the steps.
    """
    context = RowContext(Key(population, "", ANY), [group], level=0)
    counts = count_classes(events, group)

    def place(soc: str) -> tuple[int, str]:
        n = counts[soc]["n"]
        return (0 if n < small_cell else -find_band(n, small_cell).low, name_term(soc))

    return [
        total_row(context.like(strong=True), label, events, small_cell),
        *(
            band_row(context.at(parameter=soc), name_term(soc), counts[soc], small_cell)
            for soc in sorted(counts, key=place)
        ),
    ]


def total_row(context: RowContext, label: str, events: pd.DataFrame, small_cell: int) -> Row:
    """Participants of the one group with any event, in steps.

    Suppressed where the step would give other counts away. It is the same number in every table,
    and so is what is suppressed: beside the steps of the classes, and beside the serious and fatal
    events, which are published exactly.
    """
    group = context.groups[0]
    counts = count_events(events, group)
    classes = [count["n"] for count in count_classes(events, group).values()]
    telling = pins_the_classes(counts["n"], classes, small_cell)
    if telling or is_pinned(counts["n"], small_cell, count_exempt(events, group)):
        return suppressed_row(context, label, counts)
    return band_row(context, label, counts, small_cell)


def count_exempt(events: pd.DataFrame, group: Group) -> list[float]:
    """Participants with a serious and with a fatal event, where the data say so."""
    known = [flag for flag in EXEMPT if flag in events]
    return [count_events(events[events[flag] == "Y"], group)["n"] for flag in known]


def count_classes(events: pd.DataFrame, group: Group) -> dict[str, Counts]:
    """Counts by system organ class; none where the events have no class."""
    if SOC not in events:
        return {}
    named = name_terms(events)
    return {str(soc): count_events(rows, group) for soc, rows in named.groupby(SOC)}
