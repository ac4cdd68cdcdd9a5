"""adie: eligibility criteria that a randomised participant did not meet, or has no answer to."""

import pandas as pd

from helpers.datasets.subjects.merge import merge_subject_variables
from helpers.intake.records import Records
from helpers.params.trial import Trial

SHARED = ("USUBJID", "TRT01P", "ITTFL")
NOT_MET, MISSING = "NOT_MET", "MISSING"
COLUMNS = ("SUBJID", "IETESTCD", "IECRIT")


def build_adie(records: Records, adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """One row per randomised participant and criterion not fulfilled, in the protocol's order.

    Returns
    -------
    SUBJID, IETESTCD, IECRIT (NOT_MET; MISSING: no answer, or no row), variables of adsl.
    """
    randomised = adsl.loc[adsl["ITTFL"] == "Y", "SUBJID"]
    ie = records["ie"]
    ie = ie[ie["SUBJID"].isin(randomised)].drop_duplicates(["SUBJID", "IETESTCD"], keep="last")
    asked = pd.MultiIndex.from_product([randomised, trial.criteria], names=["SUBJID", "IETESTCD"])
    own = ie.set_index(["SUBJID", "IETESTCD"])[["IECAT", "IEORRES"]]
    # a criterion that the trial does not name was asked all the same
    rows = own.reindex(asked.union(own.index)).reset_index()
    met = ((rows["IECAT"] == "INCLUSION") & (rows["IEORRES"] == "Y")) | (
        (rows["IECAT"] == "EXCLUSION") & (rows["IEORRES"] == "N")
    )
    answered = rows["IECAT"].notna() & rows["IEORRES"].notna()
    rows = rows.assign(IECRIT=answered.map({True: NOT_MET, False: MISSING}).astype(object))
    rows = merge_subject_variables(rows.loc[~met, list(COLUMNS)], adsl, SHARED)
    order = {code: place for place, code in enumerate(trial.criteria)}
    rows = rows.assign(PLACE=rows["IETESTCD"].map(order).fillna(len(order)))
    rows = rows.sort_values(["USUBJID", "PLACE", "IETESTCD"], kind="stable")
    return rows.drop(columns="PLACE").reset_index(drop=True)
