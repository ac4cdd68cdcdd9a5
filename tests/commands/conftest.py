"""Puts this folder on the path: the tests of every command share `program`."""

import sys
from pathlib import Path

import pytest
from program import Ended, call, put_notebooks

sys.path.insert(0, str(Path(__file__).parents[1] / "reporting"))  # altered exports live there


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    """A folder with two tiny reports."""
    return put_notebooks(tmp_path / "sổ tay")


@pytest.fixture
def run_one(export: Path, notebooks: Path, tmp_path: Path):
    """Run the safety report of IA1 for open readers into `tmp_path / "báo cáo giữa kỳ"`."""

    def run(*words: object, **options) -> Ended:
        places = ("--data", export, "--out", tmp_path / "báo cáo giữa kỳ", "--notebooks", notebooks)
        return call("run", "ia1", "--audience", "open", *places, *words, **options)

    return run
