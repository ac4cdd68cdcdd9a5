"""T-E-03: the scores at baseline and their severity classes."""

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import (
    Scores,
    choose_median_decimals,
    choose_scores,
    describe_score,
    list_baseline_scores,
    list_known_scores,
    list_page_scores,
    list_score_notes,
    name_left_out,
    note_file_scores,
    read_values,
)
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.model import Cell, Line, Table, join_notes
from helpers.displays.results import Key, rows_of
from helpers.displays.rows import (
    FEW_QUARTILES,
    Row,
    RowContext,
    category_rows,
    collect_rows,
    count_row,
    heading_row,
    summarize_group,
)
from helpers.params.trial import Score
from helpers.view import MaskedView, View

VALUE = "AVAL"
NO_VALUE, NO_CLASS = "NO_VALUE", "NO_CLASS"


@shown_as(
    "T-E-03", title="Scores at baseline", audiences={"closed_masked": "by label"}, needs=("adeff",)
)
@made_where_possible("T-E-03")
def tabulate_baseline_scores(view: View) -> Table:
    """Participants with a value, mean, median, range and severity class of every score, by arm.

    Results: population, arm, PARAMCD, baseline visit; category AVAL with n, mean, sd, median, q1,
    q3, min, max; without category n, N, pct of participants with a value; category of a class, and
    NO_VALUE beside the classes, n, N, pct of the population.
    """
    population = view.interim.population_efficacy
    rows = choose_scores(view)
    scores = list_baseline_scores(view, rows)
    shown = list_page_scores(scores)
    blocks = {code: _score_rows(view, rows, code, score) for code, score in scores.items()}
    lines, results = collect_rows(row for code in shown for row in blocks[code])
    others, more = collect_rows(row for code in scores if code not in shown for row in blocks[code])
    return Table(
        population_line=f"{state_population(view, population)} {_state_baseline(view)}",
        results=(*results, *more),
        notes=join_notes(
            list_score_notes(view, scores),
            name_left_out(list_known_scores(view, rows), scores, "so not in this table"),
            FEW_QUARTILES,
            note_file_scores(scores),
        ),
        source_note="adeff with ABLFL = Y; tabulate_baseline_scores.",
        stub="Score",
        headers=build_headers(view.groups(population)),
        lines=lines,
        file_lines=others,
        empty="No score at baseline is known yet",
    )


def _state_baseline(view: View) -> str:
    """Which value is the baseline; who may not know the doses gets the same rule for everybody."""
    if isinstance(view, MaskedView):
        return "Last value before or shortly after randomisation."
    return (
        "Last value before the first dose, or before and shortly after randomisation without one."
    )


def _score_rows(view: View, rows: Scores, code: str, score: Score) -> list[Row]:
    population, visit = view.interim.population_efficacy, view.trial.baseline.code
    groups = view.groups(population)
    values = read_values(rows, code, visit, VALUE)
    key = Key(population, "", code, visit)
    found = [
        heading_row(describe_score(score)),
        count_row(RowContext(key, groups), "participants with a value", values.index),
        *_summary_rows(view, key._replace(category=VALUE), values, score.decimals),
    ]
    return [*found, *_class_rows(view, key, score, values)] if score.classes else found


def _class_rows(view: View, key: Key, score: Score, values: pd.Series) -> list[Row]:
    """Everybody of the population by severity class; who has no value is a class too."""
    everybody = view.total(key.population).subjects
    classes = values.reindex(everybody).map(lambda value: classify(score, value))
    labels = {name: name for name in score.classes} | {NO_VALUE: "no value"}
    return category_rows(RowContext(key, view.groups(key.population), level=2), labels, classes)


def _summary_rows(view: View, key: Key, values: pd.Series, decimals: int) -> list[Row]:
    """Mean, median, range."""
    groups = view.groups(key.population)
    keys = [key._replace(arm=group.label) for group in groups]
    results = [
        result
        for own, group in zip(keys, groups, strict=True)
        for result in rows_of(own, summarize_group(values, group))
    ]
    forms = {
        "mean (SD)": show.mean_sd(decimals),
        "median (Q1 to Q3)": show.median_quartiles(choose_median_decimals(decimals)),
        "range": show.range_(decimals),
    }
    lines = [
        Line(label, tuple(Cell(own, form) for own in keys), level=1)
        for label, form in forms.items()
    ]
    return [Row(lines[0], tuple(results)), *(Row(line) for line in lines[1:])]


def classify(score: Score, value: float) -> str:
    """Severity class of a value, or that there is no value, or no class that holds it."""
    if pd.isna(value):
        return NO_VALUE
    inside = (name for name, (low, high) in score.classes.items() if low <= value <= high)
    return next(inside, NO_CLASS)
