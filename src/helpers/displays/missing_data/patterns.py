"""T-E-12: patterns of missing values of the main scores, and the baselines behind them."""

from collections.abc import Iterator, Sequence

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import is_planned, list_known_scores, read_values
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.formats import FEWEST
from helpers.displays.model import Table, join_notes
from helpers.displays.responders.states import (
    OBSERVED,
    STATES,
    TO_COME,
    Assessed,
    assess,
    find_states,
)
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
    RowContext,
    category_rows,
    collect_rows,
    heading_row,
    number_row,
    summarize_group,
)
from helpers.params.trial import Score
from helpers.view import Group, View

COMPLETE, MONOTONE, INTERMITTENT = "COMPLETE", "MONOTONE", "INTERMITTENT"
KINDS = {
    COMPLETE: "complete so far",
    MONOTONE: "monotone: no value from a visit on",
    INTERMITTENT: "intermittent: a value after a missing one",
}
BASELINES = {
    "BASELINE_COMPLETE": "baseline, complete so far: n, mean (SD)",
    "BASELINE_OTHERS": "baseline, others",
}


@shown_as(
    "T-E-12",
    audiences={"closed_masked": "by label"},
    title="Patterns of missing values",
    needs=("adeff", "advisit"),
)
@made_where_possible("T-E-12")
def tabulate_missing_patterns(view: View) -> Table:
    """Participants by which values of a main score they have, visit by visit.

    Results: population, arm, PARAMCD; category a pattern (a letter per planned visit of O observed,
    M missing, N not due or window open, D died before, L left before), COMPLETE, MONOTONE,
    INTERMITTENT: n, N, pct; BASELINE_COMPLETE and BASELINE_OTHERS: n, mean, sd of the baseline
    value.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    assessed = assess(view)
    scores = {c: s for c, s in list_known_scores(view, assessed.scores).items() if s.main}
    lines, results = collect_rows(
        row for code, score in scores.items() for row in _list_score_rows(assessed, code, score)
    )
    letters = ", ".join(f"{letter} {words}" for letter, words in STATES.items())
    return Table(
        population_line=f"{state_population(view, assessed.population)} One letter per planned "
        f"visit: {letters}.",
        results=results,
        notes=join_notes(
            "Values not due or in an open window are administrative, not missing: they are left "
            "out of the kinds of pattern, and none is ever imputed.",
            "Missing: due and without a score, also where the form came and the score cannot be "
            "computed.",
            f"No mean of fewer than {FEWEST} baselines. Within arms; nothing here is tested.",
        ),
        source_note="adeff with ANL01FL = Y, advisit (STATUS); tabulate_missing_patterns.",
        stub="Score, pattern",
        headers=build_headers(view.groups(assessed.population)),
        lines=lines,
    )


def find_patterns(assessed: Assessed, code: str) -> pd.Series:
    """Letters of the planned visits of a score, by USUBJID."""
    score = assessed.view.trial.scores[code]
    visits = [v for v in assessed.view.trial.visit_codes if is_planned(assessed.view, score, v)]
    letters = [find_states(assessed, code, visit) for visit in visits]
    return pd.concat(letters, axis=1).agg("".join, axis=1).astype(object)


def classify_pattern(pattern: str) -> str:
    """Complete so far, monotone or intermittent; what is not due says nothing."""
    due = pattern.replace(TO_COME, "")
    if set(due) <= {OBSERVED}:
        return COMPLETE
    first = next(place for place, letter in enumerate(due) if letter != OBSERVED)
    return INTERMITTENT if OBSERVED in due[first:] else MONOTONE


def _list_score_rows(assessed: Assessed, code: str, score: Score) -> Iterator[Row]:
    """Patterns, the most frequent first; their kinds; baselines of who is complete and who not."""
    groups = assessed.view.groups(assessed.population)
    key = Key(assessed.population, "", code)
    patterns = find_patterns(assessed, code)
    kinds = patterns.map(classify_pattern)
    yield heading_row(score.label)
    labels = {pattern: " ".join(pattern) for pattern in _order(patterns)}
    yield from category_rows(RowContext(key, groups), labels, patterns)
    yield from category_rows(RowContext(key, groups), KINDS, kinds)
    yield from _list_baseline_rows(assessed, key, groups, kinds)


def _order(patterns: pd.Series) -> list[str]:
    counts = patterns.value_counts()
    return sorted(counts.index, key=lambda pattern: (-counts[pattern], pattern))


def _list_baseline_rows(
    assessed: Assessed, key: Key, groups: Sequence[Group], kinds: pd.Series
) -> Iterator[Row]:
    """Baseline value of participants who are complete so far, and of the others."""
    view = assessed.view
    values = read_values(assessed.scores, key.parameter, view.trial.baseline.code, "AVAL")
    complete = values.index.isin(kinds.index[kinds == COMPLETE])
    parts = dict(zip(BASELINES, (values[complete], values[~complete]), strict=True))
    for category, own in parts.items():

        def summarize(group: Group, own: pd.Series = own) -> dict[str, float]:
            summary = summarize_group(own, group)
            return {name: summary[name] for name in ("n", "mean", "sd")}

        form = show.n_mean_sd(view.trial.scores[key.parameter].decimals)
        place = key._replace(visit=view.trial.baseline.code, category=category)
        yield number_row(RowContext(place, groups, form=form), BASELINES[category], summarize)
