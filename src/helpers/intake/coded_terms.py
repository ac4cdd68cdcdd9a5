"""Which adverse events have a preferred term: one rule for the analysis data and the checks."""

import pandas as pd

UNCODED = "UNCODED"  # what an export has in place of a preferred term


def lacks_term(ae: pd.DataFrame) -> pd.Series:
    """Whether each event lacks a preferred term."""
    terms = ae["AEDECOD"].astype("string").str.strip().str.upper()
    return (terms.isna() | terms.isin(["", UNCODED])).astype(bool)
