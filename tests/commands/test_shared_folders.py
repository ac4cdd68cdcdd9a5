"""Closed runs say who else can read what tells the arms, and write into no open place."""

import shutil
from pathlib import Path

import pytest
from program import call, put_notebooks


@pytest.fixture
def data(export: Path, tmp_path: Path) -> Path:
    return shutil.copytree(export, tmp_path / "data")


def run(tmp_path: Path, data: Path, out: Path, audience: str):
    notebooks = put_notebooks(tmp_path / "notebooks")
    places = ("--data", data, "--out", out, "--notebooks", notebooks)
    return call("run", "ia1", "--audience", audience, *places)


def test_a_closed_run_says_who_else_can_read_its_folders_and_an_open_one_does_not_look(
    data, tmp_path
):
    (data / "restricted").chmod(0o755)
    out = tmp_path / "out"
    opened = run(tmp_path, data, out, "open")
    assert (opened.code, "others" in opened.err) == (0, False)
    first = run(tmp_path, data, out, "closed_unmasked")
    assert first.code == 0
    assert "restricted can be read by others than its owner (mode 755)" in first.err
    assert "others can read this closed folder" not in first.err
    (out / "ia1" / "closed_unmasked").chmod(0o755)
    again = run(tmp_path, data, out, "closed_unmasked")
    assert "others can read this closed folder (mode 755)" in again.err


@pytest.mark.parametrize("place", ["out/ia1/open", "out/ia1/open/tables/new", "data/open/reports"])
def test_a_closed_report_is_not_written_into_an_open_place(place, data, tiny, tmp_path):
    shutil.copytree(tiny, tmp_path / "out")
    put_notebooks(tmp_path / "notebooks")
    before = sorted(tmp_path.rglob("*"))
    ended = run(tmp_path, data, tmp_path / place, "closed_unmasked")
    assert ended.code == 2
    assert "may not lie in" in ended.err
    assert sorted(tmp_path.rglob("*")) == before
