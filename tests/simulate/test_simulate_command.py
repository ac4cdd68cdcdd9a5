"""`interim simulate` as a user calls it."""

import subprocess
import sys

import pytest
from checked_export import read_truth


def call(*words):
    command = [sys.executable, "-m", "helpers", "simulate", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_command_writes_an_export_and_says_where(tmp_path):
    folder = tmp_path / "Thử nghiệm mới" / "export"
    ended = call(folder, "--n-per-arm", 3, "--scenario", "benefit", "--no-errors")
    assert ended.returncode == 0, ended.stderr
    assert "Thử nghiệm mới" in ended.stdout
    assert {path.name for path in folder.iterdir()} == {
        "open",
        "restricted",
        "export.json",
        "truth.json",
    }
    assert read_truth(folder)["errors"] == []
    assert [path.name for path in folder.parent.iterdir()] == ["export"]  # nothing left over


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    ended = call(tmp_path)
    assert ended.returncode == 2
    assert "name a new one" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scenario", "modst"), "did you mean 'modest'"),
        (("--format", "xlsx"), "allowed: csv, parquet"),
        (("--seed", -1), "a whole number of at least 0"),
        (("--n-per-arm", 1), "a whole number from 2 to 10000"),
    ],
)
def test_a_wrong_option_is_refused_in_words_and_leaves_nothing(tmp_path, words, said):
    ended = call(tmp_path / "x", *words)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "x").write_text("a file")
    ended = call(tmp_path / "x")
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
