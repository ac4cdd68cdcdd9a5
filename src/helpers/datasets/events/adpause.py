"""adpause: one row per record that an immediate trigger counts."""

from collections.abc import Iterable

import pandas as pd

from helpers.datasets.events.adae import within_hours
from helpers.datasets.flags import flag
from helpers.datasets.subjects.merge import merge_subject_variables
from helpers.intake.coded_terms import lacks_term
from helpers.params.trial import PauseTrigger, Trial

COLUMNS = ("TRIGGER", "TRT01A", "USUBJID", "SUBJID", "ADT", "TERM", "METFL", "SRCDOM", "SRCSEQ")


def build_adpause(
    adsl: pd.DataFrame,
    adae: pd.DataFrame,
    adex: pd.DataFrame,
    adlot: pd.DataFrame | None,
    trial: Trial,
) -> pd.DataFrame:
    """Events and doses that the immediate triggers count, by trigger, arm and day.

    Returns
    -------
    TRIGGER (code), TRT01A, USUBJID, SUBJID, ADT, TERM (preferred term, without one the words of the
    site, or the lot), METFL (Y from the record on that makes the number of the trigger in its arm),
    SRCDOM, SRCSEQ. A lot in a state that triggers and that nobody got is one row without a
    participant.
    """
    active = [arm.code for arm in trial.active_arms]
    events = adae[(adae["TRTEMFL"] == "Y") & adae["TRT01A"].isin(active)]
    events = merge_subject_variables(events, adsl, ["DTHDT"], by="USUBJID")
    parts = [
        _count_lots(trigger, adex, adlot) if trigger.lots else _count_events(trigger, events)
        for trigger in trial.pause_triggers
    ]
    return _stack(parts)


def _count_events(trigger: PauseTrigger, events: pd.DataFrame) -> pd.DataFrame:
    hit = pd.Series(True, index=events.index)
    if trigger.events:
        hit &= events["SEVTOX"].isin(trigger.events)
    if trigger.fatal:
        hit &= events["FATALFL"] == "Y"
    if trigger.related:
        hit &= events["RELFL"] == "Y"
    if trigger.grade is not None:
        hit &= (events["ATOXGR"] >= trigger.grade).fillna(False)
    if trigger.within_hours is not None:
        hit &= within_hours(events, trigger.within_hours)
    rows = events[hit]
    day = rows["DTHDT"].fillna(rows["ASTDT"]) if trigger.fatal else rows["ASTDT"]
    rows = rows.assign(TRIGGER=trigger.code, ADT=day, TERM=_name_terms(rows), SRCSEQ=rows["AESEQ"])
    rows = rows.sort_values(["TRT01A", "ADT", "USUBJID", "AESEQ"], kind="stable")
    order = rows.groupby("TRT01A").cumcount() + 1
    return rows.assign(METFL=flag(order >= trigger.count), SRCDOM="ae")


def _name_terms(rows: pd.DataFrame) -> pd.Series:
    """Preferred terms; of an uncoded event, which counts for its death, the words of the site."""
    words = "not coded: " + rows["AETERM"].fillna("no words") if "AETERM" in rows else "not coded"
    terms: pd.Series = rows["AEDECOD"].mask(lacks_term(rows), words)
    return terms


def _count_lots(
    trigger: PauseTrigger, adex: pd.DataFrame, adlot: pd.DataFrame | None
) -> pd.DataFrame:
    """Given doses of each lot in a state that triggers, from the day of state or dose on."""
    if adlot is None:
        return pd.DataFrame()
    lots = adlot[adlot["LOTSTAT"].isin(trigger.lots)].sort_values("LOTDT", kind="stable")
    lots = lots.drop_duplicates("LOT")
    given = adex[(adex["GIVENFL"] == "Y") & adex["LOT"].notna()]
    rows = lots.merge(given, on="LOT", how="left").reset_index(drop=True)
    dosed = rows["ASTDTM"].dt.normalize()
    rows = rows.assign(
        TRIGGER=trigger.code,
        ADT=rows["LOTDT"].where(~(dosed > rows["LOTDT"]), dosed).fillna(dosed),
        TERM=rows["LOT"],
        METFL="Y",
    )
    return rows.sort_values(["ADT", "LOT", "USUBJID", "SRCSEQ"], kind="stable")


def _stack(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    found = [part[list(COLUMNS)].astype(object) for part in parts if len(part)]
    rows = pd.concat([pd.DataFrame(columns=list(COLUMNS), dtype=object), *found])
    texts = dict.fromkeys((*COLUMNS[:4], "TERM", "METFL", "SRCDOM"), object)
    rows = rows.astype({**texts, "ADT": "datetime64[s]", "SRCSEQ": "Int64"})
    return rows.reset_index(drop=True)
