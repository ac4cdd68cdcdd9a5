"""T-S-11: adverse events associated with an administration, the trial's primary outcome."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.administration.active_arms import active_groups, place_cells
from helpers.displays.administration.background_windows import list_background_rows
from helpers.displays.administration.event_list import (
    find_unlisted,
    note_list,
    note_unlisted,
)
from helpers.displays.administration.recorded_doses import say_by_other_dates, say_routes
from helpers.displays.administration.windows import (
    ANY_DOSE,
    IN_WINDOW,
    LISTED,
    RELATED,
    Doses,
    choose_events,
    collect_doses,
    count_evaluable,
    count_not_evaluable,
    difference_results,
    dose_contrasts,
    list_windows,
    share_results,
)
from helpers.displays.adverse_events.event_notes import (
    note_conservative_flags,
    note_imputed_starts,
    note_intervals,
)
from helpers.displays.adverse_events.uncoded_notes import note_uncoded
from helpers.displays.cells import Form
from helpers.displays.columns import build_headers, name_contrast, state_population
from helpers.displays.declare import shown_as
from helpers.displays.exposure.dose_dates import note_dose_dates
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import Row, collect_rows, heading_row, name_code
from helpers.view import ClosedView, View

SEVERE = 3
UNLISTED = "unlisted.grade_ge3"
LABELS = {
    LISTED: "Events on the prespecified list",
    IN_WINDOW: "Any event",
    RELATED: "Any event related to product or procedure",
}


class _What(NamedTuple):
    """What a row counts: code in results.csv, visit, window (its category), label."""

    code: str
    visit: str
    window: str
    label: str
    strong: bool = False


@shown_as(
    "T-S-11",
    title="Primary outcome: adverse events associated with an administration",
    audiences={"open": "sentence", "closed_masked": "sentence"},
    sentence={
        "open": "The primary outcome is reviewed in closed session.",
        "closed_masked": "The primary outcome is in the report that names the arms: read it there "
        "before any recommendation.",
    },
    needs=("adae", "adex"),
    absent="This trial has no single administrations, so there are no windows after them.",
)
def tabulate_primary_outcome(view: View) -> Table:
    """Participants, and administrations, with an event in each window after a dose.

    Results: population SAF, arm (dosed arms and their total), parameter (definition), visit
    (`DOSE1` ..., `ANY`), category (window); n, N (whose window is evaluable), pct, lower, upper
    as proportions. Contrasts have arm "", `<definition>.<window>` as parameter, their label as
    category. Arms without doses have no rows: a zero there would mislead. `unlisted.grade_ge3`:
    severe events in the primary window that are not on the list.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("the primary outcome is counted by arm")
    definition = view.interim.aa_definition
    events = choose_events(view, definition)
    doses = collect_doses(view, events)
    rows = [
        *_list_window_rows(view, doses, definition),
        *_list_kind_rows(view, doses, definition),
        *_list_administration_rows(view, doses, definition),
        *_list_unlisted_rows(view, definition),
        *_list_other_definitions(view, definition),
        *list_background_rows(view),
    ]
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, 'SAF')} Participants with an event in the window "
        "after a dose / participants evaluable for the window (%).",
        results=results,
        notes=_list_notes(view, doses, definition),
        source_note="adae (TRTEMFL, AALISTFL, window flags, DOSEREF), adex (GIVENFL, window ends); "
        f"tabulate_primary_outcome; limits {view.interim.ci_prop}, "
        f"differences {view.interim.ci_diff}.",
        headline=_state_headline(view, results, definition),
        stub="Participants with at least one event",
        headers=_build_headers(view),
        lines=lines,
    )


def _build_headers(view: ClosedView) -> tuple[Header, ...]:
    groups = view.groups("SAF")
    dosed = active_groups(view)[-1]
    heads = build_headers((*groups[:-1], dosed))
    level = format_level(view.interim.conf_level_safety)
    contrasts = (
        Header(name_contrast(view, label), f"points, {level} CI", None)
        for label, _, _ in dose_contrasts(view)
    )
    return (*heads, *contrasts)


def _show_window(hours: int) -> str:
    return f"{hours // 24} days" if hours > 72 and hours % 24 == 0 else f"{hours} h"


