"""An interim whose trigger is not reached: `not_due`, exit code 0, one line, nothing published."""

import re
import shutil
from pathlib import Path

import pytest
from program import OUT, PARAMS, Ended, call, put_notebooks

from helpers.simulate import write_export


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of 18 participants: 12 are followed for 30 days, 24 cannot be."""
    folder = tmp_path_factory.mktemp("few") / "export"
    write_export(folder, n_per_arm=6)
    return folder


@pytest.fixture
def run(few: Path, tmp_path: Path):
    """Run interims whose cut-off is found by their trigger."""
    params = tmp_path / "params"
    shutil.copytree(PARAMS, params, ignore=shutil.ignore_patterns("cdisc_pilot"))
    for path in params.glob("ia*.yaml"):
        path.write_text(re.sub(r"(?m)^cutoff: .*$", "cutoff: trigger", path.read_text()))
    notebooks = put_notebooks(tmp_path / "notebooks")
    places = ("--data", few, "--out", tmp_path / OUT, "--params", params)

    def run(*words: object) -> Ended:
        return call("run", *words, *places, "--notebooks", notebooks)

    return run


def test_one_that_is_not_due_is_no_failure_and_the_others_are_made(run, tmp_path):
    ended = run("ia1", "ia2", "--report", "safety", "--json")
    assert ended.code == 0
    found = {(r["interim"], r["audience"]): r for r in ended.json["reports"]}
    assert {key: line["status"] for key, line in found.items()} == {
        ("ia1", "open"): "published",
        ("ia1", "closed_unmasked"): "published",
        ("ia2", "open"): "not_due",
        ("ia2", "closed_unmasked"): "not_due",
    }
    assert not any(line["error"] for line in found.values())
    assert not (tmp_path / OUT / "ia2").exists()
    # only closed readers are told numbers
    assert "6 lacking" in found["ia2", "closed_unmasked"]["note"]
    assert not re.search(r"\d", found["ia2", "open"]["note"].replace("IA2", ""))


def test_why_it_is_not_due_is_said_once(run):
    ended = run("ia2")
    assert ended.code == 0
    said = [line for line in (ended.out + ended.err).splitlines() if "its trigger" in line]
    assert len(said) == 1
    assert "failed" not in ended.out + ended.err


def test_an_open_run_says_it_in_words_without_a_number(run):
    ended = run("ia2", "--audience", "open")
    assert ended.code == 0
    (said,) = [line for line in ended.out.splitlines() if "trigger" in line]
    assert not re.search(r"\d", said.replace("IA2", ""))


def test_an_open_run_does_not_name_a_line_of_a_restricted_file(few, run):
    path = few / "restricted" / "ex.csv"
    before = path.read_text()
    lines = before.splitlines()
    lines[5] = f'{lines[5]},"x'
    path.write_text("\n".join(lines))
    try:
        opened = run("ia1", "--audience", "open")
        closed = run("ia1", "--audience", "closed_unmasked")
    finally:
        path.write_text(before)
    assert (opened.code, closed.code) == (1, 1)
    assert "ex.csv" in closed.out + closed.err
    said = opened.out + opened.err
    assert "its cut-off cannot be found in this export" in said
    assert "ex.csv" not in said
    assert "line" not in said
