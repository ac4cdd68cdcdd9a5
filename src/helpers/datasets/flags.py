"""CDISC flags: Y or null for record flags, Y or N for population flags."""

import pandas as pd


def flag(hit: pd.Series) -> pd.Series:
    """`Y` where true, null elsewhere (nulls count as not true)."""
    known = hit.fillna(False).astype(bool)
    return known.map({True: "Y", False: None}).astype(object)


def yes_no(hit: pd.Series) -> pd.Series:
    """`Y` where true, `N` elsewhere (nulls count as not true)."""
    return hit.fillna(False).astype(bool).map({True: "Y", False: "N"}).astype(object)


def first_of(frame: pd.DataFrame, keys: list[str], hit: pd.Series) -> pd.Series:
    """`Y` on the first row of each group of `keys` among the rows hit, in frame order."""
    rows = frame[hit.fillna(False).astype(bool)]
    first = rows.index[~rows.duplicated(keys)]
    return flag(pd.Series(frame.index.isin(first), index=frame.index))
