"""An arm in which nobody has had the event still has an upper limit."""

import pandas as pd
import pytest
from sample_times import make_times

from helpers.displays.event_times.cumulative_incidence import plot_cumulative_incidence
from helpers.displays.event_times.curves import Curve, Panel
from helpers.displays.event_times.first_events import count_until, estimate_incidence
from helpers.displays.event_times.no_event_yet import (
    find_without_event,
    list_limits,
    note_without_event,
)
from helpers.displays.results import Key, index_results

EVENT, CENSORED, DIED = 0, 1, 2
TICKS = (0, 30, 91, 183)


def make_panel(*rows: tuple[int, int]) -> Panel:
    """Day and how it ended of each participant of one arm."""
    times = pd.DataFrame(rows, columns=["AVAL", "CNSR"]).astype({"AVAL": float})
    steps = estimate_incidence(times, 0.95)
    curve = Curve("CTL", 2, len(rows), steps, count_until(times, TICKS))
    return Panel("TTSAE", "First", [curve], TICKS)


def test_the_limit_is_exact_and_of_those_whose_outcome_is_known() -> None:
    """Three reach day 91 and one died before: 0 of 4, upper limit 1 - 0.025 ** (1 / 4)."""
    panel = make_panel(
        (20, CENSORED), (50, DIED), (100, CENSORED), (120, CENSORED), (200, CENSORED)
    )
    found = find_without_event([panel], 0.95)
    assert [(one.arm, one.day, one.known) for one in found] == [("CTL", 91, 4)]
    assert found[0].upper == pytest.approx(1 - 0.025 ** (1 / 4))
    assert note_without_event(found, 0.95).endswith(": First CTL 0 of 4 by day 91: up to 60.2%.")
    row = index_results(list_limits("SAF", found))[Key("SAF", "CTL", "TTSAE", "", "NONE BY DAY 91")]
    assert row == {"n": 0, "N": 4, "upper": pytest.approx(1 - 0.025 ** (1 / 4))}


def test_of_fewer_than_three_it_is_the_latest_day_that_all_of_them_reached() -> None:
    (one,) = find_without_event([make_panel((100, CENSORED), (190, CENSORED))], 0.95)
    assert (one.day, one.known) == (91, 2)
    assert find_without_event([make_panel((10, CENSORED))], 0.95) == []


def test_an_arm_with_an_event_has_its_own_interval() -> None:
    found = find_without_event([make_panel((20, EVENT), (200, CENSORED))], 0.95)
    assert found == []
    assert note_without_event(found, 0.95) == ""


def test_the_figure_has_the_limit_in_a_note_and_in_its_results() -> None:
    """Nobody of IT has a serious event; both are followed for a year and more."""
    figure = plot_cumulative_incidence(make_times())
    (note,) = [note for note in figure.notes if note.startswith("Where nobody has the event")]
    keys = [key for key in figure.statistics if key.category.startswith("NONE BY DAY")]
    assert {(key.arm, key.parameter) for key in keys} >= {("IT", "TTFSAE")}
    assert "First serious adverse event IT 0 of 2 by day" in note
