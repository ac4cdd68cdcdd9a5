"""Baseline characteristics that other tables hold."""

import pandas as pd
import pytest
from mini_data import cut, derive
from mini_export import MiniExport, trial

from helpers.datasets.assessments.baseline import derive_history, derive_laboratory, derive_scores
from helpers.datasets.subjects.adsl import build_adsl


def history(mini: MiniExport, subject: str) -> pd.Series:
    records = cut(mini)
    adsl = build_adsl(records, trial(), pd.Timestamp("2022-06-01"))
    return derive_history(adsl, records, trial()).set_index("SUBJID").loc[subject]


def test_a_risk_factor_is_named_by_its_code_or_in_words_in_any_case():
    mini = MiniExport()
    mini.change("mh", {"SUBJID": "001"}, MHDECOD="AF")
    mini.change("mh", {"SUBJID": "002"}, MHDECOD="Atrial FIBRILLATION")
    assert history(mini, "001")["AF"] == history(mini, "002")["AF"] == "Y"
    assert (history(mini, "003")["AF"], history(mini, "003")["HYPERTENSION"]) == ("N", "Y")


@pytest.mark.parametrize(
    ("start", "end", "flag"),
    [
        ("2021-03-11", None, "Y"),
        ("2021-03-12", None, "N"),
        ("2021-02", None, "Y"),
        ("2021-03", None, "N"),
        (None, None, "Y"),
        ("2020-07", "2021-03-11", "N"),
        ("2020-07", "2021-03-12", "Y"),
        ("2020-07", "2021-03", "Y"),
        ("2020-07", "2021-02", "N"),
    ],
)
def test_a_treatment_at_baseline_has_certainly_begun_and_may_go_on(start, end, flag):
    mini = MiniExport()
    mini.change("cm", {"SUBJID": "003"}, CMSTDTC=start, CMENDTC=end)
    assert history(mini, "003")["ANTITHROMBOTIC"] == flag


def test_weekly_hours_add_up_and_nobody_without_a_row_has_zero():
    mini = MiniExport()
    for seq, hours in (("8", "3"), ("9", "2.5")):
        mini.add("cm", "001", CMSEQ=seq, CMCAT="REHABILITATION", CMTRT="x", CMDOSE=hours,
                 CMSTDTC="2021-01-01")  # fmt: skip
    assert history(mini, "001")["REHABHRS"] == 5.5
    assert pd.isna(history(mini, "002")["REHABHRS"])


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
