"""Values and changes from baseline by visit: number, mean, median and range per group."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.formats import FEWEST
from helpers.displays.measurements.readings import read_decimals, values_at
from helpers.displays.model import Cell, Line
from helpers.displays.rows import Row, RowContext, heading_row, number_row, summarize_group
from helpers.stats.estimates import NAN

VALUE, CHANGE = "AVAL", "CHG"
RULE = (
    "Values of the visit's analysis window, of several the one nearest to the planned day; "
    "impossible values are left out. Change: value minus baseline, of participants with both."
)


FEWEST_OF_LETTER = 5  # values of a letter; quartiles of fewer are nearly these
BY_LETTER = (
    "No smallest and largest value, which would be those of one participant of a letter, and no "
    f"median and quartiles (type 7) of fewer than {FEWEST_OF_LETTER} values, no mean and SD of "
    f"fewer than {FEWEST}."
)


class Visits(NamedTuple):
    """Visits with a line: name by code, in order, and the code of the one that has no change.

    `by_letter`: quartiles in place of ranges, so that no value of one participant is shown.
    """

    names: Mapping[str, str]
    baseline: str
    by_letter: bool = False


def visit_rows(context: RowContext, name: str, own: pd.DataFrame, visits: Visits) -> list[Row]:
    """A heading and two lines per visit with a value: its values, and the changes since baseline.

    Parameters
    ----------
    context : with the key of the parameter.
    own : rows of one parameter with USUBJID, AVISIT, AVAL and CHG, one per participant and visit.
    """
    decimals = read_decimals(own)
    summarise = _summarise_letters if visits.by_letter else _summary
    rows = [heading_row(name)]
    parts = {str(code): part for code, part in own.groupby("AVISIT", sort=True)}
    for code, label in visits.names.items():
        if code not in parts:
            continue
        place = context.at(visit=code, category=VALUE)
        rows += summarise(place, label, values_at(parts[code], VALUE), decimals)
        changes = values_at(parts[code], CHANGE)
        if code != visits.baseline and len(changes):
            below = context.at(visit=code, category=CHANGE).like(level=2)
            rows += summarise(below, "change", changes, decimals)
    return rows


def _summary(context: RowContext, label: str, values: pd.Series, decimals: int) -> list[Row]:
    """N with mean and SD, then median with range."""
    means = context.like(form=show.n_mean_sd(decimals))
    first = number_row(means, label, lambda group: summarize_group(values, group))
    medians = tuple(
        Cell(context.key._replace(arm=group.label), show.median_range(decimals))
        for group in context.groups
    )
    return [first, Row(Line("median (range)", medians, level=context.level + 1))]


def _summarise_letters(
    context: RowContext, label: str, values: pd.Series, decimals: int
) -> list[Row]:
    """N with mean and SD, then median with quartiles: nothing that is the value of one person."""
    means = context.like(form=show.n_mean_sd(decimals))
    first = number_row(means, label, lambda group: _leave_out_ends(summarize_group(values, group)))
    medians = tuple(
        Cell(context.key._replace(arm=group.label), show.median_quartiles(decimals))
        for group in context.groups
    )
    return [first, Row(Line("median (Q1 to Q3)", medians, level=context.level + 1))]


def _leave_out_ends(summary: Mapping[str, float]) -> dict[str, float]:
    few = summary["n"] < FEWEST_OF_LETTER
    middle = dict.fromkeys(("median", "q1", "q3"), NAN) if few else {}
    kept = {name: value for name, value in summary.items() if name not in ("min", "max")}
    return kept | middle
