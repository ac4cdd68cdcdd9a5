"""An export -> the view of one interim for one audience, step by step."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers.checks.publication import publish_findings
from helpers.checks.registry import check_records
from helpers.datasets.assessments.adeff import build_adeff
from helpers.datasets.assessments.adharm import build_adharm
from helpers.datasets.assessments.adqs import build_adqs
from helpers.datasets.assessments.adqs_items import derive_item_values
from helpers.datasets.assessments.baseline import derive_history, derive_laboratory, derive_scores
from helpers.datasets.assessments.form_status import reduce_forms
from helpers.datasets.events.adae import build_adae
from helpers.datasets.events.adcm import build_adcm, derive_dose_days
from helpers.datasets.events.adcoint import build_adcoint
from helpers.datasets.events.addv import build_addv
from helpers.datasets.events.admh import build_admh
from helpers.datasets.events.adpause import build_adpause
from helpers.datasets.events.adqry import build_adqry
from helpers.datasets.events.adstop import build_adstop
from helpers.datasets.events.adtte import build_adtte
from helpers.datasets.events.other_dates import Monitored, derive_other_dates
from helpers.datasets.events.postcut import build_postcut
from helpers.datasets.exposure.adex import build_adex, derive_dose_status
from helpers.datasets.exposure.adlot import build_adlot
from helpers.datasets.finish import finish_dataset
from helpers.datasets.imported.build import build_given_view
from helpers.datasets.laboratory.adlb import build_adlb, place_values
from helpers.datasets.laboratory.advs import build_advs
from helpers.datasets.looks.committee import build_committee
from helpers.datasets.looks.cut_effects import build_cut_effects
from helpers.datasets.looks.cut_findings import count_findings, is_in_cut
from helpers.datasets.looks.data_counts import build_counts
from helpers.datasets.looks.maturity import build_adaemat, build_adsdv
from helpers.datasets.looks.previous import (
    build_compared_looks,
    build_earlier_reports,
    build_previous,
    list_earlier_interims,
)
from helpers.datasets.masked.allocation import deal_letters, read_allocation
from helpers.datasets.masked.arms_order import MASK, order_arms
from helpers.datasets.masked.build import build_masked_datasets
from helpers.datasets.masked.mask import draw_mask, mask_interim, mask_source, mask_trial
from helpers.datasets.masked.terms import close_terms
from helpers.datasets.open_readers.words import close_words
from helpers.datasets.reader import Reader
from helpers.datasets.recount.build import build_recount
from helpers.datasets.rehearsal.raw_tables import deal_arms
from helpers.datasets.source import check_received, read_received
from helpers.datasets.subjects.adbr import build_adbr
from helpers.datasets.subjects.adie import build_adie
from helpers.datasets.subjects.adsl import build_adsl
from helpers.datasets.subjects.populations import (
    derive_efficacy_population,
    derive_per_protocol,
    derive_visit_status,
)
from helpers.datasets.subjects.waiting import derive_waiting
from helpers.datasets.visits.advisit import build_advisit
from helpers.datasets.visits.due import find_cutoff, find_due_cutoff
from helpers.errors import NotReachedError
from helpers.intake.cutoff import cut_records
from helpers.intake.findings import join_findings
from helpers.intake.records import Records
from helpers.intake.schema import load_access
from helpers.masking.key import find_key
from helpers.params.committee import read_committee
from helpers.params.interim import Interim
from helpers.params.trial import Trial
from helpers.view import View, choose_kind


def build_view(
    data: Path,
    params: Path,
    *,
    trial: Trial,
    interim: Interim,
    audience: str | Reader,
) -> View:
    """What an audience may see of an interim.

    Parameters
    ----------
    data : export folder; its restricted part is opened only for an audience that may see it.
    params : parameter folder with `tables/`.
    audience : its name; with a rehearsal or a key of letters a `Reader`. In a rehearsal arms are
        dealt anew for who may see them, and the committee's file is not read, since it tells of the
        real arms.

    Raises
    ------
    UsageError
        If the audience, the declaration of tables or a reference table cannot be used, or the
        export is of another study or made before the cut-off.
    ExportError
        If the export cannot be used: one line per reason.
    """
    reader = Reader(audience) if isinstance(audience, str) else audience
    audience, rehearse, key = reader
    if trial.level == "adam":
        return build_given_view(data, params, trial=trial, interim=interim, reader=reader)
    access = load_access(params, audience)
    # first what every reader may know of the faults of the export
    received = read_received(data, params, trial, interim, access)
    if rehearse is not None and access.restricted:
        received = replace(received, export=deal_arms(received.export, trial, rehearse))
    source = check_received(received, trial)
    cutoff = find_due_cutoff(data, params, trial, interim, restricted=access.restricted)
    looks = find_earlier_looks(data, params, trial, interim, cutoff, closed=access.restricted)
    letters = None
    by_letter = access.restricted and interim.arms_order == MASK
    if access.labels or by_letter:
        key = key or find_key(interim.mask_key_ref or "", synthetic=source.info.synthetic)
    if by_letter and key is not None:
        trial = order_arms(trial, key, params, interim.interim_id)
    if access.labels and key is not None:
        mask = draw_mask(key, trial, interim, source)
        letters = read_allocation(data, source.schemas, source.extract, mask)
        letters = letters if rehearse is None else deal_letters(letters, rehearse)
        source = mask_source(source, mask, access)
        trial, interim = mask_trial(trial, mask), mask_interim(interim)
    cut, undated, dropped = cut_records(source.records, source.schemas, cutoff)
    known_then = cut
    late = check_records(cut, trial, stage="cut")
    of_cut = join_findings([undated, late])
    known = source.findings[is_in_cut(source.findings, source.received, source.schemas, cutoff)]
    findings = join_findings([known, of_cut])
    cut = close_words(reduce_forms(cut, access), access, trial)
    if letters is None:
        datasets = build_datasets(cut, trial, interim, cutoff)
    else:
        datasets = build_masked_datasets(close_terms(cut, trial), letters, trial, interim, cutoff)
    if access.restricted and trial.dates.post_cutoff_sae_listing:
        latest = build_adsl(source.records, trial, source.extract)
        datasets["postcut"] = build_postcut(source.records, datasets["adsl"], latest, cutoff)
    before = looks[-1] if looks else (None, None)
    datasets["previous"] = build_previous(source, datasets["adsl"], *before)
    datasets["found"] = count_findings(join_findings([source.findings, of_cut]))
    if access.restricted:
        datasets["cuteffect"] = build_cut_effects(
            source.records, known_then, source.schemas, cutoff
        )
        datasets["recount"] = build_recount(known_then, trial, interim, cutoff)
        datasets["earlier_reports"] = build_earlier_reports(looks)
        datasets["adsdv"] = build_adsdv(cut, datasets["adsl"])
        datasets["adaemat"] = build_adaemat(
            cut, datasets["adsl"], datasets["adae"], find_closing(*before)
        )
        datasets["compared_looks"] = build_compared_looks(looks)
        settled = interim.model_copy(update={"cutoff": cutoff.date()})
        committee = None if rehearse is not None else read_committee(params, trial, settled)
        if committee is not None:
            datasets["committee"] = build_committee(committee, looks)
    # where the key stands is for who runs a report; whoever reads its view learns nothing of it
    interim = interim.model_copy(update={"mask_key_ref": None, "alpha_ledger": None})
    return choose_kind(access)(
        trial=trial,
        interim=interim,
        access=access,
        cutoff=cutoff,
        extract=source.extract,
        synthetic=source.info.synthetic,
        test_key=letters is not None and key is not None and key.test,
        datasets={
            name: finish_dataset(rows)
            for name, rows in datasets.items()
            if access.allows_dataset(name)
        },
        findings=publish_findings(findings, source.received.tables, source.schemas, access, trial),
        counts=build_counts(source, cut, dropped),
    )


def find_earlier_looks(
    data: Path,
    params: Path,
    trial: Trial,
    interim: Interim,
    cutoff: pd.Timestamp,
    *,
    closed: bool,
) -> list[tuple[Interim, pd.Timestamp]]:
    """Interims before this one with their cut-offs, in order.

    One whose trigger was never reached has not taken place, nor one with a later cut-off.
    """
    looks = []
    for look in list_earlier_interims(params, trial, interim):
        try:
            day = find_cutoff(data, params, trial, look, closed=closed)
        except NotReachedError:
            continue
        if day <= cutoff:
            looks.append((look, day))
    return looks


def find_closing(interim: Interim | None, cutoff: pd.Timestamp | None) -> pd.Timestamp | None:
    """Moment up to which an earlier report knew records: its extract, else its cut-off."""
    own = None if interim is None else interim.extract
    return cutoff if own is None else pd.Timestamp(own)


def build_datasets(
    cut: Records, trial: Trial, interim: Interim, cutoff: pd.Timestamp
) -> dict[str, pd.DataFrame]:
    """Every analysis data set that these records allow, by name."""
    adsl = build_adsl(cut, trial, cutoff)
    advisit = build_advisit(cut, adsl, trial, cutoff)
    adsl = derive_visit_status(adsl, advisit, trial, interim)
    adsl = derive_history(adsl, cut, trial)
    datasets = {
        "adcm": build_adcm(cut, adsl),
        "addv": build_addv(cut, adsl),
        "adie": build_adie(cut, adsl, trial),
        "adqry": build_adqry(cut),
        "advisit": advisit,
    }
    if cut.has("ex", "EXSTDTC"):
        return {**datasets, **_build_closed(cut, adsl, datasets, trial, interim)}
    adsl = derive_laboratory(adsl, place_values(cut, adsl, trial), trial)
    return {**datasets, "adae": build_adae(cut, adsl, trial, interim), "adsl": adsl}


def _build_closed(
    cut: Records,
    adsl: pd.DataFrame,
    datasets: dict[str, pd.DataFrame],
    trial: Trial,
    interim: Interim,
) -> dict[str, pd.DataFrame]:
    """Data sets that need arms, doses, answers or values after baseline, and adsl with them."""
    adlb = build_adlb(cut, adsl, trial)
    adqs = build_adqs(cut, adsl, trial)
    adeff = build_adeff(adqs, cut, adsl, trial, interim)
    adex = build_adex(cut, adsl, trial, interim)
    adsl = derive_efficacy_population(derive_scores(adsl, adeff, trial), adeff, interim)
    adsl = derive_dose_status(derive_laboratory(adsl, adlb, trial), adex, trial)
    adsl = derive_waiting(adsl, adex)
    advisit, addv = datasets["advisit"], datasets["addv"]
    adsl = derive_per_protocol(adsl, adex, addv, advisit, trial, interim)
    adae = build_adae(cut, adsl, trial, interim)
    monitoring = _build_monitoring(cut, adsl, adae, adex, trial)
    if "adstop" in monitoring:
        found = Monitored(adsl, adae, monitoring["adstop"])
        _, adae, monitoring["adstop"] = derive_other_dates(found, cut, adex, trial, interim)
    asked = {
        "adharm": build_adharm(adeff, adex, trial),
        "adcoint": build_adcoint(datasets["adcm"], adsl, trial),
    }
    return {
        **monitoring,
        **{name: rows for name, rows in asked.items() if rows is not None},
        "adsl": adsl,
        "adbr": build_adbr(adsl, adae, adeff, trial, interim),
        "adcm": derive_dose_days(datasets["adcm"], adex, trial),
        "adex": adex,
        "adae": adae,
        "adqs": derive_item_values(adqs, adeff, trial),
        "adeff": adeff,
        "adlb": adlb,
        "admh": build_admh(cut, adsl),
        "advs": build_advs(cut, adsl, adex, trial),
        "adtte": build_adtte(adsl, adae, adeff, trial),
        "aesi": cut.reference.aesi[["AEDECOD", "AESICAT", "ROUTES", "AALIST"]],
    }


def _build_monitoring(
    cut: Records, adsl: pd.DataFrame, adae: pd.DataFrame, adex: pd.DataFrame, trial: Trial
) -> dict[str, pd.DataFrame]:
    """Data sets of the stopping rule and the immediate triggers, as far as they can be judged."""
    adlot = build_adlot(cut)
    datasets = {} if adlot is None else {"adlot": adlot}
    if "SEVTOXFL" not in adae:
        return datasets
    datasets["adstop"] = build_adstop(adsl, adae, trial)
    if trial.pause_triggers:
        datasets["adpause"] = build_adpause(adsl, adae, adex, adlot, trial)
    return datasets
