"""adae from the sponsor's adverse events: flags as given, cut by date."""

import pandas as pd

from helpers.datasets.adae import derive_occurrence
from helpers.datasets.anchor import compute_study_day
from helpers.datasets.flags import flag
from helpers.datasets.given.adsl import persons_of
from helpers.datasets.given.event_days import COLUMNS, derive_event_days
from helpers.datasets.given.tables import PERSON, GivenTables
from helpers.params.given import GivenEvents
from helpers.params.trial import Trial

SHARED = ("SUBJID", "TRT01P", "TRT01A", "SAFFL", "ITTFL", "RANDDT", "TRTSDTM", "TRTEDT", "ANCHORDT",
          "EOSDT", "EOSREAS", "EXITDT", "DTHDT")  # fmt: skip


def build_given_adae(
    tables: GivenTables, adsl: pd.DataFrame, trial: Trial, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """One row per adverse event begun by the cut-off, in the order of USUBJID, ASTDT, AESEQ.

    Seriousness is AESER as given. Where a variable is missing (no causality, no flag for serious)
    the flags made of it are missing too, and displays leave their rows out.
    """
    own = trial.given.events if trial.given else GivenEvents()
    ae = derive_event_days(read_events(tables, own))
    ae = ae[ae[PERSON].isin(adsl[PERSON])].reset_index(drop=True)
    ae = ae.drop(columns=[name for name in SHARED if name in ae])
    ae = ae.join(persons_of(adsl, SHARED), on=PERSON)
    ae = _derive_dates(ae, cutoff)
    ae = _derive_kind(ae, own, cutoff)
    ae = _derive_relation(ae, own, trial)
    ae = ae.assign(AESEQ=_number_events(ae))
    ae = ae.sort_values([PERSON, "ASTDTM", "AESEQ"], kind="stable", na_position="first")
    ae = ae.reset_index(drop=True)
    if {"AEBODSYS", "AEDECOD", "ATOXGR"} <= set(ae):
        ae = derive_occurrence(ae)
    ae = ae.drop(columns=list(COLUMNS))
    return ae.assign(SRCDOM=own.dataset, SRCSEQ=ae["AESEQ"])


def read_events(tables: GivenTables, own: GivenEvents) -> pd.DataFrame:
    """Events under our names, without the variables that hold nothing."""
    source = drop_empty(tables.tables[own.dataset])
    added = {ours: source[theirs] for ours, theirs in own.variables.items() if theirs in source}
    return source.assign(**added)


def drop_empty(source: pd.DataFrame) -> pd.DataFrame:
    """Source without the variables that hold nothing: they were not collected."""
    if source.empty:
        return source
    return source.drop(columns=[name for name in source if source[name].isna().all()])


def _number_events(ae: pd.DataFrame) -> pd.Series:
    """AESEQ as given; events without one are numbered after the others of their participant."""
    empty = pd.Series(pd.NA, index=ae.index, dtype="Float64")
    given = ae.get("AESEQ", empty).astype("Float64").round().astype("Int64")
    last = given.groupby(ae[PERSON]).transform("max").fillna(0)
    unnumbered = given.isna().astype("Int64").groupby(ae[PERSON]).cumsum()
    return given.fillna(last + unnumbered).astype("Int64")


def _derive_dates(ae: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Events that may have begun by the cut-off; ends after it are open."""
    moment = ae["ASTDTM"].astype("datetime64[s]") if "ASTDTM" in ae else ae["ASTDT"]
    ae = ae.assign(ASTDTM=moment.fillna(ae["ASTDT"]))
    ae = ae[~(ae["FIRSTDT"] > cutoff)].reset_index(drop=True)
    later = (ae["AENDT"] > cutoff).fillna(False)
    ae = ae.assign(AENDT=ae["AENDT"].mask(later), ONGCUTFL=flag(later))
    return ae.assign(
        ADY=compute_study_day(ae["ASTDT"], ae["ANCHORDT"]),
        AENDY=compute_study_day(ae["AENDT"], ae["ANCHORDT"]),
        ADUR=(ae["AENDT"] - ae["ASTDT"]).dt.days.astype("Int64") + 1,
        PREFL=flag(ae["LASTDT"] < ae["ANCHORDT"]),
        AFTRANFL=flag((ae["ITTFL"] == "Y") & ae["RANDDT"].notna() & ~(ae["LASTDT"] < ae["RANDDT"])),
    )


def _derive_kind(ae: pd.DataFrame, own: GivenEvents, cutoff: pd.Timestamp) -> pd.DataFrame:
    """TRTEMFL as given within SAF, ASERFL, FATALFL, ATOXGR, AESICAT, DISCFL."""
    ae = ae.assign(DISCFL=flag(_left_for_it(ae)))
    emergent = _find_emergent(ae, own)
    if emergent is not None:
        in_safety = ae["SAFFL"] == "Y" if "SAFFL" in ae else True
        ae = ae.assign(TRTEMFL=flag(emergent & in_safety))
    if "AESER" in ae:
        ae = ae.assign(ASERFL=flag(ae["AESER"] == "Y"))
    fatal = ae["AEOUT"].isin(own.fatal) if "AEOUT" in ae else pd.Series(False, index=ae.index)
    fatal |= ae["AESDTH"] == "Y" if "AESDTH" in ae else False
    known = fatal & ~(ae["DTHDT"] > cutoff) & ae["DTHDT"].notna()
    grade = ae.get("AETOXGR", None)
    if grade is None and own.grade_variable in ae and own.grades:
        grade = ae[own.grade_variable].map(own.grades)
    if grade is not None:
        ae = ae.assign(
            ATOXGR=pd.to_numeric(grade, errors="coerce").astype("Float64").astype("Int64")
        )
    if own.interest_variable in ae:
        ae = ae.assign(AESICAT=ae[own.interest_variable])
    return ae.assign(FATALFL=flag(known))


def _find_emergent(ae: pd.DataFrame, own: GivenEvents) -> pd.Series | None:
    """Treatment-emergent as given, else by the rule of the parameters; None without either.

    By the rule an event whose start is not known counts if it may lie in that time.
    """
    if "TRTEMFL" in ae:
        return ae["TRTEMFL"] == "Y"
    if own.emergent_days is None or "TRTSDTM" not in ae or "TRTEDT" not in ae:
        return None
    first = ae["TRTSDTM"].dt.normalize()
    last = ae["TRTEDT"] + pd.Timedelta(days=own.emergent_days)
    return first.notna() & ~(ae["LASTDT"] < first) & ~(ae["FIRSTDT"] > last)


def _left_for_it(ae: pd.DataFrame) -> pd.Series:
    """The last event begun before a person left the study for an adverse event."""
    left = (ae["EOSREAS"] == "ADVERSE_EVENT") & ~(ae["ASTDT"] > ae["EOSDT"]).fillna(False)
    last = ae[left].sort_values([PERSON, "ASTDTM"], kind="stable", na_position="first")
    chosen = last.drop_duplicates(PERSON, keep="last").index
    return pd.Series(ae.index.isin(chosen), index=ae.index)


def _derive_relation(ae: pd.DataFrame, own: GivenEvents, trial: Trial) -> pd.DataFrame:
    """RELPRODFL, RELFL, RELIMPFL; missing causality counts as related where parameters say so."""
    if "AEREL" not in ae:
        return ae
    missing = ae["AEREL"].isna() if own.missing_relation_counts else pd.Series(False, ae.index)
    related = ae["AEREL"].isin(trial.adverse_events.related) | missing
    return ae.assign(RELPRODFL=flag(related), RELFL=flag(related), RELIMPFL=flag(missing))
