"""Trials at their edges: every display shows itself, and the program publishes the reports."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from altered_exports import copy_export, read_table, write_table
from executed_cells import make_displays
from program import PARAMS, Ended, call

from helpers.datasets.build import build_view
from helpers.displays.render import show_html
from helpers.displays.results import index_results
from helpers.params import load_interim, load_trial
from helpers.simulate import write_export

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

# the whole program once, for the emptiest, which makes its displays as well; those of one more
EMPTY = "headers only"
SLOW = pytest.mark.slow
SHOWN = ("nobody dosed",)


@pytest.fixture(scope="module")
def few(make_once) -> Path:
    """An export of twelve participants: what is at the edge is not the number."""
    return make_once("edge export", lambda folder: write_export(folder, n_per_arm=4))


def run_both(export: Path, out: Path, *words: object) -> Ended:
    audience = ("--audience", "closed_unmasked")
    ended = call("run", "ia3", *audience, "--data", export, "--out", out, "--json", *words)
    assert "Traceback" not in ended.err + ended.out
    return ended


def show_all(export: Path, params: Path = PARAMS) -> list[str]:
    """Ids of the displays of both reports at IA3, each of them rendered, no number filed twice."""
    trial = load_trial(params)
    interim = load_interim(params, "ia3", trial)
    view = build_view(export, params, trial=trial, interim=interim, audience="closed_unmasked")
    displays = make_displays(view)
    for display in displays:
        show_html(display)
        index_results(display.results)
    return [display.id for display in displays]


@pytest.mark.parametrize(
    "edge", [*SHOWN, *(pytest.param(edge, marks=SLOW) for edge in EDGES if edge not in SHOWN)]
)
def test_a_trial_at_its_edge_shows_every_display(edge: str, few: Path, tmp_path: Path) -> None:
    other = copy_export(few, tmp_path / "export")
    change_tables(other, EDGES[edge])
    shown = show_all(other)
    assert len(shown) > 100
    assert len(set(shown)) == len(shown)


def test_a_cut_off_before_the_first_person_shows_every_display(few: Path, tmp_path: Path) -> None:
    assert len(show_all(few, before_the_first_person(tmp_path))) > 100


@pytest.mark.parametrize(
    "edge", [EMPTY, *(pytest.param(edge, marks=SLOW) for edge in EDGES if edge != EMPTY)]
)
def test_a_trial_at_its_edge_is_reported(edge: str, few: Path, tmp_path: Path) -> None:
    other = copy_export(few, tmp_path / "export")
    change_tables(other, EDGES[edge])
    ended = run_both(other, tmp_path / "out")
    assert [line["error"] for line in ended.json["reports"] if line["error"]] == []
    assert ended.code == 0


@pytest.mark.slow
def test_a_cut_off_before_the_first_person_is_reported(export: Path, tmp_path: Path) -> None:
    ended = run_both(export, tmp_path / "out", "--params", before_the_first_person(tmp_path))
    assert [line["error"] for line in ended.json["reports"] if line["error"]] == []
    assert ended.code == 0


def before_the_first_person(tmp_path: Path) -> Path:
    params = tmp_path / "params"
    shutil.copytree(PARAMS, params)
    file = params / "ia3.yaml"
    text = file.read_text()
    earlier, changed = re.subn(r"(?m)^cutoff: \S+$", "cutoff: 2020-01-31", text)
    assert changed == 1
    file.write_text(earlier)
    return params
