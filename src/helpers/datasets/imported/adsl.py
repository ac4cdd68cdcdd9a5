"""adsl from the sponsor's subject-level data set, as known at the cut-off."""

from collections.abc import Sequence

import pandas as pd

from helpers.datasets.flags import yes_no
from helpers.datasets.imported.tables import PERSON, GivenTables, choose_rows
from helpers.datasets.subjects.follow_up import compute_years
from helpers.errors import ExportError, UsageError
from helpers.params.imported import Case, Given, GivenSubjects
from helpers.params.trial import Trial

DAY = pd.Timedelta(days=1)
DATES = ("RFICDT", "RANDDT", "TRTSDT", "TRTEDT", "EOSDT", "DTHDT", "LSTALVDT")


def build_given_adsl(tables: GivenTables, trial: Trial, cutoff: pd.Timestamp) -> pd.DataFrame:
    """One row per participant known at the cut-off, in the order of USUBJID.

    Populations, treatment and reasons are those of the sponsor; what lies after the cut-off is
    taken back: end of study, death, treatment that goes on, milestones not yet due.

    Raises
    ------
    ExportError
        If there is no subject-level data set, or a participant has two rows.
    UsageError
        If a randomised participant has an arm that the parameters do not know, or who was
        randomised cannot be read by this audience.
    """
    given, own = _given(trial), _given(trial).subjects
    source = _read_subjects(tables, own)
    persons = _rename(source, own)
    _check_dated(persons, own, whole=tables.whole)
    persons = derive_cases(persons, own.derived, whole=tables.whole)
    _check_randomised(persons, own, whole=tables.whole)
    known = ~(persons["RFICDT"].fillna(persons["RANDDT"]) > cutoff)
    persons = persons[known].reset_index(drop=True)
    persons = persons.assign(CUTDT=pd.Series(cutoff, index=persons.index, dtype="datetime64[s]"))
    persons = derive_populations(persons, given, cutoff, whole=tables.whole)
    persons = derive_arms(persons, source, given, trial)
    persons = derive_end(persons, own, cutoff)
    persons = cut_treatment(persons, own, cutoff)
    return derive_time(persons, trial)


def _given(trial: Trial) -> Given:
    if trial.given is None:
        raise UsageError("trial.yaml: level is adam, but `given` does not say how to read the data")
    return trial.given


def _read_subjects(tables: GivenTables, own: GivenSubjects) -> pd.DataFrame:
    if own.dataset not in tables.tables:
        raise ExportError(f"data set {own.dataset} is missing; it holds one row per person")
    source = tables.tables[own.dataset]
    twice = source.loc[source[PERSON].duplicated(), PERSON]
    if len(twice):
        raise ExportError(
            f"{own.dataset}: {len(twice)} persons have more than one row ({twice.iloc[0]})"
        )
    return source.sort_values(PERSON, kind="stable").reset_index(drop=True)


def _rename(source: pd.DataFrame, own: GivenSubjects) -> pd.DataFrame:
    """Source with our variables added; dates that nobody has are null."""
    added = {ours: source[theirs] for ours, theirs in own.variables.items() if theirs in source}
    persons = source.assign(**added)
    for name in DATES:
        persons[name] = _read_date(persons, name, own)
    persons["RANDDT"] = persons["RANDDT"].fillna(persons["TRTSDT"])
    subject = persons["SUBJID"] if "SUBJID" in persons else persons[PERSON]
    return persons.assign(SUBJID=subject)


def _read_date(persons: pd.DataFrame, name: str, own: GivenSubjects) -> pd.Series:
    """A date of participants; null for everybody where the data have none."""
    if name not in persons or persons[name].isna().all():
        return pd.Series(pd.NaT, index=persons.index, dtype="datetime64[s]")
    if not pd.api.types.is_datetime64_any_dtype(persons[name]):
        source = own.variables.get(name, name)
        raise UsageError(
            f"trial.yaml: given.subjects.variables.{name}: {source} holds no dates; say "
            f"`kinds: {{{source}: date}}` in the mapping and import again"
        )
    return persons[name].astype("datetime64[s]").dt.normalize()


