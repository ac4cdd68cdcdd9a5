"""Groups of participants that a variable makes: who has it, which value, above or below."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

PERSON = "USUBJID"
MOST_VALUES = 200  # distinct values tried one by one, the commonest first
MOST_CUTS = 100  # places at which a number is cut in two
REFERENCE = "RANDDT"
DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Family:
    """Groups made in one way: one line each, one column per participant.

    `plain` where they are what the variable says itself: being there, and its values. `nested`
    where each group holds the one before, so that together they have less by chance than as many
    separate ones.
    """

    groups: np.ndarray = field(repr=False)
    plain: bool
    nested: bool = False


def list_families(frame: pd.DataFrame, variable: str | None, persons: pd.Index) -> Iterator[Family]:
    """Groups of `persons` by a variable; without one by having rows, few or many."""
    size = len(persons)
    if variable is None:
        rows = frame[PERSON].value_counts().reindex(persons, fill_value=0).to_numpy(dtype=float)
        yield Family((rows > 0)[np.newaxis], plain=True)
        yield Family(_cut(rows), plain=False, nested=True)
        return
    wanted = dict.fromkeys((PERSON, variable, *([REFERENCE] if REFERENCE in frame else [])))
    inside = frame[list(wanted)].drop_duplicates()
    place = persons.get_indexer(inside[PERSON])
    inside, place = inside[place >= 0], place[place >= 0]
    known = inside[variable].notna().to_numpy()
    values, place = inside[variable][known], place[known]
    yield Family(_mark(place, size)[np.newaxis], plain=True)
    for way in _derive(values, inside):
        held = way.column.notna().to_numpy()
        if way.one_by_one:
            yield Family(_take_values(way.column[held], place[held], size), way.plain)
        if way.cut:
            numbers = way.column[held].to_numpy(dtype=float)
            for extreme in (np.fmin, np.fmax):
                cuts = _cut(_reduce(numbers, place[held], size, extreme))
                yield Family(cuts, plain=False, nested=True)


class _Way(NamedTuple):
    """Something said by a variable: tried value by value, cut in two as a number, or both."""

    column: pd.Series
    one_by_one: bool = True
    cut: bool = False
    plain: bool = False


def _derive(values: pd.Series, frame: pd.DataFrame) -> Iterator[_Way]:
    if pd.api.types.is_datetime64_any_dtype(values):
        yield _Way((values - pd.Timestamp("1970-01-01")) / DAY, one_by_one=False, cut=True)
        if REFERENCE in frame and values.name != REFERENCE:
            yield _Way((values - frame[REFERENCE].reindex(values.index)) / DAY, cut=True)
    elif pd.api.types.is_numeric_dtype(values):
        numbers = values.astype("float64")
        yield _Way(numbers, cut=True, plain=True)
        yield _Way(numbers % 2)
    else:
        text = values.astype(str)
        yield _Way(text, plain=True)
        yield _Way(text.str.extract(r"^(\D+)", expand=False))
        yield _Way(text.str[:1])
        yield _Way(text.str[-1:])
        yield _Way(text.str.len())


def _mark(place: np.ndarray, size: int) -> np.ndarray:
    marked = np.zeros(size, dtype=bool)
    marked[place] = True
    return marked


def _take_values(values: pd.Series, place: np.ndarray, size: int) -> np.ndarray:
    """One line for each of the commonest values."""
    codes, distinct = pd.factorize(values)
    held = np.zeros((len(distinct), size), dtype=bool)
    held[codes, place] = True
    order = np.argsort(-held.sum(axis=1), kind="stable")[:MOST_VALUES]
    chosen: np.ndarray = held[order]
    return chosen


def _reduce(numbers: np.ndarray, place: np.ndarray, size: int, extreme: np.ufunc) -> np.ndarray:
    """The smallest, or the largest, number of each participant; NaN for none."""
    found = np.full(size, np.nan)
    extreme.at(found, place, numbers)
    return found


def _cut(numbers: np.ndarray) -> np.ndarray:
    """Those up to each cut; who is above it, the reader of the groups sees as the others."""
    edges = np.unique(numbers[~np.isnan(numbers)])[:-1]
    if len(edges) > MOST_CUTS:
        edges = edges[np.linspace(0, len(edges) - 1, MOST_CUTS).astype(int)]
    cuts: np.ndarray = numbers <= edges[:, np.newaxis]
    return cuts
