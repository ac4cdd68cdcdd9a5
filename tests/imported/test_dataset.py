from pathlib import Path

import adam_files
import pandas as pd
import pytest

from helpers.imported.dataset import build_dataset
from helpers.imported.mapping import DatasetMapping, ImportMapping
from helpers.imported.source import Source, SourceError
from helpers.imported.variables import load_rules


def build(frame, name="adsl", mapping=None, typed=True, **options):
    source = Source(name, Path(f"{name}.parquet"), frame, typed, **options)
    return build_dataset(source, mapping or ImportMapping(), load_rules())


def test_variables_that_tell_the_treatment_are_restricted():
    dataset, _ = build(adam_files.ADSL)
    assert dataset.restricted == ("TRT01P", "TRT01A")


@pytest.mark.parametrize(
    "name",
    [
        "ARM",
        "ACTARMCD",
        "TRTP",
        "TRTAN",
        "TRT02P",
        "TRT01AN",
        "TRTSEQP",
        "TRTPG1",
        "TR01PG1",
        "DOSE",
        "AVGDD",
        "CUMDOSE",
        "RANDNO",
    ],
)
def test_each_treatment_variable_of_the_standard_is_restricted(name):
    assert load_rules().is_restricted("adlb", name)


@pytest.mark.parametrize("name", ["TRTSDT", "TRTEDT", "TRTEMFL", "ARMSTRENGTH", "AVAL", "TRTDURD"])
def test_what_only_sounds_like_a_treatment_stays_open(name):
    assert not load_rules().is_restricted("adlb", name)


def test_a_data_set_about_the_product_is_restricted_as_a_whole():
    frame = pd.DataFrame({"USUBJID": ["A"], "AVAL": [1.0], "PARAMCD": ["TDOSE"]})
    dataset, _ = build(frame, "adex")
    assert set(dataset.restricted) == {"AVAL", "PARAMCD"}


def test_neither_file_order_nor_treatment_shows_in_the_order_of_rows():
    one, _ = build(adam_files.ADSL)
    other, _ = build(adam_files.ADSL.iloc[::-1].assign(TRT01P=["x", "a", "m"]))
    shown = [c for c in one.frame if c not in one.restricted]
    pd.testing.assert_frame_equal(one.frame[shown], other.frame[shown])


def test_a_mapping_renames_drops_and_types():
    frame = adam_files.ADSL.assign(ALTER=["1", "2", "x"]).drop(columns="AGE")
    own = DatasetMapping(rename={"ALTER": "AGE"}, drop=("SEX",), kinds={"AGE": "number"})
    dataset, notes = build(frame, mapping=ImportMapping(lost_share=0.4, datasets={"adsl": own}))
    assert dataset.frame["AGE"].tolist()[:2] == [1.0, 2.0]
    assert "SEX" not in dataset.frame
    assert [(n.variable, n.records, n.severity) for n in notes if n.severity == "E"] == [
        ("AGE", 1, "E")
    ]


def test_a_mapping_of_a_variable_that_is_not_there_is_an_error():
    own = DatasetMapping(rename={"NOPE": "AGE"})
    with pytest.raises(SourceError, match="the mapping names NOPE"):
        build(adam_files.ADSL, mapping=ImportMapping(datasets={"adsl": own}))


def test_special_missing_values_stand_beside_their_variable():
    frame = pd.DataFrame({"USUBJID": ["B", "A"], "AVAL": [None, 2.0]})
    dataset, _ = build(frame, "adlb", special={"AVAL": {0: "M"}})
    assert dataset.frame["AVAL_MISSING"].tolist()[1] == "M"
    assert dataset.frame["AVAL"].isna().tolist() == [False, True]


def test_a_data_set_without_persons_is_an_error():
    with pytest.raises(SourceError, match="has no variable USUBJID"):
        build(pd.DataFrame({"AVAL": [1.0]}), "adlb")
