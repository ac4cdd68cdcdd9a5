"""T-E-04: every score and its change from baseline, by visit, arms side by side."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.cells import Form
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import (
    Scores,
    choose_median_decimals,
    choose_scores,
    describe_score,
    has_ends,
    is_planned,
    list_changing_scores,
    list_known_scores,
    list_page_scores,
    list_score_notes,
    name_left_out,
    note_file_scores,
    read_flags,
    read_values,
    share_of_yes,
    values_of,
)
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.formats import FEWEST
from helpers.displays.model import Cell, Line, Table, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import (
    FEW_QUARTILES,
    Row,
    collect_rows,
    heading_row,
    summarize_group,
)
from helpers.stats.estimates import NAN
from helpers.view import Group, View

VALUE, CHANGE = "AVAL", "CHG"
ENDS = {"floor_pct": "FLOORFL", "ceiling_pct": "CEILFL"}
ENDS_LABEL = "floor / ceiling"


class Block(NamedTuple):
    """One score at one visit: where its numbers go, of whom, with how many decimals."""

    key: Key
    label: str
    groups: Sequence[Group]
    decimals: int


@shown_as(
    "T-E-04", title="Scores by visit", audiences={"closed_masked": "by label"}, needs=("adeff",)
)
@made_where_possible("T-E-04")
def tabulate_scores_by_visit(view: View) -> Table:
    """Every score, sub-scores too: values and changes of a visit below each other, arms beside.

    Results: population, arm, PARAMCD, visit, category AVAL or CHG; n, mean, sd, median, q1, q3,
    min, max. AVAL of a score whose ends can be reached also floor_pct and ceiling_pct, the percent
    of values at the lowest and highest possible one.
    """
    population = view.interim.population_efficacy
    rows = choose_scores(view)
    scores = list_known_scores(view, rows)
    changing, shown = list_changing_scores(view, rows), list_page_scores(scores)
    blocks = {code: _score_rows(view, rows, code, changes=code in changing) for code in scores}
    lines, results = collect_rows(row for code in shown for row in blocks[code])
    others, more = collect_rows(row for code in scores if code not in shown for row in blocks[code])
    return Table(
        population_line=f"{state_population(view, population)} Participants with a value at the "
        "visit.",
        results=(*results, *more),
        notes=join_notes(
            list_score_notes(view, scores),
            "Change is value minus baseline: where lower is better, a negative change is an "
            "improvement.",
            name_left_out(scores, changing, "so without a change"),
            "Floor / ceiling: percent of the values at the lowest and the highest possible one, no "
            "line where there is none. A component of several scales has neither.",
            FEW_QUARTILES,
            note_file_scores(scores),
        ),
        source_note="adeff with ANL01FL = Y; tabulate_scores_by_visit.",
        stub="Visit: n, mean (SD)",
        headers=build_headers(view.groups(population)),
        lines=lines,
        file_lines=others,
    )


def _score_rows(view: View, rows: Scores, code: str, *, changes: bool) -> list[Row]:
    score, population = view.trial.scores[code], view.interim.population_efficacy
    ends = has_ends(rows, code)
    found = [heading_row(describe_score(score))]
    for visit in view.trial.visit_codes:
        if not is_planned(view, score, visit):
            continue
        key = Key(population, "", code, visit)
        block = Block(key, view.trial.visit_label(visit), view.groups(population), score.decimals)
        summary = _summary_rows(block, VALUE, read_values(rows, code, visit, VALUE))
        found += _add_ends(summary, block, rows) if ends else summary
        if changes and visit != view.trial.baseline.code:
            found += _summary_rows(block, CHANGE, read_values(rows, code, visit, CHANGE))
    return found


def _summary_rows(block: Block, category: str, values: pd.Series) -> list[Row]:
    """Number with mean, median, range; without any value the number alone."""
    label = block.label if category == VALUE else f"{block.label} change"
    results: list[Result] = []
    for group in block.groups:
        key = block.key._replace(arm=group.label, category=category)
        results += rows_of(key, summarize_group(values, group))
    first = _point(label, block, category, show.n_mean_sd(block.decimals), level=1)
    forms = {
        "median (IQR)": show.median_quartiles(choose_median_decimals(block.decimals)),
        "range": show.range_(block.decimals),
    }
    others = [_point(name, block, category, form) for name, form in forms.items()]
    return [Row(first, tuple(results)), *(Row(line) for line in others if len(values))]


def _add_ends(summary: Sequence[Row], block: Block, rows: Scores) -> list[Row]:
    """A summary with the percent of values at the ends of the scale; none of fewer than 3 values.

    The line of the ends is there only where a value lies at one of them.
    """
    code, visit = block.key.parameter, block.key.visit
    flags = {name: read_flags(rows, code, visit, flag) for name, flag in ENDS.items()}
    results: list[Result] = []
    for group in block.groups:
        key = block.key._replace(arm=group.label, category=VALUE)
        own = {name: values_of(flag, group) for name, flag in flags.items()}
        few = min(len(values) for values in own.values()) < FEWEST
        shares = {name: NAN if few else share_of_yes(values) for name, values in own.items()}
        results += rows_of(key, shares)
    reached = any(result.value > 0 for result in results)
    line = [Row(_point(ENDS_LABEL, block, VALUE, show.ends_pct()))] if reached else []
    first, *others = summary
    return [first._replace(results=(*first.results, *results)), *others, *line]


def _point(label: str, block: Block, category: str, form: Form, level: int = 2) -> Line:
    """A line whose cells point at the numbers of every group."""
    cells = tuple(
        Cell(block.key._replace(arm=group.label, category=category), form) for group in block.groups
    )
    return Line(label, cells, level=level)
