"""`interim open-copy`: what open readers may have, no more, and the same open report."""

import csv
import io
import shutil
import stat
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from altered_exports import (
    NUMBER,
    WORD,
    copy_export,
    number_anew,
    plant_canaries,
    read_keys,
    read_open_tables,
    read_table,
    reassign_arms,
    write_table,
)
from program import OUT, PARAMS, call, read_folder
from trial_views import view_of_export

from helpers.bundle import pack_view
from helpers.commands.open_copy import build_files
from helpers.datasets.build import build_view
from helpers.params import load_interim, load_trial

AUDIT = {"STUDYID", "SUBJID", "ENTRYDTC", "UPDDTC", "RECSTAT", "SDV"}


@pytest.fixture(scope="module")
def files(export: Path) -> dict[str, bytes]:
    return build_files(export, PARAMS)


def read_copied(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)


def write(files: dict[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def pack(data: Path, name: str = "ia3") -> bytes:
    trial = load_trial(PARAMS)
    interim = load_interim(PARAMS, name, trial)
    return pack_view(build_view(data, PARAMS, trial=trial, interim=interim, audience="open"))


def test_the_open_view_of_the_copy_is_that_of_the_export(export, files, tmp_path):
    usual = view_of_export(export, "ia3", "open")
    assert pack(write(files, tmp_path)) == pack_view(usual)


def test_the_open_report_of_the_copy_is_that_of_the_export(export, notebooks, tmp_path):
    made = call("open-copy", export, "--to", tmp_path / "copy", "--params", PARAMS)
    assert (made.code, made.err) == (0, "")
    for data, out in ((export, "whole"), (tmp_path / "copy", OUT)):
        places = ("--data", data, "--out", tmp_path / out, "--notebooks", notebooks)
        ended = call("run", "ia1", "--audience", "open", *places)
        assert ended.code == 0, ended.err
    assert read_folder(tmp_path / OUT) == read_folder(tmp_path / "whole")


def test_the_copy_holds_the_tables_columns_and_rows_of_the_allow_list_and_no_other(export, files):
    allowed = read_open_tables()
    assert set(files) == {"export.json", *(f"open/{name}.csv" for name in allowed)}
    for name, table in allowed.items():
        rows = read_copied(files[f"open/{name}.csv"])
        known = {*AUDIT, *read_keys()[name], *table["columns"], *table.get("rows", {})}
        assert set(rows) <= known, name
        whole = read_table(export / "open" / f"{name}.csv")
        for column, values in table.get("rows", {}).items():
            kept = ["" if value is None else value for value in values]
            assert set(rows[column]) <= set(kept), (name, column)
            whole = whole[whole[column].isin(kept)]
        assert len(rows) == len(whole), name


def test_numbers_of_rows_have_no_gap_that_tells_of_hidden_ones(export, files):
    for name, column in (("ds", "DSSEQ"), ("cm", "CMSEQ"), ("dv", "DVSEQ"), ("mh", "MHSEQ")):
        rows = read_copied(files[f"open/{name}.csv"])
        numbers = rows[column].astype(int).groupby(rows["SUBJID"])
        assert (numbers.min() == 1).all(), name
        assert (numbers.max() == numbers.nunique()).all(), name
    hidden = read_table(export / "open" / "ds.csv")
    assert (hidden["DSSCAT"] == "TREATMENT").any()  # or there would have been no gap


def test_no_answer_of_a_form_is_in_the_copy(files):
    answers = read_copied(files["open/qs.csv"])["QSORRES"]
    assert set(answers) == {"", "ANSWERED"}


def test_nothing_that_open_readers_may_not_know_is_in_its_bytes(export, tmp_path):
    other = copy_export(export, tmp_path / "export")
    assert plant_canaries(other) > 1000
    content = b"".join(build_files(other, PARAMS).values())
    assert WORD.encode() not in content
    assert NUMBER.encode() not in content


def test_the_copy_does_not_depend_on_who_got_what(export, tmp_path):
    numbered, other = (copy_export(export, tmp_path / name) for name in ("numbered", "other"))
    number_anew(numbered)  # by date, as the rows of the other are after they were dealt anew
    reassign_arms(other, 1)
    assert build_files(other, PARAMS) == build_files(numbered, PARAMS)


def test_the_restricted_side_is_not_needed(export, files, tmp_path):
    half = tmp_path / "half"
    shutil.copytree(export, half, ignore=shutil.ignore_patterns("restricted", "truth.json"))
    assert build_files(half, PARAMS) == files


def test_a_cell_that_does_not_convert_may_hold_words_and_is_marked(export, tmp_path):
    other = copy_export(export, tmp_path / "export")
    path = other / "open" / "ae.csv"
    events = read_table(path)
    events.loc[0, "AESTDTC"], events.loc[1, "AETOXGR"] = "during the infusion", "mild, arm IT"
    write_table(events, path)
    files = build_files(other, PARAMS)
    assert b"infusion" not in files["open/ae.csv"]
    assert b"arm IT" not in files["open/ae.csv"]
    assert pack(write(files, tmp_path / "copy"), "fin") == pack(other, "fin")


def test_an_export_in_parquet_or_from_windows_gives_the_same_view(export, tmp_path):
    other = copy_export(export, tmp_path / "export")
    lab = other / "open" / "lb.csv"
    table = pa.Table.from_pandas(read_table(lab).replace({"": None}), preserve_index=False)
    pa.parquet.write_table(table, lab.with_suffix(".parquet"))
    lab.unlink()
    visits = other / "open" / "sv.csv"
    visits.write_bytes(b"\xef\xbb\xbf" + visits.read_bytes().replace(b"\n", b"\r\n"))
    files = build_files(other, PARAMS)
    assert "open/lb.parquet" in files
    assert pack(write(files, tmp_path / "copy")) == pack(other)


def test_the_same_export_gives_the_same_bytes_in_whatever_order_its_rows_stand(
    export, files, tmp_path
):
    other = copy_export(export, tmp_path / "export")
    for path in sorted((other / "open").glob("*.csv")):
        rows = list(csv.reader(path.open(newline="", encoding="utf-8")))
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([rows[0], *reversed(rows[1:])])
    assert build_files(other, PARAMS) == files


def test_a_dictionary_of_the_export_goes_with_it(export, tmp_path):
    other = copy_export(export, tmp_path / "export")
    shutil.copy(PARAMS / "tables" / "dict.csv", other / "open" / "dict.csv")
    assert "open/dict.csv" in build_files(other, PARAMS)


@pytest.mark.parametrize("there", ["a folder with something in it", "a file"])
def test_what_is_there_is_not_overwritten(export, there, tmp_path):
    target = tmp_path / "copy"
    if there == "a file":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "mine").write_text("mine")
    ended = call("open-copy", export, "--to", target, "--params", PARAMS)
    assert ended.code == 2
    assert "name a new" in ended.err
    assert (target if there == "a file" else target / "mine").read_text() == "mine"


def test_of_an_export_that_cannot_be_used_nothing_is_written(export, tmp_path):
    other = copy_export(export, tmp_path / "export")
    (other / "open" / "sv.csv").unlink()
    ended = call("open-copy", other, "--to", tmp_path / "copy", "--params", PARAMS)
    assert ended.code == 1
    assert "STRUCT-TABLE sv" in ended.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export"]


def test_a_copy_can_be_read_by_others_and_the_restricted_side_of_an_export_cannot(tmp_path):
    call("simulate", tmp_path / "export", "--scenario", "sparse")
    call("open-copy", tmp_path / "export", "--to", tmp_path / "copy", "--params", PARAMS)
    assert stat.S_IMODE((tmp_path / "copy" / "open").stat().st_mode) & 0o055 == 0o055
    restricted = tmp_path / "export" / "restricted"
    assert stat.S_IMODE(restricted.stat().st_mode) == 0o700
    private = [*restricted.iterdir(), tmp_path / "export" / "truth.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
