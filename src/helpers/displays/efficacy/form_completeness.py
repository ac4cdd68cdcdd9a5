"""T-E-02: forms received and usable of those due, and how the received ones were filled in."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.conduct.open_notes import (
    OTHER_VISITS,
    explain_difference,
    name_full_report,
)
from helpers.displays.conduct.reasons import VISIT_STATES
from helpers.displays.data_status.form_counts import (
    FormCounts,
    compute_completeness,
    compute_usable,
    count_forms,
    find_lowest,
    knows_usable,
)
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.formats import format_percent
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import Row, collect_rows, heading_row
from helpers.stats.estimates import NAN
from helpers.view import ClosedView, Group, View

POPULATION = "ITT"
RECEIVED = "RECEIVED"
ANY = "ANY"
OTHERS = "All participants"
IN_ARM, IN_TOTAL = show.n_over(), show.n_of()
Counts = dict[str, list[FormCounts]]
Compute = Callable[[Group], dict[str, float]]


class Quality(NamedTuple):
    """A flaw of received forms: the column and value that record it, and for which readers."""

    label: str
    column: str
    value: str
    closed_only: bool = False


QUALITY = {
    "OUT_OF_WINDOW": Quality("dated outside the protocol window", "WINFL", "N"),
    "RATER_NOT_BLINDED": Quality("rated by an unblinded rater", "EVALBL", "N", True),
    "PROXY": Quality("answered by a proxy", "EVALMETH", "PROXY", True),
}


@shown_as(
    "T-E-02",
    title="Completeness of the forms",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("advisit",),
    absent="The data do not say which forms were due and when.",
    small_counts="shown",
)
@made_where_possible("T-E-02")
def tabulate_form_completeness(view: View) -> Table:
    """Received / due by form, visit and arm; usable / due and the other statuses in total.

    Results: population ITT, arm, form, visit; category status with n, no category with n received,
    N due, pct; `form.usable` with n usable, N due, pct, also with visit `ANY` (all visits) and
    `ANY.usable` (all forms). Form with visit `ANY` and category OUT_OF_WINDOW, closed also
    RATER_NOT_BLINDED and PROXY: n of N received after baseline.
    """
    groups = view.groups(POPULATION)
    counts = {group.label: count_forms(view, group) for group in groups}
    total = counts[groups[-1].label]
    scored = knows_usable(view)
    rows = [
        *_list_visit_rows(view, groups, counts, scored),
        *(_list_usable_rows(view, groups, counts) if scored else []),
        *_list_quality_rows(view, groups),
    ]
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, POPULATION)} Forms received / due; percent in "
        "the total.",
        results=results,
        notes=join_notes(
            "Due: received or missed. Open windows, later visits, and participants who died or "
            "left before the window closed are not due.",
            _note_usable(view, scored),
            _note_open_visits(view),
            explain_difference(view, OTHER_VISITS),
        ),
        source_note="advisit, ITT; tabulate_form_completeness.",
        headline=_describe(view, total, scored),
        stub="Form and visit",
        headers=(*build_headers(groups, "Received / due"), *_head_others(scored)),
        lines=lines,
    )


def _describe(view: View, counts: Sequence[FormCounts], scored: bool) -> str:
    """Shares received and usable of all forms, and the form and visit with the lowest share."""
    compute = compute_usable if scored else compute_completeness
    received, found = compute_completeness(counts), compute(counts)
    if not received["total"]:
        return "No form was due by the cut-off."
    text = f"{_share(received)} of the forms due were received"
    text += f", {_share(found)} usable" if scored else ""
    lowest = find_lowest(counts, compute)
    worst = compute([lowest]) if lowest is not None else received
    if lowest is None or worst["n"] == worst["total"]:
        return f"{text}."
    visit = view.trial.visit_label(lowest.visit).lower()
    what = "fewest usable" if scored else "lowest"
    return f"{text}; {what}: {view.trial.forms[lowest.form].label} at {visit}, {_share(worst)}."


def _note_usable(view: View, scored: bool) -> str:
    """What usable means, or why it is not said; imported data are received with their scores."""
    if scored:
        return "Usable: received, and every score of the form can be computed."
    unread = view.trial.level == "raw"
    return "How many give a score is not known here: answers are not loaded." if unread else ""


def _note_open_visits(view: View) -> str:
    """Why single forms can differ in a closed report; imported data are dated alike for all."""
    if isinstance(view, ClosedView) or view.trial.level != "raw":
        return ""
    return name_full_report(
        view,
        "Visits and windows are counted from randomisation here, in closed reports from another "
        "day: of single forms the status, and whether they lie in the window, can differ there.",
    )


def _share(found: dict[str, float]) -> str:
    percent = format_percent(found["n"], found["total"])
    return f"{percent}% ({int(found['n'])} of {int(found['total'])})"


def _head_others(scored: bool) -> list[Header]:
    labels = [label for status, label in VISIT_STATES.items() if status != RECEIVED]
    return [Header(label, group=OTHERS) for label in ["Usable / due"] * scored + labels]


def _list_visit_rows(
    view: View, groups: Sequence[Group], counts: Counts, scored: bool
) -> list[Row]:
    rows: list[Row] = []
    places = counts[groups[-1].label]
    for number, place in enumerate(places):
        if not rows or places[number - 1].form != place.form:
            rows.append(heading_row(view.trial.forms[place.form].label))
        cells = [counts[group.label][number] for group in groups]
        rows.append(_visit_row(view, groups, cells, scored))
    return rows


def _visit_row(
    view: View, groups: Sequence[Group], cells: Sequence[FormCounts], scored: bool
) -> Row:
    results: list[Result] = []
    keys = [Key(POPULATION, group.label, cells[0].form, cells[0].visit) for group in groups]
    for key, cell in zip(keys, cells, strict=True):
        results += rows_of(key, compute_completeness([cell]))
        if scored:
            results += rows_of(_of_usable(key), compute_usable([cell]))
        for status, n in cell.statuses.items():
            results += rows_of(key._replace(category=status), {"n": n})
    total = keys[-1]
    usable = [Cell(_of_usable(total), IN_TOTAL)] * scored
    others = [status for status in VISIT_STATES if status != RECEIVED]
    shown = (*_point(keys), *usable, *(Cell(total._replace(category=s), show.n()) for s in others))
    return Row(Line(view.trial.visit_label(total.visit), shown, level=1), tuple(results))


def _share_row(label: str, key: Key, groups: Sequence[Group], compute: Compute) -> Row:
    """Forms with something, of those that could have it, by arm and in total."""
    keys = [key._replace(arm=group.label) for group in groups]
    numbers = [rows_of(own, compute(group)) for own, group in zip(keys, groups, strict=True)]
    return Row(Line(label, _point(keys), level=1), tuple(chain.from_iterable(numbers)))


def _point(keys: Sequence[Key]) -> tuple[Cell, ...]:
    """Cells of the arms without percent, which the total has: arms are small, the table is wide."""
    *arms, total = keys
    return (*(Cell(key, IN_ARM) for key in arms), Cell(total, IN_TOTAL))


def _of_usable(key: Key) -> Key:
    return key._replace(parameter=f"{key.parameter}.usable")


def _list_usable_rows(view: View, groups: Sequence[Group], counts: Counts) -> list[Row]:
    """Usable / due by arm, all visits of a form together, then all forms."""
    labels = {code: form.label for code, form in view.trial.forms.items()} | {ANY: "All forms"}
    keys = {code: _of_usable(Key(POPULATION, "", code, ANY)) for code in labels}
    rows = [
        _share_row(label, keys[code], groups, _count_usable(counts, code))
        for code, label in labels.items()
    ]
    return [heading_row("Usable / due, all visits"), *rows]


def _count_usable(counts: Counts, form: str) -> Compute:
    def count(group: Group) -> dict[str, float]:
        return compute_usable(c for c in counts[group.label] if form in (c.form, ANY))

    return count


def _list_quality_rows(view: View, groups: Sequence[Group]) -> list[Row]:
    """Of the forms received after baseline: outside the window, rater not blinded, by proxy."""
    rows = view["advisit"]
    received = rows[(rows["STATUS"] == RECEIVED) & (rows["AVISIT"] != view.trial.baseline.code)]
    found: list[Row] = []
    for category, quality in QUALITY.items():
        if quality.closed_only and not isinstance(view, ClosedView):
            continue
        recorded = _list_recorded_forms(view, received, quality)
        if recorded:
            found.append(heading_row(f"Received after baseline and {quality.label}"))
        found += [
            _share_row(
                view.trial.forms[form].label,
                Key(POPULATION, "", form, ANY, category),
                groups,
                _count_quality(received[received["FORM"] == form], quality),
            )
            for form in recorded
        ]
    return found


def _list_recorded_forms(view: View, received: pd.DataFrame, quality: Quality) -> list[str]:
    """Forms on which the quality is recorded at all."""
    if quality.column not in received:
        return []
    known = set(received.loc[received[quality.column].notna(), "FORM"])
    return [form for form in view.trial.forms if form in known]


def _count_quality(received: pd.DataFrame, quality: Quality) -> Compute:
    def count(group: Group) -> dict[str, float]:
        own = received[received["USUBJID"].isin(group.subjects)]
        n, total = int((own[quality.column] == quality.value).sum()), len(own)
        return {"n": n, "total": total, "pct": 100 * n / total if total else NAN}

    return count
