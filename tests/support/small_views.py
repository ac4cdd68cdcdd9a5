"""Two small views written out by hand: three persons, one data set."""

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.intake.findings import build_findings
from helpers.intake.schema import load_access
from helpers.params import load_interim, load_trial
from helpers.view import ClosedView, OpenView, View

PROJECT = Path(__file__).parents[2]
PARAMS = PROJECT / "tests" / "trial" / "params"
NOTEBOOKS = PROJECT / "tests" / "notebooks"


def build_small_view(audience: str = "closed_unmasked", interim: str = "ia3") -> View:
    trial = load_trial(PARAMS)
    access = load_access(PARAMS, audience)
    records = pd.DataFrame({"SUBJID": ["001"], "AESEQ": [1], "SRCROW": [7]})
    return (ClosedView if access.restricted else OpenView)(
        trial=trial,
        interim=load_interim(PARAMS, interim, trial),
        access=access,
        cutoff=pd.Timestamp("2022-12-31"),
        extract=pd.Timestamp("2023-01-15 06:30"),
        synthetic=True,
        datasets={"adsl": build_adsl()},
        findings=build_findings(
            records, check="C14", severity="E", table="ae", text="=ends before it starts"
        ),
        counts=pd.DataFrame({"table": ["dm"], "received": [3]}),
    )


def build_adsl() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "USUBJID": ["1", "2", "3"],
            "ITTFL": ["Y", "Y", "N"],
            "SAFFL": ["Y", "Y", "N"],
            "TRT01A": pd.Categorical(["IV", "CTL", None], categories=["IV", "IT", "CTL"]),
            "AGE": pd.array([50, None, 70], dtype="Int64"),
            "WEIGHT": [60.5, np.nan, 1 / 3],
            "RANDDT": pd.to_datetime(["2021-02-08", None, "2021-03-01"]),
            "DURATION": pd.to_timedelta([1, 2, None], unit="D"),
            "DTHFL": [None, "Y", None],
            "DONE": [True, False, True],
            "EMPTY": pd.Series([None, None, None], dtype=object),
        }
    )