def _row(view: ClosedView, what: _What, status: pd.DataFrame) -> Row:
    """One row: dosed arms with limits, n.a. elsewhere, total, differences between dosed arms."""
    key = Key("SAF", "", what.code, what.visit, what.window)
    counts = {group.label: count_evaluable(status, group) for group in active_groups(view)}
    results: list[Result] = []
    for label, numbers in counts.items():
        results += share_results(view, key._replace(arm=label), numbers)
    results += difference_results(view, key, counts)
    points = [Cell(key._replace(contrast=c), show.points()) for c, _, _ in dose_contrasts(view)]
    cells = (*_place(view, key, show.n_of()), *points)
    return Row(Line(what.label, cells, level=1, strong=what.strong), tuple(results))


def _place(view: ClosedView, key: Key, form: Form) -> tuple[Cell | str, ...]:
    """Cells of the dosed arms and their total, n.a. elsewhere."""
    groups = active_groups(view)
    return place_cells(view, groups, [Cell(key._replace(arm=g.label), form) for g in groups])


def _limits_row(view: ClosedView, what: _What) -> Row:
    key = Key("SAF", "", what.code, what.visit, what.window)
    label = f"{format_level(view.interim.conf_level_safety)} CI, %"
    return Row(Line(label, _place(view, key, show.percent_interval()), level=2))


def _list_window_rows(view: ClosedView, doses: Doses, definition: str) -> list[Row]:
    """The chosen definition by window: after any dose, then after each."""
    if definition == RELATED:
        return _list_related_rows(view, primary=True)
    rows = [heading_row(f"{LABELS[definition]}, after any dose")]
    for window, hours in list_windows(view).items():
        primary = hours == view.interim.admin_window_hours
        label = f"within {_show_window(hours)}{' (primary window)' if primary else ''}"
        what = _What(definition, ANY_DOSE, window, label, strong=primary)
        rows.append(_row(view, what, doses.classify_participants(window, None)))
        if primary:
            rows.append(_limits_row(view, what))
    for dose in range(1, view.trial.doses.planned + 1):
        rows.append(heading_row(f"{LABELS[definition]}, after dose {dose}"))
        rows += [
            _row(
                view,
                _What(definition, f"DOSE{dose}", window, f"within {_show_window(hours)}"),
                doses.classify_participants(window, dose),
            )
            for window, hours in list_windows(view).items()
        ]
    return rows


def _primary_window(view: ClosedView) -> str:
    hours = view.interim.admin_window_hours
    return next(name for name, length in list_windows(view).items() if length == hours)


def _list_kind_rows(view: ClosedView, doses: Doses, definition: str) -> list[Row]:
    """The primary window by grade, seriousness and category of special interest."""
    if definition == RELATED:
        return []
    window = _primary_window(view)
    events = doses.events
    kinds = [
        ("grade_ge3", f"grade {SEVERE} or higher", (events["ATOXGR"] >= SEVERE).fillna(False)),
        ("serious", "serious", events["ASERFL"] == "Y"),
    ]
    seen = doses.after(window, None)["AESICAT"].dropna().unique()
    names = dict(view.trial.adverse_events.categories)
    names |= {c: name_code(c) for c in sorted(seen) if c not in names}
    kinds += [(c, label, events["AESICAT"] == c) for c, label in names.items() if c in seen]
    hours = view.interim.admin_window_hours
    rows = [heading_row(f"Of these, within {_show_window(hours)} after any dose")]
    for code, label, chosen in kinds:
        part = Doses(doses.given, events[chosen.astype(bool)])
        known = doses.classify_participants(window, None)["EVALUABLE"]
        status = part.classify_participants(window, None).assign(EVALUABLE=known)
        rows.append(_row(view, _What(f"{definition}.{code}", ANY_DOSE, window, label), status))
    return rows


def _list_administration_rows(view: ClosedView, doses: Doses, definition: str) -> list[Row]:
    """Administrations instead of participants: no CI, doses of one are not independent."""
    if definition == RELATED:
        return []
    rows = [heading_row("Administrations followed by at least one such event")]
    for window, hours in list_windows(view).items():
        status = doses.classify_administrations(window)
        key = Key("SAF", "", f"{definition}.administrations", ANY_DOSE, window)
        results: list[Result] = []
        for group in active_groups(view):
            counts = count_evaluable(status, group)
            counts["total"] = counts.pop("N")  # administrations
            results += rows_of(key._replace(arm=group.label), counts)
        label = f"within {_show_window(hours)}"
        rows.append(Row(Line(label, _place(view, key, show.n_of()), level=1), tuple(results)))
    return rows


