import math

import pandas as pd
import pytest
from sample_events import ADAE, ADEX, ADSL, make_events, without_doses, without_events

from helpers.displays.event_times.since_dose import list_bins, plot_since_dose
from helpers.displays.model import Figure, Withheld
from helpers.displays.results import Key
from helpers.view import View

# P1: the day of dose 1, a day after dose 2; P2: 17 days after dose 1; P4: the day of dose 2; P5: 5
# days after dose 1
BINS = ["0-6 h", ">6-24 h", ">7-30 d", "day 0-1", ">72 h-7 d", None, None, None, None]
EVENTS = ADAE.assign(BIN=BINS)


def make(view: View | None = None) -> Figure:
    made = plot_since_dose(view or make_events(adae=EVENTS))
    assert isinstance(made, Figure)
    return made


def count(made: Figure, arm: str, name: str, dose: int) -> tuple[float, ...]:
    row = made.statistics[Key("SAF", arm, name, f"DOSE{dose}")]
    return row["events"], row["N"], row["rate"]


def test_events_are_per_hundred_participants_observed_when_the_bin_began() -> None:
    made = make()
    assert count(made, "IV", "0-6 h", 1) == (1, 3, pytest.approx(100 / 3))
    assert count(made, "IV", ">6-24 h", 2) == (1, 1, 100)  # P1 alone had a second dose
    # P3 was dosed three days before the end of the cut-off's day: observed after 24 hours
    assert count(made, "IV", ">24-72 h", 1)[1] == 3
    assert count(made, "IV", ">7-30 d", 1) == (1, 2, 50)
    assert count(made, "IT", "day 0-1", 2) == (1, 1, 100)
    assert count(made, "IT", ">72 h-7 d", 1) == (1, 2, 50)
    assert count(made, "IT", "0-6 h", 1) == (0, 2, 0)


def test_follow_up_after_a_dose_ends_with_the_next_one() -> None:
    soon = ADEX.assign(
        ASTDTM=ADEX["ASTDTM"].where(
            (ADEX["USUBJID"] != "P1") | (ADEX["DOSEORD"] != 2), pd.Timestamp("2022-01-14")
        )
    )
    made = make(make_events(adae=EVENTS, adex=soon))
    assert count(made, "IV", ">24-72 h", 1)[1] == 3
    assert count(made, "IV", ">72 h-7 d", 1)[1] == 1  # P2; P1 has the next dose, P3 72 hours


def test_events_of_few_participants_have_no_interval_and_are_counted() -> None:
    made = make()
    assert not [row for row in made.statistics.values() if "lower" in row]
    assert made.headline == (
        "Events in participants within 72 h after a dose: dose 1 IV 1 in 3, IT 0 in 2; dose 2 IV 1 "
        "in 1, IT 1 in 1."
    )
    assert "none without an event or of fewer than 8 participants" in " ".join(made.notes)


def make_arm(size: int) -> Figure:
    """So many in an arm, each with one dose; the first has an event within six hours of it."""
    persons = [f"N{number}" for number in range(size)]
    adsl, dose, event = (frame.iloc[[0] * size].reset_index() for frame in (ADSL, ADEX, EVENTS))
    adsl, dose = adsl.assign(USUBJID=persons, SUBJID=persons), dose.assign(USUBJID=persons)
    return make(make_events(adsl=adsl, adex=dose, adae=event.assign(USUBJID=persons).iloc[:1]))


def test_a_bin_has_an_interval_from_eight_participants_on() -> None:
    row = make_arm(8).statistics[Key("SAF", "IV", "0-6 h", "DOSE1")]
    # one 1, seven 0: mean 1/8, variance of the mean (49 + 7) / 64 / 64, on the log scale times 64
    half = 1.959963984540054 * math.sqrt(56 / 64)
    assert row["lower"] == pytest.approx(100 / 8 * math.exp(-half))
    assert row["upper"] == pytest.approx(100 / 8 * math.exp(half))
    assert make_arm(8).headline == (
        "Events per 100 participants within 72 h after a dose (95% CI): dose 1 IV 12.5 (2.0 to "
        "78.2), IT nobody."
    )
    assert "lower" not in make_arm(7).statistics[Key("SAF", "IV", "0-6 h", "DOSE1")]


def test_the_primary_window_is_the_bins_in_it_and_the_events_without_a_time() -> None:
    late = EVENTS.assign(BIN=EVENTS["BIN"].replace({">7-30 d": ">24-72 h"}))
    made = make(make_events(adae=late))
    assert count(made, "IV", "WITHIN 72 h", 1) == (2, 3, pytest.approx(200 / 3))  # P1 and P2
    assert count(made, "IT", "WITHIN 72 h", 2) == (1, 1, 100)  # P4, on the day of the dose
    assert count(made, "IT", "WITHIN 72 h", 1) == (0, 2, 0)  # P5 on day 5


def test_bins_stand_in_the_order_of_time() -> None:
    names = [one.name for one in list_bins(make_events())]
    assert names == [
        *("0-6 h", ">6-24 h", ">24-72 h", ">72 h-7 d", ">7-30 d", ">30 d"),
        "day 0-1",
    ]


def test_without_events_all_are_zero_and_without_doses_nobody_is_drawn() -> None:
    empty = without_events()
    made = make(make_events(adae=EVENTS.iloc[:0]))
    assert {row["events"] for row in made.statistics.values()} == {0}
    none = without_doses()
    adae = EVENTS.assign(DOSEREF=pd.array([None] * 9, dtype="Int64"))
    frames = {"adsl": none["adsl"], "adex": none["adex"], "adae": adae}
    assert make(make_events(**frames)).headline == "Nobody was dosed by the cut-off."
    assert isinstance(plot_since_dose(empty), Withheld)  # its events have no bin
