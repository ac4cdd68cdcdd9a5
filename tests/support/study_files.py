"""The study of `base_study` written in each form of file, and what its reports count."""

import functools
import json

import adam_files
import pandas as pd

from helpers.datasets.build import build_view
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.adverse_events.system_organ_class import tabulate_soc_pt
from helpers.displays.baseline.characteristics import tabulate_baseline
from helpers.displays.conduct.disposition import tabulate_disposition
from helpers.displays.efficacy.form_completeness import tabulate_form_completeness
from helpers.displays.scores.scores_by_visit import tabulate_scores_by_visit
from helpers.displays.serious_events.by_term import tabulate_serious_events
from helpers.imported.importing import check_usable, import_analysis_data
from helpers.imported.mapping import ImportMapping
from helpers.imported.new_trial import propose_parameters
from helpers.imported.writing import format_import
from helpers.params import load_interim, load_trial

FORMS = ("csv", "parquet", "xpt", "json")
DISPLAYS = (
    tabulate_disposition,
    tabulate_baseline,
    tabulate_ae_overview,
    tabulate_serious_events,
    tabulate_soc_pt,
    tabulate_form_completeness,
    tabulate_scores_by_visit,
)
SAS = pd.Timestamp("1960-01-01")
TIMES = ["USUBJID", "PARAMCD"]


def write_study(folder, frames, form):
    """Each data set as one file; dates as its form has them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        path = folder / f"{name}.{form}"
        dates = [c for c in frame if pd.api.types.is_datetime64_any_dtype(frame[c])]
        if form == "parquet":
            frame.to_parquet(path, index=False)
        elif form == "xpt":
            numbers = frame.assign(**{c: (frame[c] - SAS).dt.days.astype(float) for c in dates})
            text = numbers.select_dtypes(include=["object"]).columns
            numbers = numbers.assign(**{c: numbers[c].map(write_cell).fillna("") for c in text})
            adam_files.write_xpt(path, numbers, version=8, table_name=name.upper())
        else:
            text = frame.assign(**{c: frame[c].dt.strftime("%Y-%m-%d") for c in dates})
            if form == "csv":
                text.to_csv(path, index=False)
            else:
                path.write_text(json.dumps(adam_files.dataset_json(text, name)))
    return folder


def write_cell(value):
    return None if value is None or pd.isna(value) else str(value)


def place(folder, files):
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def import_into(folder, source, mapping=None):
    """The export folder, and what the import says (severities above information)."""
    imported = import_analysis_data([source], mapping or ImportMapping())
    check_usable(imported)
    place(folder, format_import(imported))
    return imported


def propose_into(folder, imported):
    return place(folder, propose_parameters(imported).files)


def view_study(data, params, audience="closed_unmasked"):
    trial = load_trial(params)
    interim = load_interim(params, "final", trial)
    return build_view(data, params, trial=trial, interim=interim, audience=audience)


def count(view):
    """Every number of the displays, and the times to event, by what it is about."""
    numbers = {}
    for make in DISPLAYS:
        display = make(view)
        for result in getattr(display, "results", ()):
            numbers[(display.id, *result.key, result.statistic)] = round(result.value, 9)
    if view.has("adtte"):
        for row in view["adtte"].itertuples():
            key = ("adtte", row.USUBJID, row.PARAMCD)
            numbers[(*key, "AVAL")] = round(float(row.AVAL))
            numbers[(*key, "CNSR")] = int(row.CNSR)
            numbers[(*key, "STARTDT")] = str(row.STARTDT)
    return numbers


def find_more_than_all(numbers):
    """Counts of participants that are larger than their own denominator."""
    wrong = []
    for key, n in numbers.items():
        if key[-1] in ("n", "evaluable") and numbers.get((*key[:-1], "N"), n) < n:
            wrong.append(key)
    return wrong


@functools.cache
def fold_findings(findings):
    return frozenset(findings)


def list_findings(view):
    """Findings of a report, without those on decisions."""
    found = view.findings[view.findings["id"] != "DECIDE"]
    return set(zip(found["severity"], found["table"], found["text"], strict=True))
