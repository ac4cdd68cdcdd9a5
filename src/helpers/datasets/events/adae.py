"""adae: adverse events with dates, dose reference, windows and the flags that displays count."""

import math
from collections.abc import Collection, Mapping

import pandas as pd

from helpers.datasets.events.event_dates import begins_after, derive_event_dates
from helpers.datasets.flags import first_of, flag
from helpers.datasets.subjects.anchor import build_doses, compute_study_day
from helpers.datasets.subjects.merge import merge_subject_variables
from helpers.intake.coded_terms import lacks_term
from helpers.intake.fatal_events import find_death_grades, find_fatal_events
from helpers.intake.records import Records
from helpers.intake.serious_events import find_serious_events
from helpers.params.interim import Interim
from helpers.params.trial import AdverseEvents, Trial

HOUR = pd.Timedelta(hours=1)
NO_CODE = "NONE"  # UNCTOX of words that are a term of no stopping event
SHARED = (
    "USUBJID", "TRT01P", "TRT01A", "SAFFL", "ITTFL", "RANDDT", "TRTSDTM", "ANCHORDTM", "ANCHORDT",
    "EOSDT", "EOSREAS", "EXITDT", "WAITSTT", "WAITENDT",
)  # fmt: skip


def build_adae(
    records: Records, adsl: pd.DataFrame, trial: Trial, interim: Interim
) -> pd.DataFrame:
    """One row per adverse event of a consented participant, ordered by USUBJID, ASTDTM, AESEQ."""
    doses = build_doses(records)
    persons = adsl.set_index("SUBJID")
    ae = records["ae"]
    ae = ae[ae["SUBJID"].isin(persons.index)].reset_index(drop=True)
    ae = derive_event_dates(
        ae,
        _dose_starts(doses, persons),
        persons["RFICDT"].to_dict(),
        _last_day(persons),
        pd.Timedelta(minutes=trial.dates.after_dose_minutes),
    )
    ae = merge_subject_variables(ae, adsl, SHARED)
    ae = ae.assign(
        # the same for every reader: who may not know the doses counts the same events
        AFTRANFL=flag(begins_after(ae, _randomised(persons), persons["RFICDT"].to_dict())),
    )
    ae = derive_study_days(ae)
    ae = derive_severity(derive_period(ae, trial, interim.population_safety), records["dm"])
    if records.has("ex", "EXSTDTC"):
        ae = derive_dose_reference(ae, doses)
        ae = derive_windows(ae, interim.windows, interim.admin_window_hours)
        ae = ae.assign(BIN=derive_bins(ae, trial.adverse_events))
    if {"AEDECOD", "DOSEROUTE"} <= set(ae):
        ae = derive_interest(ae, records.reference.aesi)
    if {"AEREL", "AESICAT"} <= set(ae):
        ae = derive_relation(ae, trial)
        ae = derive_primary(ae, interim)
        ae = derive_words(ae, records.reference.dictionary, records.reference.aesi)
        ae = derive_uncoded_event(derive_stopping_event(ae, trial), trial)
    ae = derive_discontinuation(ae)
    order = ["USUBJID", "ASTDTM", "AESEQ"]
    ae = ae.sort_values(order, kind="stable", na_position="first").reset_index(drop=True)
    return derive_occurrence(ae).assign(SRCDOM="ae", SRCSEQ=lambda rows: rows["AESEQ"])


def _dose_starts(doses: pd.DataFrame, persons: pd.DataFrame) -> dict[str, list[pd.Timestamp]]:
    given = doses.groupby("SUBJID")["ASTDTM"].agg(list).to_dict()
    randomised = _randomised(persons).items()
    return {subject: given.get(subject, [moment]) for subject, moment in randomised}


def _randomised(persons: pd.DataFrame) -> dict[str, pd.Timestamp]:
    moments: dict[str, pd.Timestamp] = persons["RANDDTM"].dropna().to_dict()
    return moments


def _last_day(persons: pd.DataFrame) -> Mapping[str, pd.Timestamp]:
    limits = persons["EXITDT"].fillna(persons["CUTDT"])
    last: dict[str, pd.Timestamp] = limits.to_dict()
    return last


def derive_study_days(ae: pd.DataFrame) -> pd.DataFrame:
    """ADY, AENDY and ADUR (days, both ends counted; null while ongoing)."""
    return ae.assign(
        ADY=compute_study_day(ae["ASTDT"], ae["ANCHORDT"]),
        AENDY=compute_study_day(ae["AENDT"], ae["ANCHORDT"]),
        ADUR=(ae["AENDT"] - ae["ASTDT"]).dt.days.astype("Int64") + 1,
    )


