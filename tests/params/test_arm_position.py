"""The control has one colour in every trial; the other arms keep theirs in order."""

from pathlib import Path

import pytest

from helpers.params import load_trial
from helpers.params.trial import CONTROL_POSITION

PARAMS = Path(__file__).parents[1] / "trial" / "params"
TRIAL = load_trial(PARAMS)


def positions(control: str | None, *codes: str) -> list[int]:
    arms = tuple(TRIAL.arms[0].model_copy(update={"code": code}) for code in codes)
    trial = TRIAL.model_copy(update={"arms": arms, "control": control})
    return [trial.arm_position(code) for code in codes]


@pytest.mark.parametrize("control", ["A", "B", "C", "D"])
def test_the_control_has_its_place_wherever_it_stands(control: str) -> None:
    places = dict(zip("ABCD", positions(control, *"ABCD"), strict=True))
    assert places.pop(control) == CONTROL_POSITION
    assert list(places.values()) == [0, 1, 3]


def test_without_a_control_the_arms_are_counted() -> None:
    assert positions(None, "A", "B", "C", "D") == [0, 1, 2, 3]


def test_the_arms_of_both_trials_differ() -> None:
    for folder in (PARAMS, PARAMS / "cdisc_pilot"):
        trial = load_trial(folder)
        assert len({trial.arm_position(arm.code) for arm in trial.arms}) == len(trial.arms)
