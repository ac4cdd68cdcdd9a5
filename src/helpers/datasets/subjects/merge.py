"""Variables of participants beside rows of another table."""

from collections.abc import Iterable

import pandas as pd


def take_subject_variable(
    rows: pd.DataFrame, adsl: pd.DataFrame, name: str, *, by: str = "SUBJID"
) -> pd.Series:
    """A variable of adsl for the participant of each row; null for one who is not in adsl."""
    values: pd.Series = rows[by].map(adsl.set_index(by)[name])
    return values


def merge_subject_variables(
    rows: pd.DataFrame, adsl: pd.DataFrame, names: Iterable[str], *, by: str = "SUBJID"
) -> pd.DataFrame:
    """The rows with variables of adsl behind their own, in the order of `names`.

    What adsl does not hold for this audience is left out.
    """
    held = [name for name in names if name in adsl]
    known = adsl.set_index(by)
    return rows.assign(**{name: rows[by].map(known[name]) for name in held})
