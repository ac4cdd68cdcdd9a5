"""What an event without a preferred term, or without a class, is called on a page."""

import pandas as pd

UNCODED = "UNCODED"  # in place of a term: in an export, and as a key of results
NOT_CODED = "Not coded"


def lacks_code(terms: pd.Series) -> pd.Series:
    """Whether each term or class is empty, or says that there is none."""
    words = terms.astype("string").str.strip().str.upper()
    return (words.isna() | words.isin(["", UNCODED])).astype(bool)


def name_term(term: object) -> str:
    """The term or class as shown."""
    known = isinstance(term, str) and term.strip().upper() not in ("", UNCODED)
    return str(term) if known else NOT_CODED
