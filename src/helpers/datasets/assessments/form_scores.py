"""Scores of received forms, and which forms are usable: all their scores can be computed."""

from collections import Counter

import numpy as np
import pandas as pd

from helpers.checks.scores import build_score_options
from helpers.datasets.assessments.adqs_forms import number_forms
from helpers.intake.records import Records
from helpers.params.trial import Trial
from helpers.scales.forms import build_forms as spread_items
from helpers.scales.parameters import COLUMNS, score_form_parameters
from helpers.scales.registry import build_instruments


def score_items(items: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Scores of the trial, one row per form with an answer and score.

    Parameters
    ----------
    items : FORMNO (of `number_forms`), QSCAT, QSTESTCD, QSORRES; one row per item.

    Returns
    -------
    FORMNO, PARAMCD, AVAL (empty where the rule of the scale gives no score), NMISS, NUN, NOTE.
    """
    options = build_score_options(trial)
    instruments = build_instruments(options)
    parts = [pd.DataFrame(columns=list(COLUMNS))]
    for name in trial.forms:
        if name not in instruments:
            continue
        answered = items[(items["QSCAT"] == name) & items["QSORRES"].notna()]
        wide = spread_items(answered, instruments[name].codes, keys=["FORMNO"])
        wide.index = wide.index.get_level_values("FORMNO")
        scores = score_form_parameters(wide, name, options=options)
        parts.append(scores[scores["PARAMCD"].isin(trial.scores)])
    rows = pd.concat(parts[1:] or parts, ignore_index=True).rename(columns={"FORM": "FORMNO"})
    note = rows["NOTE"].astype(object)
    return rows.assign(
        AVAL=rows["AVAL"].astype("Float64").where(rows["AVAL"].notna()),
        NMISS=rows["NMISS"].astype("Int64"),
        NUN=rows["NUN"].astype("Int64"),
        NOTE=note.where(note != "", None),
        FORMNO=rows["FORMNO"].astype("int64"),
    )


def derive_usable(forms: pd.DataFrame, records: Records, trial: Trial) -> pd.DataFrame:
    """USABLE (bool) of each form: received, and every score can be computed from its items.

    Where the items may not be read, as far as one can see: received.
    """
    if not records.has("qs", "QSORRES"):
        return forms.assign(USABLE=forms["RECEIVED"])
    usable = find_usable(records["qs"], trial)
    return forms.assign(USABLE=usable.reindex(forms["FORMNO"]).to_numpy() & forms["RECEIVED"])


def find_usable(qs: pd.DataFrame, trial: Trial) -> pd.Series:
    """Whether every score of a form can be computed, by FORMNO; a form without scores has all."""
    number = number_forms(qs)
    scores = score_items(qs.assign(FORMNO=number), trial)
    count = int(number.max()) + 1 if len(qs) else 0
    computed = np.bincount(scores.loc[scores["AVAL"].notna(), "FORMNO"], minlength=count)
    form = qs.loc[~number.duplicated(), "QSCAT"].reset_index(drop=True)
    wanted = form.map(Counter(score.form for score in trial.scores.values())).fillna(0)
    return pd.Series(computed >= wanted.to_numpy(), index=range(count), dtype=bool)
