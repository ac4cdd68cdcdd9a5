"""Pooled rows by system organ class for readers who must not learn small counts."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays.display import Cell, Line
from helpers.displays.results import Key, rows_of
from helpers.displays.rows import Row
from helpers.displays.safety.event_counts import (
    Counts,
    count_events,
    event_row,
    find_told,
)
from helpers.displays.safety.term_rows import ANY, SOC, name_terms, order_terms
from helpers.stats.estimates import NAN
from helpers.view import Group

NOT_TOLD = "not told"
AT_LEAST = "n_least"


def class_rows(
    label: str,
    population: str,
    group: Group,
    events: pd.DataFrame,
    small_cell: int,
    looks: Sequence[pd.DataFrame] = (),
) -> list[Row]:
    """First row for any event, then one per class; the classes not told stand last.

    Classes with 1 to `small_cell` - 1 participants have no numbers. Where some have none, no class
    tells its events: their sum is known, so the rest would tell the missing ones. Where the
    participants of the told classes leave the hidden ones no choice, the smallest told one is
    hidden as well, and without one the first row is. `looks` holds the events that each earlier
    report knew: a count that is by 1 to `small_cell` - 1 above what was told last is told as not
    below it, and the classes stand in the order of what is told.
    """
    counts = _count_classes(events, group)
    earlier = [_count_classes(rows, group) for rows in looks]
    small, told = _divide(counts, small_cell)
    second = told[-1:] if _leaves_no_choice(counts, events, group, small_cell) else []
    shown = {soc: counts[soc] for soc in told if soc not in second}
    held = {}
    for soc in shown:
        course = [look[soc]["n"] if soc in look else 0 for look in (*earlier, counts)]
        least = find_told(course, small_cell)
        if least != course[-1]:
            held[soc] = least
    if small or held:
        told = sorted(shown, key=lambda soc: -held.get(soc, counts[soc]["n"]))
        shown = {soc: {**counts[soc], "events": NAN} for soc in told}
    key = Key(population, "", ANY)
    first = pooled_row(label, key, group, events, small_cell=small_cell, looks=looks, strong=True)
    key = key._replace(arm=group.label)
    if is_total_telling(events, group, small_cell):
        first = hidden_row(label, key, group, NOT_TOLD)
    form = "n_pct" if small or held else "n_pct_events"
    hidden = [(soc, Cell(_key(key, soc), f"n_pct:{small_cell}")) for soc in sorted(small)]
    return [
        first,
        *(
            held_row(soc, _key(key, soc), group, held[soc])
            if soc in held
            else _row(_key(key, soc), soc, count, form)
            for soc, count in shown.items()
        ),
        *(hidden_row(soc, _key(key, soc), group, NOT_TOLD) for soc in second),
        *(hidden_row(soc, _key(key, soc), group, cell) for soc, cell in hidden),
    ]


def pooled_row(
    label: str,
    key: Key,
    group: Group,
    events: pd.DataFrame,
    *,
    small_cell: int,
    looks: Sequence[pd.DataFrame] = (),
    level: int = 0,
    strong: bool = False,
) -> Row:
    """Participants n (%) [events] of everybody, unless they or what was added to them are few.

    `key` is without its arm; `looks` holds the events of the kind that each earlier report knew.
    """
    course = [count_events(rows, group)["n"] for rows in (*looks, events)]
    told = find_told(course, small_cell)
    if told and told != course[-1]:
        own = key._replace(arm=group.label)
        return held_row(label, own, group, told, level=level, strong=strong)
    return event_row(label, key, [group], events, small_cell=small_cell, level=level, strong=strong)


def is_total_telling(events: pd.DataFrame, group: Group, small_cell: int) -> bool:
    """Whether the participants with any event tell the classes that have to stay hidden.

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
    """Whether the rest outside the told classes needs every hidden one to be at its largest."""
    small, told = _divide(counts, small_cell)
    rest = count_events(events, group)["n"] - sum(counts[soc]["n"] for soc in told)
    return bool(small) and rest >= len(small) * (small_cell - 1)


def _key(key: Key, soc: str) -> Key:
    return key._replace(parameter=soc)


def _row(key: Key, label: str, counts: Counts, form: str) -> Row:
    return Row(Line(label, (Cell(key, form),)), tuple(rows_of(key, counts)))


def held_row(
    label: str, key: Key, group: Group, least: float, *, level: int = 0, strong: bool = False
) -> Row:
    """A row whose participants are told only as not below what was told before."""
    numbers = {"n": NAN, "N": group.n, "pct": NAN, "events": NAN, "min": least}
    line = Line(label, (Cell(key, AT_LEAST),), level=level, strong=strong)
    return Row(line, tuple(rows_of(key, numbers)))


def hidden_row(label: str, key: Key, group: Group, cell: Cell | str) -> Row:
    """A row whose participants, percent and events are left out of the results on purpose."""
    numbers = {"n": NAN, "N": group.n, "pct": NAN, "events": NAN}
    return Row(Line(label, (cell,)), tuple(rows_of(key, numbers)))
