"""T-S-10: participants with an adverse event of each kind, differences from control."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from helpers.displays import show
from helpers.displays.administration.active_arms import place_cells
from helpers.displays.adverse_events.class_rows import total_row
from helpers.displays.adverse_events.count_bands import band_row, is_pinned, suppressed_row
from helpers.displays.adverse_events.detail_rows import list_detail_rows
from helpers.displays.adverse_events.event_counts import (
    contrast_results,
    control_contrasts,
    count_events,
    event_row,
    no_event_rows,
    read_small_cell,
)
from helpers.displays.adverse_events.event_notes import (
    AS_IN_EXTRACT,
    ONCE,
    name_grade_five,
    note_after_cancellation,
    note_conservative_flags,
    note_deaths,
    note_emergence,
    note_fatal_not_serious,
    note_flagged_otherwise,
    note_grade_five,
    note_imputed_starts,
    note_intervals,
    note_missing_grades,
    note_related_without_dose,
    note_severe_not_serious,
    note_small_cells,
    note_suppressed,
    note_unsolicited,
)
from helpers.displays.adverse_events.extra_rows import list_extra_rows
from helpers.displays.adverse_events.first_event_rates import note_other_sizes
from helpers.displays.adverse_events.kinds import (
    AFTER,
    FATAL,
    GRADE,
    SERIOUS,
    SEVERE,
    Block,
    Kind,
    find_emergent,
    have_same_persons,
    list_blocks,
    list_columns,
    list_emergent_kinds,
)
from helpers.displays.adverse_events.masked_overview import tabulate_by_label
from helpers.displays.columns import build_headers, name_contrast, state_population
from helpers.displays.conduct.finding_notes import note_findings
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_cell
from helpers.displays.model import NOT_APPLICABLE, Cell, Header, Table, join_notes
from helpers.displays.results import Key, Result, index_results
from helpers.displays.rows import Row, RowContext, collect_rows
from helpers.view import TOTAL, ClosedView, Group, MaskedView, View

NO_EVENT = "no_event"
POOLED_KINDS = (AFTER, GRADE, SERIOUS, FATAL)
HEADLINE = ("serious", "serious_related", "grade_ge3")
PLAIN, WITH_N = show.n_pct_events(), show.n_of_events()
ALWAYS_PUBLISHED = (SERIOUS, FATAL)  # for every audience, however few


@shown_as(
    "T-S-10",
    title="Overview of adverse events",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    small_counts=tuple(kind.code for kind in ALWAYS_PUBLISHED),
)
def tabulate_ae_overview(view: View) -> Table:
    """Participants with at least one event, by kind; closed also differences between arms.

    Results: population ITT (`any_after_rand`, `between_rand_and_dose`) or SAF, arm, row code;
    n, N, pct, events; of a contrast: estimate, lower, upper. Category: a criterion of seriousness
    under `serious`, an action taken under `dose_changed`.
    Open: after randomisation, pooled; masked: after randomisation, by letter.
    """
    if isinstance(view, MaskedView):
        return tabulate_by_label(view)
    return _tabulate_by_arm(view) if isinstance(view, ClosedView) else _tabulate_pooled(view)


def _tabulate_pooled(view: View) -> Table:
    events = view.flagged("adae", "AFTRANFL")
    groups, small = view.groups("ITT"), read_small_cell(view)
    rows = [_pooled_row(kind, groups[0], events, small) for kind in POOLED_KINDS]
    lines, results = collect_rows(row for row in rows if row is not None)
    if events.empty:
        lines, more = collect_rows(no_event_rows(view, Key("ITT", "", NO_EVENT), groups))
        results = (*results, *more)
    return Table(
        population_line=f"{state_population(view, 'ITT')} Participants n (%) [events] after "
        "randomisation.",
        results=results,
        notes=join_notes(
            ONCE,
            note_small_cells(small),
            note_suppressed(lines),
            note_deaths(view, events[FATAL.choose(events)]),
            note_fatal_not_serious(events, small),
            note_grade_five(view, events, small),
            note_imputed_starts(events, small),
            AS_IN_EXTRACT,
        ),
        source_note="adae with AFTRANFL = Y, ITT; tabulate_ae_overview.",
        stub="Participants with at least one event",
        headers=build_headers(groups),
        lines=lines,
    )


def _pooled_row(kind: Kind, group: Group, events: pd.DataFrame, small_cell: int) -> Row | None:
    """Row of one kind; None where the data do not say which events it counts.

    Serious and fatal events are exempt from suppression: every audience gets their exact number.
    """
    if not kind.is_countable(events):
        return None
    context = RowContext(Key("ITT", "", kind.code), [group], level=kind.level)
    chosen = events[kind.choose(events)]
    if kind in ALWAYS_PUBLISHED:
        return event_row(context.like(strong=kind.strong), kind.label, chosen)
    if kind is AFTER:
        return total_row(context, kind.label, chosen, small_cell)
    counts = count_events(chosen, group)
    exempt = [count_events(chosen[chosen["FATALFL"] == "Y"], group)["n"]]
    if is_pinned(counts["n"], small_cell, exempt):
        return suppressed_row(context, kind.label, counts)
    return band_row(context, kind.label, counts, small_cell)


def _tabulate_by_arm(view: ClosedView) -> Table:
    events = view["adae"]
    after = events[events["AFTRANFL"] == "Y"]
    emergent = find_emergent(view)
    rows = [
        row
        for block in list_blocks(view)
        for row in (_count_row(view, block), *list_detail_rows(view, block))
    ]
    lines, results = collect_rows([*rows, *list_extra_rows(view, emergent)])
    if after.empty:
        lines, more = collect_rows(
            no_event_rows(view, Key(view.safety, "", NO_EVENT), view.groups(view.safety))
        )
        results = (*results, *more)
    contrasts = control_contrasts(view)
    return Table(
        population_line=f"{state_population(view, view.safety)} Rows on randomisation: all "
        f"randomised participants as randomised, N = {view.total('ITT').n}. Participants n (%) "
        "[events].",
        results=results,
        notes=_list_notes(view, after, emergent),
        source_note=f"adae (AFTRANFL, BTWNFL in ITT; TRTEMFL in {view.safety}), adsl; "
        f"tabulate_ae_overview; differences {view.interim.ci_diff}.",
        headline=_state_headline(view, results),
        stub="Participants with at least one event",
        headers=(*build_headers(view.groups(view.safety)), *_head_contrasts(view, contrasts)),
        lines=lines,
    )


def _head_contrasts(view: ClosedView, contrasts: Sequence[tuple[str, str, str]]) -> list[Header]:
    if view.trial.control is None:
        return [
            Header(name_contrast(view, label), "", None, "Difference, points")
            for label, _, _ in contrasts
        ]
    name = view.trial.arm(view.trial.control).name.lower()
    return [
        Header(view.trial.arm(code).label, "", None, f"Difference from {name}, points")
        for _, code, _ in contrasts
    ]


def _count_row(view: ClosedView, block: Block) -> Row:
    kind, population, events, _ = block
    key = Key(population, "", kind.code)
    groups = list_columns(view, kind, population)
    form = PLAIN if have_same_persons(groups, view.groups(view.safety)) else WITH_N
    context = RowContext(key, groups, form=form, level=kind.level, strong=kind.strong)
    row = event_row(context, kind.label, events)
    contrasts = control_contrasts(view)
    if kind.dosed_only:
        cells = (*place_cells(view, groups, row.line.cells), *[NOT_APPLICABLE] * len(contrasts))
        return Row(replace(row.line, cells=cells), row.results)
    points = (Cell(key._replace(contrast=label), show.points()) for label, _, _ in contrasts)
    differences = contrast_results(view, key, events)
    return Row(replace(row.line, cells=(*row.line.cells, *points)), (*row.results, *differences))


def _list_notes(view: ClosedView, after: pd.DataFrame, emergent: pd.DataFrame) -> tuple[str, ...]:
    return join_notes(
        ONCE,
        "n.a.: not applicable, no dose is planned in this arm; the total of such a row is that of "
        "the arms with doses.",
        "Rows with another denominator than the N of the column print their own (n / N).",
        note_other_sizes(view),
        "Serious events one by one: L-S-01.",
        note_emergence(view),
        note_after_cancellation(after),
        note_deaths(view, emergent[FATAL.choose(emergent)]),
        note_fatal_not_serious(after),
        note_grade_five(view, after),
        note_imputed_starts(after),
        note_flagged_otherwise(after),
        note_conservative_flags(emergent),
        note_related_without_dose(view, emergent),
        note_unsolicited(emergent),
        note_severe_not_serious(view),
        note_findings(view, ("C22", "ae")),
        note_missing_grades(emergent, SEVERE),
        AS_IN_EXTRACT,
        note_intervals(view),
    )


def _state_headline(view: ClosedView, results: Sequence[Result]) -> str:
    """The most unfavourable of serious, serious and related, severe; serious beside it."""
    statistics = index_results(results)
    kinds = {kind.code: kind for kind in list_emergent_kinds(view) if kind.code in HEADLINE}
    labels = {code: kind.label for code, kind in kinds.items()}
    if "serious" not in labels or not statistics[Key(view.safety, TOTAL, "serious")]["N"]:
        return ""
    excess = {code: _find_excess(view, code, statistics) for code in HEADLINE if code in labels}
    worst = max(excess, key=lambda code: excess[code])
    counts = _say(view, kinds["serious"], statistics)
    serious = f"Participants with a serious treatment-emergent event: {counts}."
    if worst == "serious" or excess[worst] <= 0:
        return serious
    rows = "; ".join(labels[code] for code in HEADLINE if code in labels)
    lead = f"Most unfavourable of the rows {rows}: {labels[worst]}, "
    lead += f"{_say(view, kinds[worst], statistics)}."
    return f"{lead} {serious}"


def _find_excess(
    view: ClosedView, code: str, statistics: Mapping[Key, Mapping[str, float]]
) -> float:
    """Largest difference of an arm from the control; nothing where none can be estimated."""
    contrasts = [
        Key(view.safety, "", code, contrast=label) for label, _, _ in control_contrasts(view)
    ]
    estimates = [statistics[key]["estimate"] for key in contrasts]
    return max((value for value in estimates if not math.isnan(value)), default=0.0)


def _say(view: ClosedView, kind: Kind, statistics: Mapping[Key, Mapping[str, float]]) -> str:
    """Participants by arm, with what their number counts that nobody died of."""
    emergent = find_emergent(view)
    events = emergent[kind.choose(emergent)]
    said = []
    for arm in view.arms:
        cell = Cell(Key(view.safety, arm.label, kind.code), show.n_of())
        beside = name_grade_five(view, events, view.arm_group(view.safety, arm.code))
        said.append(f"{format_cell(cell, statistics)} in {arm.label}{beside}")
    return ", ".join(said)
