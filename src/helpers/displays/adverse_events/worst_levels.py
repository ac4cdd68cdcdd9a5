"""Participants once each, under the worst level (grade, causality) among their events."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from helpers.displays import show
from helpers.displays.adverse_events.event_counts import event_row, no_event_rows
from helpers.displays.adverse_events.term_rows import ANY, PT, SOC, name_terms, order_terms
from helpers.displays.results import Key
from helpers.displays.rows import Row, count_row
from helpers.view import Group, View

MISSING = "missing"
Levels = Mapping[str, str]  # level -> label, the worst first


def find_worst(events: pd.DataFrame, levels: Levels) -> pd.Series:
    """Worst level by participant; `events` have their own in LEVEL."""
    places = {level: place for place, level in enumerate(levels)}
    worst = events["LEVEL"].map(places).groupby(events["USUBJID"]).min()
    return worst.map(dict(enumerate(levels))).astype(object)


def level_rows(
    view: View,
    label: str,
    population: str,
    groups: Sequence[Group],
    events: pd.DataFrame,
    levels: Levels,
) -> list[Row]:
    """Any event by worst level, then each class and term likewise.

    Below any event every level has a row, elsewhere those that occur. Results: parameter class or
    `ANY`, visit empty, category the term (empty on the class) with the level after a slash.
    """  # fmt: skip
    key = Key(population, "", ANY)
    if events.empty:
        return [*no_event_rows(view, key, groups), *_list_levels(key, groups, events, levels, True)]
    events = name_terms(events)
    rows = [event_row(label, key, groups, events, strong=True)]
    rows += _list_levels(key, groups, events, levels, True)
    for soc in order_terms(events, SOC):
        within = events[events[SOC] == soc]
        place = key._replace(parameter=soc)
        rows.append(event_row(soc, place, groups, within, strong=True))
        rows += _list_levels(place, groups, within, levels, False)
        for term in order_terms(within, PT):
            own = within[within[PT] == term]
            rows.append(event_row(term, place._replace(category=term), groups, own, level=1))
            rows += _list_levels(place._replace(category=term), groups, own, levels, False)
    return rows


def _list_levels(
    key: Key, groups: Sequence[Group], events: pd.DataFrame, levels: Levels, whole: bool
) -> Iterator[Row]:
    """One row per level; all of them, or those that some participant has as the worst."""
    worst = find_worst(events, levels)
    for level, label in levels.items():
        hit = worst.index[worst == level]
        if whole or len(hit):
            name = f"{key.category}/{level}" if key.category else f"/{level}"
            place = key._replace(category=name)
            depth = 2 if key.category else 1
            yield count_row(label, place, groups, hit, form=show.n_pct(), level=depth)
