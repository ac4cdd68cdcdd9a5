"""T-S-05: what the randomised participants were like before the first dose."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from helpers.displays import show
from helpers.displays.baseline.balance_note import (
    Contrast,
    describe_chance,
    list_control_contrasts,
)
from helpers.displays.columns import build_headers, state_population
from helpers.displays.conduct.open_notes import BASELINE, explain_difference
from helpers.displays.declare import shown_as
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import (
    Row,
    RowContext,
    category_rows,
    collect_rows,
    count_row,
    heading_row,
    of_persons,
    summary_rows,
)
from helpers.params.characteristics import BaselineRow, name_level, rank_level
from helpers.stats.balance.standardised_difference import (
    standardize_category_difference,
    standardize_mean_difference,
)
from helpers.view import Group, View

POPULATION = "ITT"
MISSING = "MISSING"
METHODS = {"number": "standardised_mean", "category": "yang_dalton", "flag": "yang_dalton"}


@shown_as(
    "T-S-05",
    title="Baseline characteristics",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adsl",),
    small_counts="shown",
)
def tabulate_baseline(view: View) -> Table:
    """Baseline characteristics as the trial lists them (`baseline_table`), by arm as randomised.

    Closed reports add the standardised difference of each arm from control: of means (Austin 2009)
    or of the distribution over categories (Yang and Dalton 2012). There are no tests of balance.
    """
    groups, persons = view.groups(POPULATION), view.population(POPULATION)
    shown = [row for row in view.trial.baseline_table if row.variable in persons]
    contrasts = list_control_contrasts(view)
    rows = [line for row in shown for line in variable_rows(row, view, persons, contrasts)]
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, POPULATION)} Participants n (%).",
        results=results,
        notes=join_notes(
            "Mean and SD need 3 participants; of fewer, the range shows every value. "
            "Quartiles are by linear interpolation (type 7).",
            describe_chance(view, count_categories(shown, persons)) if contrasts else "",
            explain_difference(view, BASELINE),
        ),
        source_note="adsl, ITTFL = Y, last value before treatment; tabulate_baseline.",
        headline="" if len(persons) else "Nobody was randomised by the cut-off.",
        stub="Characteristic",
        headers=(*build_headers(groups), *head_differences(view, contrasts)),
        lines=lines,
    )


def head_differences(view: View, contrasts: Sequence[Contrast]) -> list[Header]:
    """Heads of the columns of differences, under one title."""
    return [
        Header(
            view.trial.arm(arm).name,
            group=f"Standardised difference from {view.trial.arm(reference).name}",
        )
        for _, arm, reference in contrasts
    ]


def variable_rows(
    row: BaselineRow, view: View, persons: pd.DataFrame, contrasts: Sequence[Contrast]
) -> list[Row]:
    """Lines of one characteristic, the differences on the first of them."""
    groups, values = view.groups(POPULATION), of_persons(persons, row.variable)
    key = Key(POPULATION, "", row.variable)
    if row.kind == "flag":
        block = [
            count_row(RowContext(key, groups, level=0), row.label, values.index[values == "Y"])
        ]
    else:
        make = number_rows if row.kind == "number" else level_rows
        block = make(row, key, groups, values)
    gaps = values.index[values.isna()]
    if len(gaps):
        place = key._replace(category=MISSING)
        block.append(count_row(RowContext(place, groups), "Missing", gaps))
    differences = compute_differences(row, values, persons, contrasts)
    method = METHODS[row.kind]
    return [add_cells(block[0], len(groups), key, differences, method), *block[1:]]


def number_rows(
    row: BaselineRow, key: Key, groups: Sequence[Group], values: pd.Series
) -> list[Row]:
    """Heading, mean, median and range of a number."""
    return [heading_row(row.label), *summary_rows(RowContext(key, groups), values, row.decimals)]


def level_rows(row: BaselineRow, key: Key, groups: Sequence[Group], values: pd.Series) -> list[Row]:
    """Heading and one line per level; levels without a declared order go by their numbers."""
    labels = row.levels or {
        level: name_level(level) for level in sorted(values.dropna().unique(), key=rank_level)
    }
    return [heading_row(row.label), *category_rows(RowContext(key, groups), labels, values)]


def compute_differences(
    row: BaselineRow, values: pd.Series, persons: pd.DataFrame, contrasts: Sequence[Contrast]
) -> dict[str, float]:
    """Standardised difference by contrast label."""
    arms = of_persons(persons, "TRT01P") if contrasts else pd.Series(dtype=object)
    found = {}
    for label, arm, reference in contrasts:
        pair = [values[arms == code].dropna() for code in (arm, reference)]
        if row.kind == "number":
            found[label] = standardize_mean_difference(*(list(part) for part in pair))
        else:
            found[label] = standardize_category_difference(*(count_levels(part) for part in pair))
    return found


def count_categories(shown: Sequence[BaselineRow], persons: pd.DataFrame) -> list[int]:
    """How many categories the variables have whose difference is one of distributions."""
    variables = [row.variable for row in shown if row.kind != "number"]
    return sorted({persons[name].nunique() for name in variables} - {0, 1})


def count_levels(values: pd.Series) -> dict[str, int]:
    """Participants by level."""
    return {str(level): int(n) for level, n in values.value_counts().items()}


def add_cells(row: Row, width: int, key: Key, differences: Mapping[str, float], method: str) -> Row:
    """A row with the differences behind its cells."""
    if not differences:
        return row
    keys = {label: key._replace(contrast=label) for label in differences}
    results: list[Result] = list(row.results)
    for label, value in differences.items():
        results += rows_of(keys[label], {"difference": value}, method)
    cells = row.line.cells or ("",) * width
    line: Line = replace(
        row.line,
        cells=(
            *cells,
            *(Cell(keys[label], show.number("difference", decimals=2)) for label in differences),
        ),
    )
    return Row(line, tuple(results))
