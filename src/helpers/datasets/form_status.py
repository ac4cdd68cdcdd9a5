"""Questionnaires reduced to their state: what an audience gets that may not see any answer."""

import pandas as pd

from helpers.datasets.adqs_forms import KEYS, NOT_DONE, collapse_items, number_forms
from helpers.datasets.flags import yes_no
from helpers.datasets.form_scores import derive_usable
from helpers.intake.records import Records
from helpers.intake.schema import Access
from helpers.params.trial import Trial

KEPT = ("STUDYID", *KEYS, "QSSTAT", "QSREASND", "ENTRYDTC", "SRCROW")


def reduce_forms(records: Records, access: Access, trial: Trial) -> Records:
    """Records whose qs has one row per form instead of items, where the audience demands it."""
    allowed = {} if access.tables is None else access.tables.get("qs", {})
    if allowed.get("reduce") != "form_status" or not records.has("qs", "QSORRES"):
        return records
    return records.with_tables({**records.tables, "qs": summarize_forms(records, trial)})


def summarize_forms(records: Records, trial: Trial) -> pd.DataFrame:
    """One row per form: SUBJID, VISIT, QSCAT, QSDTC, QSSTAT (NOT DONE or null), USABLE (Y or N).

    What counts as received and as usable is what it is where the items may be read.
    """
    qs = records["qs"]
    forms = derive_usable(collapse_items(qs), records, trial)
    first = qs[~number_forms(qs).duplicated()]
    kept = first[[name for name in KEPT if name in first]].reset_index(drop=True)
    status = kept["QSSTAT"].where(~forms["RECEIVED"], None).mask(~forms["RECEIVED"], NOT_DONE)
    return kept.assign(QSSTAT=status, USABLE=yes_no(forms["USABLE"]))
