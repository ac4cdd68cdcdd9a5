import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.displays import show
from helpers.displays.adverse_events.count_bands import (
    band_row,
    find_band,
    is_pinned,
    pins_the_classes,
    suppressed_row,
)
from helpers.displays.results import Key, index_results
from helpers.displays.rows import RowContext
from helpers.view import Group

GROUP = Group("Total", "Total", "", None, pd.Index(["S1"]))
KEY = Key("ITT", "Total", "any")
CONTEXT = RowContext(Key("ITT", "", "any"), [GROUP])


def counts(n: int) -> dict[str, float]:
    return {"n": n, "N": 48, "pct": 100 * n / 48, "events": 2 * n}


@pytest.mark.parametrize(
    ("n", "band"),
    [(0, (0, 0)), (1, (1, 2)), (2, (1, 2)), (3, (3, 5)), (5, (3, 5)), (6, (6, 8)), (48, (48, 50))],
)
def test_a_count_lies_in_a_step_of_three(n: int, band: tuple[int, int]) -> None:
    assert find_band(n, 3) == band


@pytest.mark.parametrize("n", [0, 1, 7])
def test_without_a_limit_a_count_is_itself(n: int) -> None:
    assert find_band(n, 0) == (n, n)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(2, 12))
def test_two_published_counts_differ_by_nothing_or_by_whole_steps(
    a: int, b: int, step: int
) -> None:
    lows = [find_band(n, step).low for n in (a, b) if n >= step]
    assert len(lows) < 2 or (lows[0] - lows[1]) % step == 0
    assert all(find_band(n, step).low <= n <= find_band(n, step).high for n in (a, b))


@pytest.mark.parametrize(
    ("n", "least", "form"),
    [(1, None, show.n_pct(3)), (2, None, show.n_pct(3)), (7, 6, show.n_band(3))],
)
def test_a_row_publishes_its_step_and_neither_percent_nor_events(n, least, form) -> None:
    row = band_row(CONTEXT, "Any", counts(n), 3)
    numbers = index_results(row.results)[KEY]
    assert {name for name, value in numbers.items() if not math.isnan(value)} == (
        {"N"} if least is None else {"N", "min"}
    )
    assert numbers.get("min") == least
    assert [cell.form for cell in row.line.cells] == [form]


def test_nobody_is_published_as_nobody_and_everything_where_there_is_no_limit() -> None:
    for row in (band_row(CONTEXT, "Any", counts(0), 3), band_row(CONTEXT, "Any", counts(2), 0)):
        assert not any(math.isnan(result.value) for result in row.results)


def test_a_suppressed_row_has_its_denominator_only() -> None:
    numbers = index_results(suppressed_row(CONTEXT, "Any", counts(7)).results)[KEY]
    assert {name: value for name, value in numbers.items() if not math.isnan(value)} == {"N": 48}


@pytest.mark.parametrize(
    ("n", "exempt", "pinned"),
    [
        # two participants with an event, both serious: <3 would be known to be 2
        (2, [2], True),
        (2, [1], False),
        (5, [5, 1], True),
        (4, [4], False),  # 3 to 5 with 4 serious ones: 4 or 5
        (0, [0], False),
        (7, [], False),
    ],
)
def test_an_exact_count_of_a_part_can_leave_one_number_only(n, exempt, pinned) -> None:
    assert is_pinned(n, 3, exempt) is pinned


@pytest.mark.parametrize(
    ("total", "classes", "pinned"),
    [
        (12, [5, 5, 2], True),  # at most 5, 5 and 2 are 12, and 12 to 14 are published
        (11, [5, 5, 2], False),  # 9 to 11
        (9, [5, 4], False),  # (4, 5), (5, 4) or (5, 5)
        (15, [5, 5, 5], True),
        (0, [], False),
    ],
)
def test_classes_whose_highest_numbers_just_reach_everybody_are_pinned(
    total, classes, pinned
) -> None:
    assert pins_the_classes(total, classes, 3) is pinned
