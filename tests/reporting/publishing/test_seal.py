"""The seal of letters: one for every masked report of a trial, or for each interim its own."""

import json
from pathlib import Path

import pytest

from helpers.errors import UsageError
from helpers.masking.key import VARIABLE
from helpers.masking.labels import draw_labels, seal_labels
from helpers.params import load_interim, load_trial
from helpers.reporting.publishing.seal import Seals, check_seals, describe_scope
from helpers.reporting.publishing.seal import seal_trial as seal_whole

PARAMS = Path(__file__).parents[2] / "trial" / "params"
TRIAL = load_trial(PARAMS)
EACH = TRIAL.model_copy(update={"mask_scope": "interim"})
INTERIMS = {name: load_interim(PARAMS, name, TRIAL) for name in ("ia3", "fin")}
CODES = [arm.code for arm in TRIAL.arms]


def seal_trial(reference: str, data: Path, trial=TRIAL) -> Seals:
    return seal_whole(reference, data, trial, INTERIMS)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(VARIABLE, raising=False)
    (tmp_path / "export.json").write_text(
        json.dumps({"study": TRIAL.study, "extract": "2024-12-31T18:00", "synthetic": True})
    )
    return tmp_path


def publish(out: Path, interim: str, seals: Seals) -> None:
    folder = out / interim / "closed_masked"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"labels": seals.describe(interim)}))


def test_letters_of_another_key_are_refused_with_the_reason(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST", "1" * 32)
    monkeypatch.setenv("SECOND", "2" * 32)
    first, second = (seal_trial(f"env:{name}", data, TRIAL) for name in ("FIRST", "SECOND"))
    check_seals(data / "out", second)
    publish(data / "out", "ia3", first)
    check_seals(data / "out", first)
    with pytest.raises(UsageError, match=r"ia3.*sealed by another key, so A would be another arm"):
        check_seals(data / "out", second)


def test_the_test_key_says_so_and_another_does_not(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "test key" in seal_trial("", data, TRIAL).describe("ia3")["note"]
    monkeypatch.setenv(VARIABLE, "3" * 40)
    assert seal_trial("", data, TRIAL).describe("ia3")["note"] == ""


def test_a_seal_does_not_show_its_key(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "secret" * 8)
    assert "secret" not in repr(seal_trial("", data, TRIAL))


def test_a_trial_of_one_arm_has_no_letters(data: Path) -> None:
    alone = TRIAL.model_copy(update={"arms": TRIAL.arms[:1]})
    with pytest.raises(UsageError, match="the trial has 1 arm, allowed: 2 to 6"):
        seal_trial("", data, alone)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST", "1" * 32)
    monkeypatch.setenv("SECOND", "2" * 32)


def test_letters_of_the_trial_have_one_seal_and_those_of_interims_one_each(data, keys):
    whole, each = (seal_trial("env:FIRST", data, trial) for trial in (TRIAL, EACH))
    assert len(set(whole.values.values())) == 1
    assert len({*whole.values.values(), *each.values.values()}) == 3
    for name, interim in INTERIMS.items():
        labels = draw_labels(each.key, EACH.study, CODES, interim.interim_id)
        assert each.values[name] == seal_labels(each.key, labels, interim.interim_id)
        assert each.describe(name)["scope"] == "interim"


def test_equal_letters_of_two_interims_have_unequal_seals(data, keys):
    """Else the manifests would tell that the letters can be put together."""
    key = seal_trial("env:FIRST", data).key
    labels = draw_labels(key, TRIAL.study, CODES)
    assert len({seal_labels(key, labels, name) for name in ("", "IA3", "FIN")}) == 3


def test_seals_of_interims_are_compared_within_an_interim_only(data, keys):
    first, second = (seal_trial(f"env:{name}", data, EACH) for name in ("FIRST", "SECOND"))
    publish(data / "out", "ia1", Seals(first.key, "interim", {"ia1": "0" * 64}))
    check_seals(data / "out", first)
    check_seals(data / "out", second)
    publish(data / "out", "ia3", first)
    check_seals(data / "out", first)
    with pytest.raises(UsageError, match=r"ia3.*sealed by another key or for another interim_id"):
        check_seals(data / "out", second)


@pytest.mark.parametrize(("before", "now"), [(TRIAL, EACH), (EACH, TRIAL)])
def test_another_scope_in_a_trial_under_way_is_refused(data, keys, before, now):
    publish(
        data / "out",
        "ia1",
        Seals(seal_trial("env:FIRST", data).key, before.mask_scope, {"ia1": "0" * 64}),
    )
    words = rf"ia1.*its seal does not match.*mask_scope: {before.mask_scope}, and trial\.yaml says"
    with pytest.raises(UsageError, match=words):
        check_seals(data / "out", seal_trial("env:FIRST", data, now))


def test_a_manifest_from_before_there_was_a_scope_is_one_of_letters_of_the_trial(data, keys):
    seals = seal_trial("env:FIRST", data)
    folder = data / "out" / "ia3" / "closed_masked"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"labels": {"seal": seals.values["ia3"]}}))
    check_seals(data / "out", seals)
    with pytest.raises(UsageError, match="its seal does not match"):
        check_seals(data / "out", seal_trial("env:FIRST", data, EACH))
    assert "same arm in every masked report" in describe_scope({"labels": {"seal": ""}})
    assert describe_scope({}) == ""
