"""Trials at their edges go through the real notebooks to published reports."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from altered_exports import copy_export, read_table, write_table
from program import PARAMS, Ended, call

Change = Callable[[str, pd.DataFrame], pd.DataFrame]


def change_tables(export: Path, change: Change) -> None:
    for path in sorted(export.glob("*/*.csv")):
        write_table(change(path.stem, read_table(path)), path)


def keep_one_person(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["SUBJID"] == "005"] if "SUBJID" in frame else frame


def empty_an_arm(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.replace({"ARMCD": {"CTL": "IV"}}) if table == "rand" else frame


def dose_nobody(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:0] if table == "ex" else frame


def let_everybody_die(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    if table != "dm":
        return frame
    return frame.assign(DTHFL="Y", DTHDTC="2022-12-30")


def keep_headers_only(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:0]


EDGES = {
    "one person": keep_one_person,
    "one arm empty": empty_an_arm,
    "nobody dosed": dose_nobody,
    "everybody dead": let_everybody_die,
    "headers only": keep_headers_only,
}


def run_both(export: Path, out: Path, *words: object) -> Ended:
    audience = ("--audience", "closed_unmasked")
    ended = call("run", "ia3", *audience, "--data", export, "--out", out, "--json", *words)
    assert "Traceback" not in ended.err + ended.out
    return ended


@pytest.mark.parametrize("edge", sorted(EDGES))
def test_a_trial_at_its_edge_is_reported(edge: str, export: Path, tmp_path: Path) -> None:
    other = copy_export(export, tmp_path / "export")
    change_tables(other, EDGES[edge])
    ended = run_both(other, tmp_path / "out")
    assert [line["error"] for line in ended.json["reports"] if line["error"]] == []
    assert ended.code == 0


def test_a_cut_off_before_the_first_person_is_reported(export: Path, tmp_path: Path) -> None:
    params = tmp_path / "params"
    shutil.copytree(PARAMS, params)
    file = params / "ia3.yaml"
    file.write_text(file.read_text().replace("cutoff: 2022-12-31", "cutoff: 2020-01-31"))
    ended = run_both(export, tmp_path / "out", "--params", params)
    assert [line["error"] for line in ended.json["reports"] if line["error"]] == []
    assert ended.code == 0
