"""Tables of linear estimates with t intervals, shared by the models that make them.

Source: Student's t with the given degrees of freedom.
"""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from helpers.stats.linear.design_matrix import FloatArray

COLUMNS = ("estimate", "se", "df", "lower", "upper", "t", "p", "note")


Columns = dict[str, list[Hashable] | NDArray[np.float64] | NDArray[np.object_]]


def tabulate_estimates(
    labels: Mapping[str, Sequence[Hashable]],
    estimate: FloatArray,
    se: FloatArray,
    df: FloatArray,
    level: float,
    notes: Sequence[str],
) -> pd.DataFrame:
    """Make a table of estimates with t statistics, two-sided p values and limits.

    The parameters are those of `list_estimates`.
    """
    return pd.DataFrame(list_estimates(labels, estimate, se, df, level, notes))


def list_estimates(
    labels: Mapping[str, Sequence[Hashable]],
    estimate: FloatArray,
    se: FloatArray,
    df: FloatArray,
    level: float,
    notes: Sequence[str],
) -> Columns:
    """Give the columns of a table of estimates: labels, numbers, limits, and why there is none.

    For a few contrasts making a table takes longer than their numbers.

    Parameters
    ----------
    labels : mapping of column name to (q,) labels
        First columns of the table.
    estimate, se, df : (q,) float
        NaN where not estimable.
    level : float
        Confidence level.
    notes : (q,) str
        Why a row is NaN.
    """
    t = estimate / np.where(se > 0, se, np.nan)
    margin = special.stdtrit(df, 0.5 + 0.5 * level) * se
    table: Columns = {name: _label(values) for name, values in labels.items()}
    table |= {"estimate": estimate, "se": se, "df": df}
    table |= {"lower": estimate - margin, "upper": estimate + margin}
    table |= {"t": t, "p": 2.0 * special.stdtr(df, -np.abs(t)), "note": _label(notes)}
    return table


def _label(values: Sequence[Hashable]) -> list[Hashable] | NDArray[np.object_]:
    """Make a column of labels, of objects where there is none to tell the kind."""
    return list(values) if len(values) else np.empty(0, dtype=np.object_)


def list_pairs(n_arms: int, reference: int | None) -> list[tuple[int, int]]:
    """Give the pairs (arm, compared with): all of them, or those with the reference."""
    if reference is not None:
        return [(arm, reference) for arm in range(n_arms) if arm != reference]
    return [(arm, other) for other in range(n_arms) for arm in range(other + 1, n_arms)]
