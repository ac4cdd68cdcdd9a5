"""Columns of the model that values are imputed from, and of the comparison afterwards.

Source: part of `conditional_mean` (Carpenter, Roger and Kenward 2013).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.stats.linear.design_matrix import (
    Design,
    FloatArray,
    build_design,
    parse_terms,
    read_factor,
    read_variable,
)


@dataclass(frozen=True)
class ImputationRoles:
    """Names of the columns by what they are in the analysis.

    ``departed``: true at the visits after a participant left or stopped treatment. ``not_due``:
    true at visits that are still to come; their values are never imputed.
    """

    response: str
    subject: str
    visit: str
    arm: str
    key_visit: Hashable
    reference: Hashable
    covariates: tuple[str, ...] = ()
    analysis_covariates: tuple[str, ...] = ()
    departed: str | None = None
    not_due: str | None = None


def build_imputation_design(
    frame: pd.DataFrame, roles: ImputationRoles, arms: tuple[Hashable, ...]
) -> tuple[list[FloatArray], tuple[str, ...]]:
    """Build the rows of the model as if everybody were in each arm in turn."""
    copies = [frame.assign(**{roles.arm: pd.Categorical([arm] * len(frame), arms)}) for arm in arms]
    stacked = pd.concat(copies, ignore_index=True)
    terms = parse_terms(roles.covariates, (roles.arm, roles.visit), frame.columns)
    matrix, design = _rows(stacked, roles, terms)
    return np.split(matrix, len(arms)), tuple(design.names)


def build_analysis_design(
    frame: pd.DataFrame, roles: ImputationRoles, arms: tuple[Hashable, ...]
) -> tuple[FloatArray, FloatArray]:
    """Build the rows of the comparison at one visit, and its contrasts with the reference."""
    terms = parse_terms(roles.analysis_covariates, (roles.arm,), frame.columns)
    if any(roles.arm in term and len(term) > 1 for term in terms):
        raise ValueError(f"the analysis at one visit takes no interaction with {roles.arm}")
    matrix, design = _rows(frame, roles, terms)
    codes = [
        dict(c.parts).get(roles.arm) if c.term == (roles.arm,) else None for c in design.columns
    ]
    contrasts = [[float(code == k) for code in codes] for k in range(1, len(arms))]
    return matrix, np.array(contrasts).reshape(len(arms) - 1, len(codes))


def _rows(
    frame: pd.DataFrame, roles: ImputationRoles, terms: Sequence[tuple[str, ...]]
) -> tuple[FloatArray, Design]:
    names = dict.fromkeys(name for term in terms for name in term)
    variables = {
        name: read_factor(frame, name, first=roles.reference if name == roles.arm else None)
        if name in (roles.arm, roles.visit)
        else read_variable(frame, name)
        for name in names
    }
    design = build_design(variables, terms)
    matrix = design.matrix(len(frame))
    incomplete = np.any(
        [np.zeros(len(frame)) > 0, *(v.missing for v in variables.values())], axis=0
    )
    return np.where(incomplete[:, None], np.nan, matrix), design