def _check_dated(persons: pd.DataFrame, own: GivenSubjects, *, whole: bool) -> None:
    """Somebody was randomised on a day that this audience may know."""
    if persons["RANDDT"].notna().any() or persons.empty:
        return
    source = own.variables.get("RANDDT", "RANDDT")
    why = "holds nothing" if whole else "is not open to this audience, as it may tell the arm"
    raise UsageError(
        f"trial.yaml: given.subjects.variables.RANDDT: {source} {why}; name another day that can "
        "stand for randomisation"
    )


def _check_randomised(persons: pd.DataFrame, own: GivenSubjects, *, whole: bool) -> None:
    """What says who was randomised may be read: else nobody would be, or everybody."""
    lacking = [name for name in own.randomised if name not in persons]
    if not lacking or (whole and all(None in own.randomised[name] for name in lacking)):
        return
    why = f"is no variable of {own.dataset}; name one that is"
    if not whole:
        why = (
            "is not open to this audience, as it may tell the arm; name a variable that does not, "
            "or leave it out: then whoever has a day of randomisation is"
        )
    raise UsageError(f"trial.yaml: given.subjects.randomised: {lacking[0]} {why}")


def derive_cases(
    persons: pd.DataFrame, derived: dict[str, tuple[Case, ...]], *, whole: bool = True
) -> pd.DataFrame:
    """Variables that parameters declare as cases: the first that holds gives the value.

    One that rests on what an audience may not read is not made for it: it would be another value.
    """
    for name, cases in derived.items():
        if not whole and {variable for case in cases for variable in case.where} - set(persons):
            continue
        values = pd.Series(None, index=persons.index, dtype=object)
        for case in reversed(cases):
            values = values.mask(choose_rows(persons, case.where), case.value)
        persons = persons.assign(**{name: values})
    return persons


def derive_populations(
    persons: pd.DataFrame, given: Given, cutoff: pd.Timestamp, *, whole: bool
) -> pd.DataFrame:
    """ENRFL, ITTFL, SAFFL ... from the sponsor's flags; nobody randomised later is in one.

    A flag that an audience may not see makes no population for it.
    """
    randomised = ~(persons["RANDDT"] > cutoff) & choose_rows(persons, given.subjects.randomised)
    flags = {"ENRFL": pd.Series("Y", index=persons.index, dtype=object)}
    for code, variable in given.populations.items():
        if variable not in persons and not whole:
            continue
        if variable not in persons:
            raise UsageError(
                f"trial.yaml: given.populations.{code}: the data have no variable {variable}"
            )
        flags[f"{code}FL"] = yes_no((persons[variable] == "Y") & randomised)
    flags["RANDFL"] = flags["ITTFL"] if "ITTFL" in flags else yes_no(randomised)
    flags.setdefault("ITTFL", flags["RANDFL"])
    # where nobody's first dose may be known, as under letters, days count from randomisation
    first = persons["TRTSDT"] if persons["TRTSDT"].notna().any() else persons["RANDDT"]
    for code, milestone in given.subjects.milestones.items():
        due = first + milestone.day * DAY <= cutoff
        flags[f"{code}FL"] = yes_no((_get(persons, milestone.variable) == "Y") & due)
    return persons.assign(**flags)


def derive_arms(
    persons: pd.DataFrame, source: pd.DataFrame, given: Given, trial: Trial
) -> pd.DataFrame:
    """TRT01P and TRT01A as arm codes where this audience may know them."""
    if given.planned not in source:
        drop = [name for name in ("TRT01P", "TRT01A") if name in persons]
        return persons.drop(columns=drop)
    planned = persons[given.planned]
    treated = persons.get(given.treated, planned)
    member = (persons["ITTFL"] == "Y") | (persons.get("SAFFL", "N") == "Y")
    for name, words in ((given.planned, planned), (given.treated, treated)):
        unknown = sorted(set(words[member].dropna()) - set(given.arms))
        if unknown:
            raise UsageError(
                f"trial.yaml: given.arms: {name} holds {', '.join(map(repr, unknown))}, which is "
                f"not among {', '.join(map(repr, given.arms))}"
            )
    numbers = {arm.code: i for i, arm in enumerate(trial.arms, start=1)}
    codes = {"TRT01P": planned.map(given.arms), "TRT01A": treated.map(given.arms)}
    safe = persons["SAFFL"] == "Y" if "SAFFL" in persons else member
    return persons.assign(
        TRT01P=codes["TRT01P"].astype(object).where(member, None),
        TRT01A=codes["TRT01A"].astype(object).where(safe, None),
        TRT01PN=codes["TRT01P"].map(numbers).astype("Int64"),
        TRT01AN=codes["TRT01A"].map(numbers).astype("Int64"),
    )


