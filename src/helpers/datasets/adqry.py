"""adqry: data queries, one row each."""

import pandas as pd

from helpers.intake.records import Records

COLUMNS = ("QRYID", "SUBJID", "QRYOPDTC", "QRYCLDTC", "QRYSTAT")


def build_adqry(records: Records) -> pd.DataFrame:
    """Queries as they stood at the cut-off, in the order of QRYID."""
    qry = records["qry"][list(COLUMNS)]
    return qry.sort_values("QRYID", kind="stable").reset_index(drop=True)
