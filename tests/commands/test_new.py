"""`interim new`: a further parameter file, made from an existing one."""

import shutil
from pathlib import Path

import pytest
from program import PARAMS, call

from helpers.commands.new import write_interim
from helpers.params import list_interims, load_interim, load_trial


@pytest.fixture
def params(tmp_path: Path) -> Path:
    folder = tmp_path / "tham số"
    shutil.copytree(PARAMS, folder, ignore=shutil.ignore_patterns("cdisc_pilot"))
    return folder


def test_a_copy_has_its_own_name_and_place_and_waits_for_its_trigger(params):
    ended = call("new", "ah-1", "--from", "ia1", "--params", params)
    assert (ended.code, ended.err) == (0, "")
    assert str(params / "ah-1.yaml") in ended.out
    trial = load_trial(params)
    made, source = (load_interim(params, name, trial) for name in ("ah-1", "ia1"))
    assert (made.interim_id, made.sequence, made.cutoff) == ("AH-1", 6, "trigger")
    assert (made.trigger, made.reports) == (source.trigger, source.reports)
    assert list_interims(params)[-1] == "ah-1"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("ia3", "--from", "ia1"), "exists already"),
        (("ia9", "--from", "ia33"), "did you mean 'ia3'"),
        (("Ä 1", "--from", "ia1"), "allowed as a name"),
        (("trial", "--from", "ia1"), "allowed as a name"),
        (("IA1", "--from", "ia3"), "another name than ia1 (IA1); capitals make no difference"),
    ],
)
def test_a_name_that_cannot_be_used_ends_with_code_2_and_writes_nothing(params, words, says):
    before = sorted(path.name for path in params.iterdir())
    ended = call("new", *words, "--params", params)
    assert ended.code == 2
    assert says in ended.err
    assert sorted(path.name for path in params.iterdir()) == before


def test_a_copy_of_a_look_that_spends_alpha_spends_none_and_has_no_purpose_yet(params):
    ended = call("new", "ah-2", "--from", "ia3", "--params", params)
    assert (ended.code, ended.err) == (0, "")
    made = load_interim(params, "ah-2", load_trial(params))
    assert (made.alpha_look, made.purpose) == (False, "")
    assert "give it a purpose" in ended.out
    assert "alpha_look is false: ia3 spends alpha" in ended.out


def test_comments_and_everything_else_of_the_file_stay():
    text = (
        "# why\ninterim_id: IA3\ninterim_label: x\npurpose: >\n  Half of\n  all\n"
        "sequence: 3   # third\n"
        "cutoff: 2022-12-31\nextract: 2023-01-15T18:00:00\nalpha_look: true\n"
    )
    assert write_interim(text, "ia3b", 7, "2023-02-01") == (
        "# why\ninterim_id: IA3B\ninterim_label: Interim analysis IA3B\nsequence: 7\n"
        "cutoff: 2023-02-01\nalpha_look: false\n"
    )
