"""Where a call looks when it is not told where."""

import importlib.metadata
import shutil
from pathlib import Path

import pytest
from program import PARAMS, call

from helpers.commands.folders import find_folders

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with parameters and nothing else, as the current one."""
    shutil.copytree(PARAMS, tmp_path / "params")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_with_parameters_alone_uses_the_notebooks_of_the_package(elsewhere: Path) -> None:
    folders = find_folders(None, None, None)
    assert folders.params == elsewhere / "params"
    assert folders.out == elsewhere / "reports"
    assert folders.notebooks == PROJECT / "notebooks"


def test_its_own_notebooks_come_first(elsewhere: Path) -> None:
    (elsewhere / "notebooks").mkdir()
    assert find_folders(None, None, None).notebooks == elsewhere / "notebooks"


def test_what_is_given_is_used(elsewhere: Path, tmp_path: Path) -> None:
    given = (PARAMS, tmp_path / "d", tmp_path / "o", tmp_path / "n")
    folders = find_folders(*given)
    assert (folders.params, folders.data, folders.out, folders.notebooks) == given


def test_the_program_says_its_version():
    ended = call("--version")
    assert (ended.code, ended.out) == (
        0,
        f"interim {importlib.metadata.version('interim-reports')}\n",
    )


@pytest.mark.parametrize("command", [("check",), ("schedule",), ("run", "ia3")])
def test_a_call_that_reads_a_folder_of_its_own_choice_says_which(elsewhere: Path, command):
    ended = call(*command, cwd=elsewhere)
    said = ended.err.splitlines()[0]
    assert said.startswith("interim: taken by default: --params params, --data data/NCT05292625")
    assert ("--notebooks" in said) == (command[0] == "run")


def test_a_folder_of_parameters_that_is_taken_for_a_new_interim_is_said(elsewhere: Path):
    ended = call("new", "ah-1", "--from", "ia1", cwd=elsewhere)
    assert ended.err == "interim: taken by default: --params params\n"


def test_nothing_is_said_of_folders_that_the_caller_named(tmp_path: Path):
    ended = call("schedule", "--params", PARAMS, "--data", tmp_path / "none")
    assert "by default" not in ended.err
