"""Rows below one row of the event overview that say what it is made of: criteria, actions."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from helpers.displays import show
from helpers.displays.administration.active_arms import place_cells
from helpers.displays.adverse_events.event_counts import control_contrasts, event_row
from helpers.displays.adverse_events.kinds import SERIOUS, Block, list_columns
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext, name_code
from helpers.displays.serious_events.event_cells import CRITERIA
from helpers.view import ClosedView

CHANGED = "dose_changed"


def list_detail_rows(view: ClosedView, block: Block) -> list[Row]:
    """Criteria of seriousness below the serious events, actions taken below dose modifications.

    One event can meet several criteria. No differences: what a row is made of is no further
    comparison. Results: the key of the row, category the variable of the criterion or the code of
    the action.
    """
    details = _choose_details(view, block)
    context = RowContext(
        Key(block.population, "", block.kind.code),
        list_columns(view, block.kind, block.population),
        form=show.n_of_events() if block.kind.dosed_only else show.n_pct_events(),
        level=block.kind.level + 1,
    )
    rows = []
    for code, (label, chosen) in details.items():
        row = event_row(context.at(category=code), label, block.events[chosen])
        cells = row.line.cells
        if block.kind.dosed_only:
            cells = place_cells(view, context.groups, cells)
        blanks = [""] * len(control_contrasts(view))
        rows.append(Row(replace(row.line, cells=(*cells, *blanks)), row.results))
    return rows


def _choose_details(view: ClosedView, block: Block) -> Mapping[str, tuple[str, pd.Series]]:
    """Label and events of each detail of a row, by its code."""
    events = block.events
    if block.kind is SERIOUS:
        return {
            name: (label, events[name] == "Y") for name, label in CRITERIA.items() if name in events
        }
    if block.kind.code == CHANGED:
        return {
            code: (name_code(code).lower(), events["AEACN"] == code)
            for code in view.trial.adverse_events.dose_changed
        }
    return {}
