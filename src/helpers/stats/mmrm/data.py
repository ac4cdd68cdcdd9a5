"""From a frame to the rows a repeated-measures model uses, in an order of their own.

Rows are sorted by subject and visit before anything is computed, so the order in which they
arrive cannot change a single bit of a result.

Source: rows used as the R package mmrm uses them; part of `fit`.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.stats.linear.design_matrix import (
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

# Fewer values than this in an arm at a visit are named in the result.
FEW = 3
# Beyond this size (or its inverse) squares of squares leave the range of double precision.
SMALLEST = 1e-60


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
    weights = _read_weights(frame, roles.weights) if roles.weights else None

    needed = [*variables.values(), subject, *(v for v in (group, weights) if v is not None)]
    usable = ~response.missing
    complete = usable & ~np.any([v.missing for v in needed], axis=0)
    rows = np.flatnonzero(complete)
    rows = rows[np.lexsort((variables[roles.visit].data[rows], subject.data[rows]))]

    used = {name: variable.take(rows) for name, variable in variables.items()}
    subject = subject.take(rows)
    group = group.take(rows) if group is not None else None
    data = MmrmData(
        design=build_design(used, terms),
        response=_numbers(response, rows),
        weights=None if weights is None else _numbers(weights, rows),
        subject=_codes(subject),
        visit=_codes(used[roles.visit]),
        group=_codes(group) if group is not None else np.zeros(len(rows), dtype=np.int64),
        subject_labels=subject.levels or (),
        visit_levels=used[roles.visit].levels or (),
        arm_levels=used[roles.arm].levels or (),
        group_levels=(group.levels or ()) if group is not None else (),
        all_visits=variables[roles.visit].levels or (),
        all_arms=variables[roles.arm].levels or (),
        notes=(),
        problem="",
    )
    notes = [
        *_name_rows_left_out(needed, usable, complete),
        *_name_empty_levels(roles, variables, used),
        *_name_small_cells(data, used[roles.arm]),
        *_name_moved_subjects(data, used[roles.arm]),
    ]
    return replace(data, notes=tuple(notes), problem=_find_problem(data))


def _read(frame: pd.DataFrame, name: str, roles: MmrmRoles) -> Variable:
    if name == roles.arm:
        return read_factor(frame, name, first=roles.reference)
    return read_factor(frame, name) if name == roles.visit else read_variable(frame, name)


def _read_weights(frame: pd.DataFrame, name: str) -> Variable:
    """Read weights; one that is not positive counts as missing."""
    weights = read_number(frame, name)
    return replace(weights, data=np.where(weights.data > 0, weights.data, np.nan))


def _codes(variable: Variable) -> IntArray:
    return variable.data.astype(np.int64)


def _numbers(variable: Variable, rows: IntArray) -> FloatArray:
    return np.asarray(variable.data[rows], dtype=np.float64)


def _name_rows_left_out(
    needed: Sequence[Variable], usable: NDArray[np.bool_], complete: NDArray[np.bool_]
) -> list[str]:
    lost = int(usable.sum() - complete.sum())
    if not lost:
        return []
    why = [v.name for v in needed if bool(np.any(v.missing & usable))]
    values = "1 value" if lost == 1 else f"{lost} values"
    return [f"{values} left out: no usable {', '.join(why)}"]


def _name_empty_levels(
    roles: MmrmRoles, variables: dict[str, Variable], used: dict[str, Variable]
) -> list[str]:
    notes = []
    for name in (roles.arm, roles.visit):
        empty = [x for x in variables[name].levels or () if x not in (used[name].levels or ())]
        if empty:
            notes.append(f"{name} without a value: {', '.join(map(format_level, empty))}")
    return notes


def _name_small_cells(data: MmrmData, arm: Variable) -> list[str]:
    """Name the cells whose mean rests on other arms' variances more than on its own values."""
    counts = np.zeros((len(data.arm_levels), len(data.visit_levels)), dtype=np.int64)
    np.add.at(counts, (_codes(arm), data.visit), 1)
    arms, visits = ([format_level(x) for x in y] for y in (data.arm_levels, data.visit_levels))
    small = [f"{arms[a]} at {visits[v]}: {counts[a, v]}" for a, v in np.argwhere(counts < FEW)]
    return [f"fewer than {FEW} values ({', '.join(small)})"] if small else []


def _name_moved_subjects(data: MmrmData, arm: Variable) -> list[str]:
    moved = _find_moved(data, _codes(arm))
    return [f"subject {moved} is in more than one arm"] if moved else []


def _find_moved(data: MmrmData, codes: IntArray) -> str:
    """Give the first subject whose rows have different codes; empty when there is none."""
    first = np.searchsorted(data.subject, np.arange(data.n_subjects))
    moved = np.flatnonzero(codes != codes[first][data.subject])
    return format_level(data.subject_labels[data.subject[moved[0]]]) if len(moved) else ""


def _find_problem(data: MmrmData) -> str:
    """Name the first reason that rules a model out."""
    if data.n_obs == 0:
        return "no value to fit"
    numbers = [v.data for v in data.design.variables.values() if not v.is_factor]
    weights = [] if data.weights is None else [data.weights]
    for x in (data.response, *numbers, *weights):
        if not np.isfinite(x).all():
            return "infinite value in the response, a covariate or the weights"
        largest = float(np.abs(x).max())
        if largest > 1.0 / SMALLEST or 0.0 < largest < SMALLEST:
            return f"values of size {largest:.0e}: use another unit"
    again = np.flatnonzero((np.diff(data.subject) == 0) & (np.diff(data.visit) == 0))
    if len(again):
        who = format_level(data.subject_labels[data.subject[again[0]]])
        when = format_level(data.visit_levels[data.visit[again[0]]])
        return f"subject {who} has more than one value at visit {when}"
    moved = _find_moved(data, data.group)
    return f"subject {moved} is in more than one group" if moved else ""
