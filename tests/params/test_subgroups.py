"""Subgroups, compared scores and the prior: what may be declared and what is refused."""

import shutil
from pathlib import Path

import pytest
from yaml_edits import edit

from helpers.errors import UsageError
from helpers.params import load_interim, load_trial
from helpers.params.score_choice import choose_scores
from helpers.params.trial import Subgroup

PARAMS = Path(__file__).parents[1] / "trial" / "params"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(
        shutil.copytree(PARAMS, tmp_path / "params", ignore=shutil.ignore_patterns("cdisc_pilot"))
    )


def change(folder: Path, key: str, value: object) -> None:
    edit(folder / "trial.yaml", lambda content: content.update({key: value}))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([{"variable": "AEG", "cuts": [65]}], "found AEG, allowed: a variable of baseline_table"),
        ([{"variable": "SEX"}, {"variable": "SEX"}], "SEX is named twice"),
        ([{"variable": "AGE"}], "AGE is of kind number; a number needs cuts"),
        ([{"variable": "SEX", "cuts": [1]}], "SEX is of kind category; cuts go with a number"),
        ([{"variable": "AGE", "cuts": [65, 65]}], "allowed: rising numbers"),
        ([{"variable": "AGE", "cuts": [65], "label": "Age"}], "label"),
    ],
)
def test_subgroups_that_cannot_be_made_are_refused(folder: Path, value: object, said: str) -> None:
    change(folder, "subgroups", value)
    with pytest.raises(UsageError, match=said.replace("[", r"\[")):
        load_trial(folder)


def test_a_score_to_compare_that_does_not_exist_is_refused(folder: Path) -> None:
    change(folder, "consistency", ["NIHSSTOTAL"])
    with pytest.raises(UsageError, match="consistency: found NIHSSTOTAL, allowed: a score"):
        load_trial(folder)


def test_a_score_that_is_not_made_leaves_both_lists(folder: Path) -> None:
    change(folder, "subgroups", [{"variable": "SF36PCS", "cuts": [40]}, {"variable": "SEX"}])
    trial = load_trial(folder)
    rand = trial.scoring.model_copy(update={"sf36_version": "rand"})
    chosen = choose_scores(trial.model_copy(update={"scoring": rand}))
    assert chosen.subgroups == (Subgroup(variable="SEX"),)
    assert chosen.consistency == ("NIHSSTOT", "FIMTOT", "MASUE", "FMATOT")


def test_a_prior_without_spread_is_refused(folder: Path) -> None:
    path = folder / "ia3.yaml"
    path.write_text(path.read_text() + "shrinkage: {mean_sd: 0.0}\n")
    with pytest.raises(UsageError, match="mean_sd"):
        load_interim(folder, "ia3", load_trial(folder))
