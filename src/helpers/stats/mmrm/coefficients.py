"""The coefficients of a fitted model as a table.

Source: Student's t with the degrees of freedom of the fit.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.stats.linear.design_matrix import FloatArray
from helpers.stats.linear.estimates import tabulate_estimates
from helpers.stats.mmrm.inference import MmrmInference, name_gaps

COLUMNS = ["term", "estimate", "se", "df", "t", "p", "note"]


def tabulate_coefficients(names: Sequence[str], inference: MmrmInference) -> pd.DataFrame:
    """Make the table from what was estimated; `names` are those of the columns of the design."""
    estimate, se, df, estimable = inference.estimate_rows(np.eye(len(names)))
    kept = np.zeros(len(names), dtype=np.bool_)
    kept[inference.scaling.kept] = True
    # A kept coefficient may stand for a sum with an aliased one; R prints it, so do we.
    if not estimable[kept].all():
        values = inference.estimate_kept()
        estimate[kept], se[kept], df[kept] = values
    return tabulate_terms(names, estimate, se, df, name_gaps(kept, se, df, "aliased"))


def tabulate_terms(
    names: Sequence[str], estimate: FloatArray, se: FloatArray, df: FloatArray, notes: Sequence[str]
) -> pd.DataFrame:
    """Make the table from the numbers of each term, NaN where a note says why."""
    table = tabulate_estimates({"term": names}, estimate, se, df, 0.95, notes)
    return table[COLUMNS]
