"""Which record of a participant, score and visit counts: one, or the trial says which."""

import pandas as pd

from helpers.datasets.imported.tables import PERSON
from helpers.errors import ExportError
from helpers.params.imported import GivenRows

TELL_APART = ("BASETYPE", "ATPT", "DTYPE", "PARAMTYP", "ANL01FL")
MOST_SHOWN = 4


def choose_records(
    source: pd.DataFrame, visit: pd.Series, code: str, rows: GivenRows, baseline: str
) -> pd.Series:
    """Whether each record is the one of its participant and visit; `visit` is null if unplanned.

    The sponsor's flag (ANL01FL) chooses; at baseline, where it often is not set, the flag of the
    baseline (ABLFL). Without a flag a visit has one record.

    Raises
    ------
    ExportError
        If several records of a visit are left and the parameters do not say which counts.
    """
    planned = visit.notna() & source["AVAL"].notna()
    chosen = planned & _is_flagged(source, visit, planned, baseline)
    keyed = pd.DataFrame({PERSON: source[PERSON], "VISIT": visit})[chosen]
    competing = keyed.duplicated(keep=False)
    if not competing.any():
        return chosen
    if rows.competing == "refuse":
        raise ExportError(_describe(source.loc[keyed.index[competing]], keyed, code, rows))
    order = source.loc[keyed.index].sort_values(["ADT", "SRCROW"], kind="stable").index
    kept = keyed.loc[order].drop_duplicates(keep="first" if rows.competing == "first" else "last")
    return pd.Series(source.index.isin(kept.index), index=source.index)


def _is_flagged(
    source: pd.DataFrame, visit: pd.Series, planned: pd.Series, baseline: str
) -> pd.Series:
    """ANL01FL, where it is used at all; of a baseline that has none, ABLFL; else every record."""
    no = pd.Series(False, index=source.index)
    analysis = source["ANL01FL"] == "Y" if "ANL01FL" in source else no
    at_baseline = source["ABLFL"] == "Y" if "ABLFL" in source else no
    keys = [source[PERSON], visit.fillna("")]
    has_analysis = (analysis & planned).groupby(keys).transform("any")
    has_baseline = (at_baseline & planned).groupby(keys).transform("any") & (visit == baseline)
    if not (analysis & planned).any():
        return ~has_baseline | at_baseline
    return analysis | (~has_analysis & has_baseline & at_baseline)


def _describe(competing: pd.DataFrame, keyed: pd.DataFrame, code: str, rows: GivenRows) -> str:
    """One line: how many, where, in what they differ, and how to choose."""
    first = competing.index[0]
    person, visit = keyed.loc[first, PERSON], competing.loc[first, "AVISIT"]
    places = keyed.loc[competing.index].drop_duplicates()
    start = (
        f"{rows.dataset}: score {code}: {len(competing)} records compete for {len(places)} visits, "
        f"such as {visit} of {person}"
    )
    for variable in TELL_APART:
        words = sorted({str(w) for w in competing.get(variable, pd.Series()).dropna()})
        if len(words) > 1:
            listed = ", ".join(words[:MOST_SHOWN])
            return (
                f"{start}; they differ in {variable} ({listed}): choose in trial.yaml, "
                f"given.scores.{code}.where: {{{variable}: [{words[0]}]}}"
            )
    return (
        f"{start}; correct the source, or say in trial.yaml, given.scores.{code}.competing: first "
        "or last, which of them counts"
    )
