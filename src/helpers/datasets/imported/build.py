"""Imported analysis data -> the view of one interim for one audience."""

from pathlib import Path

import pandas as pd

from helpers.datasets.events.adstop import build_adstop
from helpers.datasets.finish import finish_dataset
from helpers.datasets.imported.adae import build_given_adae
from helpers.datasets.imported.adeff import build_given_adeff
from helpers.datasets.imported.adsl import build_given_adsl
from helpers.datasets.imported.advisit import build_given_advisit
from helpers.datasets.imported.decisions import find_open_decisions
from helpers.datasets.imported.findings import find_given_problems
from helpers.datasets.imported.measures import build_given_measures
from helpers.datasets.imported.open_words import close_reasons
from helpers.datasets.imported.previous import build_given_previous
from helpers.datasets.imported.tables import PERSON, GivenTables, read_tables
from helpers.datasets.imported.times import build_given_adtte
from helpers.datasets.looks.committee import build_committee
from helpers.datasets.looks.previous import (
    build_compared_looks,
    build_earlier_reports,
    list_earlier_interims,
)
from helpers.datasets.masked.arms_order import MASK
from helpers.datasets.masked.given import close_events, derive_letters, mask_study
from helpers.datasets.reader import Reader
from helpers.datasets.rehearsal.given_tables import deal_given_arms
from helpers.datasets.visits.due import check_cutoff
from helpers.errors import UsageError
from helpers.intake.findings import PUBLISHED, join_findings
from helpers.intake.info import check_study
from helpers.intake.schema import Access, load_access
from helpers.masking.key import find_key
from helpers.params.committee import read_committee
from helpers.params.imported import Given
from helpers.params.interim import Interim
from helpers.params.trial import Trial
from helpers.view import View, choose_kind

DATES = ("ASTDT", "STARTDT", "ADT")  # what an imported record is dated by


def build_given_view(
    data: Path,
    params: Path,
    *,
    trial: Trial,
    interim: Interim,
    reader: Reader,
) -> View:
    """What an audience may see of an interim of a trial whose analysis data are given.

    Raises
    ------
    UsageError
        If the parameters do not fit the data.
    ExportError
        If the data cannot be used.
    """
    audience, rehearse, key = reader
    if interim.arms_order == MASK:
        raise UsageError(
            "arms_order: found mask, allowed: registry; of imported data sets a report that names "
            "the arms keeps the order of trial.yaml, and a masked one stands by letter anyway"
        )
    earlier = list_earlier_interims(params, trial, interim)
    access = load_access(params, audience)
    if trial.given is not None:
        check_no_arm(access, trial.given)
    tables = read_tables(data, access)
    if rehearse is not None and access.restricted:
        tables = deal_given_arms(tables, data, trial, rehearse)
    check_study(data, tables.study, trial.study)
    cutoff = find_given_cutoff(interim, tables)
    check_cutoff(interim, cutoff, tables.extract)
    letters = None
    if access.labels:
        key = key or find_key("", synthetic=tables.synthetic)
        study = mask_study(data, tables, trial, interim, key, rehearse)
        tables, letters, trial, interim = study.tables, study.letters, study.trial, study.interim
    adsl = build_given_adsl(tables, trial, cutoff)
    if letters is not None:
        adsl = derive_letters(adsl, letters, trial)
    if access.restricted and "TRT01P" not in adsl and trial.given is not None:
        raise UsageError(
            f"trial.yaml: given.planned: {trial.given.planned} is no variable of "
            f"{trial.given.subjects.dataset}; name the one that holds the arm"
        )
    if not access.restricted and trial.given is not None:
        adsl = close_reasons(adsl, trial.given)
    datasets = build_given_datasets(tables, adsl, trial, cutoff, interim.population_safety)
    if letters is not None and "adae" in datasets:
        datasets["adae"] = close_events(datasets["adae"])
    looks = [(look, find_given_cutoff(look, tables)) for look in earlier]
    looks = [(look, day) for look, day in looks if day <= cutoff]
    before = looks[-1] if looks else (None, None)
    datasets["previous"] = build_given_previous(tables, adsl, trial, *before)
    if access.restricted:
        datasets["earlier_reports"] = build_earlier_reports(looks)
        datasets["compared_looks"] = build_compared_looks(looks)
        settled = interim.model_copy(update={"cutoff": cutoff.date()})
        committee = None if rehearse is not None else read_committee(params, trial, settled)
        if committee is not None:
            datasets["committee"] = build_committee(committee, looks)
    problems = find_given_problems(tables, adsl, datasets, trial, quote=access.restricted)
    interim = interim.model_copy(update={"mask_key_ref": None, "alpha_ledger": None})
    findings = join_findings([tables.findings, find_open_decisions(params), problems])
    return choose_kind(access)(
        trial=trial,
        interim=interim,
        access=access,
        cutoff=cutoff,
        extract=tables.extract if interim.extract is None else pd.Timestamp(interim.extract),
        synthetic=tables.synthetic,
        test_key=letters is not None and key is not None and key.test,
        datasets={
            name: finish_dataset(rows)
            for name, rows in datasets.items()
            if len(rows.columns) and access.allows_dataset(name)
        },
        findings=findings[list(PUBLISHED)],
        counts=count_rows(tables, adsl, cutoff),
    )


