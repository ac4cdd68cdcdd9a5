"""adae from the sponsor's adverse events: flags as given, cut by date."""

import pandas as pd

from helpers.datasets.adae import derive_occurrence
from helpers.datasets.anchor import compute_study_day
from helpers.datasets.flags import flag
from helpers.datasets.given.adsl import persons_of
from helpers.datasets.given.tables import PERSON, GivenTables
from helpers.intake.fatal_events import DEATH_GRADE
from helpers.intake.findings import file_finding
from helpers.params.given import GivenEvents
from helpers.params.trial import Trial

SHARED = ("SUBJID", "TRT01P", "TRT01A", "SAFFL", "ITTFL", "RANDDT", "TRTSDTM", "TRTEDT", "ANCHORDT",
          "EOSDT", "EOSREAS", "EXITDT", "DTHDT")  # fmt: skip


def build_given_adae(
    tables: GivenTables, adsl: pd.DataFrame, trial: Trial, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """One row per adverse event begun by the cut-off, in the order of USUBJID, ASTDT, AESEQ.

    Seriousness is AESER as given, also of a fatal event: a finding says where the two disagree.
    Where a variable is missing (no causality, no flag for serious) the flags made of it are missing
    too, and displays leave their rows out.
    """
    own = trial.given.events if trial.given else GivenEvents()
    source = drop_empty(tables.tables[own.dataset])
    added = {ours: source[theirs] for ours, theirs in own.variables.items() if theirs in source}
    ae = source.assign(**added)
    ae = ae[ae[PERSON].isin(adsl[PERSON])].reset_index(drop=True)
    ae = ae.drop(columns=[name for name in SHARED if name in ae])
    ae = ae.join(persons_of(adsl, SHARED), on=PERSON)
    ae = _derive_dates(ae, cutoff)
    ae = _take_back_deaths(ae, own, find_later_deaths(tables, adsl, trial))
    ae = _derive_kind(ae, own)
    ae = _derive_relation(ae, own, trial)
    sequence = ae["AESEQ"] if "AESEQ" in ae else ae.groupby(PERSON).cumcount() + 1
    ae = ae.assign(AESEQ=sequence.astype("Float64").round().astype("Int64"))
    ae = ae.sort_values([PERSON, "ASTDTM", "AESEQ"], kind="stable", na_position="first")
    ae = ae.reset_index(drop=True)
    if {"AEBODSYS", "AEDECOD", "ATOXGR"} <= set(ae):
        ae = derive_occurrence(ae)
    return ae.assign(SRCDOM=own.dataset, SRCSEQ=ae["AESEQ"])


def drop_empty(source: pd.DataFrame) -> pd.DataFrame:
    """Source without the variables that hold nothing: they were not collected."""
    if source.empty:
        return source
    return source.drop(columns=[name for name in source if source[name].isna().all()])


def _derive_dates(ae: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Events begun by the cut-off; ends after it are open. An event without a start stays."""
    dates = {}
    for name in ("ASTDT", "AENDT"):
        column = ae[name] if name in ae else pd.Series(pd.NaT, index=ae.index)
        dates[name] = column.astype("datetime64[s]").dt.normalize()
    moment = ae["ASTDTM"].astype("datetime64[s]") if "ASTDTM" in ae else dates["ASTDT"]
    ae = ae.assign(**dates, ASTDTM=moment.fillna(dates["ASTDT"]))
    ae = ae[~(ae["ASTDT"] > cutoff)].reset_index(drop=True)
    later = (ae["AENDT"] > cutoff).fillna(False)
    start_flag = ae["ASTDTF"] if "ASTDTF" in ae else pd.Series(None, index=ae.index, dtype=object)
    ae = ae.assign(
        AENDT=ae["AENDT"].mask(later),
        ONGCUTFL=flag(later),
        ASTDTF=start_flag.where(start_flag.notna(), None).astype(object),
    )
    return ae.assign(
        ADY=compute_study_day(ae["ASTDT"], ae["ANCHORDT"]),
        AENDY=compute_study_day(ae["AENDT"], ae["ANCHORDT"]),
        ADUR=(ae["AENDT"] - ae["ASTDT"]).dt.days.astype("Int64") + 1,
        PREFL=flag(ae["ASTDT"] < ae["ANCHORDT"]),
        AFTRANFL=flag((ae["ITTFL"] == "Y") & ~began_before(ae, ae["RANDDT"])),
    )


def began_before(ae: pd.DataFrame, day: pd.Series) -> pd.Series:
    """Whether each event certainly began before a day.

    A start of which a part was imputed can lie anywhere in its month or year; an event without a
    start did not begin before a day unless it had ended by then.
    """
    precision = ae["ASTDTF"]
    latest = ae["ASTDT"].mask(precision == "D", ae["ASTDT"] + pd.offsets.MonthEnd(0))
    latest = latest.mask(precision == "M", ae["ASTDT"] + pd.offsets.YearEnd(0))
    latest = latest.mask(precision == "Y")
    latest = latest.where(~(ae["AENDT"] < latest), ae["AENDT"]).fillna(ae["AENDT"])
    return (latest < day).fillna(False)


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


def _derive_kind(ae: pd.DataFrame, own: GivenEvents) -> pd.DataFrame:
    """TRTEMFL as given within SAF, ASERFL, FATALFL, ATOXGR, AESICAT, DISCFL."""
    ae = ae.assign(DISCFL=flag(_left_for_it(ae)))
    emergent = _find_emergent(ae, own)
    if emergent is not None:
        in_safety = ae["SAFFL"] == "Y" if "SAFFL" in ae else True
        ae = ae.assign(TRTEMFL=flag(emergent & in_safety))
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

    By the rule what may have begun after the first dose counts: a start without a day in its month,
    an event without a start unless it ended before the dose.
    """
    if "TRTEMFL" in ae:
        return ae["TRTEMFL"] == "Y"
    if own.emergent_days is None or "TRTSDTM" not in ae or "TRTEDT" not in ae:
        return None
    first = ae["TRTSDTM"].dt.normalize()
    last = ae["TRTEDT"] + pd.Timedelta(days=own.emergent_days)
    return first.notna() & ~began_before(ae, first) & ~(ae["ASTDT"] > last)


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


def find_event_problems(tables: GivenTables, trial: Trial, quote: bool) -> list[pd.DataFrame]:
    """A finding where events have no start; without `quote` it does not say how many."""
    own = trial.given.events if trial.given else GivenEvents()
    if own.dataset not in tables.tables:
        return []
    source, name = tables.tables[own.dataset], own.variables.get("ASTDT", "ASTDT")
    n = int(source[name].isna().sum()) if name in source else 0
    if not n:
        return []
    text = "event without a start date; not taken as begun before randomisation"
    text += f" ({n} records)" if quote else ""
    return [file_finding("GIVEN", "W", own.dataset, text, "ASTDT")]
