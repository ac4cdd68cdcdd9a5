"""T-E-03b: how the main scores go together at baseline."""

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import (
    choose_scores,
    list_baseline_scores,
    list_score_notes,
    read_values,
)
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.formats import FEWEST
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.stats.estimates import NAN
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
    codes = list(scores)
    results: list[Result] = []
    lines: list[Line] = []
    for place, code in enumerate(codes):
        keys = [Key(population, TOTAL, code, visit, other) for other in codes[:place]]
        for key in keys:
            results += rows_of(key, correlate(values[code], values[key.category]), "spearman")
        lines.append(
            Line(
                scores[code].label, tuple(Cell(key, show.correlation_n(decimals=2)) for key in keys)
            )
        )
    return Table(
        population_line=f"{state_population(view, population)} All arms together, main scores; "
        "Spearman "
        "rank correlation and, in brackets, the participants with both.",
        results=tuple(results),
        notes=join_notes(
            list_score_notes(view, scores),
            "The sign follows the direction of the scores: in some lower is better.",
        ),
        source_note="adeff with ABLFL = Y; tabulate_baseline_correlations.",
        stub="Score",
        headers=tuple(Header(scores[code].label) for code in codes[:-1]),
        lines=tuple(lines[1:]),
    )


def correlate(first: pd.Series, second: pd.Series) -> dict[str, float]:
    """Number with both values and their rank correlation (ties share the mean of their ranks)."""
    both = pd.concat([first, second], axis=1, join="inner")
    ranks = both.rank()
    spread = bool((ranks.std(ddof=0) > 0).all())
    known = len(both) >= FEWEST and spread
    value = float(ranks.iloc[:, 0].corr(ranks.iloc[:, 1])) if known else NAN
    return {"n": len(both), "correlation": value}
