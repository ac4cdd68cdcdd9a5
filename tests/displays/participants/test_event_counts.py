import math

import pandas as pd
import pytest
from sample_events import make_events, without_events, without_persons

from helpers.displays.event_times.events_each import estimate_limits, say_mean, say_means
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
    each = {
        (key.arm, key.category): row["events"]
        for key, row in rows.items()
        if "events" in row and key.category
    }
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


def test_of_few_participants_events_are_counted_and_no_interval_is_said() -> None:
    made = make()
    row = made.statistics[Key("SAF", "IV", "NUMBER_OF_AE")]
    assert (row["n"], row["mean"], row["median"], row["max"], row["events"]) == (3, 1, 1, 2, 3)
    assert "lower" not in row
    assert made.headline == (
        "Events: IV 3 in 3 participants, IT 2 in 2 participants, CTL 2 in 2 participants."
    )
    assert "none of fewer than 8 participants" in " ".join(made.notes)


def test_the_mean_has_an_interval_above_zero_from_eight_participants_on() -> None:
    numbers = pd.Series([2, 1, 0, 1, 2, 0, 1, 1])
    # mean 1, squared distances 1, 0, 1, 0, 1, 1, 0, 0: variance of the mean 4 / 64
    half = 1.959963984540054 * math.sqrt(4 / 64)
    limits = estimate_limits(numbers, 0.95)
    assert limits == pytest.approx({"lower": math.exp(-half), "upper": math.exp(half)})
    assert estimate_limits(numbers.iloc[:7], 0.95) == {}
    said = say_mean({"n": 8, "events": 8, "mean": 1.0, **limits})
    assert said == "1.0 (0.6 to 1.6)"
    rows = {"IV": {"n": 8, "events": 8, "mean": 1.0, **limits}, "IT": {"n": 2, "events": 3}}
    assert say_means(rows, "95%") == (
        "Events per participant, mean (95% CI): IV 1.0 (0.6 to 1.6), IT 3 in 2 participants."
    )


def test_high_stacks_are_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_counts, "TALLEST", 1)
    made = make()
    assert not [key for key, row in made.statistics.items() if "events" in row and key.category]
    assert "Bars: participants" in made.population_line


@pytest.mark.parametrize("view", [without_events(), without_persons()])
def test_without_events_everybody_is_at_zero(view: View) -> None:
    made = make(view)
    assert "EVENTS 1" not in {key.category for key in made.statistics}
    assert "<svg" in made.svg
