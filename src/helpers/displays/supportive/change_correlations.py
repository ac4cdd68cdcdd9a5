"""T-E-18: how the changes of the main scores go together."""

from collections.abc import Sequence

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import (
    choose_scores,
    list_score_notes,
    read_values,
)
from helpers.displays.efficacy.report_parts import CHANGE_CORRELATIONS, made_where_possible
from helpers.displays.efficacy.supportive_conditions import list_key_scores
from helpers.displays.formats import format_number
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key, Result, index_results
from helpers.displays.scores.correlations import correlate_pairs
from helpers.view import TOTAL, View


@shown_as(
    "T-E-18",
    title="Correlation of the changes of the scores",
    audiences={"closed_masked": "pooled"},
    needs=("adeff",),
)
@made_where_possible(CHANGE_CORRELATIONS)
def tabulate_change_correlations(view: View) -> Table:
    """Spearman correlations of the improvements of the main scores at the key visit, arms pooled.

    Results: population, Total, PARAMCD of the row, key visit, PARAMCD of the column: n
    (participants with both), correlation (NaN below 3 participants or without spread).
    """
    population, visit = view.interim.population_efficacy, view.interim.key_visit or ""
    rows = choose_scores(view)
    scores = list_key_scores(view)
    values = {code: read_values(rows, code, visit, "IMPRV") for code in scores}
    triangle = correlate_pairs(scores, values, Key(population, TOTAL, visit=visit))
    return Table(
        population_line=f"{state_population(view, population)} All arms together, improvement from "
        f"baseline at {view.trial.visit_label(visit).lower()}; Spearman rank correlation and, in "
        "brackets, the participants with both.",
        results=triangle.results,
        notes=join_notes(
            "Improvement: above 0, who improves more in one score improves more in the other, "
            "whatever the direction of the scores.",
            "Arms are pooled: an effect of an arm on both scores adds to their correlation, as "
            "does a score that is part of another. Scores that go together are no independent "
            "evidence.",
            list_score_notes(view, scores),
        ),
        source_note="adeff with ANL01FL = Y (IMPRV); tabulate_change_correlations.",
        headline=_state_range(triangle.results),
        stub="Score",
        headers=triangle.headers,
        lines=triangle.lines,
    )


def _state_range(results: Sequence[Result]) -> str:
    """Smallest and largest correlation, and of how many participants."""
    rows = index_results(results).values()
    known = [row for row in rows if row["correlation"] == row["correlation"]]
    if not known:
        return "No correlation can be computed: fewer than 3 participants, or no spread."
    low, high = (format_number(end([r["correlation"] for r in known]), 2) for end in (min, max))
    few, many = (int(end([r["n"] for r in known])) for end in (min, max))
    size = f"{few}" if few == many else f"{few} to {many}"
    return f"Rank correlations from {low} to {high}, in {size} participants each."
