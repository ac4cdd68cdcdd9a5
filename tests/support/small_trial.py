"""A trial of six persons as analysis data, its import and its first parameters."""

import pandas as pd

from helpers.datasets.build import build_view
from helpers.imported.importing import import_analysis_data
from helpers.imported.mapping import ImportMapping
from helpers.imported.new_trial import propose_parameters
from helpers.imported.writing import format_import
from helpers.params import load_interim, load_trial


def days(*texts):
    return pd.to_datetime(list(texts))


ADSL = pd.DataFrame(
    {
        "STUDYID": "T1",
        "USUBJID": [f"T1-{n}" for n in range(1, 7)],
        "SUBJID": [str(n) for n in range(1, 7)],
        "TRT01P": ["Active", "Placebo", "Active", "Placebo", "Active", "Screen Failure"],
        "TRT01A": ["Active", "Placebo", "Placebo", "Placebo", None, None],
        "TRT01PN": [2.0, 1.0, 2.0, 1.0, 2.0, 9.0],
        "AGE": [60.0, 61.0, 62.0, 63.0, 64.0, 65.0],
        "SEX": ["F", "M", "F", "M", "F", "M"],
        "ITTFL": ["Y", "Y", "Y", "Y", "Y", "N"],
        "SAFFL": ["Y", "Y", "Y", "Y", "N", "N"],
        "EFFFL": ["Y", "Y", "N", "Y", "N", "N"],
        "RANDDT": days("2020-01-01", "2020-01-05", "2020-02-01", "2020-03-01", "2020-03-05", None),
        "TRTSDT": days("2020-01-02", "2020-01-06", "2020-02-02", "2020-03-02", None, None),
        "TRTEDT": days("2020-03-01", "2020-03-10", "2020-02-20", "2020-05-01", None, None),
        "EOSDT": days("2020-03-10", "2020-03-20", "2020-02-25", None, "2020-03-20", "2020-01-01"),
        "EOSSTT": ["COMPLETED", "COMPLETED", "DISCONTINUED", "ONGOING", "DISCONTINUED", None],
        "DCSREAS": [None, None, "Death", None, "Adverse Event", None],
        "DTHFL": [None, None, "Y", None, None, None],
    }
)
ADAE = pd.DataFrame(
    {
        "STUDYID": "T1",
        "USUBJID": ["T1-1", "T1-1", "T1-3", "T1-4"],
        "TRTA": ["Active", "Active", "Placebo", "Placebo"],
        "AESEQ": [1.0, 2.0, 1.0, 1.0],
        "AETERM": ["fever", "fall", "stroke", "rash"],
        "AEDECOD": ["Fever", "Fall", "Stroke", "Rash"],
        "AEBODSYS": ["General", "Injury", "Nervous", "Skin"],
        "AESEV": ["MILD", "SEVERE", "SEVERE", "MODERATE"],
        "AESER": ["N", "N", "Y", "N"],
        "AESDTH": ["N", "N", "Y", "N"],
        "AEREL": ["POSSIBLE", "NOT RELATED", None, "UNLIKELY"],
        "AEOUT": ["RECOVERED", "RECOVERED", "FATAL", "RECOVERED"],
        "TRTEMFL": ["Y", None, "Y", "Y"],
        "ASTDT": days("2020-01-03", "2020-01-01", "2020-02-20", None),
        "AENDT": days("2020-02-28", "2020-01-02", "2020-02-25", None),
    }
)
ADQS = pd.DataFrame(
    {
        "STUDYID": "T1",
        "USUBJID": ["T1-1", "T1-1", "T1-1", "T1-2", "T1-2", "T1-2", "T1-4"],
        "TRTP": ["Active"] * 3 + ["Placebo"] * 4,
        "PARAMCD": "TOTAL",
        "PARAM": "Total score",
        "AVISIT": ["Baseline", "Week 4", "Week 8", "Baseline", "Week 4", "Unscheduled", "Baseline"],
        "AVISITN": [0.0, 4.0, 8.0, 0.0, 4.0, 5.0, 0.0],
        "ADT": days("2020-01-01", "2020-01-30", "2020-02-27", "2020-01-05", "2020-02-03",
                    "2020-02-10", "2020-03-01"),
        "ADY": [-1.0, 29.0, 57.0, -1.0, 29.0, 36.0, -1.0],
        "AVAL": [10.0, 12.0, 15.0, 20.0, 19.0, 18.0, 11.0],
        "BASE": [10.0, 10.0, 10.0, 20.0, 20.0, 20.0, 11.0],
        "ANL01FL": ["Y"] * 5 + [None, "Y"],
    }
)  # fmt: skip


def write_trial(folder, adsl=ADSL, adae=ADAE, adqs=ADQS, **others):
    """Data and parameter folders of the trial, as the two commands write them."""
    source = folder / "adam"
    source.mkdir(parents=True, exist_ok=True)
    frames = {"adsl": adsl, "adae": adae, "adqs": adqs, **others}
    for name, frame in frames.items():
        if frame is not None:
            frame.to_parquet(source / f"{name}.parquet", index=False)
    imported = import_analysis_data([source], ImportMapping())
    for name, files in (
        ("data", format_import(imported)),
        ("params", propose_parameters(imported).files),
    ):
        for path, content in files.items():
            place = folder / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    return folder / "data", folder / "params"


def view_of(data, params, audience="closed_unmasked", **interim):
    trial = load_trial(params)
    chosen = load_interim(params, "final", trial)
    chosen = chosen.model_validate({**chosen.model_dump(), **interim})
    return build_view(data, params, trial=trial, interim=chosen, audience=audience)
