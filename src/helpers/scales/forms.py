"""Long item rows become one row per form, ready for a score function."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.scales.items.read import ItemsError


def build_forms(
    long: pd.DataFrame,
    codes: Sequence[str],
    *,
    keys: Sequence[str],
    item: str = "QSTESTCD",
    value: str = "QSORRES",
) -> pd.DataFrame:
    """One row per form, one column per item, raw values untouched.

    Parameters
    ----------
    long : one row per item; rows with other item codes make a form, but fill nothing
    codes : item codes wanted, in order
    keys : columns that together name one form
    item, value : columns with the item code and the raw answer

    Returns
    -------
    Frame indexed by the keys, forms in order of first appearance, one object column per code; None
    where a form has no such row.

    Raises
    ------
    ItemsError
        A column is lacking, or a form has two rows for one item.
    """
    lacking = [name for name in (*keys, item, value) if name not in long.columns]
    if lacking:
        raise ItemsError(f"item rows lack column {', '.join(lacking)}")
    form = long.groupby(list(keys), dropna=False, sort=False, observed=True).ngroup().to_numpy()
    names = pd.Index(codes, dtype=object)
    column = names.get_indexer(long[item].astype(object))
    used = np.flatnonzero(column >= 0)
    firsts = np.flatnonzero(~pd.Series(form).duplicated().to_numpy())
    cell = form[used] * len(names) + column[used]
    twice = pd.Series(cell).duplicated().to_numpy()
    if twice.any():
        row = long.iloc[used[twice.argmax()]]
        where = ", ".join(f"{name} {row[name]}" for name in keys)
        raise ItemsError(f"two rows for one form: {where}, item {row[item]}")
    values = np.full(len(firsts) * len(names), None, dtype=object)
    values[cell] = long[value].to_numpy(dtype=object)[used]
    index = pd.MultiIndex.from_frame(long[list(keys)].iloc[firsts])
    return pd.DataFrame(values.reshape(len(firsts), len(names)), index=index, columns=list(codes))
