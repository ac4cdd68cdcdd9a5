import math

import pytest
from sample_events import make_events, without_events, without_persons

from helpers.displays.model import Figure
from helpers.displays.participants import event_counts
from helpers.displays.participants.event_counts import plot_event_counts
from helpers.displays.results import Key
from helpers.view import View


def make(view: View | None = None) -> Figure:
    made = plot_event_counts(view or make_events())
    assert isinstance(made, Figure)
    return made


def test_everybody_is_a_dot_at_the_number_of_events() -> None:
    rows = make().statistics
    each = {(key.arm, key.category): row["events"] for key, row in rows.items() if "events" in row}
    assert each == {
        ("IV", "101"): 2,
        ("IV", "102"): 1,
        ("IV", "103"): 0,
        ("IT", "104"): 1,
        ("IT", "105"): 1,
        ("CTL", "107"): 1,
        ("CTL", "108"): 1,
    }


def test_participants_are_counted_by_number_and_with_a_serious_event() -> None:
    rows = make().statistics
    counts = [rows[Key("SAF", "IV", "NUMBER_OF_AE", category=f"EVENTS {n}")] for n in (0, 1, 2)]
    assert [(row["n"], row["N"]) for row in counts] == [(1, 3)] * 3
    serious = [rows[Key("SAF", "IV", "SERIOUS", category=f"EVENTS {n}")]["n"] for n in (0, 1, 2)]
    assert serious == [0, 0, 1]


def test_the_mean_has_an_interval_above_zero() -> None:
    made = make()
    row = made.statistics[Key("SAF", "IV", "NUMBER_OF_AE")]
    assert (row["n"], row["mean"], row["median"], row["max"]) == (3, 1, 1, 2)
    # numbers 2, 1, 0: mean 1, variance of the mean ((1 + 0 + 1) / 9), on the log scale / 1
    half = 1.959963984540054 * math.sqrt(2 / 9)
    assert row["lower"] == pytest.approx(math.exp(-half))
    assert row["upper"] == pytest.approx(math.exp(half))
    assert made.headline == (
        "Events per participant, mean (95% CI): IV 1.0 (0.4 to 2.5), IT no mean, CTL no mean."
    )


def test_high_stacks_are_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_counts, "TALLEST", 1)
    made = make()
    assert not [row for row in made.statistics.values() if "events" in row]
    assert "Bars: participants" in made.population_line


@pytest.mark.parametrize("view", [without_events(), without_persons()])
def test_without_events_everybody_is_at_zero(view: View) -> None:
    made = make(view)
    assert "EVENTS 1" not in {key.category for key in made.statistics}
    assert "<svg" in made.svg
