"""From a frame to the rows a repeated-measures model uses, in an order of their own.

Rows are sorted by subject and visit before anything is computed, so the order in which they
arrive cannot change a single bit of a result.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.stats.design_matrix import (
    Design,
    FloatArray,
    IntArray,
    Variable,
    build_design,
    format_level,
    parse_terms,
    read_factor,
    read_number,
    read_variable,
)


@dataclass(frozen=True)
class MmrmRoles:
    """Names of the columns by what they are in the model."""

    response: str
    subject: str
    visit: str
    arm: str
    covariates: tuple[str, ...] = ()
    group: str | None = None
    weights: str | None = None
    reference: Hashable | None = None


@dataclass(frozen=True)
class MmrmData:
    """The rows used, sorted by subject and visit, with what was found on the way.

    Attributes
    ----------
    design : Design
        Fixed effects; its variables hold one value per row used.
    response, weights : (n,) float
    subject, visit, group : (n,) int
        Codes from 0; `group` is 0 throughout without groups.
    subject_labels, visit_levels, arm_levels, group_levels : tuple
        Levels in use.
    all_visits, all_arms : tuple
        Levels of the frame, with those that have no usable value.
    notes : tuple of str
        What the reader of a result must know (rows left out, empty levels).
    problem : str
        Why no model can be fitted to these rows; empty when one can.
    """

    design: Design
    response: FloatArray
    weights: FloatArray | None
    subject: IntArray
    visit: IntArray
    group: IntArray
    subject_labels: tuple[Hashable, ...]
    visit_levels: tuple[Hashable, ...]
    arm_levels: tuple[Hashable, ...]
    group_levels: tuple[Hashable, ...]
    all_visits: tuple[Hashable, ...]
    all_arms: tuple[Hashable, ...]
    notes: tuple[str, ...]
    problem: str

    @property
    def n_obs(self) -> int:
        """Number of values in the model."""
        return len(self.response)

    @property
    def n_subjects(self) -> int:
        """Number of subjects with a value in the model."""
        return len(self.subject_labels)


def build_mmrm_data(frame: pd.DataFrame, roles: MmrmRoles) -> MmrmData:
    """Choose and sort the rows that have everything the model needs; name what is wrong."""
    terms = parse_terms(roles.covariates, (roles.arm, roles.visit), frame.columns)
    named = dict.fromkeys([roles.arm, roles.visit, *(name for term in terms for name in term)])
    variables = {name: _read(frame, name, roles) for name in named}
    response = read_number(frame, roles.response)
    subject = read_factor(frame, roles.subject)
    group = read_factor(frame, roles.group) if roles.group else None
    weights = read_number(frame, roles.weights) if roles.weights else None

    needed = [*variables.values(), subject, *(v for v in (group, weights) if v is not None)]
    usable = ~response.missing
    complete = usable & ~np.any([v.missing for v in needed], axis=0)
    if weights is not None:
        complete &= weights.values > 0
    rows = np.flatnonzero(complete)
    codes = (variables[roles.visit].values[rows], subject.values[rows])
    rows = rows[np.lexsort(codes)]

    used = {name: variable.take(rows) for name, variable in variables.items()}
    subject = subject.take(rows)
    group = group.take(rows) if group is not None else None
    design = build_design(used, terms)
    data = MmrmData(
        design=design,
        response=np.asarray(response.values[rows], dtype=np.float64),
        weights=None if weights is None else np.asarray(weights.values[rows], dtype=np.float64),
        subject=_codes(subject),
        visit=_codes(used[roles.visit]),
        group=_codes(group) if group is not None else np.zeros(len(rows), dtype=np.int64),
        subject_labels=subject.levels or (),
        visit_levels=used[roles.visit].levels or (),
        arm_levels=used[roles.arm].levels or (),
        group_levels=(group.levels or ()) if group is not None else (),
        all_visits=variables[roles.visit].levels or (),
        all_arms=variables[roles.arm].levels or (),
        notes=_notes(roles, variables, used, needed, usable, complete),
        problem="",
    )
    return replace(data, problem=_find_problem(data))


def _read(frame: pd.DataFrame, name: str, roles: MmrmRoles) -> Variable:
    if name == roles.arm:
        return read_factor(frame, name, first=roles.reference)
    return read_factor(frame, name) if name == roles.visit else read_variable(frame, name)


def _codes(variable: Variable) -> IntArray:
    return variable.values.astype(np.int64)


def _notes(
    roles: MmrmRoles,
    variables: dict[str, Variable],
    used: dict[str, Variable],
    needed: Sequence[Variable],
    usable: NDArray[np.bool_],
    complete: NDArray[np.bool_],
) -> tuple[str, ...]:
    notes = []
    lost = int(usable.sum() - complete.sum())
    if lost:
        why = [v.name for v in needed if bool(np.any(v.missing & usable))]
        if roles.weights and not why:
            why = [f"{roles.weights} not positive"]
        notes.append(f"{_values(lost)} left out: missing {', '.join(why)}")
    for name in (roles.arm, roles.visit):
        empty = [x for x in variables[name].levels or () if x not in (used[name].levels or ())]
        if empty:
            notes.append(f"{name} without a value: {', '.join(map(format_level, empty))}")
    return tuple(notes)


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"


def _find_problem(data: MmrmData) -> str:
    """Name the first reason that rules a model out."""
    if data.n_obs == 0:
        return "no value to fit"
    numbers = [v.values for v in data.design.variables.values() if not v.is_factor]
    if not all(np.isfinite(x).all() for x in [data.response, *numbers]):
        return "infinite value in the response or a covariate"
    again = (np.diff(data.subject) == 0) & (np.diff(data.visit) == 0)
    if again.any():
        at = int(np.flatnonzero(again)[0])
        who = format_level(data.subject_labels[data.subject[at]])
        when = format_level(data.visit_levels[data.visit[at]])
        return f"subject {who} has more than one value at visit {when}"
    first = np.searchsorted(data.subject, np.arange(data.n_subjects))
    moved = data.group != data.group[first][data.subject]
    if moved.any():
        who = format_level(data.subject_labels[data.subject[int(np.flatnonzero(moved)[0])]])
        return f"subject {who} is in more than one group"
    return ""
