"""Rows of tables: numbers by group and how to show them, as one value."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple, Self

import pandas as pd

from helpers.displays import show
from helpers.displays.cells import Form
from helpers.displays.formats import FEWEST
from helpers.displays.model import NOT_APPLICABLE, Cell, Line
from helpers.displays.results import Key, Result, rows_of
from helpers.stats.estimates import NAN
from helpers.stats.summaries import summarize_values
from helpers.view import TOTAL, Group

FEW_VALUES = (
    f"Fewer than {FEWEST} values: the values themselves in the line of the range, no mean or SD."
)
FEW_QUARTILES = (
    f"Fewer than {FEWEST} values: the values themselves in the line of the range, and no mean, SD "
    "or quartiles. Quartiles (IQR: first to third) are by linear interpolation (type 7)."
)


POOLED = "pooled"  # in the cell of a letter whose number would name an arm
# codes that are no phrase when their underscores are taken out
WORDS = {"RECOVERED_SEQUELAE": "Recovered with sequelae"}


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


@dataclass(frozen=True)
class RowContext:
    """What rows of a table have in common: key of their numbers, columns, denominator, look.

    Attributes
    ----------
    key : what is counted, without its arm.
    groups : the columns.
    among : USUBJID of the denominator within each group; None is the whole group.
    only : arms (ARMCD) that the rows apply to; the others show `n.a.`, the total counts everybody.
    form : how a number is written; None is that of the row function.
    level, strong : indentation of the line and whether it is bold.
    """

    key: Key
    groups: Sequence[Group]
    among: Collection[str] | None = None
    only: Collection[str] | None = None
    form: Form | None = None
    level: int = 1
    strong: bool = False

    def at(self, **fields: str) -> Self:
        """The same for another key: `context.at(category="FULL")`."""
        return replace(self, key=self.key._replace(**fields))

    def like(self, **changes: Any) -> Self:
        """The same with another denominator or look: `context.like(level=2)`."""
        return replace(self, **changes)


def count_persons(
    group: Group, subjects: Collection[str], among: Collection[str] | None = None
) -> dict[str, float]:
    """n, N and pct of a group: those of `subjects`, out of the group or its part in `among`."""
    members = group.members if among is None else group.members.intersection(among)
    n, total = len(members.intersection(subjects)), len(members)
    return {"n": n, "N": total, "pct": 100 * n / total if total else NAN}


def count_row(context: RowContext, label: str, subjects: Iterable[str]) -> Row:
    """Participants of each group who are in `subjects` (USUBJID), out of its denominator."""
    counted = set(subjects)
    base = None if context.among is None else set(context.among)
    return number_row(
        context.like(form=context.form or show.n_pct()),
        label,
        lambda group: count_persons(group, counted, base),
    )


def category_rows(context: RowContext, labels: Mapping[str, str], values: pd.Series) -> list[Row]:
    """One row per category of `values` (by USUBJID), in the order of `labels` (value -> label).

    A category that occurs without a label follows under its own name.
    """
    found = [value for value in sorted(values.dropna().unique()) if value not in labels]
    named = {**labels, **{value: name_code(value) for value in found}}
    return [
        count_row(context.at(category=code), label, values.index[values == code])
        for code, label in named.items()
    ]


def summarize_group(values: pd.Series, group: Group) -> dict[str, float]:
    """Summary of the numbers of a group (by USUBJID); no mean and deviation of fewer than 3."""
    members = values[values.index.isin(group.subjects)]
    summary = summarize_values(members.to_numpy(dtype=float, na_value=NAN))
    if summary["n"] < FEWEST:
        summary |= {"mean": NAN, "sd": NAN}
    return summary


SUMMARY_LINES = (
    ("mean (SD)", show.mean_sd),
    ("median (Q1 to Q3)", show.median_quartiles),
    ("range", show.range_),
)


def summary_rows(
    context: RowContext,
    values: pd.Series,
    decimals: int = 0,
    *,
    label: str = "{}",
    shown: Sequence[tuple[str, Callable[[int], Form]]] = SUMMARY_LINES,
) -> list[Row]:
    """Mean, median and range of numbers (by USUBJID), one row each; `label` frames their names.

    `shown` gives the rows as (name, form). Fewer than 3 values stand in the row of the range
    themselves, and the other rows are empty (see `FEW_QUARTILES`).
    """
    keys = [context.key._replace(arm=group.label) for group in context.groups]
    numbers = [summarize_group(values, group) for group in context.groups]
    results = tuple(chain.from_iterable(rows_of(k, n) for k, n in zip(keys, numbers, strict=True)))
    lines = [
        Line(label.format(name), tuple(Cell(k, form(decimals)) for k in keys), level=context.level)
        for name, form in shown
    ]
    return [Row(lines[0], results), *(Row(line) for line in lines[1:])]


def number_row(
    context: RowContext,
    label: str,
    compute: Callable[[Group], Mapping[str, float]],
    *,
    method: str = "",
) -> Row:
    """Numbers of each group, computed from the group; `n.a.` in arms that it does not apply to.

    Raises
    ------
    ValueError
        If the context does not say how the numbers are written.
    """
    if context.form is None:
        raise ValueError(f"{label!r}: the context of a row of numbers needs a form")
    results: list[Result] = []
    cells: list[Cell | str] = []
    for group in context.groups:
        if context.only is not None and group.code and group.code not in context.only:
            cells.append(NOT_APPLICABLE)
            continue
        place = context.key._replace(arm=group.label)
        results += rows_of(place, compute(group), method)
        cells.append(Cell(place, context.form))
    line = Line(label, tuple(cells), level=context.level, strong=context.strong)
    return Row(line, tuple(results))


def name_code(code: str) -> str:
    """A code of the export as words: `LOST_TO_FOLLOW_UP` is `Lost to follow up`."""
    return WORDS.get(str(code), str(code).replace("_", " ").capitalize())


def of_persons(adsl: pd.DataFrame, column: str) -> pd.Series:
    """A column of adsl by USUBJID."""
    return adsl.set_index("USUBJID")[column]


def pool_row(row: Row) -> Row:
    """A row that keeps the number of the total, its last column, and none by letter."""
    if not row.line.cells:  # a heading
        return row
    *by_letter, total = row.line.cells
    line = replace(row.line, cells=(*[POOLED] * len(by_letter), total))
    return Row(line, tuple(result for result in row.results if result.key.arm == TOTAL))
