"""Values and changes from baseline by visit: number, mean, median and range per group."""

from collections.abc import Mapping, Sequence
from itertools import chain

import pandas as pd

from helpers.displays import show
from helpers.displays.measurements.readings import read_decimals, values_at
from helpers.displays.model import Cell, Line
from helpers.displays.results import Key, rows_of
from helpers.displays.rows import Row, heading_row, summarize_group
from helpers.view import Group

VALUE, CHANGE = "AVAL", "CHG"
RULE = (
    "Values of the visit's analysis window, of several the one nearest to the planned day; "
    "impossible values are left out. Change: value minus baseline, of participants with both."
)


def visit_rows(
    key: Key,
    name: str,
    groups: Sequence[Group],
    own: pd.DataFrame,
    visits: Mapping[str, str],
    baseline: str,
) -> list[Row]:
    """A heading and two lines per visit with a value: its values, and the changes since baseline.

    Parameters
    ----------
    key : population and parameter.
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
        place = key._replace(visit=code)
        rows += _summary(place, label, groups, values_at(parts[code], VALUE), VALUE, decimals)
        changes = values_at(parts[code], CHANGE)
        if code != baseline and len(changes):
            rows += _summary(place, "change", groups, changes, CHANGE, decimals)
    return rows


def _summary(
    key: Key,
    label: str,
    groups: Sequence[Group],
    values: pd.Series,
    category: str,
    decimals: int,
) -> list[Row]:
    """N with mean and SD, then median with range."""
    keys = [key._replace(arm=group.label, category=category) for group in groups]
    numbers = [summarize_group(values, group) for group in groups]
    results = tuple(chain.from_iterable(rows_of(k, n) for k, n in zip(keys, numbers, strict=True)))
    level = 1 if category == VALUE else 2
    means = tuple(Cell(k, show.n_mean_sd(decimals)) for k in keys)
    medians = tuple(Cell(k, show.median_range(decimals)) for k in keys)
    return [
        Row(Line(label, means, level=level), results),
        Row(Line("median (range)", medians, level=level + 1)),
    ]
