"""Participants once each, under the worst level (grade, causality) among their events."""

from collections.abc import Iterator, Mapping

import pandas as pd

from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.adverse_events.event_counts import event_row, no_event_rows
from helpers.displays.adverse_events.term_rows import ANY, PT, SOC, name_terms, order_terms
from helpers.displays.rows import Row, RowContext, count_row
from helpers.view import View

MISSING = "missing"
Levels = Mapping[str, str]  # level -> label, the worst first


def find_worst(events: pd.DataFrame, levels: Levels) -> pd.Series:
    """Worst level by participant; `events` have their own in LEVEL."""
    places = {level: place for place, level in enumerate(levels)}
    worst = events["LEVEL"].map(places).groupby(events["USUBJID"]).min()
    return worst.map(dict(enumerate(levels))).astype(object)


def level_rows(
    view: View, context: RowContext, label: str, events: pd.DataFrame, levels: Levels
) -> list[Row]:
    """Any event by worst level, then each class and term likewise, in the columns of the context.

    Below any event every level has a row, elsewhere those that occur. Results: parameter class or
    `ANY`, visit empty, category the term (empty on the class) with the level after a slash.
    """
    context = context.at(parameter=ANY).like(level=0, strong=True)
    if events.empty:
        none = no_event_rows(view, context.key, context.groups)
        return [*none, *_list_levels(context, events, levels, whole=True)]
    events = name_terms(events)
    rows = [event_row(context, label, events)]
    rows += _list_levels(context, events, levels, whole=True)
    for soc in order_terms(events, SOC):
        within = events[events[SOC] == soc]
        of_class = context.at(parameter=soc)
        rows.append(event_row(of_class, name_term(soc), within))
        rows += _list_levels(of_class, within, levels)
        for term in order_terms(within, PT):
            own = within[within[PT] == term]
            of_term = of_class.at(category=term).like(level=1, strong=False)
            rows.append(event_row(of_term, name_term(term), own))
            rows += _list_levels(of_term, own, levels)
    return rows


def _list_levels(
    context: RowContext, events: pd.DataFrame, levels: Levels, whole: bool = False
) -> Iterator[Row]:
    """One row per level below that of the context; those that are somebody's worst, or all."""
    worst, above = find_worst(events, levels), context.key.category
    for level, label in levels.items():
        hit = worst.index[worst == level]
        if whole or len(hit):
            below = context.at(category=f"{above}/{level}")
            yield count_row(below.like(level=context.level + 1, strong=False), label, hit)
