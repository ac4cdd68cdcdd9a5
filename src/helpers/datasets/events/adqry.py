"""adqry: data queries, one row each."""

import pandas as pd

from helpers.intake.records import Records

NAMED = ("QRYID", "SUBJID")
STATE = ("QRYOPDTC", "QRYCLDTC", "QRYSTAT")


def build_adqry(records: Records) -> pd.DataFrame:
    """Queries as they stood at the cut-off.

    Whose they are is told only where the whole export may be read: queries are asked about hidden
    rows too, and having one would say that there is something to ask about.
    """
    qry = records["qry"]
    if records.has("rand", "ARMCD"):
        return qry[[*NAMED, *STATE]].sort_values("QRYID", kind="stable").reset_index(drop=True)
    states = qry[list(STATE)].sort_values(list(STATE), kind="stable", na_position="last")
    return states.reset_index(drop=True)
