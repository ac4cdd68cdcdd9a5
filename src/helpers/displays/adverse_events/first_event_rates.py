"""T-S-10b: first adverse events of each kind per participant-time at risk."""

from collections.abc import Sequence

from helpers.displays import show
from helpers.displays.administration.active_arms import place_cells
from helpers.displays.adverse_events.event_counts import PER_YEARS, rate_results
from helpers.displays.adverse_events.event_notes import note_intervals
from helpers.displays.adverse_events.kinds import Block, list_blocks, list_columns
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_level
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, index_results
from helpers.displays.rows import Row, collect_rows
from helpers.view import ClosedView, View

SHORT = 0.5  # participant-years below which a rate per 100 of them tells of days


@shown_as(
    "T-S-10b",
    title="Exposure-adjusted incidence rates of first adverse events",
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
)
def tabulate_first_event_rates(view: View) -> Table:
    """Participants with a first event per 100 participant-years at risk, with exact limits, by arm.

    Results: keys as in T-S-10; person_years, rate, lower, upper (per 100 participant-years).

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("rates are shown by arm")
    lines, results = collect_rows(_rate_row(view, block) for block in list_blocks(view))
    return Table(
        population_line=f"{state_population(view, view.safety)} Rows on randomisation: all "
        "randomised participants. Participants with a first event / participant-years at risk; "
        f"rate per {PER_YEARS} participant-years.",
        results=results,
        notes=join_notes(
            "Time at risk runs from the first dose, without one from randomisation, to the first "
            "event of the row or the end of follow-up; in rows on randomisation it begins there.",
            "Repeated events of a participant are not in a rate. NE: nobody at risk.",
            note_other_sizes(view),
            _note_short(results),
            note_intervals(view),
        ),
        source_note="adae, adsl (RISKSTDT, RANDDT, EXITDT); tabulate_first_event_rates; exact "
        "Poisson "
        "limits.",
        stub="First event of the kind",
        headers=_build_headers(view),
        lines=lines,
    )


def note_other_sizes(view: ClosedView) -> str:
    """Why rows on randomisation count other participants than the N of the column."""
    pairs = zip(view.groups("ITT"), view.groups(view.safety), strict=True)
    other = [
        f"{itt.n} in {itt.label}" for itt, own in pairs if set(itt.subjects) != set(own.subjects)
    ]
    if not other:
        return ""
    return (
        "Rows on randomisation go by the arm as randomised and not by the N of the column: "
        f"{', '.join(other)}."
    )


def _note_short(results: Sequence[Result]) -> str:
    """That a rate over a few weeks is no rate of a year; empty where none is so short."""
    rows = index_results(results).values()
    if not any(row["n"] and row["person_years"] < SHORT for row in rows):
        return ""
    return (
        f"From less than {SHORT:g} participant-years, as where nearly everybody has the event soon "
        "after a dose, a rate says only that: read n of N (T-S-10)."
    )


def _rate_row(view: ClosedView, block: Block) -> Row:
    kind, population, events, risk = block
    key = Key(population, "", kind.code)
    groups = list_columns(view, kind, population)
    results = [row for group in groups for row in rate_results(view, key, group, events, risk)]
    counts, rates = (
        place_cells(view, groups, [Cell(key._replace(arm=group.label), form) for group in groups])
        for form in (show.n_years(), show.rate())
    )
    cells = tuple(cell for pair in zip(counts, rates, strict=True) for cell in pair)
    return Row(Line(kind.label, cells, level=kind.level, strong=kind.strong), tuple(results))


def _build_headers(view: ClosedView) -> tuple[Header, ...]:
    """Two columns for each arm and the total."""
    level = format_level(view.interim.conf_level_safety)
    return tuple(
        Header(label, note, group.position, group.label)
        for group in view.groups(view.safety)
        for label, note in (("n / years", f"N = {group.n}"), ("rate", f"{level} CI"))
    )
