"""The seal of the letters: the same key for every masked report of a trial."""

import json
from pathlib import Path

import pytest

from helpers.errors import UsageError
from helpers.masking.key import VARIABLE
from helpers.params import load_trial
from helpers.reporting.publishing.seal import Seal, check_seals, seal_trial

PARAMS = Path(__file__).parents[2] / "trial" / "params"
TRIAL = load_trial(PARAMS)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(VARIABLE, raising=False)
    (tmp_path / "export.json").write_text(
        json.dumps({"study": TRIAL.study, "extract": "2024-12-31T18:00", "synthetic": True})
    )
    return tmp_path


def publish(out: Path, interim: str, seal: Seal) -> None:
    folder = out / interim / "closed_masked"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"labels": seal.describe()}))


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
    assert "test key" in seal_trial("", data, TRIAL).describe()["note"]
    monkeypatch.setenv(VARIABLE, "3" * 40)
    assert seal_trial("", data, TRIAL).describe()["note"] == ""


def test_a_seal_does_not_show_its_key(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "secret" * 8)
    assert "secret" not in repr(seal_trial("", data, TRIAL))


def test_a_trial_of_one_arm_has_no_letters(data: Path) -> None:
    alone = TRIAL.model_copy(update={"arms": TRIAL.arms[:1]})
    with pytest.raises(UsageError, match="the trial has 1 arm, allowed: 2 to 6"):
        seal_trial("", data, alone)
