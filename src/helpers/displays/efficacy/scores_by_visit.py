"""T-E-04: every score and its change from baseline, by visit and arm."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays.audience import shown_as
from helpers.displays.columns import state_population
from helpers.displays.display import Cell, Header, Line, Table, join_notes
from helpers.displays.efficacy.content import (
    Scores,
    choose_scores,
    describe_score,
    is_planned,
    list_changing_scores,
    list_known_scores,
    list_score_notes,
    name_left_out,
    needs_follow_up,
    needs_scores,
    read_values,
    share_at,
    values_of,
)
from helpers.displays.results import Key, rows_of
from helpers.displays.rows import Row, collect_rows, heading_row, summarize_group
from helpers.params.trial import Score
from helpers.view import Group, View

VALUE, CHANGE = "AVAL", "CHG"
CHANGED = "change"


@shown_as("T-E-04", needs=("adeff",), absent="There are no scores in this trial.")
@needs_scores("T-E-04")
@needs_follow_up("T-E-04")
def tabulate_scores_by_visit(view: View) -> Table:
    """Every score, sub-scores too: a line per visit and arm, the change from baseline below it.

    Results: population, arm, PARAMCD, visit, category AVAL or CHG; n, mean, sd, median, q1, q3,
    min, max; AVAL also floor_pct and ceiling_pct, the share of values at the ends of the range.
    """
    population = view.interim.population_efficacy
    rows = choose_scores(view)
    scores = list_known_scores(view, rows)
    changing = list_changing_scores(view, rows)
    groups = view.groups(population)
    lines, results = collect_rows(
        row
        for code, score in scores.items()
        for row in _score_rows(view, rows, code, groups, changes=code in changing)
    )
    return Table(
        id="T-E-04",
        title="Scores by visit",
        counted=f"{state_population(view, population)} Persons with a value at the visit.",
        results=results,
        notes=join_notes(
            list_score_notes(scores),
            "Change is value minus baseline: where lower is better, a negative change is an "
            "improvement.",
            name_left_out(scores, changing, "so without a change"),
            "Lowest and highest: percent of the values at that end of the score's range.",
            "Below 3 persons no mean and SD; the range of one or two persons is their values. "
            "Quartiles are of type 7. Nothing is tested within an arm.",
        ),
        made="adeff with ANL01FL = Y; tabulate_scores_by_visit.",
        stub="Score, visit and arm",
        headers=_build_headers(),
        lines=lines,
    )


def _build_headers() -> tuple[Header, ...]:
    labels = ("n", "mean (SD)", "median (Q1 to Q3)", "range", "lowest %", "highest %")
    return tuple(Header(label) for label in labels)


def _score_rows(
    view: View, rows: Scores, code: str, groups: Sequence[Group], *, changes: bool
) -> list[Row]:
    score = view.trial.scores[code]
    found = [heading_row(describe_score(score))]
    for visit in view.trial.visit_codes:
        if not is_planned(view, score, visit):
            continue
        values = {name: read_values(rows, code, visit, name) for name in (VALUE, CHANGE)}
        key = Key(view.interim.population_efficacy, "", code, visit)
        changed = changes and visit != view.trial.baseline.code
        for group in groups:
            label = f"{view.trial.visit_label(visit)}, {group.label}"
            own = key._replace(arm=group.label)
            found.append(_value_row(label, own, group, score, values[VALUE]))
            if changed:
                found.append(_change_row(own, group, score, values[CHANGE]))
    return found


def _value_row(label: str, key: Key, group: Group, score: Score, values: pd.Series) -> Row:
    own = key._replace(category=VALUE)
    members = values_of(values, group)
    ends = {
        "floor_pct": share_at(members, score.range[0]),
        "ceiling_pct": share_at(members, score.range[1]),
    }
    results = (*rows_of(own, summarize_group(values, group)), *rows_of(own, ends))
    cells = (*_summary_cells(own, score), Cell(own, "floor_pct"), Cell(own, "ceiling_pct"))
    return Row(Line(label, cells, level=1), results)


def _change_row(key: Key, group: Group, score: Score, changes: pd.Series) -> Row:
    own = key._replace(category=CHANGE)
    results = tuple(rows_of(own, summarize_group(changes, group)))
    return Row(Line(CHANGED, tuple(_summary_cells(own, score)), level=2), results)


def _summary_cells(key: Key, score: Score) -> list[Cell]:
    """N, mean, median and range; a median may lie between two values and has a decimal more."""
    forms = (
        "n",
        f"mean_sd:{score.decimals}",
        f"median_quartiles:{score.decimals + 1}",
        f"range:{score.decimals}",
    )
    return [Cell(key, form) for form in forms]
