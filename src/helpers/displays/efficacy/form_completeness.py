"""T-E-02: forms received of those due, by form and visit, and how they were filled in."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays.audience import shown_as
from helpers.displays.columns import build_headers, state_population
from helpers.displays.conduct.completeness_map import describe_completeness
from helpers.displays.conduct.form_counts import FormCounts, compute_completeness, count_forms
from helpers.displays.conduct.reasons import VISIT_STATES
from helpers.displays.display import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import Row, collect_rows, heading_row
from helpers.stats.estimates import NAN
from helpers.view import ClosedView, Group, View

POPULATION = "ITT"
RECEIVED = "RECEIVED"
QUALITY = {
    "OUT_OF_WINDOW": "dated outside the protocol window",
    "RATER_NOT_BLINDED": "rated by somebody who knew the arm",
    "PROXY": "answered by a proxy",
}
CLOSED_ONLY = ("RATER_NOT_BLINDED", "PROXY")
Counts = dict[str, list[FormCounts]]


@shown_as(
    "T-E-02",
    needs=("advisit",),
    absent="The data do not say which forms were due and when.",
    small_counts="shown",
)
def tabulate_form_completeness(view: View) -> Table:
    """Received / due by form, visit and arm, the other statuses in total.

    Results: population ITT, arm, form, visit; category status with n, no category with n received,
    N due, pct. Form with visit `ANY` and category OUT_OF_WINDOW, closed also RATER_NOT_BLINDED and
    PROXY: n of N received.
    """
    groups = view.groups(POPULATION)
    counts = {group.label: count_forms(view, group) for group in groups}
    rows = [*_list_visit_rows(view, groups, counts), *_list_quality_rows(view, groups)]
    lines, results = collect_rows(rows)
    total = groups[-1].label
    return Table(
        id="T-E-02",
        title="Completeness of the forms",
        counted=f"{state_population(view, POPULATION)} Forms received / due (%).",
        results=results,
        notes=join_notes(
            "Due: received or missed. Open windows, later visits, and persons who died or left "
            "before are not due.",
            ""
            if isinstance(view, ClosedView)
            else "Visits are counted from randomisation here; closed reports count from another "
            "day, so that single forms can differ.",
        ),
        made="advisit, ITT; tabulate_form_completeness.",
        finding=describe_completeness(view.trial, counts[total]),
        stub="Form and visit",
        headers=(*build_headers(groups, "Received / due"), *_head_statuses()),
        lines=lines,
    )


def _head_statuses() -> list[Header]:
    return [
        Header(label, "", None, "All persons, other")
        for status, label in VISIT_STATES.items()
        if status != RECEIVED
    ]


def _list_visit_rows(view: View, groups: Sequence[Group], counts: Counts) -> list[Row]:
    rows: list[Row] = []
    places = counts[groups[-1].label]
    for number, place in enumerate(places):
        if not rows or places[number - 1].form != place.form:
            rows.append(heading_row(view.trial.forms[place.form].label))
        cells = [counts[group.label][number] for group in groups]
        rows.append(_visit_row(view, groups, cells))
    return rows


def _visit_row(view: View, groups: Sequence[Group], cells: Sequence[FormCounts]) -> Row:
    results: list[Result] = []
    for group, cell in zip(groups, cells, strict=True):
        key = Key(POPULATION, group.label, cell.form, cell.visit)
        results += rows_of(key, compute_completeness([cell]))
        for status, n in cell.statuses.items():
            results += rows_of(key._replace(category=status), {"n": n})
    keys = [Key(POPULATION, group.label, cells[0].form, cells[0].visit) for group in groups]
    shown = [Cell(key, "n_of") for key in keys]
    shown += [
        Cell(keys[-1]._replace(category=status), "n")
        for status in VISIT_STATES
        if status != RECEIVED
    ]
    label = view.trial.visit_label(cells[0].visit)
    return Row(Line(label, tuple(shown), level=1), tuple(results))


def _list_quality_rows(view: View, groups: Sequence[Group]) -> list[Row]:
    """Of the forms received after baseline: outside the window, rater not blinded, by proxy."""
    rows = view["advisit"]
    received = rows[(rows["STATUS"] == RECEIVED) & (rows["AVISIT"] != view.trial.baseline.code)]
    found: list[Row] = []
    for category, label in QUALITY.items():
        if category in CLOSED_ONLY and not isinstance(view, ClosedView):
            continue
        hit = _find_quality(received, category)
        if hit is None:
            continue
        found.append(heading_row(f"Received after baseline and {label}"))
        found += [
            _quality_row(form.label, code, category, groups, received, hit)
            for code, form in view.trial.forms.items()
            if category != "PROXY" or received.loc[received["FORM"] == code, "EVALMETH"].any()
        ]
    return found if received.size else []


def _find_quality(received: pd.DataFrame, category: str) -> pd.Series | None:
    """Which received forms have the quality; None where nobody recorded it."""
    column, value = {
        "OUT_OF_WINDOW": ("WINFL", None),
        "RATER_NOT_BLINDED": ("EVALBL", "N"),
        "PROXY": ("EVALMETH", "PROXY"),
    }[category]
    if column not in received or received[column].isna().all():
        return None
    return received[column].isna() if value is None else received[column] == value


def _quality_row(
    label: str,
    form: str,
    category: str,
    groups: Sequence[Group],
    received: pd.DataFrame,
    hit: pd.Series,
) -> Row:
    results: list[Result] = []
    keys = [Key(POPULATION, group.label, form, "ANY", category) for group in groups]
    for key, group in zip(keys, groups, strict=True):
        own = (received["FORM"] == form) & received["USUBJID"].isin(group.subjects)
        n, total = int((own & hit).sum()), int(own.sum())
        results += rows_of(key, {"n": n, "N": total, "pct": 100 * n / total if total else NAN})
    return Row(Line(label, tuple(Cell(key, "n_of") for key in keys), level=1), tuple(results))
