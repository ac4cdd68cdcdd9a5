"""Questionnaires reduced to their state: what an audience gets that may not see any answer."""

import pandas as pd

from helpers.datasets.assessments.adqs_forms import KEYS, NOT_DONE, collapse_items, number_forms
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
    """One row per form: SUBJID, VISIT, QSCAT, QSDTC, QSSTAT (NOT DONE or null).

    What counts as received is what it is where the items may be read. Whether a score can be
    computed is not told: that needs the answers, and these are not loaded.
    """
    forms = collapse_items(qs)
    first = qs[~number_forms(qs).duplicated()]
    kept = first[[name for name in KEPT if name in first]].reset_index(drop=True)
    status = kept["QSSTAT"].where(~forms["RECEIVED"], None).mask(~forms["RECEIVED"], NOT_DONE)
    return kept.assign(QSSTAT=status)
