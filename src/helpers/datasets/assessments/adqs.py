"""adqs: one row per questionnaire item, with the answer that analyses may use."""

import numpy as np
import pandas as pd

from helpers.checks.scores import build_score_options
from helpers.datasets.assessments.adqs_forms import NOT_DONE, WHOLE_FORM, build_forms, number_forms
from helpers.datasets.subjects.merge import take_subject_variable
from helpers.intake.records import Records
from helpers.params.trial import Trial
from helpers.scales.items.read import IMPOSSIBLE, MISSING, UNTESTABLE, UNTESTABLE_OLD
from helpers.scales.items.rows import FOREIGN, UNKNOWN_ITEM, classify_items
from helpers.scales.registry import build_instruments

NOTES = {
    MISSING: "MISSING",
    IMPOSSIBLE: "ILLEGAL",
    UNTESTABLE: "UNTESTABLE",
    UNTESTABLE_OLD: "UNTESTABLE_OLD",
    UNKNOWN_ITEM: "UNKNOWN_ITEM",
}
OF_THE_FORM = ("FORMNO", "FORM", "ADT", "AVISIT", "AVISITN")


def build_adqs(records: Records, adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Items of the participants in `adsl`, in the order of the records.

    Returns
    -------
    USUBJID, SUBJID, QSCAT, QSTESTCD, VISIT, AVISIT, AVISITN, ADT, QSORRES (as recorded; empty where
    a record check took the value out), AVALC (the legal answer, else empty), NOTE (why there is no
    plain answer: MISSING, ILLEGAL, UNTESTABLE, UNTESTABLE_OLD, UNKNOWN_ITEM, NOT_DONE), FORMNO (of
    `build_forms` on the same records), SRCDOM, SRCSEQ.
    """
    qs = records["qs"]
    number = number_forms(qs).to_numpy()
    kept = qs["SUBJID"].isin(adsl["SUBJID"]).to_numpy()
    qs, number = qs[kept].reset_index(drop=True), number[kept]
    forms = build_forms(records, adsl, trial).set_index("FORMNO")
    answer, note = _judge_answers(qs, trial)
    facts = forms[["ADT", "AVISIT", "AVISITN"]].take(forms.index.get_indexer(number))
    return pd.DataFrame(
        {
            "USUBJID": take_subject_variable(qs, adsl, "USUBJID"),
            **{name: qs[name] for name in ("SUBJID", "QSCAT", "QSTESTCD", "VISIT")},
            **{name: facts[name].set_axis(qs.index) for name in facts},
            "QSORRES": qs["QSORRES"],
            "AVALC": answer,
            "NOTE": note,
            "FORMNO": number,
            "SRCDOM": "qs",
            "SRCSEQ": qs["SRCROW"],
        }
    )


def _judge_answers(qs: pd.DataFrame, trial: Trial) -> tuple[pd.Series, pd.Series]:
    """AVALC and NOTE; what is legal is the scale's business."""
    instruments = build_instruments(build_score_options(trial))
    codes = classify_items(qs, instruments).codes
    words = np.full(256, None, dtype=object)
    for code, text in NOTES.items():
        words[code] = text
    note = pd.Series(words[codes], index=qs.index, dtype=object)
    whole = (qs["QSTESTCD"] == WHOLE_FORM) & (qs["QSSTAT"] == NOT_DONE)
    note = note.mask(whole, "NOT_DONE")
    usable = ~np.isin(codes, (MISSING, IMPOSSIBLE, UNKNOWN_ITEM, FOREIGN))
    answer = qs["QSORRES"].where(usable & ~whole.to_numpy(), None)
    return answer.mask(codes == UNTESTABLE_OLD, "UN"), note
