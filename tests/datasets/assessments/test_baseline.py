"""Baseline characteristics that other tables hold."""

import pandas as pd
import pytest
from crowd import Change, Crowd, Planted, add, change
from mini_data import cut, derive
from mini_export import MiniExport, trial

from helpers.datasets.assessments.baseline import derive_history, derive_laboratory, derive_scores
from helpers.datasets.subjects.adsl import build_adsl


def derive_baseline(mini: MiniExport, cutoff: str) -> dict[str, pd.DataFrame]:
    records = cut(mini, cutoff)
    adsl = build_adsl(records, trial(), pd.Timestamp(cutoff))
    return {"adsl": derive_history(adsl, records, trial())}


# Each case is a participant of this crowd.
CROWD = Crowd(derive_baseline)
BY_CODE = CROWD.plant("001", change("mh", MHDECOD="AF"))
IN_WORDS = CROWD.plant("002", change("mh", MHDECOD="Atrial FIBRILLATION"))


def test_a_risk_factor_is_named_by_its_code_or_in_words_in_any_case():
    assert BY_CODE.row("adsl")["AF"] == IN_WORDS.row("adsl")["AF"] == "Y"
    other = CROWD.untouched("003").row("adsl")
    assert (other["AF"], other["HYPERTENSION"]) == ("N", "Y")


def treated(start: str | None, end: str | None) -> Planted:
    """A participant randomised on 2021-03-12."""
    drug = change("cm", CMSTDTC=start, CMENDTC=end)
    return CROWD.plant("003", drug, name=f"{start} to {end}")


@pytest.mark.parametrize(
    ("planted", "flag"),
    [
        (treated("2021-03-11", None), "Y"),
        (treated("2021-03-12", None), "N"),
        (treated("2021-02", None), "Y"),
        (treated("2021-03", None), "N"),
        (treated(None, None), "Y"),
        (treated("2020-07", "2021-03-11"), "N"),
        (treated("2020-07", "2021-03-12"), "Y"),
        (treated("2020-07", "2021-03"), "Y"),
        (treated("2020-07", "2021-02"), "N"),
    ],
)
def test_a_treatment_at_baseline_has_certainly_begun_and_may_go_on(planted, flag):
    assert planted.row("adsl")["ANTITHROMBOTIC"] == flag


def programme(seq: str, hours: str) -> Change:
    started = {"CMTRT": "x", "CMSTDTC": "2021-01-01"}
    return add("cm", CMSEQ=seq, CMCAT="REHABILITATION", CMDOSE=hours, **started)


TWO_PROGRAMMES = CROWD.plant("001", programme("8", "3"), programme("9", "2.5"))


def test_weekly_hours_add_up_and_nobody_without_a_row_has_zero():
    assert TWO_PROGRAMMES.row("adsl")["REHABHRS"] == 5.5
    assert pd.isna(CROWD.untouched("002").row("adsl")["REHABHRS"])


def test_what_may_not_be_read_is_no_column():
    records = cut(MiniExport())
    cm = records["cm"].drop(columns=["CMDOSE"])
    hidden = records.with_tables({**records.tables, "cm": cm})
    adsl = build_adsl(records, trial(), pd.Timestamp("2022-06-01"))
    found = derive_history(adsl, hidden, trial())
    assert "ANTITHROMBOTIC" in found
    assert "REHABHRS" not in found


def test_laboratory_and_scores_are_those_flagged_as_baseline():
    adsl = pd.DataFrame({"SUBJID": ["1", "2"]})
    values = pd.DataFrame(
        [("1", "CRP", "Y", 4.0), ("1", "CRP", None, 9.0), ("2", "CRP", None, 8.0)],
        columns=["SUBJID", "PARAMCD", "ABLFL", "AVAL"],
    )
    found = derive_laboratory(adsl, values, trial())["CRP"]
    assert found[0] == 4.0
    assert pd.isna(found[1])
    severity = trial().baseline_sources.severity_score
    scores = values.assign(PARAMCD=severity, AVAL=[9.0, 20.0, 8.0])
    scored = derive_scores(adsl, scores, trial())
    assert scored[severity][0] == 9.0
    assert list(scored[trial().baseline_sources.severity_group]) == ["5-9", None]


def test_every_row_of_the_baseline_table_has_its_column():
    adsl = derive(MiniExport())["adsl"]
    assert {row.variable for row in trial().baseline_table} <= set(adsl.columns)
