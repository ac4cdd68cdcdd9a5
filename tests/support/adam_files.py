"""Small files of analysis data, written out by hand."""

import json

import pandas as pd
import pyreadstat

ADSL = pd.DataFrame(
    {
        "STUDYID": ["S1", "S1", "S1"],
        "USUBJID": ["S1-01", "S1-02", "S1-03"],
        "TRT01P": ["Drug", "Placebo", "Drug"],
        "TRT01A": ["Drug", "Placebo", "Placebo"],
        "AGE": [61.0, 72.0, 55.0],
        "SEX": ["F", "M", "F"],
        "ITTFL": ["Y", "Y", "Y"],
        "SAFFL": ["Y", "Y", "N"],
        "TRTSDT": pd.to_datetime(["2014-01-02", "2014-02-03", None]),
    }
)
ADAE = pd.DataFrame(
    {
        "STUDYID": ["S1", "S1"],
        "USUBJID": ["S1-01", "S1-02"],
        "TRTA": ["Drug", "Placebo"],
        "AETERM": ["<b>fever</b>", "fall"],
        "AEDECOD": ["Fever", "Fall"],
        "AEBODSYS": ["General", "Injury"],
        "AESEQ": [1.0, 1.0],
        "AESER": ["N", "Y"],
        "AEOUT": ["RECOVERED", "FATAL"],
        "AESDTH": ["N", "Y"],
        "TRTEMFL": ["Y", "Y"],
        "ASTDT": pd.to_datetime(["2014-01-03", "2014-02-10"]),
    }
)


def write_parquet(folder, **frames):
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    return folder


def write_xpt(path, frame, version=5, **options):
    pyreadstat.write_xport(frame, str(path), file_format_version=version, **options)
    return path


def dataset_json(frame, name, kinds=None):
    """Dataset-JSON 1.1 of a frame whose dates are ISO text."""
    kinds = kinds or {}
    columns = [
        {
            "itemOID": f"IT.{c}",
            "name": c,
            "label": f"Label of {c}",
            "dataType": kinds.get(
                c, "float" if pd.api.types.is_numeric_dtype(frame[c]) else "string"
            ),
        }
        for c in frame.columns
    ]
    rows = json.loads(frame.to_json(orient="values", date_format="iso"))
    return {
        "datasetJSONVersion": "1.1.0",
        "name": name.upper(),
        "records": len(frame),
        "columns": columns,
        "rows": rows,
    }