def _list_unlisted_rows(view: ClosedView, definition: str) -> list[Row]:
    """Severe events in the primary window that the list lacks: beside the outcome, not in it."""
    if definition != LISTED:
        return []
    window, doses = _primary_window(view), collect_doses(view, find_unlisted(view))
    label = f"grade {SEVERE} or higher, within {_show_window(view.interim.admin_window_hours)}"
    what = _What(UNLISTED, ANY_DOSE, window, label)
    return [
        heading_row("Not on the list, after any dose (not in the primary outcome)"),
        _row(view, what, doses.classify_participants(window, None)),
    ]


def _list_other_definitions(view: ClosedView, definition: str) -> list[Row]:
    """The definitions that were not chosen, beside it."""
    rows = [heading_row("Other definitions, after any dose")]
    for other in (LISTED, IN_WINDOW):
        if other == definition:
            continue
        doses = collect_doses(view, choose_events(view, other))
        for window, hours in list_windows(view).items():
            label = f"{LABELS[other]} within {_show_window(hours)}"
            what = _What(other, ANY_DOSE, window, label)
            rows.append(_row(view, what, doses.classify_participants(window, None)))
    return rows if definition == RELATED else [*rows, *_list_related_rows(view, primary=False)]


def _list_related_rows(view: ClosedView, *, primary: bool) -> list[Row]:
    """Related events of the whole follow-up; everybody who got a dose is evaluable."""
    event = choose_events(view, RELATED)["USUBJID"]
    persons = active_groups(view)[-1].subjects
    status = pd.DataFrame({"EVENT": persons.isin(event), "EVALUABLE": True}, index=persons)
    label = f"{LABELS[RELATED]}, whole follow-up"
    what = _What(RELATED, ANY_DOSE, "", label, strong=primary)
    rows = [_row(view, what, status)]
    return [*rows, _limits_row(view, what)] if primary else rows


def _list_notes(view: ClosedView, doses: Doses, definition: str) -> tuple[str, ...]:
    windows = list_windows(view)
    unknown = count_not_evaluable(doses.classify_participants(window, None) for window in windows)
    open_windows = [
        f"{n} for {_show_window(hours)}"
        for n, hours in zip(unknown, windows.values(), strict=True)
        if n
    ]
    return join_notes(
        "n.a.: not applicable, an arm without administrations has no window; a zero would mislead. "
        "The total is that of the arms with doses.",
        view.trial.adverse_events.window_note,
        note_list(view),
        note_unlisted(view, collect_doses(view, find_unlisted(view)))
        if definition == LISTED
        else "",
        "Windows are cumulative and closed at their end; an event with a date only counts by "
        "calendar days.",
        "Participants whose window had not ended at the cut-off and who have no event in it are "
        f"not evaluable (any dose): {', '.join(open_windows)}."
        if open_windows
        else "",
        "No CI for administrations: doses of one participant are not independent.",
        "Categories without an event are left out.",
        note_uncoded(view, "the prespecified list (it goes by preferred term)"),
        note_dose_dates(view, say_by_other_dates(view)),
        say_routes(view),
        note_imputed_starts(doses.events),
        note_conservative_flags(doses.events),
        note_intervals(view),
    )


def _state_headline(view: ClosedView, results: Sequence[Result], definition: str) -> str:
    window = "" if definition == RELATED else _primary_window(view)
    statistics = index_results(results)
    keys = [Key("SAF", arm.label, definition, ANY_DOSE, window) for arm in view.arms if arm.active]
    parts = [f"{format_cell(Cell(key, show.n_of()), statistics)} in {key.arm}" for key in keys]
    when = f" within {_show_window(view.interim.admin_window_hours)} after a dose" if window else ""
    what = LABELS[definition][:1].lower() + LABELS[definition][1:]
    said = f"Participants with {what}{when}: {', '.join(parts)}."
    return f"{said}{_say_unlisted(statistics, keys)}" if definition == LISTED else said


def _say_unlisted(statistics: Mapping[Key, Mapping[str, float]], keys: Sequence[Key]) -> str:
    """Severe events that the list lacks, by arm; nothing where there are none."""
    keys = [key._replace(parameter=UNLISTED) for key in keys]
    if not any(statistics[key]["n"] for key in keys):
        return ""
    parts = (f"{format_cell(Cell(key, show.n_of()), statistics)} in {key.arm}" for key in keys)
    return f" With one of grade {SEVERE} or higher that is not on it: {', '.join(parts)}."
