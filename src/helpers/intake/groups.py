"""Rows that are equal in some columns, as one number per row."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def number_groups(rows: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.int64]:
    """Number of the group of equal `columns` that each row belongs to, from 0, in their order.

    Null is a value like any other.
    """
    packed = np.zeros(len(rows), dtype=np.int64)
    for name in columns:
        codes, uniques = pd.factorize(rows[name], use_na_sentinel=True)
        packed = pd.factorize(packed * (len(uniques) + 1) + codes + 1)[0].astype(np.int64)
    return packed
