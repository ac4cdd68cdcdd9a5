"""Counts of participants as steps, so that neither a count nor a change of it is small.

A count is published as the step that it lies in: 0, then below the limit, then steps as wide as the
limit (3 to 5, 6 to 8, ...). The step depends on the count alone, not on what an earlier report said
or on what is known today of an earlier day, so it stays safe when records are corrected between two
reports: the numbers of two reports differ by nothing or by whole steps.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple, TypeVar

from helpers.displays import show
from helpers.displays.model import Cell, Table
from helpers.displays.results import Key, Result
from helpers.displays.vocabulary import DENOMINATORS

NOT_SHOWN = "not shown"
NAN = float("nan")
COUNT_FORMS = frozenset(["n", "n_pct", "n_pct_events", "n_of", "n_over", "events"])
WITH_NUMBER = frozenset(["n", "n_mean_sd"])  # forms of a summary that print how many values
COUNTS = ("n", "events", "count")
SHARES = ("pct", "rate")  # with the denominator or the years beside them the count itself
Numbers = Mapping[str, float]
T = TypeVar("T", bound=Table)


class Band(NamedTuple):
    """Lowest and highest number of participants that are published alike."""

    low: int
    high: int


def find_band(n: float, small_cell: int) -> Band:
    """The step of a count; without a limit the count itself."""
    count = int(n)
    if count == 0 or not small_cell:
        return Band(count, count)
    if count < small_cell:
        return Band(1, small_cell - 1)
    low = count // small_cell * small_cell
    return Band(low, low + small_cell - 1)


def step_counts(table: T, small_cell: int, known: Mapping[Key, Numbers]) -> T:
    """The table with every count of participants as its step (`min`).

    Whatever gives the count goes with it: of a row with a count, of events or of anything else, a
    percentage or a rate, every number but the denominator. A summary of values (`min` and `max`
    beside `n`) keeps its values and loses their number. Where the steps of the categories of one
    thing leave only one way to add up to the whole, the smallest is not shown. A count of 0 stays.

    Parameters
    ----------
    known : numbers of the table before anything was hidden in it
    """
    index = {
        key: numbers for key, numbers in table.statistics.items() if _is_exact(numbers, small_cell)
    }
    if not index:
        return table
    pinned = set(_find_pinned(known, index, small_cell))

    def write(cell: Cell | str) -> Cell | str:
        if not isinstance(cell, Cell) or cell.key not in index:
            return cell
        if _is_summary(index[cell.key]):
            return NOT_SHOWN if cell.form.name in WITH_NUMBER else cell
        stepped = "n" in index[cell.key] and cell.key not in pinned
        if not stepped or cell.form.name not in COUNT_FORMS or cell.form.name == "events":
            return NOT_SHOWN
        return replace(cell, form=show.n_band(small_cell))

    lines = tuple(replace(line, cells=tuple(map(write, line.cells))) for line in table.lines)
    more = tuple(replace(line, cells=tuple(map(write, line.cells))) for line in table.file_lines)
    return replace(
        table,
        results=tuple(_list_results(table.results, index, pinned, small_cell)),
        lines=lines,
        file_lines=more,
    )


def find_exact_counts(results: Collection[Result], small_cell: int) -> set[Key]:
    """Keys with a count, or a number that gives it, that stands as it is and must be a step."""
    index: dict[Key, dict[str, float]] = {}
    for result in results:
        index.setdefault(result.key, {})[result.statistic] = result.value
    return {key for key, numbers in index.items() if _is_exact(numbers, small_cell)}


def _is_exact(numbers: Numbers, small_cell: int) -> bool:
    """Whether a count, or a share or rate that gives one, stands as it is."""
    counted = any(numbers.get(name, 0) >= small_cell for name in COUNTS)
    return counted or any(numbers.get(name, 0) > 0 for name in SHARES)


def _is_summary(numbers: Numbers) -> bool:
    """Whether `n` is the number of the values that are summarised beside it."""
    return "n" in numbers and "min" in numbers


def _list_results(
    results: Collection[Result], index: Mapping[Key, Numbers], pinned: Collection[Key], step: int
) -> Iterator[Result]:
    """The rows with steps in place of counts."""
    for result in results:
        numbers = index.get(result.key)
        given_away = numbers is not None and result.statistic not in DENOMINATORS
        if numbers is not None and _is_summary(numbers):
            given_away = result.statistic in (*COUNTS, *SHARES)
        if numbers is None or not given_away:
            yield result
            continue
        yield result._replace(value=NAN)
        if result.statistic == "n" and result.key not in pinned and not _is_summary(numbers):
            low = find_band(result.value, step).low
            yield result._replace(statistic="min", value=float(low))


def _find_pinned(
    statistics: Mapping[Key, Numbers], index: Collection[Key], small_cell: int
) -> Iterator[Key]:
    """Of each set of categories that add up to a known whole, one, where their steps tell all."""
    counted = {key: n["n"] for key, n in statistics.items() if key.category and "n" in n}
    for _, grouped in groupby(sorted(counted), key=lambda key: key._replace(category="")):
        keys = list(grouped)
        total = sum(counted[key] for key in keys)
        wholes = {statistics[key][name] for key in keys for name in DENOMINATORS
                  if name in statistics[key]}  # fmt: skip
        bands = [find_band(counted[key], small_cell) for key in keys]
        told = {sum(band.low for band in bands), sum(band.high for band in bands)}
        stepped = [key for key in keys if key in index]
        several = sum(counted[key] > 0 for key in keys) > 1  # one alone is the whole
        if total in wholes and total in told and stepped and several:
            yield min(stepped, key=lambda key: (counted[key], key))
