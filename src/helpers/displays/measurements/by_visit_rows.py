"""Values and changes from baseline by visit: number, mean, median and range per group."""

from collections.abc import Mapping

import pandas as pd

from helpers.displays import show
from helpers.displays.measurements.readings import read_decimals, values_at
from helpers.displays.model import Cell, Line
from helpers.displays.rows import Row, RowContext, heading_row, number_row, summarize_group

VALUE, CHANGE = "AVAL", "CHG"
RULE = (
    "Values of the visit's analysis window, of several the one nearest to the planned day; "
    "impossible values are left out. Change: value minus baseline, of participants with both."
)


def visit_rows(
    context: RowContext, name: str, own: pd.DataFrame, visits: Mapping[str, str], baseline: str
) -> list[Row]:
    """A heading and two lines per visit with a value: its values, and the changes since baseline.

    Parameters
    ----------
    context : with the key of the parameter.
    own : rows of one parameter with USUBJID, AVISIT, AVAL and CHG, one per participant and visit.
    visits : name by code, in order.
    baseline : code of the visit that has no change.
    """
    decimals = read_decimals(own)
    rows = [heading_row(name)]
    parts = {str(code): part for code, part in own.groupby("AVISIT", sort=True)}
    for code, label in visits.items():
        if code not in parts:
            continue
        place = context.at(visit=code, category=VALUE)
        rows += _summary(place, label, values_at(parts[code], VALUE), decimals)
        changes = values_at(parts[code], CHANGE)
        if code != baseline and len(changes):
            below = context.at(visit=code, category=CHANGE).like(level=2)
            rows += _summary(below, "change", changes, decimals)
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
