"""addv: protocol deviations, one row each."""

import pandas as pd

from helpers.intake.partial_dates import earliest_date
from helpers.intake.records import Records

SHARED = ("USUBJID", "TRT01P", "TRT01A", "ITTFL", "SAFFL")
RAW = ("SUBJID", "DVSEQ", "DVCAT", "DVCLAS", "DVTERM", "DVPP", "DVIDBY", "DVSTDTC")


def build_addv(records: Records, adsl: pd.DataFrame) -> pd.DataFrame:
    """Deviations of consented participants with ADT, the first day a partial date can mean.

    Columns that the audience may not load are absent.
    """
    persons = adsl.set_index("SUBJID")
    dv = records["dv"]
    dv = dv[dv["SUBJID"].isin(persons.index)]
    dv = dv[[name for name in RAW if name in dv]].reset_index(drop=True)
    facts = {name: dv["SUBJID"].map(persons[name]) for name in SHARED if name in persons}
    dv = dv.assign(**facts, ADT=earliest_date(dv["DVSTDTC"]), SRCDOM="dv", SRCSEQ=dv["DVSEQ"])
    return dv.sort_values(["USUBJID", "DVSEQ"], kind="stable").reset_index(drop=True)
