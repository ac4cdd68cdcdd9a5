"""T-S-13: serious adverse events by system organ class and preferred term."""

from helpers.displays.adverse_events.event_counts import event_row, no_event_rows, read_small_cell
from helpers.displays.adverse_events.event_notes import (
    AS_IN_EXTRACT,
    ONCE,
    note_conservative_flags,
    note_fatal_not_serious,
    note_imputed_starts,
    note_severe_not_serious,
)
from helpers.displays.adverse_events.procedure_rows import complaint_rows, note_complaints
from helpers.displays.adverse_events.term_rows import ANY, term_rows
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import RowContext, collect_rows
from helpers.view import ArmView, ClosedView, View

BY_CRITERION = "An event that meets a criterion of seriousness counts, whatever the form says."
AS_GIVEN = "Serious as flagged in the data."


@shown_as(
    "T-S-13",
    title="Serious adverse events",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    variables=("ASERFL",),
    closed_variables=("TRTEMFL",),
    small_counts=(ANY,),
)
def tabulate_serious_events(view: View) -> Table:
    """Participants and serious events by class and term, every term; open the pooled count only.

    Results: parameter class or `ANY`, category term (empty on the class row); n, N, pct, events.
    """
    closed, by_arm = isinstance(view, ClosedView), isinstance(view, ArmView)
    population, flag = (view.safety, "TRTEMFL") if closed else ("ITT", "AFTRANFL")
    when = "Treatment-emergent" if closed else "After randomisation"
    counted = view.flagged("adae", flag)
    events = view.flagged("adae", flag, "ASERFL")
    groups, small = view.groups(population), read_small_cell(view)
    label, key = "Any serious event", Key(population, "", ANY)
    if not len(events):
        rows = no_event_rows(view, key, groups)
    elif by_arm:
        rows = term_rows(label, population, groups, events)
    else:  # the total of serious events is published for every audience, however small
        rows = [event_row(RowContext(key, groups, level=0, strong=True), label, events)]
    if isinstance(view, ArmView):
        rows += complaint_rows(view, RowContext(key, groups), flag, "ASERFL")
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, population)} {when}: participants n (%) "
        "[events].",
        results=results,
        notes=join_notes(
            ONCE,
            BY_CRITERION if view.trial.level == "raw" else AS_GIVEN,
            "Records: L-S-01." if closed else "",
            note_conservative_flags(events, small),
            note_fatal_not_serious(counted, small),
            note_severe_not_serious(view),
            note_imputed_starts(events, small),
            AS_IN_EXTRACT,
            note_complaints(view) if isinstance(view, ArmView) else (),
        ),
        source_note=f"adae with {flag} = Y and ASERFL = Y, {population}; tabulate_serious_events.",
        stub="System organ class, preferred term" if by_arm else "Serious events",
        headers=build_headers(groups),
        lines=lines,
    )
