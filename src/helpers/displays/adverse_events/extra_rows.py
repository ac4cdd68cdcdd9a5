"""Rows of the event overview that only some trials have: declared rows and worst severity."""

import pandas as pd

from helpers.displays.adverse_events.event_counts import event_row
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext, count_row, heading_row
from helpers.params.imported import Where
from helpers.params.trial import ExtraRow, WorstRow
from helpers.view import ClosedView

WORST = "worst"


def list_extra_rows(view: ClosedView, emergent: pd.DataFrame) -> list[Row]:
    """Rows under `adverse_events.extra_rows` and `.worst` of the trial, in their order.

    A row by events counts participants and emergent events that meet its conditions, a row by
    participants those of the safety population that meet them.
    """
    rows = [
        row
        for extra in view.trial.adverse_events.extra_rows
        for row in _build_extra(view, emergent, extra)
    ]
    worst = view.trial.adverse_events.worst
    if worst is not None and worst.variable in emergent:
        rows += _build_worst(view, emergent, worst)
    return rows


def _build_extra(view: ClosedView, emergent: pd.DataFrame, extra: ExtraRow) -> list[Row]:
    key, groups = Key(view.safety, "", extra.code), view.groups(view.safety)
    if extra.events and set(extra.events) <= set(emergent.columns):
        chosen = emergent[meet(emergent, extra.events)]
        return [event_row(RowContext(key, groups, level=1), extra.label, chosen)]
    persons = view.population(view.safety)
    if extra.persons and set(extra.persons) <= set(persons.columns):
        subjects = persons.loc[meet(persons, extra.persons), "USUBJID"]
        return [count_row(RowContext(key, groups), extra.label, subjects)]
    return []


def _build_worst(view: ClosedView, emergent: pd.DataFrame, worst: WorstRow) -> list[Row]:
    """Each participant once, under the worst value among the emergent events."""
    places = {value: place for place, value in enumerate(worst.order)}
    by_person = emergent[worst.variable].map(places).groupby(emergent["USUBJID"]).max()
    groups = view.groups(view.safety)
    return [
        heading_row(worst.label),
        *(
            count_row(
                RowContext(Key(view.safety, "", WORST, "", value), groups),
                label,
                by_person.index[by_person == places[value]],
            )
            for value, label in worst.order.items()
        ),
    ]


def meet(frame: pd.DataFrame, conditions: Where) -> pd.Series:
    """Whether each row meets every condition."""
    hit = pd.Series(True, index=frame.index)
    for variable, values in conditions.items():
        named = frame[variable].isin([value for value in values if value is not None])
        hit &= named | (frame[variable].isna() if None in values else False)
    return hit
