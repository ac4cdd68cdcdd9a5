"""One row per questionnaire or rating form: when it was made, for which visit, by whom."""

import numpy as np
import pandas as pd

from helpers.datasets.visits.windows import (
    build_baseline_end,
    derive_assessment_date,
    derive_visits,
)
from helpers.intake.groups import number_groups
from helpers.intake.records import Records
from helpers.params.trial import Trial

KEYS = ("SUBJID", "VISIT", "QSCAT", "QSDTC")
WHOLE_FORM = "ALL"
NOT_DONE = "NOT DONE"


def number_forms(qs: pd.DataFrame) -> pd.Series:
    """Number of the form each row belongs to, in order of appearance, from 0."""
    return pd.Series(number_groups(qs, KEYS), index=qs.index, dtype="int64")


def build_forms(records: Records, adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Forms of the participants in `adsl`, in the order of the records.

    `records["qs"]` holds items, or (where items may not be read) one row per form with QSSTAT.

    Returns
    -------
    FORMNO (of `number_forms` on the same records), SUBJID, VISIT, FORM, ADT, ADTM, RECEIVED (bool:
    anything was answered), EVALBL, EVALMETH, SRCSEQ, and what `derive_visits` adds.
    """
    qs = records["qs"]
    forms = collapse_items(qs) if "QSORRES" in qs else _read_status(qs)
    forms = forms[forms["SUBJID"].isin(adsl["SUBJID"])].reset_index(drop=True)
    forms = derive_assessment_date(forms, "QSDTC", records.visit_dates)
    forms = forms.rename(columns={"QSCAT": "FORM"}).drop(columns="QSDTC")
    received = forms["RECEIVED"]
    limits = build_baseline_end(records, adsl, trial)
    placed = derive_visits(forms[received], adsl, limits, trial, ["FORM"])
    return forms.join(placed[placed.columns.difference(forms.columns, sort=False)])


def collapse_items(qs: pd.DataFrame) -> pd.DataFrame:
    """One row per form of item rows, in the order of FORMNO: what was answered, who rated."""
    number = number_forms(qs)
    count = int(number.max()) + 1 if len(qs) else 0
    answered = (qs["QSORRES"].notna() & (qs["QSTESTCD"] != WHOLE_FORM)).to_numpy(dtype=bool)
    first = ~number.duplicated()
    forms = qs.loc[first, [*KEYS, "SRCROW"]].reset_index(drop=True)
    return forms.assign(
        FORMNO=np.arange(count),
        RECEIVED=np.bincount(number[answered], minlength=count) > 0,
        EVALBL=_any_of(qs, "QSEVALBL", number, count, ("N", "Y")),
        EVALMETH=_any_of(qs, "QSMETH", number, count, ("PROXY", "INTERVIEW", "SELF")),
        SRCSEQ=forms["SRCROW"],
    ).drop(columns="SRCROW")


def _any_of(
    qs: pd.DataFrame, column: str, number: pd.Series, count: int, values: tuple[str, ...]
) -> pd.Series:
    """The first of `values` that any row of the form has."""
    found = pd.Series(None, index=range(count), dtype=object)
    if column not in qs:
        return found
    for value in reversed(values):
        hit = number[(qs[column] == value).fillna(False).astype(bool)]
        found.iloc[hit.unique()] = value
    return found


def _read_status(qs: pd.DataFrame) -> pd.DataFrame:
    none = pd.Series(None, index=qs.index, dtype=object)
    return qs[list(KEYS)].assign(
        FORMNO=np.arange(len(qs)),
        RECEIVED=(qs["QSSTAT"] != NOT_DONE).to_numpy(dtype=bool),
        EVALBL=none,
        EVALMETH=none,
        SRCSEQ=qs["SRCROW"] if "SRCROW" in qs else np.arange(1, len(qs) + 1),
    )
