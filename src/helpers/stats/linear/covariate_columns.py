"""Covariates of a frame as columns of numbers, without an intercept, named as in R.

Source: treatment contrasts with the names of R's model.matrix.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype


@dataclass(frozen=True)
class CovariateColumns:
    """``matrix`` (rows x terms) with NaN where a covariate is missing, and the term names.

    ``constant`` names the factors with fewer than two levels, which have no column.
    """

    names: tuple[str, ...]
    matrix: NDArray[np.float64]
    constant: tuple[str, ...] = ()


def expand_covariates(frame: pd.DataFrame, covariates: Iterable[str]) -> CovariateColumns:
    """Turn covariates into columns: numbers as they are, factors as 0/1 against the first level.

    Levels come in the order of a ``pandas.Categorical``, else sorted; a level's column is named
    variable and level in one word, as in R.
    """
    names: list[str] = []
    columns: list[NDArray[np.float64]] = []
    constant: list[str] = []
    for name in covariates:
        column = frame[name]
        if is_plain_number(column):
            names.append(name)
            columns.append(column.to_numpy(dtype=np.float64, na_value=np.nan))
            continue
        levels = find_levels(column)
        if len(levels) < 2:
            constant.append(name)
        for level in levels[1:]:
            names.append(f"{name}{level}")
            indicator = (column == level).to_numpy(dtype=np.float64, na_value=np.nan)
            columns.append(np.where(column.isna(), np.nan, indicator))
    matrix = np.column_stack(columns) if columns else np.zeros((len(frame), 0))
    return CovariateColumns(tuple(names), matrix, tuple(constant))


def is_plain_number(column: "pd.Series[Any]") -> bool:
    """Say whether a covariate enters as it is: numeric, and not true or false."""
    return bool(is_numeric_dtype(column.dtype) and not is_bool_dtype(column.dtype))


def find_levels(column: "pd.Series[Any]", *, declared: bool = False) -> list[Any]:
    """Return the levels in the order of the categories or else sorted.

    Only those that occur, unless ``declared`` asks for all categories.
    """
    found = set(column.dropna())
    if isinstance(column.dtype, pd.CategoricalDtype):
        return [level for level in column.cat.categories if declared or level in found]
    return sorted(found)
