"""Counts too small to be published, worked out by hand on tables of a few rows."""

import math

import pytest

from helpers.displays import show
from helpers.displays.cells import Form
from helpers.displays.model import Cell, Figure, Header, Line, Table
from helpers.displays.results import Key, rows_of
from helpers.displays.small_counts import (
    NOT_SHOWN,
    find_small_counts,
    find_typed_counts,
    hide_small_counts,
)

N = 37


def key(parameter: str, category: str = "") -> Key:
    return Key("ITT", "Total", parameter, "", category)


def make_table(counts: dict[Key, int], form: Form = show.n_pct_events(), total: int = N) -> Table:
    results = [
        row
        for k, n in counts.items()
        for row in rows_of(k, {"n": n, "N": total, "pct": 100 * n / total, "events": 2 * n})
    ]
    lines = [Line(k.category or k.parameter, (Cell(k, form),)) for k in counts]
    return Table("T-X-1", "T", "", tuple(results), headers=(Header("Total"),), lines=tuple(lines))


def shown(table: Table) -> dict[str, str]:
    return dict(table.csv_copy()[1])


def numbers(table: Table, k: Key) -> dict[str, float]:
    return {name: v for name, v in table.statistics[k].items() if not math.isnan(v)}


def test_counts_of_one_and_two_lose_every_number_but_the_denominator() -> None:
    table = make_table({key("a"): 1, key("b"): 2, key("c"): 3, key("d"): 0})
    hidden = hide_small_counts(table, 3, "hidden")
    assert shown(hidden) == {"a": "<3", "b": "<3", "c": "3 (8.1) [6]", "d": "0"}
    for name in "ab":
        assert numbers(hidden, key(name)) == {"N": 37}
    for name in "cd":
        assert numbers(hidden, key(name)) == table.statistics[key(name)]


def test_the_table_given_stays_as_it_was() -> None:
    table = make_table({key("a"): 1})
    hide_small_counts(table, 3, "hidden")
    assert shown(table) == {"a": "1 (2.7) [2]"}


@pytest.mark.parametrize("small_cell", [2, 3, 5, 11])
def test_no_count_below_the_limit_of_the_audience_is_left(small_cell: int) -> None:
    table = make_table({key(str(n)): n for n in range(12)})
    hidden = hide_small_counts(table, small_cell, "hidden")
    left = {k.parameter for k, row in hidden.statistics.items() if not math.isnan(row["n"])}
    assert left == {str(n) for n in range(12) if n == 0 or n >= small_cell}
    assert find_small_counts(hidden.results, small_cell, "hidden") == set()


def test_without_a_limit_and_for_counts_of_conduct_nothing_is_hidden() -> None:
    table = make_table({key("a"): 1})
    assert hide_small_counts(table, 0, "hidden") is table
    assert hide_small_counts(table, 3, "shown") is table


def test_a_declared_parameter_is_told_and_the_others_are_not() -> None:
    table = make_table({key("fatal"): 1, key("other"): 1})
    hidden = hide_small_counts(table, 3, ("fatal",))
    assert shown(hidden) == {"fatal": "1 (2.7) [2]", "other": "<3"}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # one hidden category among those that add up to everybody: the next smallest goes too
        ({"a": 1, "b": 4, "c": 32}, {"a": "<3", "b": NOT_SHOWN, "c": "32 (86.5)"}),
        # two hidden ones that can only be 2 and 2, or 1 and 1
        ({"a": 2, "b": 2, "c": 33}, {"a": "<3", "b": "<3", "c": NOT_SHOWN}),
        ({"a": 1, "b": 1, "c": 35}, {"a": "<3", "b": "<3", "c": NOT_SHOWN}),
        # two hidden ones that can be 1 and 2 either way
        ({"a": 1, "b": 2, "c": 34}, {"a": "<3", "b": "<3", "c": "34 (91.9)"}),
        # categories that overlap or leave people out tell nothing by difference
        ({"a": 1, "b": 4, "c": 20}, {"a": "<3", "b": "4 (10.8)", "c": "20 (54.1)"}),
    ],
)
def test_a_second_category_is_hidden_where_a_difference_would_tell_the_first(
    counts: dict[str, int], expected: dict[str, str]
) -> None:
    table = make_table({key("p", name): n for name, n in counts.items()}, form=show.n_pct())
    assert shown(hide_small_counts(table, 3, "hidden")) == expected


def test_where_no_category_is_left_to_hide_their_sum_is_hidden() -> None:
    table = make_table({key("p"): 4, key("p", "a"): 2, key("p", "b"): 2}, form=show.n_pct())
    assert shown(hide_small_counts(table, 3, "hidden")) == {
        "p": NOT_SHOWN,
        "a": "<3",
        "b": "<3",
    }


def test_beside_a_hidden_category_no_events_are_told() -> None:
    table = make_table({key("p", "a"): 1, key("p", "b"): 9, key("q", "a"): 9})
    hidden = hide_small_counts(table, 3, "hidden")
    assert "events" not in numbers(hidden, key("p", "b"))
    assert numbers(hidden, key("q", "a"))["events"] == 18


def test_a_number_made_from_few_is_hidden_whatever_its_form() -> None:
    k = key("age")
    values = {"n": 2, "mean": 71.5, "sd": 0.7, "min": 71, "max": 72}
    cells = (Cell(k, show.mean_sd()), Cell(k, show.range_()), Cell(k, show.n()))
    table = Table("T-X-1", "T", "", tuple(rows_of(k, values)), lines=(Line("age", cells),))
    hidden = hide_small_counts(table, 3, "hidden")
    assert hidden.lines[0].cells[:2] == (NOT_SHOWN, NOT_SHOWN)
    assert numbers(hidden, k) == {}


def test_a_figure_is_not_changed_but_found() -> None:
    figure = Figure("F-X-1", "F", "", tuple(rows_of(key("a"), {"n": 2})))
    assert hide_small_counts(figure, 3, "hidden") is figure
    assert find_small_counts(figure.results, 3, "hidden") == {key("a")}


def test_typed_cells_that_read_as_small_counts_are_found() -> None:
    texts = ["1", "2 (5.4)", "1 / 8", "3", "0", "12", "n.a.", "1.5", "2021-02-01", "12 (3.1)"]
    assert find_typed_counts(texts, 3) == ["1", "2 (5.4)", "1 / 8"]
