"""Scores of ten persons, written out: four, three and three in the arms.

One score where lower is better (NIHSSTOT) and one where higher is (FMS); a row that no summary may
use, and one unscheduled visit.
"""

from dataclasses import replace

import pandas as pd
from view_factory import make_view, read_frame

from helpers.view import View

ARMS = {"IV": "ABCD", "IT": "EFG", "CTL": "HIJ"}
ADSL = pd.DataFrame(
    [(person, arm) for arm, people in ARMS.items() for person in people],
    columns=["USUBJID", "TRT01P"],
).assign(ENRFL="Y", ITTFL="Y", SAFFL="Y", PPFL="N", TRT01A=lambda rows: rows["TRT01P"])
NIHSS = read_frame("""
USUBJID BL M03 M06
A       10 8   6
B       12 12  9
C       8  5   42
D       16 .   .
E       9  9   7
F       11 10  .
G       7  .   .
H       10 10  11
I       12 13  .
J       9  9   .
""")
FMS = read_frame("""
USUBJID BL M03
A       40 50
B       60 60
C       20 26
D       0  .
E       30 31
F       50 49
H       45 45
I       55 50
J       35 35
""")
ENDS = {"NIHSSTOT": (0, 42), "FMS": (0, 100)}


def make_rows(values: pd.DataFrame, code: str, form: str) -> pd.DataFrame:
    """Rows of adeff from a table of persons by visits."""
    rows = values.melt("USUBJID", var_name="AVISIT", value_name="AVAL").dropna()
    base = values.set_index("USUBJID")["BL"]
    change = rows["AVAL"] - rows["USUBJID"].map(base)
    later = rows["AVISIT"] != "BL"
    direction = -1 if code.startswith("NIHSS") else 1
    low, high = ENDS[code]
    return rows.assign(
        PARAMCD=code,
        FORM=form,
        AVAL=rows["AVAL"].astype("Float64"),
        BASE=rows["USUBJID"].map(base).astype("Float64"),
        CHG=change.where(later).astype("Float64"),
        IMPRV=(direction * change).where(later).astype("Float64"),
        ABLFL=(~later).map({True: "Y", False: None}),
        ANL01FL="Y",
        FLOORFL=(rows["AVAL"] == low).map({True: "Y", False: "N"}),
        CEILFL=(rows["AVAL"] == high).map({True: "Y", False: "N"}),
    ).reset_index(drop=True)


NOT_USED = make_rows(NIHSS, "NIHSSTOT", "NIHSS").iloc[[11]].assign(ANL01FL=None, AVAL=40.0)
UNSCHEDULED = NOT_USED.assign(AVISIT="UNS", ANL01FL="Y")
ADEFF = pd.concat(
    [make_rows(NIHSS, "NIHSSTOT", "NIHSS"), make_rows(FMS, "FMS", "FMA"), NOT_USED, UNSCHEDULED],
    ignore_index=True,
)


def make_scores(interim: str = "ia3", **frames: pd.DataFrame) -> View:
    """The sample in a closed view; `frames` replace its data sets."""
    return make_view("closed_unmasked", interim, **{"adsl": ADSL, "adeff": ADEFF, **frames})


def only_baseline() -> View:
    """The sample before anybody's next visit."""
    return make_scores(adeff=ADEFF[ADEFF["AVISIT"] == "BL"].reset_index(drop=True))


def without_scores() -> View:
    """The same persons without any score."""
    return make_scores(adeff=ADEFF.iloc[:0])


def without_baseline(*forms: str) -> View:
    """The sample of a trial that asks these forms at later visits only."""
    lacking = ADEFF["FORM"].isin(forms)
    later = ADEFF[~(lacking & (ADEFF["AVISIT"] == "BL"))]
    never = later["FORM"].isin(forms)
    view = make_scores(
        adeff=later.assign(CHG=later["CHG"].mask(never), IMPRV=later["IMPRV"].mask(never))
    )
    asked = {
        code: form.model_copy(update={"visits": form.visits[1:]}) if code in forms else form
        for code, form in view.trial.forms.items()
    }
    return replace(view, trial=view.trial.model_copy(update={"forms": asked}))


def without_arm(code: str) -> View:
    """The sample in which nobody was randomised to an arm."""
    kept = set(ADSL.loc[ADSL["TRT01P"] != code, "USUBJID"])
    frames = {"adsl": ADSL, "adeff": ADEFF}
    return make_scores(
        **{n: f[f["USUBJID"].isin(kept)].reset_index(drop=True) for n, f in frames.items()}
    )


def one_person() -> View:
    """A trial of one person."""
    return make_scores(adsl=ADSL.iloc[:1], adeff=ADEFF[ADEFF["USUBJID"] == "A"])
