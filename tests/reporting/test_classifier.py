"""Whoever reads what is published for open readers, participant by participant, can only guess.

The days of randomisation are given to the reader. The folder `open/` of the export, which is not
open, is told apart by the same reader without a mistake: the tool works.
"""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from leaks import read_all, unpack
from per_participant import describe_files, describe_findings, measure_auc

from helpers.datasets.build import build_view
from helpers.params import load_interim, load_trial
from helpers.simulate import write_export

PARAMS = Path(__file__).parents[1] / "trial" / "params"
# Whom an invented trial deals these roles: a fixed arm, whatever the seed. One participant each.
ROLES = ("C04", "C19", "C44")
CHANCE = {2: 0.17, 20: 0.06}  # about three standard errors with 48 participants a trial


def build_seeds(number: int, folder: Path):
    """Features of findings.csv and of the export's open/, and who was dosed, by trial."""
    trial = load_trial(PARAMS)
    interim = load_interim(PARAMS, "fin", trial)
    for seed in range(1, number + 1):
        data = folder / str(seed)
        data.mkdir()
        write_export(data, seed=seed, scenario="null")
        rand = pd.read_csv(data / "restricted" / "rand.csv", dtype=str).set_index("SUBJID")
        rand = rand.sort_index()
        randomised = pd.to_datetime(rand["RANDDTC"].str[:10])
        view = build_view(data, PARAMS, trial=trial, interim=interim, audience="open")
        findings = view.findings[~view.findings["id"].isin(ROLES)]
        files = {path.name: path.read_bytes() for path in (data / "open").glob("*.csv")}
        yield (
            describe_findings(findings[findings["SUBJID"] != ""], randomised),
            describe_files({"ds.csv": files["ds.csv"]}, randomised, days=False),
            rand["ARMCD"] != "CTL",
        )
        shutil.rmtree(data)


@pytest.mark.parametrize("number", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_open_findings_tell_nobody_who_was_dosed(number, tmp_path):
    found = list(build_seeds(number, tmp_path))
    trials = pd.Series([place for place, one in enumerate(found) for _ in one[2]])
    dosed = pd.concat([one[2] for one in found], ignore_index=True)
    published, export = (
        pd.concat([one[place] for one in found], ignore_index=True) for place in (0, 1)
    )
    assert measure_auc(published, dosed, trials) < 0.5 + CHANCE[number]
    assert measure_auc(export, dosed, trials) > 0.95


def test_participants_are_named_by_the_findings_and_nowhere_else_in_an_open_folder(
    published, export
):
    """So the test above reads everything that an open reader gets of single participants."""
    subjects = pd.read_csv(export / "open" / "dm.csv", dtype=str)["SUBJID"].dropna().unique()
    folder = published / "ia3" / "open"
    named = set()
    for name, content in read_all(folder).items():
        if name in ("findings.csv", "tables/L-S-08.csv"):
            continue
        text = b"\n".join(unpack(content)).decode("utf-8", errors="replace")
        cells = {f">{subject}<" for subject in subjects} | {f",{subject}," for subject in subjects}
        named |= {name for cell in cells if cell in text}
    listing = {"safety.html", "safety.ipynb"}  # they show L-S-08
    assert named <= listing
