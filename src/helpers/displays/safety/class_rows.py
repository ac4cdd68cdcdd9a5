"""Pooled rows by system organ class for readers who must not learn small counts."""

import pandas as pd

from helpers.displays.display import Cell, Line
from helpers.displays.results import Key, rows_of
from helpers.displays.rows import Row
from helpers.displays.safety.event_counts import Counts, count_events, event_row
from helpers.displays.safety.term_rows import ANY, SOC, name_terms, order_terms
from helpers.stats.estimates import NAN
from helpers.view import Group

NOT_TOLD = "not told"


def class_rows(
    label: str, population: str, group: Group, events: pd.DataFrame, small_cell: int
) -> list[Row]:
    """First row for any event, then one per class; the classes not told stand last.

    Classes with 1 to `small_cell` - 1 persons have no numbers. Where some have none, no class
    tells its events: their sum is known, so the rest would tell the missing ones. Where the
    persons of the told classes leave the hidden ones no choice, the smallest told one is hidden
    as well, and without one the first row is.
    """
    counts = _count_classes(events, group)
    small, told = _divide(counts, small_cell)
    second = told[-1:] if _leaves_no_choice(counts, events, group, small_cell) else []
    shown = {soc: counts[soc] for soc in told if soc not in second}
    if small:
        shown = {soc: {**count, "events": NAN} for soc, count in shown.items()}
    key = Key(population, "", ANY)
    first = event_row(label, key, [group], events, small_cell=small_cell, strong=True)
    key = key._replace(arm=group.label)
    if is_total_telling(events, group, small_cell):
        first = hidden_row(label, key, group, NOT_TOLD)
    form = "n_pct" if small else "n_pct_events"
    hidden = [(soc, Cell(_key(key, soc), f"n_pct:{small_cell}")) for soc in sorted(small)]
    return [
        first,
        *(_row(_key(key, soc), soc, count, form) for soc, count in shown.items()),
        *(hidden_row(soc, _key(key, soc), group, NOT_TOLD) for soc in second),
        *(hidden_row(soc, _key(key, soc), group, cell) for soc, cell in hidden),
    ]


def is_total_telling(events: pd.DataFrame, group: Group, small_cell: int) -> bool:
    """Whether the persons with any event tell the classes that have to stay hidden.

    Then no display of the audience may tell that number.
    """
    if SOC not in events or count_events(events, group)["n"] < small_cell:
        return False  # no classes, or hidden anyway
    counts = _count_classes(events, group)
    _, told = _divide(counts, small_cell)
    return not told and _leaves_no_choice(counts, events, group, small_cell)


def _count_classes(events: pd.DataFrame, group: Group) -> dict[str, Counts]:
    named = name_terms(events)
    return {soc: count_events(named[named[SOC] == soc], group) for soc in order_terms(named, SOC)}


def _divide(counts: dict[str, Counts], small_cell: int) -> tuple[list[str], list[str]]:
    """Classes with a small count, and those that can be told."""
    small = [soc for soc, count in counts.items() if 0 < count["n"] < small_cell]
    return small, [soc for soc in counts if soc not in small]


def _leaves_no_choice(
    counts: dict[str, Counts], events: pd.DataFrame, group: Group, small_cell: int
) -> bool:
    """Whether the persons outside the told classes need every hidden one to be at its largest."""
    small, told = _divide(counts, small_cell)
    rest = count_events(events, group)["n"] - sum(counts[soc]["n"] for soc in told)
    return bool(small) and rest >= len(small) * (small_cell - 1)


def _key(key: Key, soc: str) -> Key:
    return key._replace(parameter=soc)


def _row(key: Key, label: str, counts: Counts, form: str) -> Row:
    return Row(Line(label, (Cell(key, form),)), tuple(rows_of(key, counts)))


def hidden_row(label: str, key: Key, group: Group, cell: Cell | str) -> Row:
    """A row whose persons, percent and events are left out of the results on purpose."""
    numbers = {"n": NAN, "N": group.n, "pct": NAN, "events": NAN}
    return Row(Line(label, (cell,)), tuple(rows_of(key, numbers)))
