"""CDISC flags: Y or null for record flags, Y or N for population flags."""

import numpy as np
import pandas as pd


def flag(hit: pd.Series) -> pd.Series:
    """`Y` where true, null elsewhere (nulls count as not true)."""
    return _name(hit, None)


def yes_no(hit: pd.Series) -> pd.Series:
    """`Y` where true, `N` elsewhere (nulls count as not true)."""
    return _name(hit, "N")


def _name(hit: pd.Series, otherwise: str | None) -> pd.Series:
    known = hit.fillna(False).to_numpy(dtype=bool)
    words = np.array([otherwise, "Y"], dtype=object)
    return pd.Series(words[known.astype(int)], index=hit.index, dtype=object, name=hit.name)


def first_of(frame: pd.DataFrame, keys: list[str], hit: pd.Series) -> pd.Series:
    """`Y` on the first row of each group of `keys` among the rows hit, in frame order."""
    rows = frame[hit.fillna(False).astype(bool)]
    first = rows.index[~rows.duplicated(keys)]
    return flag(pd.Series(frame.index.isin(first), index=frame.index))
