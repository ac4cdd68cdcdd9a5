"""Puts this folder on the path: the tests of every command share `program`."""

import shutil
from pathlib import Path

import pytest
from program import OUT, Ended, call, put_notebooks


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    """A folder with two tiny reports."""
    return put_notebooks(tmp_path / "sổ tay")


@pytest.fixture(scope="session")
def tiny(make_once, export: Path) -> Path:
    """What `run_one` publishes, made once: the start of tests on a second run."""

    def build(folder: Path) -> None:
        folder.mkdir()
        notebooks = put_notebooks(folder / "notebooks")
        places = ("--data", export, "--out", folder / OUT, "--notebooks", notebooks)
        ended = call("run", "ia1", "--audience", "open", *places)
        assert ended.code == 0, ended.err

    return make_once("tiny report", build) / OUT


@pytest.fixture
def published_before(tiny: Path, tmp_path: Path) -> Path:
    """A copy of it where `run_one` writes."""
    return shutil.copytree(tiny, tmp_path / OUT)


@pytest.fixture
def run_one(export: Path, notebooks: Path, tmp_path: Path):
    """Run the safety report of IA1 for open readers into `tmp_path / OUT`."""

    def run(*words: object, **options) -> Ended:
        places = ("--data", export, "--out", tmp_path / OUT, "--notebooks", notebooks)
        return call("run", "ia1", "--audience", "open", *places, *words, **options)

    return run
