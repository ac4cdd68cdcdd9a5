"""A file of answers in, the same file with scores out."""

import io
from pathlib import Path

import pandas as pd
import pytest

from helpers.scales.command.answer_files import format_scores
from helpers.scales.command.option_words import build_options
from helpers.scales.command.scoring_file import score_answers, score_file
from helpers.scales.items.read import ItemsError
from helpers.scales.mas import ARM, LEG
from helpers.scales.nihss import CODES

FOLDER = Path(__file__).parents[2] / "reference" / "scales"
FILES = {
    "nihss": ("nihss", {}),
    "fim": ("fim", {}),
    "mas": ("mas", {}),
    "fma_motor": ("fugl_meyer", {}),
    "sf36_rand": ("sf36", {"version": "rand"}),
    "sf36_v1_us1990": ("sf36", {"version": "v1"}),
    "sf36_v2_us1998": ("sf36", {}),
}


def reference(name):
    return pd.read_csv(FOLDER / f"{name}.csv", dtype=str, keep_default_na=False)


def nihss_forms(**changes):
    row = {"USUBJID": "S-001", "AVISIT": "BL", "SITE": "01"} | dict.fromkeys(CODES, "0")
    return pd.DataFrame([row | changes])


def to_long(wide, keys=("USUBJID", "AVISIT", "SITE")):
    return wide.melt(id_vars=list(keys), var_name="item", value_name="value")


@pytest.mark.parametrize("name", FILES)
def test_a_reference_file_is_scored_as_it_says(name, tmp_path):
    instrument, words = FILES[name]
    target = tmp_path / "out.csv"
    options = build_options(instrument, **words)
    score_file(FOLDER / f"{name}.csv", instrument, options=options, output=target)
    found, wanted = pd.read_csv(target, dtype=str, keep_default_na=False), reference(name)
    assert found["case_id"].tolist() == wanted["case_id"].tolist()
    assert found["note"].tolist() == wanted["note"].tolist()
    for column in [c.removesuffix("_input") for c in found if c.endswith("_input")]:
        assert found[f"{column}_input"].tolist() == wanted[column].tolist()
        for one, other in zip(found[column], wanted[column], strict=True):
            same = one == other or float(one) == pytest.approx(float(other), abs=1e-5)
            assert same, column


@pytest.mark.parametrize("name", FILES)
def test_parquet_and_long_files_give_the_scores_of_the_wide_csv(name, tmp_path):
    instrument, words = FILES[name]
    options = build_options(instrument, **words)
    answers = reference(name)
    keys = answers[["case_id"]].set_axis(["USUBJID"], axis=1).assign(AVISIT="BL")
    n_items = {"nihss": 15, "fim": 18, "mas": 6, "fugl_meyer": 50, "sf36": 36}[instrument]
    wide = pd.concat([keys, answers.iloc[:, 2 : 2 + n_items]], axis=1)
    wide.to_csv(tmp_path / "wide.csv", index=False)
    wide.to_parquet(tmp_path / "wide.parquet")
    to_long(wide, keys.columns).to_csv(tmp_path / "long.csv", index=False)
    to_long(wide, keys.columns).to_parquet(tmp_path / "long.parquet")
    texts = {
        format_scores(score_file(tmp_path / file, instrument, options=options))
        for file in ("wide.csv", "wide.parquet", "long.csv", "long.parquet")
    }
    assert len(texts) == 1


def test_other_columns_stay_in_front_in_their_order():
    scored = score_answers(nihss_forms(), "nihss")
    assert list(scored.columns[:18]) == ["USUBJID", "AVISIT", "SITE", *CODES]
    assert scored.columns[18] == "total"


def test_a_column_named_like_a_score_comes_back_beside_the_score():
    scored = score_answers(nihss_forms(total="3", note="by phone", n4="2"), "nihss").iloc[0]
    assert (scored["total_input"], scored["total"]) == ("3", 2)
    assert (scored["note"], scored["score_note"]) == ("by phone", "")


def test_whole_numbers_are_written_without_decimals_and_missing_scores_empty():
    wide = pd.concat([nihss_forms(n1a="3"), nihss_forms(AVISIT="M03", n8=None)])
    table = pd.read_csv(io.StringIO(format_scores(score_answers(wide, "nihss"))), dtype=str)
    assert table["total"].tolist()[0] == "3"
    assert pd.isna(table["total"].tolist()[1])


def test_a_raw_export_of_item_rows_is_read_as_it_is():
    long = to_long(nihss_forms().drop(columns="SITE"), ("USUBJID", "AVISIT"))
    raw = pd.DataFrame(
        {
            "SUBJID": "001",
            "VISIT": "BL",
            "QSDTC": "2021-01-01",
            "QSCAT": "NIHSS",
            "QSTESTCD": long["item"],
            "QSORRES": long["value"],
            "QSEVAL": "R1",
        }
    )
    other = raw.assign(QSCAT="FIM", QSTESTCD="fim01_eating")
    scored = score_answers(pd.concat([raw, other.iloc[:1]]), "nihss")
    assert (len(scored), scored["total"].iloc[0], scored["QSEVAL"].iloc[0]) == (1, 0, "R1")
    with pytest.raises(ItemsError, match="no row has QSCAT MAS"):
        score_answers(raw, "mas")


