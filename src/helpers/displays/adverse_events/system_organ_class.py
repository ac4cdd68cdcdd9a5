"""T-S-14: treatment-emergent events by system organ class and preferred term."""

from helpers.displays.adverse_events.class_rows import class_rows
from helpers.displays.adverse_events.event_counts import no_event_rows, read_small_cell
from helpers.displays.adverse_events.event_notes import (
    ONCE,
    note_imputed_starts,
    note_small_cells,
    note_suppressed,
)
from helpers.displays.adverse_events.kinds import choose_counted
from helpers.displays.adverse_events.procedure_rows import complaint_rows, note_complaints
from helpers.displays.adverse_events.term_rows import ANY, find_rare_terms, is_row_of, term_rows
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key, format_value
from helpers.displays.rows import RowContext, collect_rows
from helpers.view import ArmView, View

POOLED_TITLE = "Adverse events by system organ class"


@shown_as(
    "T-S-14",
    title="Adverse events by system organ class and preferred term",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    closed_variables=("TRTEMFL",),
)
def tabulate_soc_pt(view: View) -> Table:
    """Participants and events by class and term; open by class only, pooled, in steps.

    Results: parameter class or `ANY`, category term (empty on the class row); n, N, pct, events.
    Terms below the reporting thresholds are in the results without a line.
    """
    return _tabulate_by_arm(view) if isinstance(view, ArmView) else _tabulate_pooled(view)


def _tabulate_by_arm(view: ArmView) -> Table:
    flag, population, name, each = choose_counted(view)
    events = view.flagged("adae", flag)
    groups = view.groups(population)
    rare = find_rare_terms(view, events, groups[:-1])
    context = RowContext(Key(population, "", ANY), groups)
    if len(events):
        rows = term_rows(each, population, groups, events)
    else:
        rows = no_event_rows(view, context.key, groups)
    rows += complaint_rows(view, context, flag)
    _, results = collect_rows(rows)
    lines, _ = collect_rows(row for row in rows if not (row.results and is_row_of(row, rare)))
    return Table(
        population_line=f"{state_population(view, population)} {name}: participants n (%) "
        "[events].",
        results=results,
        notes=join_notes(
            ONCE,
            "Sorted by decreasing total incidence of SOC, then PT; ties alphabetical.",
            _note_rare(view, len(rare)),
            note_imputed_starts(events),
            note_complaints(view),
        ),
        source_note=f"adae with {flag} = Y, {population}; tabulate_soc_pt.",
        stub="System organ class, preferred term",
        headers=build_headers(groups),
        lines=lines,
    )


def _note_rare(view: View, n: int) -> str:
    """How many terms have no line, and why."""
    if not n:
        return ""
    interim = view.interim
    terms = "1 term" if n == 1 else f"{n} terms"
    always = "Serious terms"
    if view.has("adae", "AESICAT"):
        always += " and those of special interest"
    return (
        f"{terms} below the threshold for a line (in some arm at least {interim.min_n_report} "
        f"participants and {format_value(interim.min_pct_report)}%), counted in the SOC and given "
        f"in results.csv. {always} always have a line."
    )


def _tabulate_pooled(view: View) -> Table:
    events = view.flagged("adae", "AFTRANFL")
    total, small = view.total("ITT"), read_small_cell(view)
    if len(events):
        rows = class_rows("Any event after randomisation", "ITT", total, events, small)
    else:
        rows = no_event_rows(view, Key("ITT", "", ANY), [total])
    lines, results = collect_rows(rows)
    return Table(
        title=POOLED_TITLE,
        population_line=f"{state_population(view, 'ITT')} Participants with an event after "
        "randomisation.",
        results=results,
        notes=join_notes(
            "A participant counts once per row." if small else ONCE,
            note_small_cells(small),
            note_suppressed(lines),
            note_imputed_starts(events, small),
        ),
        source_note="adae with AFTRANFL = Y, ITT; tabulate_soc_pt.",
        stub="System organ class",
        headers=build_headers([total]),
        lines=lines,
    )
