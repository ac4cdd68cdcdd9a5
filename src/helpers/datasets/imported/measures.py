"""adlb and advs from the sponsor's laboratory and vital-sign data sets."""

from collections.abc import Iterable

import pandas as pd

from helpers.datasets.imported.record_days import derive_record_days, is_later
from helpers.datasets.imported.tables import GivenTables, join_records

NUMBERS = ("AVAL", "BASE", "CHG", "ANRLO", "ANRHI")


def build_given_measures(
    names: Iterable[str], tables: GivenTables, adsl: pd.DataFrame, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """Rows of several data sets of one kind dated by the cut-off, with the participant's arm."""
    rows = join_records(names, tables, adsl)
    if rows.empty:
        return rows
    days = derive_record_days(rows, adsl)
    rows = rows.assign(ADT=days)[~is_later(rows, days, cutoff)].drop(columns="ANCHORDT")
    present = [name for name in NUMBERS if name in rows]
    rows = rows.assign(**{n: pd.to_numeric(rows[n], errors="coerce") for n in present})
    return rows.assign(SRCSEQ=rows["SRCROW"]).reset_index(drop=True)