def test_columns_that_differ_between_items_of_a_form_are_left_out():
    long = to_long(nihss_forms()).assign(ROW=range(15))
    scored = score_answers(long, "nihss")
    assert list(scored.columns[:4]) == ["USUBJID", "AVISIT", "SITE", "n1a"]


def test_an_item_without_a_row_is_blank():
    long = to_long(nihss_forms()).query("item != 'n7'")
    assert score_answers(long, "nihss")["note"].tolist() == ["missing n7"]


@pytest.mark.parametrize(
    ("long", "words"),
    [
        (lambda long: pd.concat([long, long.iloc[[0]]]), "two rows for one form: USUBJID S-001"),
        (lambda long: long.replace({"item": {"n5a": "n5A"}}), "has no item 'n5A'.*'n5a'"),
        (lambda long: long.drop(columns="AVISIT"), "needs USUBJID and AVISIT"),
    ],
)
def test_what_is_wrong_with_a_long_file_is_said(long, words):
    with pytest.raises(ItemsError, match=words):
        score_answers(long(to_long(nihss_forms())), "nihss")


def test_two_rows_for_one_form_of_a_wide_file_are_an_error():
    with pytest.raises(ItemsError, match="two rows for one form: USUBJID S-001, AVISIT BL"):
        score_answers(pd.concat([nihss_forms(), nihss_forms()]), "nihss")


@pytest.mark.parametrize("shape", ["wide", "long"])
def test_numbers_in_a_mas_file_are_refused(shape, tmp_path):
    wide = pd.DataFrame([{"USUBJID": "1", "AVISIT": "BL"} | dict.fromkeys((*ARM, *LEG), 1)])
    table = wide if shape == "wide" else to_long(wide, ("USUBJID", "AVISIT"))
    table.to_parquet(tmp_path / "mas.parquet")
    with pytest.raises(ItemsError, match=r"numeric.*1\+"):
        score_file(tmp_path / "mas.parquet", "mas")


def test_digits_in_a_mas_csv_are_grades_because_csv_is_read_as_text(tmp_path):
    wide = pd.DataFrame([dict.fromkeys((*ARM, *LEG), 1)])
    wide.to_csv(tmp_path / "mas.csv", index=False)
    assert score_file(tmp_path / "mas.csv", "mas")["ue_mean_15"].tolist() == [1]


@pytest.mark.parametrize("shape", ["wide", "long"])
def test_a_header_without_rows_gives_a_header_without_rows(shape, tmp_path):
    table = nihss_forms() if shape == "wide" else to_long(nihss_forms())
    table.iloc[:0].to_csv(tmp_path / "none.csv", index=False)
    scored = score_file(tmp_path / "none.csv", "nihss")
    assert len(scored) == 0
    assert {"USUBJID", "total", "note"} <= set(scored.columns)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"n1a,n1b\n1,2,3\n", "more fields"),
        (b"n1a,n1b\n1,2\n1,2,3\n", "Expected 2 fields in line 3, saw 3"),
        (b"n1a,n1a\n1,2\n", "column appears more than once: n1a"),
        (b"n1a\n\xff\xfe\n", "cannot read"),
        (b"USUBJID,AVISIT\n1,BL\n", "missing item column: n1a"),
    ],
)
def test_a_bad_csv_is_an_error_in_words(content, words, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(ItemsError, match=words):
        score_file(path, "nihss")


def test_a_file_that_is_no_parquet_not_there_or_of_another_kind_is_an_error(tmp_path):
    (tmp_path / "bad.parquet").write_bytes(b"no parquet")
    for name, words in (
        ("bad.parquet", "cannot read"),
        ("none.csv", "cannot read"),
        ("forms.xlsx", "only .csv and .parquet"),
    ):
        with pytest.raises(ItemsError, match=words):
            score_file(tmp_path / name, "nihss")


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    path = tmp_path / "forms.csv"
    path.write_text(nihss_forms().to_csv(index=False), encoding="utf-8-sig")
    assert score_file(path, "nihss").columns[0] == "USUBJID"


def test_the_output_is_whole_or_not_there(tmp_path):
    source = tmp_path / "forms.csv"
    nihss_forms().to_csv(source, index=False)
    score_file(source, "nihss", output=tmp_path / "out.parquet")
    assert pd.read_parquet(tmp_path / "out.parquet")["total"].tolist() == [0]
    with pytest.raises(ItemsError, match="cannot write"):
        score_file(source, "nihss", output=tmp_path / "no" / "folder.csv")
    with pytest.raises(ItemsError, match=r"only \.csv and \.parquet files are written"):
        score_file(source, "nihss", output=tmp_path / "out.xlsx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["forms.csv", "out.parquet"]


def test_two_runs_give_the_same_bytes(tmp_path):
    for name in ("one.csv", "two.csv"):
        score_file(FOLDER / "sf36_v2_us1998.csv", "sf36", output=tmp_path / name)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
