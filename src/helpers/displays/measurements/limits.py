"""Limits of the normal range that a panel of one test draws."""

import pandas as pd

from helpers.view import View

WORDS = (
    "Dashed: limits of the normal range, two on a side where women and men have their own; of "
    "several laboratories those of most values."
)


def read_sexes(view: View) -> pd.Series:
    """Sex by USUBJID; empty where the data do not have it."""
    persons = view["adsl"].drop_duplicates("USUBJID").set_index("USUBJID")
    return persons["SEX"] if "SEX" in persons else pd.Series(dtype=object)


def find_limits(own: pd.DataFrame, sexes: pd.Series) -> tuple[float, ...]:
    """Lower and upper limits of the values of one test: the most frequent of each sex.

    Parameters
    ----------
    own : USUBJID and, where the data have them, ANRLO and ANRHI.
    sexes : by USUBJID.
    """
    sex = own["USUBJID"].map(sexes).fillna("")
    found: list[float] = []
    for name in ("ANRLO", "ANRHI"):
        known = own[name].dropna().astype(float) if name in own else pd.Series(dtype=float)
        most = {float(part.mode().min()) for _, part in known.groupby(sex.loc[known.index])}
        found += sorted(most)
    return tuple(found)
