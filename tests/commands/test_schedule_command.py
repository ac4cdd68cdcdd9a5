"""`interim schedule` and the cut-off of `interim new --data`: the same export, the same day."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from program import PARAMS, call

from helpers.params import load_interim, load_trial
from helpers.simulate import write_export


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented export of 18 participants: the first interim is due, the second is not."""
    folder = tmp_path_factory.mktemp("few") / "dữ liệu"
    write_export(folder, n_per_arm=6)
    return folder


def test_each_interim_has_a_line_with_its_day_or_what_is_lacking(few):
    ended = call("schedule", "--data", few, "--params", PARAMS)
    assert ended.code == 0
    lines = {line.split()[0]: line for line in ended.out.splitlines() if line.strip()}
    assert " yes " in lines["ia1"]
    found = call("schedule", "--data", few, "--params", PARAMS, "--json").json["interims"][0]
    assert found["cutoff"] in lines["ia1"]
    assert "not yet" in lines["ia2"]
    assert "24 randomised with M03 done" in lines["ia2"]


def test_json_is_one_object_with_plain_values(few):
    found = call("schedule", "--data", few, "--params", PARAMS, "--json").json
    by_name = {row["interim"]: row for row in found["interims"]}
    assert by_name["ia1"]["reached"] is True
    assert (by_name["ia2"]["date"], by_name["ia2"]["cutoff"]) == (None, None)
    assert by_name["ia2"]["lacking"] == 6
    assert found["exit_code"] == 0


@pytest.mark.parametrize("words", [("schedule",), ("check",), ("run", "ia1")])
def test_an_export_that_is_not_there_is_a_wrong_call_in_one_line(tmp_path, words):
    ended = call(*words, "--data", tmp_path / "x", "--params", PARAMS, "--json")
    assert (ended.code, ended.json["exit_code"]) == (2, 2)
    said = [line for line in ended.err.splitlines() if "taken by default" not in line]
    assert len(said) == 1
    assert "no export there, no such folder; `make report` writes" in said[0]
    assert "`interim simulate DIR`" in said[0]


def test_a_new_interim_takes_the_day_from_the_export(few, tmp_path):
    params = tmp_path / "params"
    shutil.copytree(PARAMS, params)
    ended = call("new", "ia1b", "--from", "ia1", "--data", few, "--params", params)
    assert ended.code == 0
    found = call("schedule", "--data", few, "--params", PARAMS, "--json").json["interims"][0]
    cutoff = load_interim(params, "ia1b", load_trial(params)).cutoff
    assert cutoff.isoformat() == found["cutoff"]
    assert (cutoff + dt.timedelta(days=1)).day == 1


def test_a_new_interim_whose_trigger_is_not_reached_is_not_written(few, tmp_path):
    params = tmp_path / "params"
    shutil.copytree(PARAMS, params)
    ended = call("new", "ia2b", "--from", "ia2", "--data", few, "--params", params)
    assert ended.code == 1
    assert "6 lacking" in ended.err
    assert not (params / "ia2b.yaml").exists()