def derive_end(persons: pd.DataFrame, own: GivenSubjects, cutoff: pd.Timestamp) -> pd.DataFrame:
    """EOSSTT, EOSDT, EOSREAS, DTHFL, DTHDT as known at the cut-off; EXITDT.

    A participant whose status says that the study has ended but who has no date for it is followed
    to the last date there is, and never beyond the cut-off.
    """
    randomised = persons["ITTFL"] == "Y"
    later = (persons["EOSDT"] > cutoff).fillna(False)
    said = _get(persons, "EOSSTT").map(own.states).astype(object)
    status = said.mask(later, "ONGOING").fillna("ONGOING").where(randomised, None)
    reason = _get(persons, "EOSREAS")
    coded = reason.map(lambda word: own.reasons.get(word, word)).astype(object)
    died = (_get(persons, "DTHFL") == "Y") & ~(persons["DTHDT"].fillna(persons["EOSDT"]) > cutoff)
    death = persons["DTHDT"].fillna(persons["EOSDT"]).where(died)
    ended = persons["EOSDT"].fillna(persons["LSTALVDT"]).fillna(persons["TRTEDT"])
    ended = ended.where(status.isin(["COMPLETED", "DISCONTINUED"]))
    leaving = pd.DataFrame({"end": ended, "death": death}).min(axis=1)
    exit_date = leaving.where(leaving <= cutoff, cutoff).where(randomised)
    return persons.assign(
        EOSSTT=status,
        EOSDT=persons["EOSDT"].where(~later),
        EOSREAS=coded.where(status == "DISCONTINUED", None),
        DTHFL=yes_no(died),
        DTHDT=death.astype("datetime64[s]"),
        EXITDT=exit_date.astype("datetime64[s]"),
    )


def _get(persons: pd.DataFrame, name: str) -> pd.Series:
    if name in persons:
        return persons[name].astype(object)
    return pd.Series(None, index=persons.index, dtype=object)


def cut_treatment(persons: pd.DataFrame, own: GivenSubjects, cutoff: pd.Timestamp) -> pd.DataFrame:
    """TRTEDT and TRTDURD up to the cut-off; totals of a treatment that goes on are unknown."""
    goes_on = (persons["TRTEDT"] > cutoff).fillna(False)
    end = persons["TRTEDT"].mask(goes_on, cutoff)
    began = persons["TRTSDT"].notna() & ~(persons["TRTSDT"] > cutoff)
    start = persons["TRTSDT"].where(began)
    duration = ((end - start).dt.days + 1).astype("Float64")
    totals = {name: persons[name].mask(goes_on) for name in own.amounts if name in persons}
    return persons.assign(TRTSDT=start, TRTEDT=end, TRTDURD=duration, TRTSDTM=start, **totals)


def derive_time(persons: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """ANCHORDT, RISKSTDT, TIMEONST, EXPYRS, RANDPYRS, RANDMON, screening failures."""
    year = trial.dates.year_days
    randomised = persons["ITTFL"] == "Y"
    anchor = persons["TRTSDT"].fillna(persons["RANDDT"]).where(randomised)
    days = (persons["EXITDT"] - persons["RANDDT"]).dt.days + 1
    return persons.assign(
        RANDDT=persons["RANDDT"].where(randomised),
        RANDDTM=persons["RANDDT"].where(randomised),
        RANDMON=persons["RANDDT"].dt.strftime("%Y-%m").where(randomised, None).astype(object),
        ANCHORDT=anchor,
        ANCHORDTM=anchor,
        RISKSTDT=anchor,
        TIMEONST=days.where(days > 0).astype("Int64"),
        EXPYRS=compute_years(anchor, persons["EXITDT"], year),
        RANDPYRS=compute_years(persons["RANDDT"], persons["EXITDT"], year).where(randomised),
        SCRFFL=yes_no(~randomised),
        SCRFREAS=pd.Series(None, index=persons.index, dtype=object).mask(~randomised, "OTHER"),
    )


def persons_of(adsl: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Variables of adsl to add to the records of each participant, by USUBJID."""
    return adsl.set_index(PERSON)[[name for name in names if name in adsl]]
