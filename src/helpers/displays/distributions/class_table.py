"""T-E-09: ordered classes of scores by visit, with proportional odds at looks that spend alpha."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.distributions.classes import (
    Classed,
    list_ordinal_scores,
    list_planned_visits,
    order_classes,
    rank_classes,
    read_classes,
    sort_out,
)
from helpers.displays.efficacy.comparisons import (
    EXPLORATORY,
    find_level,
    list_compared,
    note_no_alpha,
)
from helpers.displays.efficacy.content import describe_score, list_score_notes
from helpers.displays.efficacy.report_parts import RANKS, list_shown, made_where_possible
from helpers.displays.formats import format_level
from helpers.displays.model import Cell, Header, Table, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import (
    Row,
    RowContext,
    category_rows,
    collect_rows,
    count_row,
    heading_row,
)
from helpers.stats.estimates import NAN
from helpers.stats.ordinal import proportional_odds
from helpers.view import View

VALUE, ODDS_RATIO = "VALUE", "ODDS_RATIO"
METHOD = "proportional_odds_profile"
NO_MODEL = dict.fromkeys(("estimate", "lower", "upper"), NAN)


class Odds(NamedTuple):
    """Odds ratios of a better class at a visit, and why those that are not there are not."""

    results: list[Result]
    reasons: set[str]


@shown_as(
    "T-E-09",
    audiences={"closed_masked": "by label"},
    title="Distribution of ordered classes",
    needs=("adeff",),
)
@made_where_possible("T-E-09")
def tabulate_classes(view: View) -> Table:
    """Participants in each class of the scores with ordered classes, by visit and arm.

    Results: population, arm, PARAMCD, visit; category VALUE (participants with a value) and the
    class: n, N or n_value, pct. At looks that spend alpha contrasts after baseline, category
    ODDS_RATIO: estimate, lower, upper of the common odds ratio of a better class.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    classed = sort_out(view)
    scores = list_ordinal_scores(classed)
    reasons: dict[str, list[str]] = {}
    lines, results = collect_rows(
        row for code in scores for row in _list_score_rows(classed, code, reasons)
    )
    return Table(
        population_line=f"{state_population(view, classed.population)} Classes: n (%) of the "
        "participants with a value at the visit, from the best class to the worst. No "
        "estimand of T-E-01: describes.",
        results=results,
        notes=join_notes(
            _note_odds(view),
            _state_reasons(view, reasons),
            "Participants without a value, and the dead, are in no class: T-E-12 counts them.",
            list_score_notes(view, scores),
        ),
        source_note="adeff (AVAL) with ANL01FL = Y, classes of the parameters; tabulate_classes.",
        stub="Score, visit, class",
        headers=(*build_headers(classed.arms), *_head_odds(view)),
        lines=lines,
    )


def _state_reasons(view: View, reasons: Mapping[str, Sequence[str]]) -> list[str]:
    """Where no odds ratio can be estimated and why, and what is compared in its place."""
    said = [f"NE ({reason}): {', '.join(where)}." for reason, where in reasons.items()]
    instead = f"Where there is no odds ratio: changes of the main scores by ranks are in {RANKS}."
    return [*said, *([instead] if said and RANKS in list_shown(view) else [])]


def _note_odds(view: View) -> str:
    if not list_compared(view):
        return note_no_alpha(view)
    return (
        "Odds ratio: proportional odds with the class at baseline as a linear score; above 1 "
        f"favours the first arm of a contrast. {format_level(find_level(view))} CI by profile "
        f"likelihood. {EXPLORATORY}"
    )


def _head_odds(view: View) -> list[Header]:
    return [Header(label, "(CI)", None, "Odds ratio") for label, _, _ in list_compared(view)]


def _list_score_rows(classed: Classed, code: str, reasons: dict[str, list[str]]) -> Iterator[Row]:
    """Per visit: participants with a value and odds ratios, then the classes."""
    view, score = classed.view, classed.view.trial.scores[code]
    labels = order_classes(score)
    yield heading_row(describe_score(score))
    for visit in list_planned_visits(view, score):
        key = Key(classed.population, "", code, visit)
        classes = read_classes(classed, code, visit)
        yield _build_visit_row(classed, key, classes, reasons)
        for row in category_rows(
            RowContext(key, classed.arms, among=classes.index, level=2), labels, classes
        ):
            yield _pad(row, view)


def _build_visit_row(
    classed: Classed, key: Key, classes: pd.Series, reasons: dict[str, list[str]]
) -> Row:
    """Participants with a value; after baseline odds ratios of a better class beside them."""
    view = classed.view
    label = view.trial.visit_label(key.visit)
    place = key._replace(category=VALUE)
    row = count_row(RowContext(place, classed.arms, form=show.n_over()), label, classes.index)
    if key.visit == view.trial.baseline.code or not list_compared(view):
        return _pad(row, view)
    odds = _estimate_odds(classed, key, classes)
    for reason in sorted(odds.reasons):
        where = f"{view.trial.scores[key.parameter].label} {label.lower()}"
        reasons.setdefault(reason, []).append(where)
    cells = [
        Cell(key._replace(contrast=name, category=ODDS_RATIO), show.interval(2))
        for name, _, _ in list_compared(view)
    ]
    line = replace(row.line, cells=(*row.line.cells, *cells))
    return Row(line, (*row.results, *odds.results))


def _pad(row: Row, view: View) -> Row:
    """A row without odds ratios, as wide as those with."""
    blank = ("",) * len(list_compared(view))
    return row._replace(line=replace(row.line, cells=(*row.line.cells, *blank)))


def _estimate_odds(classed: Classed, key: Key, classes: pd.Series) -> Odds:
    """Common odds ratios of a better class, adjusted for the class at baseline."""
    view = classed.view
    frame = _build_frame(classed, key.parameter, classes)
    odds = Odds([], set())
    for label, code, reference in list_compared(view):
        found = proportional_odds(
            frame,
            response="RANK",
            arm="ARM",
            covariates=["BASE"],
            reference=reference,
            level=find_level(view),
        ).set_index("contrast")
        row = found.loc[f"{code} - {reference}"]
        numbers = {
            "estimate": float(row["odds_ratio"]),
            "lower": float(row["lower"]),
            "upper": float(row["upper"]),
        }
        place = key._replace(contrast=label, category=ODDS_RATIO)
        odds.results.extend(rows_of(place, numbers, METHOD))
        if row["note"]:
            odds.reasons.add(str(row["note"]).partition(";")[0])
    return odds


def _build_frame(classed: Classed, code: str, classes: pd.Series) -> pd.DataFrame:
    """One row per participant: ARM, RANK of the class, BASE rank at baseline."""
    order = order_classes(classed.view.trial.scores[code])
    base = read_classes(classed, code, classed.view.trial.baseline.code)
    arm = {subject: group.code for group in classed.arms for subject in group.subjects}
    codes = [group.code for group in classed.arms]
    return pd.DataFrame(
        {
            "RANK": rank_classes(classes, order),
            "BASE": rank_classes(base, order).reindex(classes.index),
            "ARM": pd.Categorical(classes.index.map(arm), categories=codes),
        },
        index=classes.index,
    )
