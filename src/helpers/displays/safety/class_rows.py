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
    as well.
    """
    events = name_terms(events)
    counts = {
        soc: count_events(events[events[SOC] == soc], group) for soc in order_terms(events, SOC)
    }
    small = [soc for soc, count in counts.items() if 0 < count["n"] < small_cell]
    told = [soc for soc in counts if soc not in small]
    everybody = count_events(events, group)["n"]
    second = told[-1:] if _is_given_away(everybody, counts, told, small, small_cell) else []
    shown = {soc: counts[soc] for soc in told if soc not in second}
    if small:
        shown = {soc: {**count, "events": NAN} for soc, count in shown.items()}
    key = Key(population, "", ANY)
    first = event_row(label, key, [group], events, small_cell=small_cell, strong=True)
    key = key._replace(arm=group.label)
    hidden = [(soc, Cell(_key(key, soc), f"n_pct:{small_cell}")) for soc in sorted(small)]
    return [
        first,
        *(
            _row(key, soc, count, "n_pct" if small else "n_pct_events")
            for soc, count in shown.items()
        ),
        *(_hidden_row(key, soc, group, NOT_TOLD) for soc in second),
        *(_hidden_row(key, soc, group, cell) for soc, cell in hidden),
    ]


def _is_given_away(
    everybody: float, counts: dict[str, Counts], told: list[str], small: list[str], small_cell: int
) -> bool:
    """Whether the persons outside the told classes need every hidden one to be at its largest."""
    rest = everybody - sum(counts[soc]["n"] for soc in told)
    return bool(small) and rest >= len(small) * (small_cell - 1)


def _key(key: Key, soc: str) -> Key:
    return key._replace(parameter=soc)


def _row(key: Key, soc: str, counts: Counts, form: str) -> Row:
    own = _key(key, soc)
    return Row(Line(soc, (Cell(own, form),)), tuple(rows_of(own, counts)))


def _hidden_row(key: Key, soc: str, group: Group, cell: Cell | str) -> Row:
    numbers = {"n": NAN, "N": group.n, "pct": NAN, "events": NAN}
    return Row(Line(soc, (cell,)), tuple(rows_of(_key(key, soc), numbers)))
