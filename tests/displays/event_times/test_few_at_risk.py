"""An estimate that an event among one or two at risk made is shown as a count."""

import pandas as pd
import pytest

from helpers.displays import show
from helpers.displays.cells import Cell
from helpers.displays.event_times.first_events import (
    estimate_incidence,
    estimate_naive,
    read_shares,
)
from helpers.displays.formats import format_cell
from helpers.displays.results import Key

EVENT, CENSORED, DIED = 0, 1, 2
KEY = Key("SAF", "IV", "X")


def times(*rows: tuple[int, int]) -> pd.DataFrame:
    """Day and how it ended of each participant."""
    return pd.DataFrame(rows, columns=["AVAL", "CNSR"]).astype({"AVAL": float})


def show_at(rows: pd.DataFrame, day: int, *, interval: bool = True) -> str:
    estimate = estimate_incidence if interval else estimate_naive
    (numbers,) = read_shares(estimate(rows, 0.95), len(rows), [day])
    return format_cell(Cell(KEY, show.share_or_count(interval=interval)), {KEY: numbers})


LAST_OF_FOUR = times((1, CENSORED), (2, CENSORED), (3, CENSORED), (4, EVENT))
FIRST_OF_FOUR = times((1, EVENT), (20, CENSORED), (30, CENSORED), (40, CENSORED))
THIRD_OF_FIVE = times((1, CENSORED), (2, DIED), (3, EVENT), (9, CENSORED), (9, CENSORED))


@pytest.mark.parametrize(
    ("rows", "day", "text"),
    [
        (LAST_OF_FOUR, 4, "1 / 4"),  # one of one at risk: the estimate is 100%
        (LAST_OF_FOUR, 3, "0.0"),  # of four, nobody by then
        (FIRST_OF_FOUR, 40, "25.0"),  # of four, however few are left
        (THIRD_OF_FIVE, 9, "25.0"),  # three at risk are enough
        (times((5, CENSORED), (6, CENSORED)), 4, "0 / 2"),
        (times((5, EVENT)), 5, "1 / 1"),
        (times((5, EVENT)), 6, "1 / 1"),  # all had it: known ever after
        (times((5, CENSORED)), 6, "NE"),
        (times(), 5, "NE"),
    ],
)
def test_a_count_stands_where_a_percentage_would_mislead(
    rows: pd.DataFrame, day: int, text: str
) -> None:
    estimate, _, _ = show_at(rows, day).partition(" (")
    assert estimate == text


def test_the_other_estimate_has_no_interval_and_the_same_rule() -> None:
    assert show_at(LAST_OF_FOUR, 4, interval=False) == "1 / 4"
    assert show_at(FIRST_OF_FOUR, 40, interval=False) == "25.0"


def test_the_numbers_behind_are_kept() -> None:
    (numbers,) = read_shares(estimate_incidence(LAST_OF_FOUR, 0.95), 4, [4])
    assert (numbers["estimate"], numbers["n"], numbers["N"]) == (1.0, 1, 4)
    assert numbers["fewest_at_risk"] == 1
