"""What counts as a given administration: the one rule for checks, data sets and triggers."""

import pandas as pd


def is_given(ex: pd.DataFrame) -> pd.Series:
    """Whether each planned administration was given.

    Any amount counts, an unknown one too; an amount of 0 is nothing given, and an administration
    without a start cannot be placed in time.

    Parameters
    ----------
    ex : EXOCCUR, EXSTDTC, EXDOSE.
    """
    return (ex["EXOCCUR"] == "Y") & ex["EXSTDTC"].notna() & ~is_nothing(ex)


def is_withheld(ex: pd.DataFrame) -> pd.Series:
    """Whether each planned administration is known not to have been given."""
    return (ex["EXOCCUR"] == "N") | is_nothing(ex)


def is_nothing(ex: pd.DataFrame) -> pd.Series:
    """Whether the amount given is recorded as 0."""
    return (ex["EXDOSE"] == 0).fillna(False).astype(bool)
