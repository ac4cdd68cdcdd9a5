"""Ordered outcomes: every kind of participant has exactly one."""

import pytest
from pydantic import ValidationError
from view_factory import shipped_trial

from helpers.params.outcomes import Outcome, check_outcomes
from helpers.params.scores import Responder


def make(**conditions: dict[str, bool]) -> tuple[Outcome, ...]:
    return tuple(Outcome(code=code, label=code, **own) for code, own in conditions.items())


def test_the_shipped_outcomes_end_with_death() -> None:
    outcomes = shipped_trial().desirability
    assert [outcome.code for outcome in outcomes][-1] == "DIED"
    facts = {"died": False, "response": True, "serious": True, "severe": False}
    assert [one.code for one in outcomes if one.holds(facts)] == ["RESPONSE_SERIOUS"]


def test_a_kind_of_participant_without_an_outcome_is_refused() -> None:
    with pytest.raises(ValueError, match="found no outcome for died false, response true"):
        check_outcomes(make(BAD={"died": True}, NONE={"died": False, "response": False}))


def test_a_kind_of_participant_with_two_outcomes_is_refused() -> None:
    with pytest.raises(ValueError, match="found BAD, HARMED for died true, response true"):
        check_outcomes(make(BAD={"died": True}, HARMED={"serious": True}, GOOD={"died": False}))


def test_two_outcomes_with_one_code_are_refused() -> None:
    twice = (*make(BAD={"died": True}), *make(BAD={"died": False}))
    with pytest.raises(ValueError, match="two outcomes share a code"):
        check_outcomes(twice)


def test_no_outcomes_are_none() -> None:
    assert check_outcomes(()) == ()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"change": -0.5}, "allowed: a whole number of steps"),
        ({"change": -1.0, "or_value_at_most": 0.0}, "with a change only"),
    ],
)
def test_a_rule_of_the_worst_items_counts_whole_steps(rule: dict[str, float], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Responder.model_validate({"of": "worst_items", **rule})