def derive_period(ae: pd.DataFrame, trial: Trial, population: str = "SAF") -> pd.DataFrame:
    """PREFL, TRTEMFL, BTWNFL and NODOSEFL: on which side of the doses an event began.

    BTWNFL marks what began between randomisation and a first dose, given or still awaited;
    NODOSEFL what began in who was never dosed, by the day on which the dose was cancelled.
    `population` are those whose events can be treatment-emergent; in who was not dosed and belongs
    to it they are from randomisation on.
    """
    after = ae["AFTRANFL"] == "Y"
    if "TRTSDTM" not in ae:  # readers who may not know the doses
        return ae.assign(PREFL=flag(ae["ASTDT"] < ae["ANCHORDT"]))
    treated = ae["TRTSDTM"].notna()
    since_dose = ae["ASTDTM"] >= ae["TRTSDTM"]
    emergent = (ae[f"{population}FL"] == "Y") & since_dose.where(
        treated, ae["ASTDT"] >= ae["RANDDT"]
    )
    if trial.dates.te_end_days is not None:
        last = ae["TRTSDTM"].fillna(ae["RANDDT"]) + pd.Timedelta(days=trial.dates.te_end_days)
        emergent &= ae["ASTDTM"] <= last
    before = (ae["ASTDTM"] < ae["TRTSDTM"]).where(treated, ae["ASTDT"] < ae["ANCHORDT"])
    awaited = ae["WAITSTT"].isin(["GIVEN", "PENDING"])
    in_time = (ae["ASTDT"] <= ae["WAITENDT"]).fillna(False)
    return ae.assign(
        PREFL=flag(before),
        BTWNFL=flag(after & awaited & ~(since_dose & treated)),
        NODOSEFL=flag(after & (ae["WAITSTT"] == "NEVER") & in_time),
        TRTEMFL=flag(emergent),
    )


def derive_dose_reference(ae: pd.DataFrame, doses: pd.DataFrame) -> pd.DataFrame:
    """DOSEREF (latest dose begun by then), DOSEROUTE, HRSINF (hours), DAYSINF (calendar days).

    DOSEREF counts the given doses of a participant by time, as DOSEORD of adex does.
    """
    columns = {"DOSEREF": "Int64", "DOSEROUTE": object, "HRSINF": "Float64", "DAYSINF": "Int64"}
    empty = {name: pd.Series(None, index=ae.index, dtype=kind) for name, kind in columns.items()}
    if doses.empty or ae.empty:
        return ae.assign(**empty)
    doses = doses.sort_values(["SUBJID", "ASTDTM", "EXSEQ"], kind="stable")
    dosed = pd.DataFrame(
        {
            "SUBJID": doses["SUBJID"],
            "DOSEDTM": doses["ASTDTM"],
            "DOSEORD": doses.groupby("SUBJID").cumcount() + 1,
            "EXROUTE": doses["EXROUTE"],
        }
    )
    left = ae[["SUBJID", "ASTDTM"]].reset_index().dropna(subset=["ASTDTM"])
    matched = pd.merge_asof(
        left.sort_values("ASTDTM", kind="stable"),
        dosed.sort_values("DOSEDTM", kind="stable"),
        left_on="ASTDTM",
        right_on="DOSEDTM",
        by="SUBJID",
    ).set_index("index")
    hours = (matched["ASTDTM"] - matched["DOSEDTM"]) / HOUR
    days = (matched["ASTDTM"].dt.normalize() - matched["DOSEDTM"].dt.normalize()).dt.days
    found = {
        "DOSEREF": matched["DOSEORD"],
        "DOSEROUTE": matched["EXROUTE"],
        "HRSINF": hours,
        "DAYSINF": days,
    }
    return ae.assign(
        **{name: found[name].reindex(ae.index).astype(kind) for name, kind in columns.items()}
    )


def within_hours(ae: pd.DataFrame, hours: int) -> pd.Series:
    """Whether an event began within `hours` after its dose; by whole days where no time is known.

    The calendar rule errs towards inclusion: 24 h is the day of the dose and the next.
    """
    timed = (ae["HRSINF"] <= hours).fillna(False)
    dated = (ae["DAYSINF"] <= math.ceil(hours / 24)).fillna(False)
    return timed.where(ae["ASTTMF"].isna(), dated).astype(bool)


