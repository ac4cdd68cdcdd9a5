"""A file that was made to do harm, or was damaged, is refused in one line and soon."""

import os

import pyarrow as pa
import pyarrow.parquet
import pytest
from cheap_call import cheap
from fuzzing import FORMATS, fuzz, read_fuzzed
from mini_export import MiniExport

from helpers.errors import ExportError
from helpers.intake.file_problem import FileProblem
from helpers.intake.info import read_info
from helpers.intake.read import read_text


def repeat(text: str, rows: int) -> pa.Array:
    """One text many times: some bytes in a file, whatever it is in memory."""
    return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int8()), rows), [text])


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (lambda: repeat("x", 40_000_000), "stands for more rows than its size can hold"),
        (lambda: repeat("x" * 1_000_000, 20_000), "stands for more text than its size can hold"),
        (lambda: pa.array(["x" * 300_000_000]), "stands for more data than its size can hold"),
        (lambda: pa.array([[1, 2]]), "has columns that are not plain values"),
    ],
)
def test_a_small_parquet_file_that_stands_for_much_is_not_unpacked(column, says, tmp_path):
    path = tmp_path / "ae.parquet"
    values = column()
    # of one long text a dictionary and statistics take seconds and say no more
    plain = {"use_dictionary": pa.types.is_dictionary(values.type), "write_statistics": False}
    pa.parquet.write_table(pa.table({"AETERM": values}), path, compression="zstd", **plain)
    assert path.stat().st_size < 200_000
    with cheap(seconds=2, mebibytes=300), pytest.raises(FileProblem, match=says):
        read_text(path, ["AETERM"])


def test_a_table_of_thousands_of_columns_is_refused(tmp_path):
    path = tmp_path / "ae.csv"
    path.write_text(",".join(f"A{place}" for place in range(100_000)) + "\n")
    with pytest.raises(FileProblem, match="has 100000 columns, allowed: at most 2000"):
        read_text(path, ["A1"])


def test_a_pipe_in_place_of_a_file_keeps_nobody_waiting(tmp_path):
    folder = MiniExport().write(tmp_path)
    (folder / "export.json").unlink()
    os.mkfifo(folder / "export.json")
    with pytest.raises(ExportError, match="is no regular file"):
        read_info(folder)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 100_000, "is nested too deep"),
        ('{"a":' * 100_000, "is nested too deep"),
        ('{"study": "x", "extract": 1' + "0" * 400 + "}", "extract: found 1000"),
        ('{"study": "x", "extract": 1' + "0" * 5000 + "}", "is no JSON"),
        ('{"study": "x\\u0000", "extract": "2022-01-01"}', "holds the character U+0000"),
        ('{"study": "x\\ud800", "extract": "2022-01-01"}', "holds the character U+D800"),
        ('{"study": "x\\u001b[31m", "extract": "2022-01-01"}', "holds the character U+001B"),
        ('{"study": "x", "extract": "now"}', "extract: found 'now', allowed: a moment such as"),
        ('{"study": "x", "extract": "9999-01-01"}', "extract: found '9999-01-01', allowed: "),
        ('{"study": "x", "extract": "2022-02-30"}', "extract: found '2022-02-30', allowed: "),
        ('{"study": 1, "extract": "2022-01-01"}', "study: found 1"),
        ('{"study": "", "extract": "2022-01-01"}', "study: found ''"),
        ("[]", "holds no names and values"),
        (" " * 2_000_000, "is larger than 1 MiB"),
    ],
)
def test_an_export_that_says_nonsense_of_itself_is_refused_in_one_line(text, says, tmp_path):
    (tmp_path / "export.json").write_text(text)
    with pytest.raises(ExportError) as caught:
        read_info(tmp_path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400 + len(str(tmp_path))


def test_a_number_that_no_measurement_gives_is_none(tmp_path):
    from helpers.intake.convert import convert_column
    from helpers.intake.schema import Column

    text = pa.array(["1e400", "-1e15", "9.9e14", "1e-400"]).to_pandas().astype(object)
    values, _, bad = convert_column(text, Column("X", "num", "R"))
    assert list(bad) == [True, True, False, False]
    assert list(values.dropna()) == [9.9e14, 0.0]


@pytest.mark.parametrize("form", FORMATS)
def test_fuzzed_files_give_findings_or_one_line_and_no_traceback(form, tmp_path):
    for seed in range(25):
        read_fuzzed(form, fuzz(form, seed), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_five_thousand_fuzzed_files_give_findings_or_one_line_and_no_traceback(form, tmp_path):
    for seed in range(5000):
        read_fuzzed(form, fuzz(form, seed), tmp_path)


@pytest.mark.parametrize("form", FORMATS)
def test_the_fuzzing_does_damage_and_the_same_twice(form, tmp_path):
    said = [read_fuzzed(form, fuzz(form, seed), tmp_path) for seed in range(25)]
    assert sum(bool(outcome) for outcome in said) > 5
    assert fuzz(form, 7) == fuzz(form, 7)
