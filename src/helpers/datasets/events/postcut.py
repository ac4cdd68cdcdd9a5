"""postcut: serious events and deaths after the cut-off that the extract already holds.

They are in no count; a monitoring committee wants to have seen them.
"""

import pandas as pd

from helpers.datasets.events.adae import derive_severity
from helpers.datasets.subjects.merge import merge_subject_variables
from helpers.intake.partial_dates import earliest_date
from helpers.intake.records import Records

PERSON = ("USUBJID", "TRT01P", "TRT01A", "ANCHORDT")
EVENT = (
    "AESEQ", "AETERM", "AEDECOD", "AEBODSYS", "AESTDTC", "AEENDTC", "ATOXGR", "AEREL", "AERELPR",
    "AEOUT", "FATALFL",
)  # fmt: skip


def build_postcut(records: Records, adsl: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """One row per serious event that began, and per death, after the cut-off.

    Parameters
    ----------
    records : usable records before the data cut.

    Returns
    -------
    KIND (SAE, DEATH), ADT (first possible day), the participant and the event as recorded; who
    consented after the cut-off is not in it.
    """
    dm = records["dm"]
    ae = derive_severity(records["ae"], dm)
    ae = ae.assign(KIND="SAE", ADT=earliest_date(ae["AESTDTC"]))
    deaths = dm[["SUBJID"]].assign(KIND="DEATH", ADT=earliest_date(dm["DTHDTC"]))
    deaths = deaths[dm["DTHFL"] == "Y"]
    rows = pd.concat([ae[ae["ASERFL"] == "Y"], deaths], ignore_index=True)
    rows = rows[(rows["ADT"] > cutoff) & rows["SUBJID"].isin(adsl["SUBJID"])]
    rows = merge_subject_variables(rows, adsl, PERSON)
    rows = rows.sort_values(["ADT", "USUBJID", "KIND", "AESEQ"], kind="stable")
    wanted = ["KIND", "ADT", "SUBJID", *PERSON, *EVENT]
    return rows[[name for name in wanted if name in rows]].reset_index(drop=True)
