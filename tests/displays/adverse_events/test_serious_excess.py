"""Serious events beyond those of the control: how many participants, and what is said of them."""

from dataclasses import replace

import pytest
from view_factory import make_view

from helpers.displays.adverse_events.serious_excess import (
    Serious,
    count_beyond,
    find_excess,
    note_serious,
    state_serious,
)
from helpers.view import ClosedView


@pytest.fixture(scope="module")
def view() -> ClosedView:
    made = make_view()
    assert isinstance(made, ClosedView)
    return made


@pytest.mark.parametrize(
    ("iv", "it", "control", "excess"),
    [
        ((3, 16), (1, 16), (1, 16), 2),  # arms of one size: by their numbers
        ((3, 17), (0, 14), (1, 16), 2),  # a participant more or less in an arm is no matter
        ((4, 200), (0, 200), (2, 100), 0),  # twice the participants, twice the events: no excess
        ((3, 10), (0, 10), (4, 40), 2),  # fewer events, a larger share
        ((0, 16), (0, 16), (3, 16), 0),  # less often than in the control
        ((2, 16), (0, 0), (0, 0), 2),  # nobody in the control
    ],
)
def test_an_excess_is_above_what_the_share_of_the_control_gives(view, iv, it, control, excess):
    assert find_excess(view, {"IV": iv, "IT": it, "CTL": control}) == excess


def test_what_exceeds_by_two_is_said_most_first_and_four_are_three_and_one_more(view):
    numbers = [(2, "b"), (1, "x"), (3, "c"), (2, "a"), (2, "d")]
    said = "Serious, and in 2 or more participants above the share of CTL: c; a; b; and 1 more."
    assert state_serious(view, [Serious(excess, 0, text) for excess, text in numbers]) == said
    assert state_serious(view, [Serious(1, 0, "x")]) == ""


def test_one_serious_event_in_an_arm_that_nobody_of_the_control_has_is_named(view):
    counts = {"IV": (0, 6), "IT": (1, 4), "CTL": (0, 5)}
    one = Serious(find_excess(view, counts), count_beyond(view, counts), "Seizure")
    assert state_serious(view, [one]) == "Serious, and in nobody of CTL: Seizure."
    two = Serious(2, 2, "Fall")
    assert state_serious(view, [one, two]) == (
        "Serious, and in 2 or more participants above the share of CTL: Fall. Also serious, and in "
        "nobody of CTL: Seizure."
    )


@pytest.mark.parametrize("control", [(1, 5), (0, 0)])
def test_what_the_control_has_too_or_could_not_have_is_not_beyond_it(view, control):
    assert count_beyond(view, {"IV": (1, 6), "IT": (1, 4), "CTL": control}) == 0


def test_without_a_control_as_of_letters_no_arm_is_the_one_that_others_are_beyond(view):
    alone = replace(view, trial=view.trial.model_copy(update={"control": None}))
    assert count_beyond(alone, {"IV": (0, 6), "IT": (1, 4), "CTL": (0, 5)}) == 0
    assert note_serious(alone) == (
        "The finding names what is serious in 2 or more participants above the share of another "
        "arm."
    )
