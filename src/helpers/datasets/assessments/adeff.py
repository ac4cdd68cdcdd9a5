"""adeff: one row per participant, score and assessment, with change, response and flags."""

import numpy as np
import pandas as pd

from helpers.datasets.assessments.adeff_response import derive_ends_of_scale, derive_response
from helpers.datasets.assessments.adqs_forms import build_forms
from helpers.datasets.assessments.form_scores import score_items
from helpers.datasets.flags import flag
from helpers.datasets.subjects.intercurrent import build_intercurrent, derive_intercurrent
from helpers.datasets.subjects.merge import merge_subject_variables
from helpers.datasets.visits.windows import choose_rows
from helpers.intake.groups import number_groups
from helpers.intake.records import Records
from helpers.params.interim import Interim
from helpers.params.trial import Trial

COLUMNS = (
    "USUBJID", "SUBJID", "TRT01P", "TRT01A", "PARAMCD", "PARAM", "FORM", "VISIT",
    "AVISIT", "AVISITN", "ADT", "ADTM", "ADY", "OFFSET",
    "AVAL", "AVALCAT1", "BASE", "BASECAT1", "CHG", "IMPRV", "ABLFL", "ANL01FL", "AWTARGET",
    "AWTDIFF", "NMISS", "NUN", "NOTE", "DTYPE", "CRIT1FL", "UNABLEFL", "FLOORFL", "CEILFL",
    "ICEFL", "ICEREAS", "AFTERD2", "EVALBL", "EVALMETH", "SRCDOM", "SRCSEQ",
)  # fmt: skip
UNIT = ("SUBJID", "PARAMCD")


def build_adeff(
    adqs: pd.DataFrame, records: Records, adsl: pd.DataFrame, trial: Trial, interim: Interim
) -> pd.DataFrame:
    """Scores of every received form of the participants in `adsl`.

    Parameters
    ----------
    adqs : of `build_adqs` on the same records.

    Returns
    -------
    `COLUMNS`, ordered by participant, score, date. AVAL is empty where the scale gives no score.
    BASE, CHG (AVAL - BASE) and IMPRV (CHG turned so that positive is better) are empty without a
    baseline. ANL01FL marks the one row per visit that summaries use, ABLFL the baseline.
    """
    forms = build_forms(records, adsl, trial)
    rows = score_items(adqs, trial).merge(forms[forms["RECEIVED"]], on="FORMNO", validate="m:1")
    rows["ANL01FL"] = choose_rows(rows, rows["AVAL"].notna(), trial, ["PARAMCD"])
    rows = derive_baseline(rows, trial)
    rows = derive_response(rows, trial, adqs)
    rows = derive_ends_of_scale(rows, trial)
    events = build_intercurrent(records, adsl, trial)
    rows = derive_intercurrent(rows, events, trial)
    rows = merge_subject_variables(rows, adsl, ("USUBJID", "TRT01P", "TRT01A"))
    labels = {code: score.label for code, score in trial.scores.items()}
    rows = rows.assign(PARAM=rows["PARAMCD"].map(labels), DTYPE=None, SRCDOM="qs")
    place = {code: number for number, code in enumerate(trial.scores)}
    rows = rows.assign(PLACE=rows["PARAMCD"].map(place))
    order = ["USUBJID", "PLACE", "ADT", "ADTM", "FORMNO"]
    rows = rows.sort_values(order, kind="stable", na_position="first")
    # who may not know the doses has no arm as treated
    return rows[[name for name in COLUMNS if name in rows]].reset_index(drop=True)


def derive_baseline(rows: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """ABLFL, BASE, CHG and IMPRV.

    The baseline is the last value before treatment; a form whose score is missing is none.
    """
    baseline = rows["AVISIT"] == trial.baseline.code
    chosen = baseline & (rows["ANL01FL"] == "Y") & rows["AVAL"].notna()
    unit = number_groups(rows, UNIT)
    base = np.full(int(unit.max(initial=-1)) + 1, np.nan)
    base[unit[chosen.to_numpy()]] = rows.loc[chosen, "AVAL"].to_numpy(dtype=np.float64)
    spread = pd.Series(base[unit], index=rows.index)
    value = pd.Series(rows["AVAL"].to_numpy(dtype=np.float64, na_value=np.nan), index=rows.index)
    after = rows["AVISIT"].isin([visit.code for visit in trial.visits])
    unscheduled = (rows["AVISIT"] == trial.site_visits.unscheduled) & (rows["OFFSET"] > 0)
    change = (value - spread).where(after | unscheduled.fillna(False))
    direction = rows["PARAMCD"].map({c: s.direction for c, s in trial.scores.items()})
    return rows.assign(
        ABLFL=flag(chosen),
        BASE=_nullable(spread),
        CHG=_nullable(change),
        # adding 0 turns -0 into 0
        IMPRV=_nullable(change * direction.astype("float64") + 0.0),
    )


def _nullable(values: pd.Series) -> pd.Series:
    return values.astype("Float64").where(values.notna())
