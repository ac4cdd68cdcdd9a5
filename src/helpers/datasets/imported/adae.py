"""adae from the sponsor's adverse events: flags as given, cut by date."""

import pandas as pd

from helpers.datasets.events.adae import derive_occurrence
from helpers.datasets.flags import flag
from helpers.datasets.imported.adsl import persons_of
from helpers.datasets.imported.event_days import COLUMNS, derive_event_days
from helpers.datasets.imported.tables import PERSON, GivenTables
from helpers.datasets.subjects.anchor import compute_study_day
from helpers.intake.fatal_events import DEATH_GRADE
from helpers.params.imported import GivenEvents
from helpers.params.trial import Trial

SHARED = ("SUBJID", "TRT01P", "TRT01A", "SAFFL", "ITTFL", "RANDDT", "TRTSDTM", "TRTEDT", "ANCHORDT",
          "EOSDT", "EOSREAS", "EXITDT", "DTHDT")  # fmt: skip


def build_given_adae(
    tables: GivenTables,
    adsl: pd.DataFrame,
    trial: Trial,
    cutoff: pd.Timestamp,
    population: str = "SAF",
) -> pd.DataFrame:
    """One row per adverse event begun by the cut-off, in the order of USUBJID, ASTDT, AESEQ.

    Events can be treatment-emergent in members of `population`, that of the safety displays.
    Seriousness is AESER as given, also of a fatal event: a finding says where the two disagree.
    Where a variable is missing (no causality, no flag for serious) the flags made of it are missing
    too, and displays leave their rows out.
    """
    own = trial.given.events if trial.given else GivenEvents()
    ae = derive_event_days(read_events(tables, own))
    ae = ae[ae[PERSON].isin(adsl[PERSON])].reset_index(drop=True)
    ae = ae.drop(columns=[name for name in SHARED if name in ae])
    ae = ae.join(persons_of(adsl, SHARED), on=PERSON)
    ae = _derive_dates(ae, cutoff)
    ae = _take_back_deaths(ae, own, find_later_deaths(tables, adsl, trial))
    ae = _derive_kind(ae, own, population)
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
        PREFL=flag(began_before(ae, ae["ANCHORDT"])),
        AFTRANFL=flag(
            (ae["ITTFL"] == "Y") & ae["RANDDT"].notna() & ~began_before(ae, ae["RANDDT"])
        ),
    )


def began_before(ae: pd.DataFrame, day: pd.Series) -> pd.Series:
    """Whether each event certainly began before a day: the last day on which it can have begun."""
    return (ae["LASTDT"] < day).fillna(False)


def find_later_deaths(tables: GivenTables, adsl: pd.DataFrame, trial: Trial) -> set[str]:
    """Participants (USUBJID) of whom the data know a death that lies after the cut-off."""
    own = trial.given.subjects if trial.given else None
    if own is None or own.dataset not in tables.tables:
        return set()
    source, name = tables.tables[own.dataset], own.variables.get("DTHFL", "DTHFL")
    if name not in source:
        return set()
    died = set(source.loc[source[name] == "Y", PERSON])
    return died & set(adsl.loc[adsl["DTHFL"] != "Y", PERSON])


def _take_back_deaths(ae: pd.DataFrame, own: GivenEvents, alive: set[str]) -> pd.DataFrame:
    """Fatal events of participants alive at the cut-off, as they stood then: not recovered."""
    hit = _say_fatal(ae, own) & ae[PERSON].isin(alive)
    changed = {
        "DTHCUTFL": flag(hit),
        "ONGCUTFL": ae["ONGCUTFL"].mask(hit, "Y"),
        "AENDT": ae["AENDT"].mask(hit),
    }
    for name, value in (("AEOUT", "NOT_RECOVERED"), ("AESDTH", "N")):
        if name in ae:
            changed[name] = ae[name].mask(hit, value)
    if "AETOXGR" in ae:
        grade = pd.to_numeric(ae["AETOXGR"], errors="coerce")
        changed["AETOXGR"] = grade.mask(hit & (grade == DEATH_GRADE), DEATH_GRADE - 1)
    return ae.assign(**changed)


def _say_fatal(ae: pd.DataFrame, own: GivenEvents) -> pd.Series:
    """Whether outcome or criterion say that an event was fatal."""
    fatal = ae["AEOUT"].isin(own.fatal) if "AEOUT" in ae else pd.Series(False, index=ae.index)
    return fatal | (ae["AESDTH"] == "Y") if "AESDTH" in ae else fatal


def _derive_kind(ae: pd.DataFrame, own: GivenEvents, population: str) -> pd.DataFrame:
    """TRTEMFL as given within a population, ASERFL, FATALFL, ATOXGR, AESICAT, DISCFL."""
    ae = ae.assign(DISCFL=flag(_left_for_it(ae)))
    emergent = _find_emergent(ae, own)
    if emergent is not None:
        member = f"{population}FL"
        counted = ae[member] == "Y" if member in ae else True
        ae = ae.assign(TRTEMFL=flag(emergent & counted))
    if "AESER" in ae:
        ae = ae.assign(ASERFL=flag(ae["AESER"] == "Y"))
    grade = ae.get("AETOXGR", None)
    if grade is None and own.grade_variable in ae and own.grades:
        grade = ae[own.grade_variable].map(own.grades)
    if grade is not None:
        ae = ae.assign(
            ATOXGR=pd.to_numeric(grade, errors="coerce").astype("Float64").astype("Int64")
        )
    if own.interest_variable in ae:
        ae = ae.assign(AESICAT=ae[own.interest_variable])
    fatal = _say_fatal(ae, own)
    if "ATOXGR" in ae:
        alive = (ae["ATOXGR"] == DEATH_GRADE).fillna(False) & ~fatal
        ae = ae.assign(GR5ALVFL=flag(alive))
    return ae.assign(FATALFL=flag(fatal))


def _find_emergent(ae: pd.DataFrame, own: GivenEvents) -> pd.Series | None:
    """Treatment-emergent as given, else by the rule of the parameters; None without either.

    By the rule an event counts that may have begun in that time: a start without a day may lie
    anywhere in its month, an event without a start began at any time up to its end.
    """
    if "TRTEMFL" in ae:
        return ae["TRTEMFL"] == "Y"
    if own.emergent_days is None or "TRTSDTM" not in ae or "TRTEDT" not in ae:
        return None
    first = ae["TRTSDTM"].dt.normalize()
    last = ae["TRTEDT"] + pd.Timedelta(days=own.emergent_days)
    return first.notna() & ~began_before(ae, first) & ~(ae["FIRSTDT"] > last)


def _left_for_it(ae: pd.DataFrame) -> pd.Series:
    """The last event begun before a participant left the study for an adverse event."""
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
