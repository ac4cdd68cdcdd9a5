"""The overview of adverse events by letter: from randomisation, without causality and action."""

from dataclasses import replace

import pandas as pd

from helpers.displays import show
from helpers.displays.adverse_events.event_counts import (
    contrast_results,
    event_row,
    no_event_rows,
)
from helpers.displays.adverse_events.event_notes import (
    AS_IN_EXTRACT,
    ONCE,
    note_deaths,
    note_fatal_not_serious,
    note_grade_five,
    note_imputed_starts,
    note_intervals,
    note_missing_grades,
)
from helpers.displays.adverse_events.kinds import AFTER, FATAL, GRADE, SERIOUS, SEVERE, Kind
from helpers.displays.adverse_events.procedure_rows import note_complaints
from helpers.displays.columns import build_headers, name_contrast, state_population
from helpers.displays.model import Cell, Header, Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import POOLED, Row, RowContext, collect_rows, pool_row
from helpers.view import MaskedView

POPULATION = "ITT"
# events that made somebody leave are no row: T-S-02 counts those who left for an event by letter,
# complaints of a procedure among them, and the difference would be the complaints
KINDS = (AFTER, GRADE, SERIOUS)
FATAL_POOLED = (
    "Fatal: all letters together, complaints of a procedure too; by letter the difference to the "
    "deaths of T-S-02 would name an arm."
)


def tabulate_by_label(view: MaskedView) -> Table:
    """Participants with an event of each kind by letter, and all differences between letters."""
    events = view.flagged("adae", "AFTRANFL")
    groups = view.groups(POPULATION)
    rows = [_count_row(view, kind, events) for kind in KINDS if kind.is_countable(events)]
    everything = view.pool().flagged("adae", "AFTRANFL")
    if FATAL.is_countable(everything):
        rows.append(_count_fatal(view, everything))
    lines, results = collect_rows(rows)
    if everything.empty:
        lines, more = collect_rows(no_event_rows(view, Key(POPULATION, "", "no_event"), groups))
        results = (*results, *more)
    contrasts = [
        Header(name_contrast(view, label), "", None, "Difference, points")
        for label, _, _ in view.contrasts
    ]
    return Table(
        population_line=f"{state_population(view, POPULATION)} Participants n (%) [events] after "
        "randomisation.",
        results=results,
        notes=join_notes(
            ONCE,
            *_note_fatal(view, everything),
            note_fatal_not_serious(events),
            note_grade_five(view, events),
            note_imputed_starts(events),
            note_missing_grades(events, SEVERE),
            AS_IN_EXTRACT,
            note_complaints(view),
            note_intervals(view, POPULATION),
        ),
        source_note="adae with AFTRANFL = Y, ITT; tabulate_ae_overview; differences "
        f"{view.interim.ci_diff}.",
        stub="Participants with at least one event",
        headers=(*build_headers(groups), *contrasts),
        lines=lines,
    )


def _count_row(view: MaskedView, kind: Kind, events: pd.DataFrame) -> Row:
    key, chosen = Key(POPULATION, "", kind.code), events[kind.choose(events)]
    groups = view.groups(POPULATION)
    row = event_row(
        RowContext(key, groups, level=kind.level, strong=kind.strong), kind.label, chosen
    )
    points = [Cell(key._replace(contrast=name), show.points()) for name, _, _ in view.contrasts]
    line = replace(row.line, cells=(*row.line.cells, *points))
    return Row(line, (*row.results, *contrast_results(view, key, chosen)))


def _count_fatal(view: MaskedView, everything: pd.DataFrame) -> Row:
    """Fatal events of all letters together; `everything` has complaints of a procedure too."""
    chosen = everything[FATAL.choose(everything)]
    context = RowContext(Key(POPULATION, "", FATAL.code), view.groups(POPULATION))
    row = pool_row(
        event_row(context.like(level=FATAL.level, strong=FATAL.strong), FATAL.label, chosen)
    )
    points = [POOLED] * len(view.contrasts)
    return Row(replace(row.line, cells=(*row.line.cells, *points)), row.results)


def _note_fatal(view: MaskedView, everything: pd.DataFrame) -> tuple[str, ...]:
    if not FATAL.is_countable(everything):
        return ()
    return (FATAL_POOLED, *note_deaths(view, everything[FATAL.choose(everything)]))
