"""T-E-03: the scores at baseline, their classes, and how they go together."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays.audience import shown_as
from helpers.displays.columns import build_headers, state_population
from helpers.displays.display import Cell, Line, Table, join_notes
from helpers.displays.efficacy.content import (
    Scores,
    choose_scores,
    describe_score,
    list_baseline_scores,
    list_known_scores,
    list_score_notes,
    name_left_out,
    needs_scores,
    read_values,
)
from helpers.displays.results import Key, rows_of
from helpers.displays.rows import (
    Row,
    category_rows,
    collect_rows,
    count_row,
    heading_row,
    summarize_group,
)
from helpers.params.trial import Score
from helpers.view import Group, View

VALUE = "AVAL"


@shown_as("T-E-03", needs=("adeff",), absent="There are no scores in this trial.")
@needs_scores("T-E-03")
def tabulate_baseline_scores(view: View) -> Table:
    """Persons with a value, mean, median, range and severity class of every score, by arm.

    Results: population, arm, PARAMCD, baseline visit; category AVAL with n, mean, sd, median, q1,
    q3, min, max; without category n, N, pct of persons with a value; category of a class n, N, pct
    of those with a value.
    """
    population = view.interim.population_efficacy
    rows = choose_scores(view)
    scores = list_baseline_scores(view, rows)
    groups = view.groups(population)
    lines, results = collect_rows(
        row
        for code, score in scores.items()
        for row in _score_rows(view, rows, code, score, groups)
    )
    return Table(
        id="T-E-03",
        title="Scores at baseline",
        counted=f"{state_population(view, population)} Last value before the first dose, or before "
        "and shortly after randomisation without one.",
        results=results,
        notes=join_notes(
            list_score_notes(scores),
            name_left_out(list_known_scores(view, rows), scores, "so not in this table"),
            "Below 3 persons no mean and SD; the range of one or two persons is their values. "
            "Quartiles are of type 7. No tests of balance.",
        ),
        made="adeff with ABLFL = Y; tabulate_baseline_scores.",
        stub="Score",
        headers=build_headers(groups),
        lines=lines,
        empty="No score at baseline is known yet",
    )


def _score_rows(
    view: View, rows: Scores, code: str, score: Score, groups: Sequence[Group]
) -> list[Row]:
    population, visit = view.interim.population_efficacy, view.trial.baseline.code
    values = read_values(rows, code, visit, VALUE)
    key = Key(population, "", code, visit)
    found = [
        heading_row(describe_score(score)),
        count_row("persons with a value", key, groups, values.index, form="n_of"),
        *_summary_rows(key._replace(category=VALUE), groups, values, score.decimals),
    ]
    if score.classes:
        classes = values.map(lambda value: classify(score, value))
        labels = {name: name for name in score.classes}
        found += category_rows(labels, key, groups, classes, among=values.index, level=2)
    return found


def _summary_rows(key: Key, groups: Sequence[Group], values: pd.Series, decimals: int) -> list[Row]:
    """Mean, median, range; a median may lie between two values and has a decimal more."""
    keys = [key._replace(arm=group.label) for group in groups]
    results = [
        result
        for own, group in zip(keys, groups, strict=True)
        for result in rows_of(own, summarize_group(values, group))
    ]
    forms = {
        "mean (SD)": f"mean_sd:{decimals}",
        "median (Q1 to Q3)": f"median_quartiles:{decimals + 1}",
        "range": f"range:{decimals}",
    }
    lines = [
        Line(label, tuple(Cell(own, form) for own in keys), level=1)
        for label, form in forms.items()
    ]
    return [Row(lines[0], tuple(results)), *(Row(line) for line in lines[1:])]


def classify(score: Score, value: float) -> str | None:
    """Severity class of a value; nothing between or beyond the classes."""
    for name, (low, high) in score.classes.items():
        if low <= value <= high:
            return name
    return None
