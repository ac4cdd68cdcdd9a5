"""Columns of a linear model from named terms, coded and named as R codes and names them.

Source: treatment contrasts with the order and names of R's model.matrix.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Term = tuple[str, ...]


@dataclass(frozen=True)
class Variable:
    """One explanatory variable, a value per row.

    A factor has `levels` (first = reference) and integer `data` into them, -1 for missing;
    a number has no levels and NaN for missing.
    """

    name: str
    data: FloatArray | IntArray
    levels: tuple[Hashable, ...] | None = None

    @property
    def is_factor(self) -> bool:
        """Whether it has levels."""
        return self.levels is not None

    @property
    def n_levels(self) -> int:
        """Number of levels, 0 for a number."""
        return len(self.levels or ())

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which rows have no value."""
        return self.data < 0 if self.is_factor else np.isnan(self.data)

    def take(self, rows: IntArray) -> "Variable":
        """Give the variable on some rows; levels that no longer occur are dropped."""
        data = self.data[rows]
        if self.levels is None:
            return replace(self, data=data)
        return Variable(self.name, data, self.levels).keep(np.unique(data[data >= 0]))

    def keep(self, at: Sequence[int] | IntArray) -> "Variable":
        """Give the factor with the levels at these positions, in this order."""
        levels = self.levels or ()
        new_code = np.full(len(levels) + 1, -1, dtype=np.int64)
        new_code[at] = np.arange(len(at))
        kept = tuple(levels[i] for i in at)
        return Variable(self.name, new_code[self.data.astype(np.int64)], kept)


def read_factor(frame: pd.DataFrame, name: str, first: Hashable | None = None) -> Variable:
    """Read a column as a factor: levels in Categorical order, else sorted; `first` moved first.

    Levels that occur in no row are dropped, except a `first` that is a category.
    """
    column = frame[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        levels = tuple(column.cat.categories)
        codes = column.cat.codes.to_numpy().astype(np.int64)
    else:
        found, uniques = pd.factorize(column.to_numpy(), sort=True)
        codes, levels = found.astype(np.int64), tuple(uniques)
    used = np.unique(codes[codes >= 0]).tolist()
    if first is not None:
        if first not in levels:
            raise ValueError(f"{name} has no level {first!r}; it has {list(levels)}")
        at = levels.index(first)
        used = [at, *(i for i in used if i != at)]
    return Variable(name, codes, levels).keep(used)


def read_number(frame: pd.DataFrame, name: str) -> Variable:
    """Read a column as numbers."""
    try:
        values = np.asarray(frame[name].to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a column of numbers") from error
    return Variable(name, values)


def read_variable(frame: pd.DataFrame, name: str) -> Variable:
    """Read a covariate: a number where the column is numeric, else a factor."""
    dtype = frame[name].dtype
    numeric = pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
    return read_number(frame, name) if numeric else read_factor(frame, name)


def parse_terms(
    covariates: Iterable[str], crossed: Sequence[str], columns: Iterable[Hashable]
) -> tuple[Term, ...]:
    """Give the model's terms: the covariates, then every product of the crossed factors.

    `"A:B"` is the interaction alone, `"A*B"` also its parts. As in R, terms are ordered by the
    number of their variables, and the variables of a term by first appearance in the formula.
    """
    known = set(columns)
    terms: list[Term] = []
    for text in covariates:
        if text in known or "*" not in text:
            terms.append((text,) if text in known else _split(text, ":"))
        else:
            terms.extend(_subsets(_split(text, "*")))
    terms.extend(_subsets(tuple(crossed)))
    seen = {name: None for term in terms for name in term}
    unknown = [name for name in seen if name not in known]
    if unknown:
        raise ValueError(f"not a column: {', '.join(unknown)}")
    order = {name: i for i, name in enumerate(seen)}
    unique = {frozenset(term): tuple(sorted(set(term), key=order.__getitem__)) for term in terms}
    return tuple(sorted(unique.values(), key=len))


def _split(text: str, by: str) -> Term:
    return tuple(part.strip() for part in text.split(by))


def _subsets(names: Term) -> list[Term]:
    return [s for size in range(1, len(names) + 1) for s in combinations(names, size)]


@dataclass(frozen=True)
class Column:
    """One column of the design: the product of its parts (variable, level; None for numbers)."""

    name: str
    term: Term
    parts: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Design:
    """Variables on the rows used, and the columns that the terms make of them."""

    variables: Mapping[str, Variable]
    terms: tuple[Term, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [column.name for column in self.columns]

    def values(self, parts: Iterable[tuple[str, int | None]], n_rows: int) -> FloatArray:
        """Give the product of the parts on every row."""
        result = np.ones(n_rows)
        for name, level in parts:
            data = self.variables[name].data
            result = result * (data if level is None else data == level)
        return result

    def matrix(self, n_rows: int) -> FloatArray:
        """Give the design matrix (rows x columns)."""
        return np.column_stack([self.values(column.parts, n_rows) for column in self.columns])

    def average_rows(self, fixed: Sequence[Mapping[str, int]]) -> FloatArray:
        """Give one row of the design per cell: fixed levels, the rest averaged.

        Factors that are not fixed count with equal weight per level, numbers with their mean
        over the rows of the fit (the reference grid of emmeans).
        """
        means = {
            name: 1.0 / variable.n_levels if variable.is_factor else float(variable.data.mean())
            for name, variable in self.variables.items()
        }
        rows = np.empty((len(fixed), len(self.columns)))
        for i, cell in enumerate(fixed):
            for j, column in enumerate(self.columns):
                value = 1.0
                for name, level in column.parts:
                    value *= float(cell[name] == level) if name in cell else means[name]
                rows[i, j] = value
        return rows

    def columns_of(self, term: str) -> list[int]:
        """Give the positions of a coefficient by its name, or of all those of a term.

        A term of the model that has no column (a factor with one level) has no position.
        """
        if term in self.names:
            return [self.names.index(term)]
        wanted = frozenset(_split(term, ":"))
        if wanted not in map(frozenset, self.terms):
            known = [":".join(known) for known in self.terms]
            raise ValueError(f"no term or coefficient {term!r}; there are {known + self.names}")
        return [i for i, column in enumerate(self.columns) if frozenset(column.term) == wanted]


def build_design(variables: Mapping[str, Variable], terms: Sequence[Term]) -> Design:
    """Make the columns of the terms, with an intercept, in R's order and with R's names.

    A factor drops its first level where the term without it is in the model as well (the
    intercept counts), else it keeps all its levels.
    """
    present: set[frozenset[str]] = {frozenset(term) for term in terms} | {frozenset()}
    columns = [Column("(Intercept)", (), ())]
    for term in terms:
        choices = [
            _coded_levels(variables[name], frozenset(term) - {name} in present) for name in term
        ]
        # The first variable varies fastest, as in R.
        for reverse in product(*reversed(choices)):
            parts = tuple(zip(term, reversed(reverse), strict=True))
            name = ":".join(_part_name(variables[n], level) for n, level in parts)
            columns.append(Column(name, term, parts))
    return Design(dict(variables), tuple(terms), tuple(columns))


def _coded_levels(variable: Variable, with_reference: bool) -> list[int | None]:
    if not variable.is_factor:
        return [None]
    return list(range(1 if with_reference else 0, variable.n_levels))


def _part_name(variable: Variable, level: int | None) -> str:
    if level is None or variable.levels is None:
        return variable.name
    return variable.name + format_level(variable.levels[level])


def format_level(level: Hashable) -> str:
    """Give a level as text: 3.0 reads 3."""
    return str(int(level)) if isinstance(level, float) and level.is_integer() else str(level)
