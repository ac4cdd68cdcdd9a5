"""The pilot: no byte of its open folder depends on what the restricted side of the import holds."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from leaks import find_in_bundle, read_all
from program import PARAMS, call
from whole_program import run_interim

PILOT = PARAMS / "cdisc_pilot"
WORD, NUMBER = "Qx7Zcanary", 0.8372615940372
KEYS = ("SRCROW", "USUBJID")


def change(data: Path, how) -> None:
    """Every restricted data set with its columns, but the keys, changed."""
    for path in sorted((data / "restricted").glob("*.parquet")):
        frame = pd.read_parquet(path)
        for place, column in enumerate(name for name in frame if name not in KEYS):
            frame[column] = how(frame[column], place)
        frame.to_parquet(path, index=False)


def deal(values: pd.Series, place: int) -> pd.Series:
    return pd.Series(values.sample(frac=1, random_state=3 + place).to_numpy(), dtype=values.dtype)


def plant(values: pd.Series, place: int) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values):
        return pd.Series(NUMBER, index=values.index)
    return pd.Series([f"{WORD}{place}.{row}" for row in range(len(values))], index=values.index)


def run_open(data: Path, out: Path) -> dict[str, bytes]:
    run_interim("final", "--params", PILOT, "--data", data, "--out", out, "--audience", "open")
    return read_all(out / "final" / "open")


@pytest.fixture(scope="module")
def told(imported, tmp_path_factory):
    return run_open(imported, tmp_path_factory.mktemp("told"))


@pytest.mark.slow
def test_open_invariance_of_an_imported_study(imported, told, tmp_path):
    """Section 7.1: arms, doses, causality and action belong to others."""
    data = shutil.copytree(imported, tmp_path / "data")
    change(data, deal)
    before = pd.read_parquet(imported / "restricted" / "adsl.parquet")
    after = pd.read_parquet(data / "restricted" / "adsl.parquet")
    assert (before["TRT01P"] != after["TRT01P"]).sum() > 50
    assert run_open(data, tmp_path / "out") == told


@pytest.mark.slow
def test_no_canary_of_an_imported_study_is_in_its_open_folder(imported, told, tmp_path):
    """Section 7.3."""
    data = shutil.copytree(imported, tmp_path / "data")
    change(data, plant)
    assert run_open(data, tmp_path / "out") == told
    assert find_in_bundle(tmp_path / "out", WORD.encode(), str(NUMBER).encode()) == []


@pytest.mark.slow
def test_the_open_report_of_an_imported_study_needs_no_restricted_folder(imported, told, tmp_path):
    """Section 7.6."""
    data = shutil.copytree(imported, tmp_path / "data")
    shutil.rmtree(data / "restricted")
    assert run_open(data, tmp_path / "out") == told


@pytest.mark.slow
def test_an_imported_study_has_no_letters_and_makes_nothing_for_masked_readers(imported, tmp_path):
    words = ("run", "final", "--audience", "closed_masked", "--params", PILOT)
    key = {"INTERIM_MASK_KEY": "k" * 40}
    ended = call(*words, "--data", imported, "--out", tmp_path / "out", env=key)
    assert ended.code == 2
    assert "audience 'closed_masked' is not declared" in ended.err
    assert not list((tmp_path / "out").rglob("*.html"))
