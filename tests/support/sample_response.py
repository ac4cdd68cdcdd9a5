"""The ten participants of `sample_scores` with response, forms due, a death and three who left.

NIHSSTOT responds from a fall of 4 on, FMS from a rise of 10 on; B cannot respond in FMS.
"""

from dataclasses import replace

import pandas as pd
from sample_scores import ADEFF, ADSL, make_scores
from view_factory import read_frame

from helpers.view import View

CHANGES = {"NIHSSTOT": 4.0, "FMS": 10.0}
STATUS = read_frame("""
USUBJID M03      M06       M12
A       RECEIVED RECEIVED  NOT_DUE
B       RECEIVED RECEIVED  NOT_DUE
C       RECEIVED RECEIVED  NOT_DUE
D       DEAD     DEAD      DEAD
E       RECEIVED RECEIVED  NOT_DUE
F       RECEIVED MISSED    NOT_DUE
G       LEFT     LEFT      LEFT
H       RECEIVED RECEIVED  NOT_DUE
I       RECEIVED LEFT      LEFT
J       RECEIVED IN_WINDOW NOT_DUE
""")
REASONS = {"D": "DEATH", "G": "ADVERSE_EVENT", "I": "WITHDRAWAL_BY_SUBJECT"}


def add_response(adeff: pd.DataFrame) -> pd.DataFrame:
    """CRIT1FL from the improvement, UNABLEFL of B in FMS."""
    need = adeff["PARAMCD"].map(CHANGES)
    known = adeff["IMPRV"].notna()
    responds = (adeff["IMPRV"] >= need).map({True: "Y", False: "N"})
    unable = (adeff["USUBJID"] == "B") & (adeff["PARAMCD"] == "FMS")
    return adeff.assign(
        CRIT1FL=responds.where(known, None).astype(object),
        UNABLEFL=unable.map({True: "Y", False: None}).astype(object),
    )


def make_forms(*forms: str) -> pd.DataFrame:
    """Status of the forms at every planned visit; every baseline is received."""
    rows = STATUS.assign(BL="RECEIVED").melt("USUBJID", var_name="AVISIT", value_name="STATUS")
    return pd.concat([rows.assign(FORM=form) for form in forms], ignore_index=True)


def make_response(interim: str = "ia3", **frames: pd.DataFrame) -> View:
    """The sample in a closed view; `frames` replace its data sets."""
    given = {
        "adsl": ADSL.assign(EOSREAS=ADSL["USUBJID"].map(REASONS)),
        "adeff": add_response(ADEFF),
        "advisit": make_forms("NIHSS", "FMA"),
    }
    return make_scores(interim, **{**given, **frames})


def in_arms(view: View, *codes: str) -> View:
    """The view of a trial with these arms only."""
    arms = tuple(arm for arm in view.trial.arms if arm.code in codes)
    control = view.trial.control if view.trial.control in codes else None
    kept = set(view["adsl"].loc[view["adsl"]["TRT01P"].isin(codes), "USUBJID"])
    frames = {
        name: frame[frame["USUBJID"].isin(kept)].reset_index(drop=True)
        for name, frame in view.datasets.items()
    }
    trial = view.trial.model_copy(update={"arms": arms, "control": control})
    return replace(view, trial=trial, datasets=frames)