def derive_windows(ae: pd.DataFrame, windows: Mapping[str, int], admin: int) -> pd.DataFrame:
    """One flag per cumulative window (`<name>FL`), ADMINFL for the primary one, and WINHRS."""
    flags = {f"{name}FL": flag(within_hours(ae, hours)) for name, hours in windows.items()}
    shortest = pd.Series(None, index=ae.index, dtype="Int64")
    for hours in sorted({*windows.values(), admin}, reverse=True):
        shortest = shortest.mask(within_hours(ae, hours), hours)
    return ae.assign(**flags, ADMINFL=flag(within_hours(ae, admin)), WINHRS=shortest)


def derive_bins(ae: pd.DataFrame, rules: AdverseEvents) -> pd.Series:
    """BIN, the disjoint time class after the dose; one of its own where only the day is known."""
    bins = pd.Series(None, index=ae.index, dtype=object)
    bins = bins.mask(ae["DOSEREF"].notna(), rules.later_bin)
    for label, hours in sorted(rules.bins.items(), key=lambda bin_: -bin_[1]):
        bins = bins.mask(within_hours(ae, hours), label)
    day = ae["ASTTMF"].notna() & (ae["DAYSINF"] <= 1).fillna(False)
    return bins.mask(day, rules.date_only_bin)


def derive_severity(ae: pd.DataFrame, dm: pd.DataFrame) -> pd.DataFrame:
    """ASERFL, SERIMPFL, ATOXGR, FATALFL, GR5ALVFL.

    A fatal event is serious, and so is one that meets any criterion, whatever AESER says: then
    SERIMPFL is Y. GR5ALVFL marks a grade 5 that is not fatal: the participant did not die of it.
    """
    fatal = find_fatal_events(ae, dm)
    serious = find_serious_events(ae, fatal)
    return ae.assign(
        ASERFL=flag(serious),
        SERIMPFL=flag(serious & (ae["AESER"] != "Y")),
        ATOXGR=ae["AETOXGR"],
        FATALFL=flag(fatal),
        GR5ALVFL=flag(find_death_grades(ae) & ~fatal),
    )


def derive_interest(ae: pd.DataFrame, aesi: pd.DataFrame) -> pd.DataFrame:
    """AESICAT, SEVTOX and AALISTFL: prespecified for the route of the dose the event follows."""
    terms = aesi.set_index("AEDECOD")
    routes = ae["AEDECOD"].map(terms["ROUTES"]).fillna("").astype(str)
    listed = ae["AEDECOD"].map(terms["AALIST"]) == "Y"
    applies = [
        isinstance(route, str) and route in allowed.split()
        for route, allowed in zip(ae["DOSEROUTE"], routes, strict=True)
    ]
    return ae.assign(
        AESICAT=ae["AEDECOD"].map(terms["AESICAT"]),
        SEVTOX=ae["AEDECOD"].map(terms["SEVTOX"]),
        AALISTFL=flag(listed & pd.Series(applies, index=ae.index, dtype=bool)),
    )


