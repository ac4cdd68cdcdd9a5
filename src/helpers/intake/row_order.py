"""An order of rows that depends on what they hold, never on the order of a file."""

from collections.abc import Iterable

import numpy as np
import pandas as pd


def order_rows(frame: pd.DataFrame, keys: Iterable[str]) -> np.ndarray:
    """Places of the rows sorted by these columns, nothing first; equal rows as they stand.

    No more columns are looked at than are needed to tell all rows apart.
    """
    rank = np.zeros(len(frame), dtype=int)
    for key in keys:
        codes = pd.factorize(frame[key], sort=True)[0] + 1  # 0 is nothing
        distinct, rank = np.unique(rank * (codes.max(initial=0) + 1) + codes, return_inverse=True)
        if len(distinct) == len(frame):
            break
    order: np.ndarray = np.argsort(rank, kind="stable")
    return order
