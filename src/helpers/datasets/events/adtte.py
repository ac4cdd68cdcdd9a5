"""adtte: one row per randomised participant and time from randomisation to a first event."""

import pandas as pd

from helpers.datasets.events.adtte_response import find_responses
from helpers.params.events import name_category
from helpers.params.trial import TimeToEvent, Trial

OF_PERSON = ("USUBJID", "SUBJID", "TRT01P", "TRT01A", "SAFFL")
COLUMNS = (
    *OF_PERSON, "PARAMCD", "PARAM", "STARTDT", "ADT", "AVAL", "CNSR", "EVNTDESC", "SRCDOM",
    "SRCSEQ",
)  # fmt: skip
EVENT, CENSORED, COMPETING = 0, 1, 2
DEATH, END_OF_FOLLOW_UP = "Death", "End of follow-up"
FOUND = ["DATE", "WHAT", "DOMAIN", "SEQ"]


def build_adtte(
    adsl: pd.DataFrame, adae: pd.DataFrame, adeff: pd.DataFrame, trial: Trial
) -> pd.DataFrame:
    """Times of the trial's parameters, all from randomisation so that arms share one origin.

    Returns
    -------
    `COLUMNS`. AVAL is ADT - STARTDT + 1 days. CNSR is 0 for an event, 1 for a participant without
    one at the end of follow-up, 2 for one who died before it. A related event is not applicable in
    a control arm: such participants have no row there. Each category of special interest that has
    an emergent event is a parameter of its own (`name_category`).
    """
    persons = adsl[adsl["ITTFL"] == "Y"].sort_values("USUBJID", kind="stable")
    parts = [
        _build_parameter(code, rule, persons, adae, adeff, trial)
        for code, rule in (*trial.time_to_event.items(), *_list_categories(adae, trial))
    ]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    return _decide(pd.concat(parts, ignore_index=True))[list(COLUMNS)]


def _list_categories(adae: pd.DataFrame, trial: Trial) -> list[tuple[str, TimeToEvent]]:
    """Categories with an emergent event, where the trial asks for times of special interest."""
    if not any(rule.listed for rule in trial.time_to_event.values()):
        return []
    found = set(adae.loc[adae["TRTEMFL"] == "Y", "AESICAT"].dropna())
    labels = trial.adverse_events.categories
    return [
        (
            name_category(code),
            TimeToEvent(
                label=f"First event of: {labels.get(code, code)}",
                event="adverse_event",
                listed=True,
                category=code,
            ),
        )
        for code in sorted(found)
    ]


def _build_parameter(
    code: str,
    rule: TimeToEvent,
    persons: pd.DataFrame,
    adae: pd.DataFrame,
    adeff: pd.DataFrame,
    trial: Trial,
) -> pd.DataFrame:
    if rule.related:
        active = [arm.code for arm in trial.active_arms]
        persons = persons[persons["TRT01A"].isin(active)]
    ends = pd.DataFrame({"END": persons["EXITDT"], "WHY": END_OF_FOLLOW_UP})
    ends = ends.set_axis(pd.Index(persons["USUBJID"]))
    if rule.event == "adverse_event":
        events = _find_adverse_events(adae, rule)
    elif rule.event == "death":
        events = _find_deaths(persons)
    elif rule.event == "discontinuation":
        events = _find_leavers(persons)
    else:
        events, ends = find_responses(adeff, persons, rule, trial)
    names = persons["USUBJID"]
    found = events.reindex(names).set_axis(persons.index)
    end = ends.reindex(names).set_axis(persons.index)
    died = persons["DTHDT"]
    return persons[[*OF_PERSON, "RANDDT"]].assign(
        PARAMCD=code,
        PARAM=rule.label,
        DATE=found["DATE"].astype("datetime64[s]"),
        WHAT=found["WHAT"].astype(object),
        DOMAIN=found["DOMAIN"].astype(object),
        SEQ=found["SEQ"].astype("Int64"),
        END=end["END"].astype("datetime64[s]"),
        WHY=end["WHY"].astype(object),
        # nothing competes with death itself
        DIED=died.mask(died.notna()) if rule.event == "death" else died,
    )


def _decide(rows: pd.DataFrame) -> pd.DataFrame:
    """The earlier of event and death, else the end of observation; on one day the event counts."""
    happened = rows["DATE"].notna() & ~(rows["DATE"] > rows["DIED"])
    competing = rows["DIED"].notna() & ~happened
    status = pd.Series(CENSORED, index=rows.index).mask(competing, COMPETING)
    date = rows["END"].mask(competing, rows["DIED"]).mask(happened, rows["DATE"])
    start = rows["RANDDT"]
    # a time is never shorter than the day of randomisation itself
    date = date.where(~(date < start), start).astype("datetime64[s]")
    return rows.assign(
        STARTDT=start,
        ADT=date,
        AVAL=(date - start).dt.days.astype("Int64") + 1,
        CNSR=status.mask(happened, EVENT).astype("Int64"),
        EVNTDESC=rows["WHY"].mask(competing, DEATH).mask(happened, rows["WHAT"]),
        SRCDOM=pd.Series("adsl", index=rows.index, dtype=object).mask(happened, rows["DOMAIN"]),
        SRCSEQ=rows["SEQ"].where(happened),
    )


def _index(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.set_index("USUBJID")[FOUND]


def _find_adverse_events(adae: pd.DataFrame, rule: TimeToEvent) -> pd.DataFrame:
    """First emergent event of each participant that the rule asks for."""
    hit = adae["TRTEMFL"] == "Y"
    if rule.serious:
        hit &= adae["ASERFL"] == "Y"
    if rule.related:
        hit &= adae["RELFL"] == "Y"
    if rule.listed:
        hit &= adae["AESICAT"].notna()
    if rule.category is not None:
        hit &= adae["AESICAT"] == rule.category
    if rule.grade is not None:
        hit &= (adae["ATOXGR"] >= rule.grade).fillna(False).astype(bool)
    rows = adae[hit & adae["ASTDT"].notna()]
    rows = rows.sort_values(["USUBJID", "ASTDTM", "AESEQ"], kind="stable")
    rows = rows.drop_duplicates("USUBJID")
    return _index(
        rows[["USUBJID"]].assign(
            DATE=rows["ASTDT"], WHAT=rows["AEDECOD"], DOMAIN="ae", SEQ=rows["AESEQ"]
        )
    )


def _find_deaths(persons: pd.DataFrame) -> pd.DataFrame:
    died = persons[persons["DTHDT"].notna()]
    return _index(died[["USUBJID"]].assign(DATE=died["DTHDT"], WHAT=DEATH, DOMAIN="dm", SEQ=pd.NA))


def _find_leavers(persons: pd.DataFrame) -> pd.DataFrame:
    """Participants who left the study before its end, other than by death."""
    left = persons[(persons["EOSSTT"] == "DISCONTINUED") & (persons["EOSREAS"] != "DEATH")]
    return _index(
        left[["USUBJID"]].assign(DATE=left["EOSDT"], WHAT=left["EOSREAS"], DOMAIN="ds", SEQ=pd.NA)
    )
