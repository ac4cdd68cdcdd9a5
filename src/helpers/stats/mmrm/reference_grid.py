"""The rows of the design that stand for the mean of an arm at a visit.

Source: reference grid of the R package emmeans.
"""

import numpy as np

from helpers.stats.linear.design_matrix import FloatArray
from helpers.stats.mmrm.data import MmrmData, MmrmRoles


def build_cell_rows(data: MmrmData, roles: MmrmRoles, empty: bool = False) -> FloatArray:
    """Give one row per cell, covariates averaged over the reference grid.

    Parameters
    ----------
    empty : bool
        Leave all cells without a row, as when nothing was fitted.

    Returns
    -------
    (visits, arms, p) float
        For all levels of the frame; NaN where a level has no value in the model.
    """
    design = data.design
    rows = np.full((len(data.all_visits), len(data.all_arms), len(design.columns)), np.nan)
    visits = [v for v in data.all_visits if v in data.visit_levels]
    arms = [a for a in data.all_arms if a in data.arm_levels]
    if empty or not visits or not arms:
        return rows
    fixed = [
        {roles.visit: data.visit_levels.index(v), roles.arm: data.arm_levels.index(a)}
        for v in visits
        for a in arms
    ]
    at = np.ix_([data.all_visits.index(v) for v in visits], [data.all_arms.index(a) for a in arms])
    rows[at] = design.average_rows(fixed).reshape(len(visits), len(arms), -1)
    return rows


def average_visits(cells: FloatArray) -> FloatArray:
    """Average over the visits in the model with equal weight: (1, arms, p)."""
    used = np.flatnonzero(np.isfinite(cells[:, :, 0]).sum(axis=1))
    if not len(used):
        return np.full((1, *cells.shape[1:]), np.nan)
    return np.asarray(cells[used].mean(axis=0, keepdims=True), dtype=np.float64)
