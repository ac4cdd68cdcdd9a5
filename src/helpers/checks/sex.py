"""Conditions that a participant of this sex cannot have (C47)."""

import pandas as pd

from helpers.checks.context import CheckContext, spread
from helpers.checks.report import gather, report_rows
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial

_TERMS = (("ae", "AEDECOD"), ("mh", "MHDECOD"))


def find_impossible_for_sex(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C47: a coded term, or an exclusion criterion that is met, of the other sex.

    Coded terms only: free text may speak of a relative.
    """
    sex = context.fact("dm", "SEX")
    words = {"M": trial.checks.female_words, "F": trial.checks.male_words}
    found = []
    for table, column in _TERMS:
        if context.has(table, column):
            rows = context[table]
            odd = _names_other_sex(spread(sex, rows[SUBJECT]), rows[column], words)
            text = "this term does not go with the participant's sex"
            found.append(report_rows(rows[odd], table, "C47", "E", text, column))
    if context.has("ie", "IECAT", "IEORRES"):
        ie = context["ie"]
        ie = ie[(ie["IECAT"] == "EXCLUSION") & (ie["IEORRES"] == "Y")]
        odd = _names_other_sex(spread(sex, ie[SUBJECT]), ie["IETESTCD"].map(trial.criteria), words)
        text = "this criterion does not go with the participant's sex"
        found.append(report_rows(ie[odd], "ie", "C47", "E", text, "IEORRES"))
    return gather(*found)


def _names_other_sex(
    sex: pd.Series, terms: pd.Series, words: dict[str, tuple[str, ...]]
) -> pd.Series:
    odd = pd.Series(False, index=terms.index)
    for code, beginnings in words.items():
        if beginnings:
            named = terms.astype("string").str.contains(
                rf"\b(?:{'|'.join(beginnings)})", case=False
            )
            odd |= (sex == code) & named.fillna(False).astype(bool)
    return odd
