"""Rows of tables: numbers by group and how to show them, as one value."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.cells import Form
from helpers.displays.formats import FEWEST
from helpers.displays.model import NOT_APPLICABLE, Cell, Line
from helpers.displays.results import Key, Result, rows_of
from helpers.stats.estimates import NAN
from helpers.stats.summaries import summarize_values
from helpers.view import Group

FEW_VALUES = (
    f"Fewer than {FEWEST} values: the values themselves in the line of the range, and no mean, SD "
    "or quartiles. Quartiles (IQR: first to third) are of type 7."
)


class Row(NamedTuple):
    """A line of a table and the numbers that its cells point at."""

    line: Line
    results: tuple[Result, ...] = ()


def heading_row(label: str) -> Row:
    """A line that names the lines below it."""
    return Row(Line(label, heading=True))


def collect_rows(rows: Iterable[Row]) -> tuple[tuple[Line, ...], tuple[Result, ...]]:
    """Lines and numbers of a table, in the order of its rows."""
    listed = list(rows)
    lines = tuple(row.line for row in listed)
    return lines, tuple(chain.from_iterable(row.results for row in listed))


def count_persons(
    group: Group, subjects: Collection[str], among: Collection[str] | None = None
) -> dict[str, float]:
    """n, N and pct of a group: those of `subjects`, out of the group or its part in `among`."""
    members = set(group.subjects)
    if among is not None:
        members &= set(among)
    n, total = len(members & set(subjects)), len(members)
    return {"n": n, "N": total, "pct": 100 * n / total if total else NAN}


def count_row(
    label: str,
    key: Key,
    groups: Sequence[Group],
    subjects: Iterable[str],
    *,
    among: Iterable[str] | None = None,
    only: Collection[str] | None = None,
    form: Form = show.n_pct(),
    level: int = 1,
    strong: bool = False,
) -> Row:
    """Participants of each group who are in `subjects` (USUBJID), out of all or those in `among`.

    `key` without its arm says what is counted. `only` names the arms (ARMCD) that the row applies
    to; the others show `n.a.`, the total counts whoever is in `among`.
    """
    counted, base = set(subjects), None if among is None else set(among)
    return number_row(
        label,
        key,
        groups,
        lambda group: count_persons(group, counted, base),
        only=only,
        form=form,
        level=level,
        strong=strong,
    )


def category_rows(
    labels: Mapping[str, str],
    key: Key,
    groups: Sequence[Group],
    values: pd.Series,
    *,
    among: Iterable[str] | None = None,
    only: Collection[str] | None = None,
    form: Form = show.n_pct(),
    level: int = 1,
) -> list[Row]:
    """One row per category of `values` (by USUBJID), in the order of `labels` (value -> label).

    A category that occurs without a label follows under its own name.
    """
    base = None if among is None else set(among)
    found = [value for value in sorted(values.dropna().unique()) if value not in labels]
    named = {**labels, **{value: name_code(value) for value in found}}
    return [
        count_row(
            label,
            key._replace(category=code),
            groups,
            values.index[values == code],
            among=base,
            only=only,
            form=form,
            level=level,
        )
        for code, label in named.items()
    ]


def summarize_group(values: pd.Series, group: Group) -> dict[str, float]:
    """Summary of the numbers of a group (by USUBJID); no mean and deviation of fewer than 3."""
    members = values[values.index.isin(group.subjects)]
    summary = summarize_values(members.astype("Float64").to_numpy(dtype=float, na_value=NAN))
    if summary["n"] < FEWEST:
        summary |= {"mean": NAN, "sd": NAN}
    return summary


SUMMARY_LINES = (
    ("mean (SD)", show.mean_sd),
    ("median (Q1 to Q3)", show.median_quartiles),
    ("range", show.range_),
)


def summary_rows(
    key: Key,
    groups: Sequence[Group],
    values: pd.Series,
    decimals: int = 0,
    *,
    label: str = "{}",
    level: int = 1,
    shown: Sequence[tuple[str, Callable[[int], Form]]] = SUMMARY_LINES,
) -> list[Row]:
    """Mean, median and range of numbers (by USUBJID), one row each; `label` frames their names.

    `shown` gives the rows as (name, form). Fewer than 3 values stand in the row of the range
    themselves, and the other rows are empty (see `FEW_VALUES`).
    """
    keys = [key._replace(arm=group.label) for group in groups]
    numbers = [summarize_group(values, group) for group in groups]
    results = tuple(chain.from_iterable(rows_of(k, n) for k, n in zip(keys, numbers, strict=True)))
    lines = [
        Line(label.format(name), tuple(Cell(k, form(decimals)) for k in keys), level=level)
        for name, form in shown
    ]
    return [Row(lines[0], results), *(Row(line) for line in lines[1:])]


def number_row(
    label: str,
    key: Key,
    groups: Sequence[Group],
    compute: Callable[[Group], Mapping[str, float]],
    *,
    form: Form,
    method: str = "",
    only: Collection[str] | None = None,
    level: int = 1,
    strong: bool = False,
) -> Row:
    """Numbers of each group, computed from the group; `n.a.` in arms that are not in `only`."""
    results: list[Result] = []
    cells: list[Cell | str] = []
    for group in groups:
        if only is not None and group.code and group.code not in only:
            cells.append(NOT_APPLICABLE)
            continue
        place = key._replace(arm=group.label)
        results += rows_of(place, compute(group), method)
        cells.append(Cell(place, form))
    return Row(Line(label, tuple(cells), level=level, strong=strong), tuple(results))


def name_code(code: str) -> str:
    """A code of the export as words: `LOST_TO_FOLLOW_UP` is `Lost to follow up`."""
    return str(code).replace("_", " ").capitalize()


def of_persons(adsl: pd.DataFrame, column: str) -> pd.Series:
    """A column of adsl by USUBJID."""
    return adsl.set_index("USUBJID")[column]
