"""By how many participants an arm has more serious events than the control, whatever the sizes."""

import pytest
from view_factory import make_view

from helpers.displays.adverse_events.serious_excess import find_excess, state_serious
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
    found = [(2, "b"), (1, "x"), (3, "c"), (2, "a"), (2, "d")]
    said = "Serious, and more often than in CTL: c; a; b; and 1 more."
    assert state_serious(view, found) == said
    assert state_serious(view, [(1, "x")]) == ""
