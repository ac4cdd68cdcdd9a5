"""Which adverse events are serious: one rule for the analysis data and the checks."""

import pandas as pd

CRITERIA = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE")


def meets_criterion(ae: pd.DataFrame) -> pd.Series:
    """Whether each event meets a criterion of seriousness, as far as the criteria are known."""
    known = [name for name in CRITERIA if name in ae]
    return (ae[known] == "Y").any(axis=1)


def find_serious_events(ae: pd.DataFrame, fatal: pd.Series) -> pd.Series:
    """Whether each event is serious: the form says so, it meets a criterion, or it was fatal."""
    return ((ae["AESER"] == "Y") | meets_criterion(ae) | fatal).fillna(False).astype(bool)
