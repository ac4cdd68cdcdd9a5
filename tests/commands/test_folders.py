"""Where a call looks when it is not told where."""

import shutil
from pathlib import Path

import pytest

from helpers.commands.folders import find_folders

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with parameters and nothing else, as the current one."""
    shutil.copytree(PROJECT / "params", tmp_path / "params")
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
    given = (PROJECT / "params", tmp_path / "d", tmp_path / "o", tmp_path / "n")
    folders = find_folders(*given)
    assert (folders.params, folders.data, folders.out, folders.notebooks) == given
