"""Damaged and hostile files give a data set or one line, never a traceback."""

import json
import os
import random

import adam_files
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from base_study import BASE, read_base

from helpers.imported import bounds
from helpers.imported.dataset import build_dataset
from helpers.imported.importing import import_analysis_data
from helpers.imported.mapping import ImportMapping
from helpers.imported.read import read_source
from helpers.imported.source import SourceError
from helpers.imported.variables import load_rules
from helpers.imported.writing import format_import

FORMS = ("csv", "parquet", "xpt", "json")
NASTY = [b"\x00", b"\xff", b'"', b"\r", b"\n", b",", b";", b"\xed\xa0\x80", b"1e999", b"9" * 400,
         b"NaN", b"[" * 50, b"{", b"\\ud800", b"-", b"9999-99-99", b"HEADER RECORD*******",
         b" " * 80]  # fmt: skip


def write_base(folder, form):
    """One small file of each form, of the untouched study."""
    frame = read_base()["adsl"].head(6)
    path = folder / f"adsl.{form}"
    if form == "csv":
        lines = (BASE / "adsl.csv").read_bytes().splitlines(keepends=True)[:7]
        path.write_bytes(b"".join(lines))
    elif form == "parquet":
        frame.to_parquet(path, index=False)
    else:
        dates = frame.select_dtypes("datetime").columns
        text = frame.assign(**{c: frame[c].dt.strftime("%Y-%m-%d") for c in dates})
        if form == "json":
            path.write_text(json.dumps(adam_files.dataset_json(text, "adsl")))
        else:
            adam_files.write_xpt(path, text.fillna(""), version=8, table_name="ADSL")
    return path


def spoil(content: bytes, draw: random.Random) -> bytes:
    """The file with one to eight places changed, taken out, doubled, or filled with something."""
    changed = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        at = draw.randrange(len(changed)) if changed else 0
        kind = draw.randrange(6)
        if kind == 0 and changed:
            changed[at] = draw.randrange(256)
        elif kind == 1:
            del changed[at : at + draw.choice([1, 2, 8, 80, 160])]
        elif kind == 2:
            changed[at:at] = changed[at : at + draw.choice([1, 8, 80])]
        elif kind == 3:
            nasty = draw.choice(NASTY)
            changed[at : at + len(nasty)] = nasty
        elif kind == 4:
            changed[at:at] = draw.choice(NASTY)
        else:
            changed[at : at + 4] = draw.choice([b"\xff" * 4, bytes(4), b"9999"])
    return bytes(changed)


def try_file(path) -> str:
    """What the whole way in says of a file: `read`, or the one line."""
    try:
        format_import(import_analysis_data([path], ImportMapping()))
    except SourceError as error:
        said = str(error)
        assert 0 < len(said) < 400
        assert said.isprintable(), said
        return "refused"
    return "read"


def fuzz(folder, form, first, last):
    path = write_base(folder, form)
    content = path.read_bytes()
    outcomes = set()
    for seed in range(first, last):
        path.write_bytes(spoil(content, random.Random(f"{form} {seed}")))
        try:
            outcomes.add(try_file(path))
        except Exception as error:
            raise AssertionError(f"{form}, seed {seed}: {error!r}") from error
    return outcomes


@pytest.mark.parametrize("form", FORMS)
def test_a_spoilt_file_is_read_or_refused_with_one_line(tmp_path, form):
    assert fuzz(tmp_path, form, 0, 60) == {"read", "refused"}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_five_thousand_spoilt_files_are_read_or_refused_with_one_line(tmp_path, form):
    assert fuzz(tmp_path, form, 60, 5_060) == {"read", "refused"}


def refusal(path) -> str:
    with pytest.raises(SourceError) as error:
        read_source(path)
    return str(error.value)


def test_json_of_great_depth_is_refused(tmp_path):
    path = tmp_path / "adsl.json"
    path.write_text('{"datasetJSONVersion": "1.1.0", "columns": ' + "[" * 200_000)
    assert refusal(path) == "adsl.json: is nested too deeply to be a data set"


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e999", "NaN", "Infinity", "-" + "9" * 5000])
def test_a_number_that_none_can_be_is_no_number(tmp_path, number):
    document = adam_files.dataset_json(pd.DataFrame({"USUBJID": ["A"], "AGE": [7.5]}), "adsl")
    path = tmp_path / "adsl.json"
    path.write_text(json.dumps(document).replace("7.5", number))
    assert try_file(path) in ("read", "refused")
    if len(number) < 1000:  # Python itself refuses more than 4,300 digits
        dataset, _ = build_dataset(read_source(path), ImportMapping(), load_rules())
        assert dataset.frame["AGE"].isna().all()


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "\x1b[31m", "a\u202eb"])
def test_signs_that_are_no_text_do_not_reach_a_page(tmp_path, text):
    document = adam_files.dataset_json(pd.DataFrame({"USUBJID": ["A"], "RACE": ["x"]}), "adsl")
    document["rows"][0][1] = text
    path = tmp_path / "adsl.json"
    path.write_text(json.dumps(document))
    dataset, notes = build_dataset(read_source(path), ImportMapping(), load_rules())
    assert dataset.frame["RACE"].iloc[0].isprintable()
    assert [note.records for note in notes if "no text" in note.what] == [1]


def test_a_small_parquet_file_of_a_large_table_is_refused_by_its_footer(tmp_path):
    path = tmp_path / "adsl.parquet"
    rows = pa.array(np.zeros(30_000_000, dtype="int8"))
    pa.parquet.write_table(pa.table({f"C{i}": rows for i in range(4)}), path, compression="zstd")
    assert path.stat().st_size < 1 << 20  # and would take 100 times as much
    assert "at most 100,000,000 values are read" in refusal(path)


def test_a_long_text_that_a_dictionary_repeats_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_TEXT", 1 << 20)
    path = tmp_path / "adsl.parquet"
    pa.parquet.write_table(pa.table({"USUBJID": ["x" * 10_000] * 1_000}), path)
    assert "MiB of text" in refusal(path)


def test_a_pipe_is_no_file(tmp_path):
    path = tmp_path / "adsl.csv"
    os.mkfifo(path)
    assert refusal(path) == "adsl.csv: is no ordinary file"


def test_a_file_larger_than_the_limit_is_not_opened(tmp_path):
    path = tmp_path / "adsl.csv"
    with path.open("wb") as file:
        file.truncate(bounds.MOST_BYTES + 1)  # a hole: takes no room
    assert "at most 2048 MiB are read" in refusal(path)
