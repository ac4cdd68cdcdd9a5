"""Groups of participants that a variable makes: who has it, which value, above or below."""

import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

PERSON = "USUBJID"
MOST_VALUES = 200  # distinct values tried one by one, the commonest first
MOST_CUTS = 100  # places at which a number is cut in two
REFERENCE = "RANDDT"
DAY = np.timedelta64(1, "D")
NO_DIGITS = re.compile(r"\D+")


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


@dataclass(frozen=True)
class Placed:
    """The rows of a data set that are of some participants, and the place of each among these."""

    frame: pd.DataFrame = field(repr=False)
    place: np.ndarray = field(repr=False)
    size: int

    @classmethod
    def among(cls, persons: pd.Index, frame: pd.DataFrame) -> "Placed":
        """The rows of these participants."""
        place = persons.get_indexer(frame[PERSON])
        return cls(frame[place >= 0], place[place >= 0], len(persons))


def list_row_families(rows: Placed) -> Iterator[Family]:
    """Groups by having rows, few or many."""
    numbers = np.bincount(rows.place, minlength=rows.size).astype(float)
    yield Family((numbers > 0)[np.newaxis], plain=True)
    yield Family(_cut(numbers), plain=False, nested=True)


def list_families(rows: Placed, variable: str) -> Iterator[Family]:
    """Groups by a variable: by having it, each of its values, and what is derived from them."""
    column = rows.frame[variable]
    known = column.notna().to_numpy()
    place = rows.place[known]
    yield Family(mark_places(place, rows.size)[np.newaxis], plain=True)
    reference = rows.frame[REFERENCE][known] if REFERENCE in rows.frame else None
    for way in _derive(column[known], None if variable == REFERENCE else reference):
        if way.codes is not None:
            groups = mark_values(way.codes, place, rows.size)
            yield Family(_take_commonest(groups), way.plain)
        if way.numbers is not None:
            for extreme in (np.fmin, np.fmax):
                cuts = _cut(_reduce(way.numbers, place, rows.size, extreme))
                yield Family(cuts, plain=False, nested=True)


class _Way(NamedTuple):
    """Something said by a variable: values tried one by one, numbers cut in two, or both.

    `codes` number the values in the order in which they come, -1 for none; `numbers` hold NaN for
    none.
    """

    codes: np.ndarray | None = None
    numbers: np.ndarray | None = None
    plain: bool = False


def _derive(values: pd.Series, reference: pd.Series | None) -> Iterator[_Way]:
    if pd.api.types.is_datetime64_any_dtype(values):
        days = values.to_numpy()
        yield _Way(numbers=(days - np.datetime64(0, "s")) / DAY)
        if reference is not None:
            since = (days - reference.to_numpy()) / DAY
            yield _Way(pd.factorize(since)[0], since)
    elif pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(dtype="float64")
        yield _Way(pd.factorize(numbers)[0], numbers, plain=True)
        yield _Way(pd.factorize(numbers % 2)[0])
    else:
        codes, distinct = pd.factorize(values)
        texts = [str(value) for value in distinct]
        yield _Way(_number(texts)[codes], plain=True)
        starts = [NO_DIGITS.match(text) for text in texts]
        yield _Way(_number([start and start[0] for start in starts])[codes])
        yield _Way(_number([text[:1] for text in texts])[codes])
        yield _Way(_number([text[-1:] for text in texts])[codes])
        yield _Way(_number([len(text) for text in texts])[codes])


def _number(values: Iterable[Hashable]) -> np.ndarray:
    """A number for each value, the same for equal ones; -1 for none."""
    found: dict[Hashable, int] = {None: -1}
    return np.array([found.setdefault(value, len(found) - 1) for value in values], dtype=int)


def mark_places(place: np.ndarray, size: int) -> np.ndarray:
    """Whether each participant is at one of these places."""
    marked = np.zeros(size, dtype=bool)
    marked[place] = True
    return marked


def mark_values(codes: np.ndarray, place: np.ndarray, size: int) -> np.ndarray:
    """One line for each value: whether each participant has it."""
    held = np.zeros((codes.max(initial=-1) + 1, size), dtype=bool)
    some = codes >= 0
    held[codes[some], place[some]] = True
    return held


def _take_commonest(groups: np.ndarray) -> np.ndarray:
    order = np.argsort(-groups.sum(axis=1), kind="stable")[:MOST_VALUES]
    chosen: np.ndarray = groups[order]
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
