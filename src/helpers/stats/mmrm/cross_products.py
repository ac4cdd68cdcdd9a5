"""Everything the likelihood needs of the data: cross-products per missing-value pattern.

A row of the design is `X_i[a] = u_i @ basis[a]`: features u of the subject (arm, baseline, ...)
and a matrix per visit a. Subjects with the same observed visits share V, so sums of u u', u y'
and y y' per pattern are enough: after one pass over the data the cost of a likelihood does not
depend on the number of subjects.

Source: sums of products per missing-value pattern; part of `likelihood`.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from helpers.stats.linear.design_matrix import Column, Design, FloatArray, IntArray
from helpers.stats.mmrm.data import MmrmData

Parts = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class SubjectArrays:
    """One row per subject.

    Attributes
    ----------
    features : (N, k) float
    response : (N, m) float
        0 where not observed.
    observed : (N, m) bool
    group : (N,) int
    basis : (m, k, p) float
        The design of subject i at visit a is `features[i] @ basis[a]`.
    centre : float
        Subtracted from the response before weighting; the intercept gets it back.
    size : float
        Largest response, weighted.
    """

    features: FloatArray
    response: FloatArray
    observed: NDArray[np.bool_]
    group: IntArray
    basis: FloatArray
    centre: float
    size: float


@dataclass(frozen=True)
class CrossProducts:
    """Cross-products of features and responses per pattern (group, observed visits).

    Attributes
    ----------
    count : (P,) float
        Subjects with the pattern.
    observed : (P, m) bool
    group : (P,) int
        Sorted, so that the patterns of a group are a slice.
    uu, uy, yy : (P, k, k), (P, k, m), (P, m, m) float
    """

    count: FloatArray
    observed: NDArray[np.bool_]
    group: IntArray
    uu: FloatArray
    uy: FloatArray
    yy: FloatArray

    @cached_property
    def seen_together(self) -> tuple[NDArray[np.bool_], FloatArray]:
        """Pairs of visits observed (P, m, m), and 1 on the diagonal of the visits that are not."""
        both = self.observed[:, :, None] & self.observed[:, None, :]
        return both, np.eye(self.observed.shape[1]) * ~self.observed[:, None, :]


def build_subject_arrays(data: MmrmData, visit: str) -> SubjectArrays:
    """Turn rows into one row per subject; weights scale the rows by their square root."""
    features, rows_basis = _feature_rows(data.design, visit, data.n_obs, len(data.visit_levels))
    centre = float(data.response.mean())
    root = np.ones(data.n_obs) if data.weights is None else np.sqrt(data.weights)
    response = (data.response - centre) * root
    size = float(np.abs(data.response * root).max())
    if data.weights is not None:
        features = features * root[:, None]
    n, m = data.n_subjects, len(data.visit_levels)
    observed = np.zeros((n, m), dtype=np.bool_)
    observed[data.subject, data.visit] = True
    wide = np.zeros((n, m))
    wide[data.subject, data.visit] = response
    by_subject, basis = _collapse(features, rows_basis, data.subject, data.visit, n)
    first = np.searchsorted(data.subject, np.arange(n))
    return SubjectArrays(by_subject, wide, observed, data.group[first], basis, centre, size)


def _feature_rows(
    design: Design, visit: str, n_rows: int, n_visits: int
) -> tuple[FloatArray, FloatArray]:
    """Give features per row (n x k) and the matrices (m x k x p) that make the design of them.

    Numbers enter standardised, so that no precision is lost in their cross-products.
    """
    scales = {
        name: (float(v.data.mean()), float(v.data.std()))
        for name, v in design.variables.items()
        if not v.is_factor
    }
    index: dict[Parts, int] = {(): 0}
    entries: list[tuple[slice | int, int, int, float]] = []
    for j, column in enumerate(design.columns):
        at = next((level for name, level in column.parts if name == visit), None)
        where = slice(None) if at is None else at
        for parts, factor in _expanded(column, visit, scales):
            entries.append((where, index.setdefault(parts, len(index)), j, factor))
    basis = np.zeros((n_visits, len(index), len(design.columns)))
    for where, f, j, factor in entries:
        basis[where, f, j] += factor
    features = np.empty((n_rows, len(index)))
    for parts, f in index.items():
        features[:, f] = _standardised(design, parts, scales, n_rows)
    return features, basis


def _expanded(
    column: Column, visit: str, scales: dict[str, tuple[float, float]]
) -> list[tuple[Parts, float]]:
    """Write a column, less its visit, as a sum of products of standardised numbers."""
    dummies = [part for part in column.parts if part[0] != visit and part[1] is not None]
    numbers = [part for part in column.parts if part[1] is None]
    subsets = chain.from_iterable(combinations(numbers, r) for r in range(len(numbers) + 1))
    result = []
    for kept in subsets:
        factor = 1.0
        for part in numbers:
            mean, sd = scales[part[0]]
            factor *= sd if part in kept else mean
        result.append((tuple(sorted([*dummies, *kept], key=str)), factor))
    return result


def _standardised(
    design: Design, parts: Parts, scales: dict[str, tuple[float, float]], n_rows: int
) -> FloatArray:
    result = np.ones(n_rows)
    for name, level in parts:
        values = design.variables[name].data
        if level is not None:
            result = result * (values == level)
        else:
            mean, sd = scales[name]
            result = result * ((values - mean) / sd if sd > 0 else 0.0)
    return result


def _collapse(
    rows: FloatArray, basis: FloatArray, subject: IntArray, visit: IntArray, n_subjects: int
) -> tuple[FloatArray, FloatArray]:
    """Keep one value per subject of constant features and one per visit of the others."""
    first = np.searchsorted(subject, np.arange(n_subjects))
    constant = (rows == rows[first][subject]).all(axis=0)
    n_visits, _, p = basis.shape
    features, matrices = [rows[first][:, constant]], [basis[:, constant]]
    for f in np.flatnonzero(~constant):
        by_visit = np.zeros((n_subjects, n_visits))
        by_visit[subject, visit] = rows[:, f]
        own = np.zeros((n_visits, n_visits, p))
        own[np.arange(n_visits), np.arange(n_visits)] = basis[:, f]
        features.append(by_visit)
        matrices.append(own)
    return np.concatenate(features, axis=1), np.concatenate(matrices, axis=1)


def compute_cross_products(subjects: SubjectArrays) -> CrossProducts:
    """Sum the cross-products over the subjects of each pattern."""
    order, starts = _sort_by_pattern(subjects)
    k = subjects.features.shape[1]
    rows = np.concatenate([subjects.features, subjects.response], axis=1)[order]
    bounds = [*starts.tolist(), len(order)]
    products = np.stack([rows[a:b].T @ rows[a:b] for a, b in pairwise(bounds)])
    first = order[starts]
    return CrossProducts(
        count=np.diff(bounds).astype(np.float64),
        observed=subjects.observed[first],
        group=subjects.group[first],
        uu=np.ascontiguousarray(products[:, :k, :k]),
        uy=np.ascontiguousarray(products[:, :k, k:]),
        yy=np.ascontiguousarray(products[:, k:, k:]),
    )


def _sort_by_pattern(subjects: SubjectArrays) -> tuple[IntArray, IntArray]:
    """Give the subjects' order by group and pattern, and where each pattern starts."""
    packed = np.packbits(subjects.observed, axis=1)
    keys = [*packed.T[::-1], subjects.group]
    order = np.lexsort(keys)
    change = np.zeros(len(order), dtype=np.bool_)
    change[:1] = True
    for key in keys:
        in_order = key[order]
        change[1:] |= in_order[1:] != in_order[:-1]
    return order, np.flatnonzero(change)
