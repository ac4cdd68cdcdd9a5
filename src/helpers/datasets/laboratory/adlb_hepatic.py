"""Potential Hy's law cases: transaminases and bilirubin high together, without cholestasis.

FDA guidance on drug-induced liver injury, 2009: a transaminase of at least 3 times and bilirubin of
at least 2 times the upper limit, alkaline phosphatase below 2 times, bilirubin at or after the
peak of the transaminase.
"""

import pandas as pd

from helpers.datasets.flags import flag
from helpers.params.trial import Hepatic, Trial


def derive_hepatic(rows: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """HYSFL: Y on each bilirubin value after baseline that completes a potential case.

    The transaminase peak is the participant's highest multiple after baseline (of equals the
    first), for each transaminase on its own; an impossible value is no peak. An alkaline
    phosphatase that was not measured between the peak and the end of the span does not speak
    against a case.
    """
    rule = trial.laboratory.hepatic
    none = pd.Series(False, index=rows.index)
    if rule is None:
        return rows.assign(HYSFL=flag(none))
    post = rows[(rows["POSTFL"] == "Y") & rows["XULN"].notna()]
    hits = [_find_cases(post, test, rule) for test in rule.transaminases]
    for hit in hits:
        none.loc[hit] = True
    return rows.assign(HYSFL=flag(none))


def _find_cases(post: pd.DataFrame, test: str, rule: Hepatic) -> pd.Index:
    """Rows of bilirubin that complete a case with this transaminase."""
    own = post[post["PARAMCD"] == test].sort_values(["XULN", "ADT"], ascending=[False, True])
    peaks = own.drop_duplicates("SUBJID")
    peaks = peaks[peaks["XULN"] >= rule.transaminase_multiple]
    span = pd.Timedelta(days=rule.days)
    windows = pd.DataFrame(
        {"SUBJID": peaks["SUBJID"], "START": peaks["ADT"], "END": peaks["ADT"] + span}
    )
    within = post.assign(ROW=post.index).merge(windows, on="SUBJID")
    within = within[(within["ADT"] >= within["START"]) & (within["ADT"] <= within["END"])]
    alkaline = within[within["PARAMCD"] == rule.alkaline_phosphatase]
    blocked = alkaline.loc[alkaline["XULN"] >= rule.alkaline_multiple, "SUBJID"]
    high = (within["PARAMCD"] == rule.bilirubin) & (within["XULN"] >= rule.bilirubin_multiple)
    return pd.Index(within.loc[high & ~within["SUBJID"].isin(blocked), "ROW"])
