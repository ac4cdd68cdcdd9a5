"""T-E-03b: how the main scores go together at baseline."""

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import (
    choose_scores,
    list_baseline_scores,
    list_score_notes,
    read_values,
)
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.scores.correlations import correlate_pairs
from helpers.view import TOTAL, View


@shown_as(
    "T-E-03b",
    title="Correlation of the scores at baseline",
    audiences={"closed_masked": "pooled"},
    needs=("adeff",),
)
@made_where_possible("T-E-03b")
def tabulate_baseline_correlations(view: View) -> Table:
    """Spearman correlations of the main scores at baseline, arms pooled.

    Results: population, Total, PARAMCD of the row, baseline visit, PARAMCD of the column: n
    (participants with both), correlation (NaN below 3 participants or without spread).
    """
    population, visit = view.interim.population_efficacy, view.trial.baseline.code
    rows = choose_scores(view)
    scores = {c: s for c, s in list_baseline_scores(view, rows).items() if s.main}
    values = {code: read_values(rows, code, visit, "AVAL") for code in scores}
    triangle = correlate_pairs(scores, values, Key(population, TOTAL, visit=visit))
    return Table(
        population_line=f"{state_population(view, population)} All arms together, main scores; "
        "Spearman rank correlation and, in brackets, the participants with both.",
        results=triangle.results,
        notes=join_notes(
            list_score_notes(view, scores),
            "The sign follows the direction of the scores: in some lower is better.",
        ),
        source_note="adeff with ABLFL = Y; tabulate_baseline_correlations.",
        stub="Score",
        headers=triangle.headers,
        lines=triangle.lines,
    )
