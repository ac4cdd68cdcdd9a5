"""Questionnaires reduced to their state: what an audience gets that may not see any answer."""

import pandas as pd

from helpers.checks.pieces import number_pieces
from helpers.checks.scores import FORM, score_forms
from helpers.datasets.flags import yes_no
from helpers.intake.records import Records
from helpers.intake.schema import Access
from helpers.params.trial import Trial

KEPT = ("STUDYID", *FORM, "QSSTAT", "QSREASND", "ENTRYDTC", "SRCROW")


def reduce_forms(records: Records, access: Access, trial: Trial) -> Records:
    """Records whose qs has one row per form instead of items, where the audience demands it."""
    allowed = {} if access.tables is None else access.tables.get("qs", {})
    if allowed.get("reduce") != "form_status" or not records.has("qs", "QSORRES"):
        return records
    return records.with_tables({**records.tables, "qs": summarize_forms(records["qs"], trial)})


def summarize_forms(qs: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """One row per form: SUBJID, VISIT, QSCAT, QSDTC, QSSTAT (NOT DONE or null), COMPLETE.

    COMPLETE is Y where the answers give every score of the form.
    """
    if qs.empty:
        return qs[[name for name in KEPT if name in qs]].assign(COMPLETE=None)
    scores = score_forms(qs, trial)
    lacking = scores.assign(LACKS=scores["AVAL"].isna()).groupby("SRCROW")["LACKS"].max()
    pieces = pd.Series(number_pieces(qs, FORM), index=qs.index)
    whole = pieces.isin(pieces[qs["SRCROW"].isin(lacking.index[~lacking.astype(bool)])])
    first = qs[~pieces.duplicated()]
    forms = first[[name for name in KEPT if name in first]]
    return forms.assign(COMPLETE=yes_no(whole.loc[forms.index])).reset_index(drop=True)
