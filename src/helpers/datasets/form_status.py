"""Questionnaires reduced to their state: what an audience gets that may not see any answer."""

import pandas as pd

from helpers.datasets.adqs_forms import KEYS, NOT_DONE, collapse_items, number_forms
from helpers.datasets.flags import yes_no
from helpers.intake.records import Records
from helpers.intake.schema import Access

KEPT = ("STUDYID", *KEYS, "QSSTAT", "QSREASND", "ENTRYDTC", "SRCROW")


def reduce_forms(records: Records, access: Access) -> Records:
    """Records whose qs has one row per form instead of items, where the audience demands it."""
    allowed = {} if access.tables is None else access.tables.get("qs", {})
    if allowed.get("reduce") != "form_status" or not records.has("qs", "QSORRES"):
        return records
    return records.with_tables({**records.tables, "qs": summarize_forms(records["qs"])})


def summarize_forms(qs: pd.DataFrame) -> pd.DataFrame:
    """One row per form: SUBJID, VISIT, QSCAT, QSDTC, QSSTAT (NOT DONE or null), COMPLETE (Y or N).

    What counts as received and as complete is what it is where the items may be read.
    """
    forms = collapse_items(qs)
    first = qs[~number_forms(qs).duplicated()]
    kept = first[[name for name in KEPT if name in first]].reset_index(drop=True)
    status = kept["QSSTAT"].where(~forms["RECEIVED"], None).mask(~forms["RECEIVED"], NOT_DONE)
    return kept.assign(QSSTAT=status, COMPLETE=yes_no(forms["COMPLETE"]))