def derive_relation(ae: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """RELPRODFL, RELPROCFL, RELFL and RELIMPFL; missing causality counts as related.

    In a control arm missing causality is not applicable. One that was recorded there all the same
    is an error of the data (C23), which is kept and shown, not corrected in silence.
    """
    exposed = ae["TRT01A"].isin([arm.code for arm in trial.active_arms])
    related = trial.adverse_events.related
    product = ae["AEREL"].isin(related) | (exposed & ae["AEREL"].isna())
    procedure = ae["AERELPR"].isin(related) | (exposed & ae["AERELPR"].isna())
    missing = exposed & (ae["AEREL"].isna() | ae["AERELPR"].isna())
    return ae.assign(
        RELPRODFL=flag(product),
        RELPROCFL=flag(procedure),
        RELFL=flag(product | procedure),
        RELIMPFL=flag(missing),
    )


def derive_primary(ae: pd.DataFrame, interim: Interim) -> pd.DataFrame:
    """AAFL, the primary outcome, by the definition that the interim chooses."""
    emergent = ae["TRTEMFL"] == "Y"
    window = ae["ADMINFL"] == "Y"
    definition = {
        "list_and_window": window & (ae["AALISTFL"] == "Y"),
        "window_any": window,
        "related_any": ae["RELFL"] == "Y",
    }[interim.aa_definition]
    return ae.assign(AAFL=flag(emergent & definition))


def derive_stopping_event(ae: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """SEVTOXFL: events of the safety stopping rule, in participants who got a dose."""
    rule = trial.stopping_event
    related, listed = ae["RELFL"] == "Y", ae["AESICAT"].notna()
    grave = (ae["ATOXGR"] >= rule.related_grade).fillna(False)
    near = within_hours(ae, 24 * rule.related_days)
    hit = (near & related & (grave | (ae["ASERFL"] == "Y"))) | (
        listed & grave & (ae["ADMINFL"] == "Y")
    )
    hit |= related & (ae["FATALFL"] == "Y")
    hit |= ae["SEVTOX"].isin(rule.any_time) | (ae["SEVTOX"].isin(rule.near_dose) & near)
    return ae.assign(SEVTOXFL=flag(hit & (ae["TRTEMFL"] == "Y") & ae["DOSEREF"].notna()))


def derive_words(ae: pd.DataFrame, dictionary: pd.DataFrame, aesi: pd.DataFrame) -> pd.DataFrame:
    """UNCTOX: what an uncoded event can be by its words; empty where they say nothing.

    Where they are a preferred term the event is that one: its SEVTOX, else NONE.
    """
    terms = dictionary["PT"].dropna().astype(str)
    codes = terms.map(aesi.set_index("AEDECOD")["SEVTOX"])
    known = dict(zip(terms.str.casefold(), codes.fillna(NO_CODE), strict=True))
    said = ae["AETERM"].astype("string").str.strip().str.casefold().map(known)
    return ae.assign(UNCTOX=said.astype(object).where(lacks_term(ae) & said.notna(), None))


def derive_uncoded_event(ae: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """UNCSTPFL: uncoded events that the stopping rule does not count and some term would make it.

    What counts for relation, seriousness, grade or death counts without a term: see SEVTOXFL.
    """
    rule = trial.stopping_event
    grave = (ae["ATOXGR"] >= rule.related_grade).fillna(False)
    by_term = grave & (ae["ADMINFL"] == "Y")
    if rule.near_dose:
        by_term |= within_hours(ae, 24 * rule.related_days) & may_be(ae, rule.near_dose)
    if rule.any_time:
        by_term |= may_be(ae, rule.any_time)
    counted = ae["SEVTOXFL"] == "Y"
    emergent = (ae["TRTEMFL"] == "Y") & ae["DOSEREF"].notna()
    return ae.assign(UNCSTPFL=flag(lacks_term(ae) & by_term & emergent & ~counted))


def may_be(ae: pd.DataFrame, codes: Collection[str]) -> pd.Series:
    """Whether a term with one of these codes of SEVTOX could be meant by the words of an event."""
    return ae["UNCTOX"].isna() | ae["UNCTOX"].isin(codes)


def derive_discontinuation(ae: pd.DataFrame) -> pd.DataFrame:
    """DISCFL: in participants who left the study for an adverse event, the last one begun by then.

    The export does not link the disposition to an event; the participant is what is certain.
    """
    left = (ae["EOSREAS"] == "ADVERSE_EVENT") & ~(ae["ASTDT"] > ae["EOSDT"]).fillna(False)
    last = ae[left].sort_values(["ASTDTM", "AETOXGR", "AESEQ"], kind="stable", na_position="first")
    chosen = last.drop_duplicates("USUBJID", keep="last").index
    return ae.assign(DISCFL=flag(pd.Series(ae.index.isin(chosen), index=ae.index)))


def derive_occurrence(ae: pd.DataFrame) -> pd.DataFrame:
    """AOCCFL, AOCCSFL, AOCCPFL (first of participant, SOC, PT) and AOCCMXFL (worst of the PT)."""
    if "TRTEMFL" not in ae:
        return ae
    emergent = ae["TRTEMFL"] == "Y"
    worst = ae.assign(GRADE=-ae["ATOXGR"].fillna(0))
    worst = worst.sort_values(["GRADE"], kind="stable")
    term = ["USUBJID", "AEBODSYS", "AEDECOD"]
    return ae.assign(
        AOCCFL=first_of(ae, ["USUBJID"], emergent),
        AOCCSFL=first_of(ae, ["USUBJID", "AEBODSYS"], emergent),
        AOCCPFL=first_of(ae, term, emergent),
        AOCCMXFL=first_of(worst, term, emergent.reindex(worst.index)).reindex(ae.index),
    )
