"""Participants by visits as arrays: what was seen, what is missing and may be imputed, who left.

Source: part of `conditional_mean` (Carpenter, Roger and Kenward 2013).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.stats.linear.covariate_columns import find_levels, is_plain_number
from helpers.stats.linear.design_matrix import FloatArray, IntArray, parse_terms
from helpers.stats.missing.imputation_design import (
    ImputationRoles,
    build_analysis_design,
    build_imputation_design,
)

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class ImputationData:
    """Participants in the order of their identifier.

    Attributes
    ----------
    visits, arms : tuple
        Levels; the reference arm first.
    key : int
        Position of the visit that is analysed.
    arm : (N,) int
    response : (N, m) float
        NaN where not observed.
    departed, missing : (N, m) bool
        After leaving; due and not observed.
    design : (arms, N, m, p) float
        Row of the imputation model under every arm, NaN where a covariate is missing.
    terms : tuple of str
        Names of its p columns.
    analysis : (N, q) float
        Row of the analysis at the key visit, NaN where a covariate is missing.
    contrasts : (k, q) float
        Every other arm less the reference.
    frame : DataFrame
        The rows, sorted by participant and visit; ``person`` (n,) says whose they are.
    """

    visits: tuple[Hashable, ...]
    arms: tuple[Hashable, ...]
    key: int
    arm: IntArray
    response: FloatArray
    departed: Flags
    missing: Flags
    design: FloatArray
    terms: tuple[str, ...]
    analysis: FloatArray
    contrasts: FloatArray
    frame: pd.DataFrame
    person: IntArray

    def keep(self, who: Flags) -> "ImputationData":
        """Give the data of some participants."""
        rows = who[self.person]
        return replace(
            self,
            arm=self.arm[who],
            response=self.response[who],
            departed=self.departed[who],
            missing=self.missing[who],
            design=self.design[:, who],
            analysis=self.analysis[who],
            frame=self.frame[rows],
            person=(np.cumsum(who) - 1)[self.person[rows]],
        )


def keep_observed_levels(frame: pd.DataFrame, roles: ImputationRoles) -> pd.DataFrame:
    """Leave out arms and visits without an observed value, and unseen levels of covariates.

    The model knows nothing of them; a value to be imputed there must not borrow from others.
    """
    names = _covariate_names(frame, roles)
    places = [roles.subject, roles.visit, roles.arm]
    located = frame[places].notna().all(axis=1)
    seen = frame[located & frame[[roles.response, *names]].notna().all(axis=1)]
    kept = located & frame[roles.arm].isin(seen[roles.arm])
    kept &= frame[roles.visit].isin(seen[roles.visit])
    factors = [name for name in names if not is_plain_number(frame[name])]
    levels = {name: find_levels(seen[name]) for name in factors}
    coded = {name: pd.Categorical(frame[name], levels[name]) for name in factors}
    return frame.assign(**coded)[kept]


def _covariate_names(frame: pd.DataFrame, roles: ImputationRoles) -> list[str]:
    given = (*roles.covariates, *roles.analysis_covariates)
    names = dict.fromkeys(name for term in parse_terms(given, (), frame.columns) for name in term)
    return [name for name in names if name not in (roles.arm, roles.visit)]


def build_imputation_data(frame: pd.DataFrame, roles: ImputationRoles) -> ImputationData:
    """Sort the rows of ``keep_observed_levels`` and lay them out by participant and visit."""
    subject, visit = (_factor(frame, name) for name in (roles.subject, roles.visit))
    order = np.lexsort((visit[0], subject[0]))
    frame, person, at = frame.iloc[order], subject[0][order], visit[0][order]
    n, m = len(subject[1]), len(visit[1])
    _check_cells(person, at, subject[1], visit[1])
    arm, arms = _factor(frame, roles.arm, first=roles.reference)
    response = _spread(_numbers(frame, roles.response), person, at, n, m)
    present = _spread(np.ones(len(frame)), person, at, n, m) == 1.0
    departed, not_due = (
        present & (_spread(_flags(frame, name), person, at, n, m) == 1.0)
        for name in (roles.departed, roles.not_due)
    )
    key = visit[1].index(roles.key_visit)
    design, terms = build_imputation_design(frame, roles, arms)
    analysis, contrasts = build_analysis_design(frame, roles, arms)
    return ImputationData(
        visits=visit[1],
        arms=arms,
        key=key,
        arm=_one_arm(arm, person, n, subject[1]),
        response=response,
        departed=departed,
        missing=present & ~not_due & np.isnan(response),
        design=np.stack([_spread(part, person, at, n, m) for part in design]),
        terms=terms,
        analysis=_spread(analysis, person, at, n, m)[:, key],
        contrasts=contrasts,
        frame=frame,
        person=person,
    )


def _factor(
    frame: pd.DataFrame, name: str, first: Hashable | None = None
) -> tuple[IntArray, tuple[Hashable, ...]]:
    """Give codes and levels in use: Categorical order, else sorted; ``first`` moved first."""
    column = frame[name]
    levels = find_levels(column)
    if first is not None:
        levels = [first, *(level for level in levels if level != first)]
    position = {level: i for i, level in enumerate(levels)}
    return np.array([position[value] for value in column], dtype=np.int64), tuple(levels)


def _spread(values: FloatArray, person: IntArray, at: IntArray, n: int, m: int) -> FloatArray:
    """Lay rows (r or r x p) out as participants by visits (by p); NaN where there is no row."""
    result = np.full((n, m, *values.shape[1:]), np.nan)
    result[person, at] = values
    return result


def _numbers(frame: pd.DataFrame, name: str) -> FloatArray:
    try:
        return np.asarray(frame[name].to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a column of numbers") from error


def _flags(frame: pd.DataFrame, name: str | None) -> FloatArray:
    if name is None:
        return np.zeros(len(frame))
    column = frame[name]
    flagged = column.notna() & (column.astype(object).isin([True, "Y", 1]))
    return np.asarray(flagged.to_numpy(dtype=np.float64))


def _one_arm(arm: IntArray, person: IntArray, n: int, who: Sequence[Hashable]) -> IntArray:
    of_person = np.zeros(n, dtype=np.int64)
    of_person[person] = arm
    moved = np.flatnonzero(of_person[person] != arm)
    if moved.size:
        raise ValueError(f"subject {who[person[moved[0]]]} is in more than one arm")
    return of_person


def check_columns(frame: pd.DataFrame, roles: ImputationRoles) -> None:
    """Raise ValueError for a column that is not there."""
    names = (roles.response, roles.subject, roles.visit, roles.arm, roles.departed, roles.not_due)
    absent = [name for name in names if name is not None and name not in frame.columns]
    if absent:
        raise ValueError(f"not a column: {', '.join(absent)}")


def _check_cells(
    person: IntArray, at: IntArray, who: Sequence[Hashable], visits: Sequence[Hashable]
) -> None:
    again = np.flatnonzero((np.diff(person) == 0) & (np.diff(at) == 0))
    if again.size:
        i = int(again[0])
        raise ValueError(f"subject {who[person[i]]} has two rows at visit {visits[at[i]]}")
