"""When a participant first responds and still does at the next visit that has a value."""

import pandas as pd

from helpers.params.trial import TimeToEvent, Trial

UNCONFIRMED, LAST_ASSESSMENT, NO_ASSESSMENT = (
    "Response not confirmed yet",
    "Last assessment",
    "No assessment",
)


def find_responses(
    adeff: pd.DataFrame, persons: pd.DataFrame, rule: TimeToEvent, trial: Trial
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Events and ends of observation by USUBJID.

    A response counts from its first visit when the next available visit has one too. A response at
    the last available visit is not confirmed: it is an event only where the rule says so. Without
    an event a participant is observed until the last assessment of the score.

    Returns
    -------
    events (DATE, WHAT, DOMAIN, SEQ) and ends (END, WHY), one row per participant where there is
    one.
    """
    rows = adeff[(adeff["PARAMCD"] == rule.score) & adeff["AVAL"].notna()]
    rows = rows.sort_values(["USUBJID", "ADT"], kind="stable")
    events = _find_events(rows, rule, trial)
    last = rows.dropna(subset=["ADT"]).groupby("USUBJID")["ADT"].max()
    names = pd.Index(persons["USUBJID"])
    end = last.reindex(names)
    randomised = persons.set_index("USUBJID")["RANDDT"]
    why = pd.Series(LAST_ASSESSMENT, index=names, dtype=object).mask(end.isna(), NO_ASSESSMENT)
    open_end = _flag_last(rows, trial).reindex(names, fill_value=False)
    why = why.mask(open_end.astype(bool), UNCONFIRMED)
    return events, pd.DataFrame({"END": end.fillna(randomised), "WHY": why})


def _usable(rows: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """The one row per planned visit that says whether the participant responds."""
    planned = rows["AVISIT"].isin([visit.code for visit in trial.visits])
    used = planned & (rows["ANL01FL"] == "Y") & rows["CRIT1FL"].notna()
    return rows[used].sort_values(["USUBJID", "AVISITN"], kind="stable")


def _find_events(rows: pd.DataFrame, rule: TimeToEvent, trial: Trial) -> pd.DataFrame:
    visits = _usable(rows, trial)
    response = visits["CRIT1FL"] == "Y"
    following = response.groupby(visits["USUBJID"]).shift(-1).astype("boolean")
    held = following.fillna(rule.unconfirmed).astype(bool)
    first = visits[response & held].drop_duplicates("USUBJID")
    text = "Response at " + first["AVISIT"].map(trial.visit_label).astype(object)
    events = pd.DataFrame(
        {"USUBJID": first["USUBJID"], "DATE": first["ADT"], "WHAT": text, "DOMAIN": first["SRCDOM"]}
    )
    return events.assign(SEQ=first["SRCSEQ"]).set_index("USUBJID")


def _flag_last(rows: pd.DataFrame, trial: Trial) -> pd.Series:
    """By USUBJID: whether the last visit shows a response."""
    visits = _usable(rows, trial).drop_duplicates("USUBJID", keep="last")
    return visits.set_index("USUBJID")["CRIT1FL"] == "Y"