def check_no_arm(access: Access, given: Given) -> None:
    """Stop where the allow-list of readers who may not know the arms names the variable of the arm.

    Nothing would be read, since an import keeps it on the restricted side; whoever wrote it takes
    the list for something else.

    Raises
    ------
    UsageError
        Naming audience, data set and variable.
    """
    if access.restricted or access.tables is None:
        return
    arms = {given.planned, given.treated} - {None}
    for name, table in access.tables.items():
        for variable in (*table["columns"], *table.get("rows", {})):
            if variable in arms:
                raise UsageError(
                    f"tables/audiences.yaml: {access.audience}.tables.{name}: found {variable}, "
                    f"the variable of the arm, which {access.audience} readers may not get; take "
                    "it out"
                )


def find_given_cutoff(interim: Interim, tables: GivenTables) -> pd.Timestamp:
    """Last day of the data of an interim; `trigger` is the day of the sponsor's snapshot."""
    if interim.cutoff == "trigger":
        return tables.extract.normalize()
    return pd.Timestamp(interim.cutoff)


def build_given_datasets(
    tables: GivenTables,
    adsl: pd.DataFrame,
    trial: Trial,
    cutoff: pd.Timestamp,
    population: str = "SAF",
) -> dict[str, pd.DataFrame]:
    """Every data set that the trial has; what it has not is left out.

    `population` is that of the safety displays.
    """
    given = trial.given
    if given is None:
        raise UsageError("trial.yaml: `given` is missing")
    datasets = {"adsl": adsl}
    if given.events.dataset in tables.tables:
        datasets["adae"] = adae = build_given_adae(tables, adsl, trial, cutoff, population)
        if "SEVTOXFL" in adae and {"SAFFL", "TRT01A", "TRTSDTM"} <= set(adsl):
            datasets["adstop"] = build_adstop(adsl, adae, trial)
    if trial.forms:
        datasets["advisit"] = build_given_advisit(tables, adsl, trial, cutoff)
    datasets["adeff"] = build_given_adeff(tables, adsl, trial, cutoff)
    datasets["adlb"] = build_given_measures(given.laboratory, tables, adsl, trial, given, cutoff)
    datasets["advs"] = build_given_measures(given.vital_signs, tables, adsl, trial, given, cutoff)
    datasets["adtte"] = build_given_adtte(given.times, tables, adsl, cutoff)
    return datasets


def count_rows(tables: GivenTables, adsl: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """One row per imported data set: received, of participants not known yet, after the cut-off."""
    rows = []
    for name, frame in tables.tables.items():
        known = frame[PERSON].isin(adsl[PERSON])
        date = next((frame[column] for column in DATES if column in frame), None)
        later = pd.Series(False, frame.index) if date is None else (date > cutoff).fillna(False)
        rows.append(
            {
                "table": name,
                "received": len(frame) + int(tables.repeated.get(name, 0)),
                "deleted": 0,
                "entered_later": 0,
                "duplicates": int(tables.repeated.get(name, 0)),
                "excluded": 0,
                "after_cutoff": int((later | ~known).sum()),
                "kept": int((known & ~later).sum()),
            }
        )
    counts = pd.DataFrame(rows)
    return counts.assign(
        last_entry=pd.Series(pd.NaT, index=counts.index, dtype="datetime64[s]"),
        median_lag=pd.Series(pd.NA, index=counts.index, dtype="Float64"),
    )
