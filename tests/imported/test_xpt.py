import adam_files
import pandas as pd
import pytest

from helpers.imported.source import SourceError
from helpers.imported.xpt import read_xpt

FRAME = pd.DataFrame({"USUBJID": ["A", "B", "C"], "AVAL": [1.5, None, -2.0], "SEX": ["F", "", "M"]})
MISSING = b"\x2e" + bytes(7)


@pytest.fixture(params=[5, 8])
def path(request, tmp_path):
    return adam_files.write_xpt(
        tmp_path / "adlb.xpt",
        FRAME,
        version=request.param,
        table_name="ADLB",
        column_labels=["Person", "Value", "Sex"],
    )


def test_both_versions_give_values_labels_and_the_name_of_the_data_set(path):
    source = read_xpt(path)
    assert source.name == "adlb"
    assert source.labels == {"USUBJID": "Person", "AVAL": "Value", "SEX": "Sex"}
    assert source.frame["AVAL"].tolist()[::2] == [1.5, -2.0]
    assert source.frame["SEX"].tolist() == ["F", None, "M"]
    assert source.special == {}


@pytest.mark.parametrize("letter", ["A", "M", "Z", "_"])
def test_a_special_missing_value_is_told_from_a_null(path, letter):
    content = path.read_bytes()
    place = content.rindex(MISSING)
    path.write_bytes(content[:place] + letter.encode() + content[place + 1 :])
    assert read_xpt(path).special == {"AVAL": {1: letter}}
    assert read_xpt(path).frame["AVAL"].isna().tolist() == [False, True, False]


def test_the_number_zero_is_no_special_missing_value(tmp_path):
    frame = pd.DataFrame({"USUBJID": ["A", "B"], "AVAL": [0.0, 1.0]})
    path = adam_files.write_xpt(tmp_path / "x.xpt", frame)
    assert read_xpt(path).special == {}


def test_a_file_cut_inside_a_record_is_refused(path):
    path.write_bytes(path.read_bytes()[:-33])
    with pytest.raises(SourceError, match=r"adlb\.xpt: is cut short"):
        read_xpt(path)


def test_a_version_8_file_without_its_last_rows_is_refused(tmp_path):
    frame = pd.DataFrame({"USUBJID": ["A"] * 50, "AVAL": [1.0] * 50})
    path = adam_files.write_xpt(tmp_path / "adlb.xpt", frame, version=8)
    path.write_bytes(path.read_bytes()[:-160])
    with pytest.raises(SourceError, match="rows are missing at its end"):
        read_xpt(path)


def test_a_file_cut_inside_its_header_is_refused(path):
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(SourceError, match=r"adlb\.xpt"):
        read_xpt(path)


def test_a_file_of_another_encoding_is_read_only_when_it_is_named(tmp_path):
    frame = pd.DataFrame({"USUBJID": ["A", "B"], "AETERM": ["café", "x"]})
    path = adam_files.write_xpt(tmp_path / "adae.xpt", frame)
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xe9 "))
    with pytest.raises(SourceError, match="is not UTF-8; say which encoding"):
        read_xpt(path)
    assert read_xpt(path, "WINDOWS-1252").frame["AETERM"].tolist() == ["café", "x"]


def test_text_with_the_ending_xpt_is_no_transport_file(tmp_path):
    path = tmp_path / "adsl.xpt"
    path.write_text("USUBJID,AGE\n")
    with pytest.raises(SourceError, match="is no SAS transport file"):
        read_xpt(path)


def test_a_file_with_two_data_sets_is_refused(tmp_path):
    one = adam_files.write_xpt(tmp_path / "one.xpt", FRAME).read_bytes()
    path = tmp_path / "two.xpt"
    path.write_bytes(one + one[240:])
    with pytest.raises(SourceError, match="more than one data set"):
        read_xpt(path)
