"""addv: protocol deviations, one row each."""

import pandas as pd

from helpers.datasets.subjects.merge import merge_subject_variables
from helpers.intake.partial_dates import earliest_date
from helpers.intake.records import Records

SHARED = ("USUBJID", "TRT01P", "TRT01A", "ITTFL", "SAFFL")
RAW = ("SUBJID", "DVSEQ", "DVCAT", "DVCLAS", "DVTERM", "DVPP", "DVIDBY", "DVSTDTC")


def build_addv(records: Records, adsl: pd.DataFrame) -> pd.DataFrame:
    """Deviations of consented participants with ADT, the first day a partial date can mean.

    Columns that the audience may not load are absent.
    """
    dv = records["dv"]
    dv = dv[dv["SUBJID"].isin(adsl["SUBJID"])]
    dv = dv[[name for name in RAW if name in dv]].reset_index(drop=True)
    dv = merge_subject_variables(dv, adsl, SHARED)
    dv = dv.assign(ADT=earliest_date(dv["DVSTDTC"]), SRCDOM="dv", SRCSEQ=dv["DVSEQ"])
    return dv.sort_values(["USUBJID", "DVSEQ"], kind="stable").reset_index(drop=True)
