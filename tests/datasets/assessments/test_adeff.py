"""Scores of forms: baseline, change, direction, notes, options, what the file order may not do."""

import pandas as pd
import pytest
from mini_data import cut
from mini_export import MiniExport, trial
from score_export import drop_form, pick, score

from helpers.datasets.assessments.adeff import COLUMNS, build_adeff
from helpers.datasets.assessments.adqs import build_adqs
from helpers.datasets.assessments.adqs_forms import build_forms
from helpers.datasets.subjects.adsl import build_adsl

# Every form of the clean export has its items in the middle of their range; person 003 is a control
# with forms on 2021-03-12 (baseline), 06-11, 09-11, 2022-03-12.


@pytest.fixture(scope="module")
def clean():
    return score(MiniExport())


def test_columns_keys_and_types(clean):
    assert tuple(clean.columns) == COLUMNS
    assert not clean.duplicated(["USUBJID", "PARAMCD", "ADT"]).any()
    assert len(clean) == 3 * 4 * len(trial().scores)
    assert {str(clean[name].dtype) for name in ("AVAL", "BASE", "CHG", "IMPRV")} == {"Float64"}


def test_a_nihss_of_the_clean_export_is_the_sum_of_its_items(clean):
    # 15 items at half their range, rounded down, except the third, which counts the visits
    rows = pick(clean, SUBJID="003", PARAMCD="NIHSSTOT")
    assert rows["AVAL"].tolist() == [22, 23, 24, 22]
    assert rows["AVISIT"].tolist() == ["BL", "M03", "M06", "M12"]
    assert rows["CHG"].tolist()[1:] == [1, 2, 0]
    assert rows["IMPRV"].tolist()[1:] == [-1, -2, 0]
    assert rows["BASE"].tolist() == [22] * 4


def test_the_baseline_row_is_flagged_and_has_no_change(clean):
    rows = clean[clean["ABLFL"] == "Y"]
    assert len(rows) == 3 * len(trial().scores)
    assert rows["CHG"].isna().all()
    assert rows["CRIT1FL"].isna().all()
    assert (rows["ANL01FL"] == "Y").all()


def test_improvement_has_the_sign_of_the_scale_and_is_never_minus_zero(clean):
    known = clean[clean["CHG"].notna()]
    direction = known["PARAMCD"].map({c: s.direction for c, s in trial().scores.items()})
    assert ((known["IMPRV"] - known["CHG"] * direction) == 0).all()
    assert not str(known["IMPRV"].min()).startswith("-0.0")


def test_a_baseline_form_without_a_score_gives_no_baseline_but_keeps_the_person():
    mini = MiniExport()
    mini.change("qs", {"SUBJID": "003", "VISIT": "BL", "QSTESTCD": "n5a"}, QSORRES=None)
    rows = pick(score(mini), SUBJID="003", PARAMCD="NIHSSTOT")
    assert rows["ABLFL"].isna().all()
    assert rows["BASE"].isna().all()
    assert rows["CHG"].isna().all()
    assert rows["CRIT1FL"].isna().all()
    assert rows["AVAL"].notna().tolist() == [False, True, True, True]
    assert rows["NMISS"].tolist() == [1, 0, 0, 0]
    assert rows["NOTE"].iloc[0] == "missing n5a"


def test_an_earlier_form_before_treatment_replaces_an_incomplete_baseline_for_that_score_alone():
    mini = MiniExport()
    for row in mini.pick("qs", SUBJID="003", VISIT="BL", QSCAT="NIHSS"):
        mini.rows["qs"].append(row | {"VISIT": "SCR", "QSDTC": "2021-03-05", "QSORRES": "0"})
    mini.change("qs", {"SUBJID": "003", "VISIT": "BL", "QSTESTCD": "n9"}, QSORRES=None)
    frame = pick(score(mini), SUBJID="003")
    total = pick(frame, PARAMCD="NIHSSTOT", ABLFL="Y")
    assert total[["VISIT", "AVAL"]].to_numpy().tolist() == [["SCR", 0.0]]
    assert pick(frame, PARAMCD="NIHSSMOT", ABLFL="Y")["VISIT"].tolist() == ["BL"]


def test_a_form_that_was_not_done_has_no_row():
    mini = drop_form(MiniExport(), "003", "M03", "FIM")
    none = {"VISIT": "M03", "QSCAT": "FIM", "QSTESTCD": "ALL", "QSDTC": "2021-06-11"}
    mini.add("qs", "003", QSSTAT="NOT DONE", QSREASND="x", **none)
    assert pick(score(mini), SUBJID="003", PARAMCD="FIMTOT")["AVISIT"].tolist() == [
        "BL",
        "M06",
        "M12",
    ]


