"""What `new-trial` writes for public studies runs for every reader, or says what to decide."""

import json
import os
import shutil
import subprocess
import sys

import pytest
import yaml


def call(*words):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "helpers", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def propose(folder, source):
    """Parameters and export of a study, and what new-trial says before the first run."""
    made = call("new-trial", folder / "params", "--from-data", source)
    assert made.returncode == 0, made.stderr
    done = call("import", source, "--to", folder / "data")
    assert done.returncode == 0, done.stderr
    first = [line for line in made.stdout.splitlines() if line.startswith("before the first run")]
    return first, done.stdout


def run(folder, *words):
    """Status by audience and report, and why what failed did."""
    places = ("--params", folder / "params", "--data", folder / "data", "--out", folder / "out")
    made = json.loads(call("run", "--all", *places, "--json", *words).stdout)
    reports = made["reports"]
    states = {(r["audience"], r["report"]): r["status"] for r in reports}
    return states, {r["error"] for r in reports if r["error"]}


@pytest.fixture(scope="module")
def screened(package, tmp_path_factory):
    """A study with screening failures: subjects and adverse events only."""
    folder = tmp_path_factory.mktemp("screened")
    for name in ("adsl", "adae"):
        shutil.copy(package / "pharmaverseadam" / f"{name}.parquet", folder)
    return folder


@pytest.mark.slow
def test_a_study_with_screening_failures_has_every_report(screened, tmp_path):
    assert propose(tmp_path, screened)[0] == []
    states, errors = run(tmp_path)
    assert errors == set()
    assert set(states.values()) == {"published"}
    assert len(states) == 4


@pytest.mark.slow
def test_the_pilot_has_every_report(source, tmp_path):
    assert propose(tmp_path, source)[0] == []
    states, errors = run(tmp_path)
    assert errors == set()
    assert set(states.values()) == {"published"}


@pytest.mark.slow
def test_a_folder_of_many_studies_says_what_to_decide_and_then_has_every_report(package, tmp_path):
    first, said = propose(tmp_path, package / "pharmaverseadam")
    assert len(first) == 3
    assert sum("time with a zone" in line for line in said.splitlines()) <= 2
    states, errors = run(tmp_path, "--report", "safety")
    assert states[("open", "safety")] == "published"
    (error,) = errors
    assert "\n" not in error
    assert "choose in trial.yaml, given.scores.FIOP.where: {ATPT:" in error
    path = tmp_path / "params" / "trial.yaml"
    trial = yaml.safe_load(path.read_text())
    given = trial["given"]
    assert given["visits"]["Baseline"] == "BL"
    assert len({word.casefold() for word in given["visits"]}) == len(given["visits"])
    targets = [visit["target"] for visit in trial["visits"]]
    assert targets == sorted(targets)
    for code in ("FIOP", "SIOP"):
        given["scores"][code]["where"]["ATPT"] = ["POST-DOSE"]
    given["scores"]["CBCP"]["competing"] = "first"
    path.write_text(yaml.safe_dump(trial, sort_keys=False))
    states, errors = run(tmp_path)
    assert errors == set()
    assert set(states.values()) <= {"published", "unchanged"}
