"""T-E-03b: how the main scores go together at baseline."""

import pandas as pd

from helpers.displays.audience import shown_as
from helpers.displays.columns import state_population
from helpers.displays.display import Cell, Header, Line, Table, Withheld, join_notes
from helpers.displays.efficacy.content import (
    choose_scores,
    is_planned,
    list_baseline_scores,
    list_score_notes,
    needs_scores,
    read_values,
)
from helpers.displays.results import Key, Result, rows_of
from helpers.stats.estimates import NAN
from helpers.view import TOTAL, View

FEWEST = 3
NO_PAIR = "Fewer than two main scores are planned at baseline, so none goes with another."


@shown_as("T-E-03b", needs=("adeff",))
@needs_scores("T-E-03b")
def tabulate_baseline_correlations(view: View) -> Table | Withheld:
    """Spearman correlations of the main scores at baseline, arms pooled.

    Results: population, Total, PARAMCD of the row, baseline visit, PARAMCD of the column: n persons
    with both, correlation (NaN below 3 persons or without spread).
    """
    population, visit = view.interim.population_efficacy, view.trial.baseline.code
    rows = choose_scores(view)
    scores = {c: s for c, s in list_baseline_scores(view, rows).items() if s.main}
    planned = [s for s in view.trial.scores.values() if s.main and is_planned(view, s, visit)]
    if max(len(planned), len(scores)) < 2:
        return Withheld("T-E-03b", "", "", sentence=NO_PAIR)
    values = {code: read_values(rows, code, visit, "AVAL") for code in scores}
    codes = list(scores)
    results: list[Result] = []
    lines: list[Line] = []
    for place, code in enumerate(codes):
        keys = [Key(population, TOTAL, code, visit, other) for other in codes[:place]]
        for key in keys:
            results += rows_of(key, correlate(values[code], values[key.category]), "spearman")
        lines.append(Line(scores[code].label, tuple(Cell(key, "correlation:2") for key in keys)))
    return Table(
        id="T-E-03b",
        title="Correlation of the scores at baseline",
        counted=f"{state_population(view, population)} All arms together, main scores; Spearman "
        "rank correlation.",
        results=tuple(results),
        notes=join_notes(
            list_score_notes(scores),
            "The sign follows the direction of the scores: in some lower is better.",
        ),
        made="adeff with ABLFL = Y; tabulate_baseline_correlations.",
        stub="Score",
        headers=tuple(Header(scores[code].label) for code in codes[:-1]),
        lines=tuple(lines[1:]),
        empty="Fewer than two scores at baseline are known yet",
    )


def correlate(first: pd.Series, second: pd.Series) -> dict[str, float]:
    """Persons with both values and their rank correlation (ties share the mean of their ranks)."""
    both = pd.concat([first, second], axis=1, join="inner")
    ranks = both.rank()
    spread = bool((ranks.std(ddof=0) > 0).all())
    known = len(both) >= FEWEST and spread
    value = float(ranks.iloc[:, 0].corr(ranks.iloc[:, 1])) if known else NAN
    return {"n": len(both), "correlation": value}