def test_untestable_items_are_counted_and_do_not_empty_the_score():
    mini = MiniExport()
    mini.change("qs", {"SUBJID": "003", "VISIT": "M03", "QSTESTCD": "n10"}, QSORRES="UN")
    row = pick(score(mini), SUBJID="003", PARAMCD="NIHSSTOT", AVISIT="M03").iloc[0]
    assert (row["NUN"], row["NMISS"], row["AVAL"]) == (1, 0, 22)


def test_who_rated_and_who_answered_is_kept_by_form():
    mini = MiniExport()
    where = {"SUBJID": "003", "VISIT": "M03"}
    mini.change("qs", where | {"QSTESTCD": "n2"}, QSEVALBL="N")
    mini.change("qs", where | {"QSCAT": "SF36"}, QSMETH="PROXY")
    frame = pick(score(mini), SUBJID="003", AVISIT="M03")
    assert set(pick(frame, FORM="NIHSS")["EVALBL"]) == {"N"}
    assert set(pick(frame, FORM="FIM")["EVALBL"]) == {"Y"}
    assert set(pick(frame, FORM="SF36")["EVALMETH"]) == {"PROXY"}


def test_a_site_label_does_not_decide_the_visit():
    mini = MiniExport()
    mini.change("qs", {"SUBJID": "003", "VISIT": "M03"}, VISIT="UNS")
    rows = pick(score(mini), SUBJID="003", PARAMCD="NIHSSTOT", AVISIT="M03")
    assert rows["VISIT"].tolist() == ["UNS"]


def test_the_open_order_of_rows_changes_nothing(clean):
    mini = MiniExport()
    mini.touched.add("qs")
    mini.rows["qs"].reverse()
    columns = [name for name in COLUMNS if name != "SRCSEQ"]
    pd.testing.assert_frame_equal(score(mini)[columns], clean[columns])


def test_arm_labels_and_dates_shifted_by_whole_days_change_only_themselves(clean):
    mini = MiniExport()
    for table, column in (
        ("qs", "QSDTC"), ("sv", "SVSTDTC"), ("rand", "RANDDTC"), ("dm", "RFICDTC"),
        ("ex", "EXSTDTC"), ("ex", "EXENDTC"), ("ds", "DSSTDTC"),
    ):  # fmt: skip
        mini.touched.add(table)
        for row in mini.rows[table]:
            if row.get(column):
                moment = pd.Timestamp(row[column]) + pd.Timedelta(days=10)
                row[column] = moment.isoformat()[: len(row[column])]
    moved = score(mini, "2022-06-11")
    columns = ["USUBJID", "PARAMCD", "AVISIT", "OFFSET", "AVAL", "CHG", "ANL01FL", "CRIT1FL"]
    pd.testing.assert_frame_equal(moved[columns], clean[columns])
    assert (moved["ADT"] - clean["ADT"]).eq(pd.Timedelta(days=10)).all()


@pytest.mark.parametrize(("definition", "same"), [("fma_ue", "FMAUE"), ("fma_le", "FMALE")])
def test_one_option_decides_what_fms_is(definition, same):
    scoring = trial().scoring.model_copy(update={"fms_definition": definition})
    frame = score(MiniExport(), chosen=trial().model_copy(update={"scoring": scoring}))
    values = {code: pick(frame, PARAMCD=code)["AVAL"].tolist() for code in ("FMS", same)}
    assert values["FMS"] == values[same]


def test_nobody_and_no_form_give_an_empty_data_set_with_all_columns():
    mini = MiniExport()
    mini.touched.add("qs")
    mini.rows["qs"] = []
    frame = score(mini)
    assert frame.empty
    assert tuple(frame.columns) == COLUMNS
    early = score(MiniExport(), "2021-02-10")
    assert early.empty


def test_a_form_number_names_the_same_form_in_items_and_scores():
    records = cut(MiniExport())
    adsl = build_adsl(records, trial(), pd.Timestamp("2022-06-01"))
    adsl = adsl[adsl["SUBJID"] != "001"].reset_index(drop=True)
    adqs = build_adqs(records, adsl, trial())
    forms = build_forms(records, adsl, trial()).set_index("FORMNO")
    found = forms.loc[adqs["FORMNO"], ["SUBJID", "VISIT", "FORM"]].reset_index(drop=True)
    assert (found["SUBJID"] == adqs["SUBJID"]).all()
    assert (found["VISIT"] == adqs["VISIT"]).all()
    assert (found["FORM"] == adqs["QSCAT"]).all()
    assert len(build_adeff(adqs, records, adsl, trial(), None)) == 2 * 4 * len(trial().scores)
