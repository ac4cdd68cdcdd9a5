"""Counts too small to be published: a rule of the audience, applied to the rows of any display."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Literal, TypeVar

from helpers.displays.count_steps import COUNT_FORMS, NOT_SHOWN, step_counts
from helpers.displays.model import Cell, Display, Table
from helpers.displays.results import Key, Result
from helpers.displays.vocabulary import DENOMINATORS

SmallCounts = Literal["steps", "hidden", "shown"] | tuple[str, ...]
COUNTS = frozenset(["n", "events", "count"])
KEPT = frozenset(DENOMINATORS)  # the same in every row
NAN = float("nan")
D = TypeVar("D", bound=Display)
T = TypeVar("T", bound=Table)
_TYPED_COUNT = re.compile(r"(\d+)(?:\s*\(.*\)|\s*\[.*\]|\s*/.*)*")


def hide_small_counts(display: D, small_cell: int, small_counts: SmallCounts) -> D:
    """A display without its small counts; what is no table stays as it is.

    A row with a count above 0 and below `small_cell` loses every number but its denominator, and
    its cells show `<3`; by `steps` the other counts of participants become their step, `3 to 5`
    (see `count_steps`). Where the other categories of the same thing would tell it by difference,
    the smallest of them goes as well. A display of another kind cannot be changed after it was
    made: `find_small_counts` says whether it may be published.
    """
    if not small_cell or small_counts == "shown" or not isinstance(display, Table):
        return display
    hidden = _hide(display, small_cell, small_counts)
    if small_counts != "steps":
        return hidden
    return step_counts(hidden, small_cell, display.statistics)


def _hide(display: T, small_cell: int, small_counts: SmallCounts) -> T:
    small = find_small_counts(display.results, small_cell, small_counts)
    if not small:
        return display
    second = _find_telling(display.results, small, small_cell)
    if small_counts == "steps":  # categories that are steps tell no other by difference
        second = {key for key in second if not key.category}
    shared = _find_siblings(display.results, small)

    def hide(cell: Cell | str) -> Cell | str:
        if not isinstance(cell, Cell):
            return cell
        form = cell.form
        if cell.key in small and form.name in COUNT_FORMS:
            return replace(cell, form=replace(form, number=small_cell))
        gone = cell.key in small | second or (form.name == "events" and cell.key in shared)
        return NOT_SHOWN if gone else cell

    results = tuple(_empty(result, small | second, shared) for result in display.results)
    lines = tuple(replace(line, cells=tuple(map(hide, line.cells))) for line in display.lines)
    return replace(display, results=results, lines=lines)


def find_small_counts(
    results: Iterable[Result], small_cell: int, small_counts: SmallCounts
) -> set[Key]:
    """Keys with a count above 0 and below `small_cell` that the declaration does not show."""
    if small_counts == "shown":
        return set()
    shown = small_counts if isinstance(small_counts, tuple) else ()
    return {
        result.key
        for result in results
        if result.statistic in COUNTS
        and 0 < result.value < small_cell
        and result.key.parameter not in shown
    }


def find_typed_counts(texts: Iterable[str], small_cell: int) -> list[str]:
    """Of these texts, those that read as a small count: `1`, `2 (5.4)`, `1 / 8`."""
    found = ((text, _TYPED_COUNT.fullmatch(text.strip())) for text in texts)
    return [text for text, count in found if count and 0 < int(count[1]) < small_cell]


def _find_telling(results: Iterable[Result], small: set[Key], small_cell: int) -> set[Key]:
    """What else has to go: the smallest shown category, or else their sum, where it would tell."""
    counts = {result.key: result.value for result in results if result.statistic == "n"}
    totals = {result.key: result.value for result in results if result.statistic in DENOMINATORS}
    telling: set[Key] = set()
    for whole, keys in _group_categories(counts).items():
        hidden = [counts[key] for key in keys if key in small]
        sums = {counts.get(whole), *(totals.get(key) for key in keys)}
        if sum(counts[key] for key in keys) in sums and _is_told(hidden, small_cell):
            shown = [key for key in keys if key not in small and counts[key]]
            telling |= {min(shown, key=lambda key: (counts[key], key), default=whole)}
    return telling & set(counts)


def _is_told(hidden: Sequence[float], small_cell: int) -> bool:
    """Whether the sum of hidden counts leaves each of them no choice."""
    extremes = (len(hidden), len(hidden) * (small_cell - 1))
    return bool(hidden) and (len(hidden) == 1 or sum(hidden) in extremes)


def _find_siblings(results: Iterable[Result], small: set[Key]) -> set[Key]:
    """Categories beside a hidden one: their events and its own add up to a known number."""
    wholes = {key._replace(category="") for key in small if key.category}
    return {r.key for r in results if r.key.category and r.key._replace(category="") in wholes}


def _group_categories(counts: Mapping[Key, float]) -> dict[Key, list[Key]]:
    keyed = sorted(key for key in counts if key.category)
    groups = groupby(keyed, key=lambda key: key._replace(category=""))
    return {whole: list(keys) for whole, keys in groups}


def _empty(result: Result, hidden: Collection[Key], shared: Collection[Key]) -> Result:
    gone = result.key in hidden and result.statistic not in KEPT
    if gone or (result.key in shared and result.statistic == "events"):
        return result._replace(value=NAN)
    return result
