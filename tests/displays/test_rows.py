import math

import pandas as pd
import pytest
from table_cells import SPACES

from helpers.displays import show
from helpers.displays.model import NOT_APPLICABLE, Table
from helpers.displays.results import Key
from helpers.displays.rows import (
    RowContext,
    category_rows,
    collect_rows,
    count_persons,
    count_row,
    heading_row,
    name_code,
    number_row,
    summarize_group,
    summary_rows,
)
from helpers.view import Group

FIRST = Group("A", "Arm A", "A", 0, pd.Index(["1", "2", "3", "4"]))
EMPTY = Group("B", "Arm B", "B", 1, pd.Index([]))
TOTAL = Group("Total", "Total", "", None, pd.Index(["1", "2", "3", "4"]))
KEY = Key("ITT", "", "X")


def test_persons_count_once_and_only_inside_their_group() -> None:
    assert count_persons(FIRST, ["1", "1", "9"]) == {"n": 1, "N": 4, "pct": 25}
    assert count_persons(FIRST, ["1", "2"], among=["2", "3"]) == {"n": 1, "N": 2, "pct": 50}


def test_nobody_to_count_has_no_share() -> None:
    assert math.isnan(count_persons(EMPTY, ["1"])["pct"])


def test_a_row_points_at_its_own_numbers() -> None:
    row = count_row(RowContext(KEY, [FIRST, TOTAL]), "Label", ["1"])
    assert {cell.key.arm for cell in row.line.cells} == {"A", "Total"}
    assert {result.key for result in row.results} == {cell.key for cell in row.line.cells}


def test_arms_that_a_row_does_not_apply_to_hold_no_number() -> None:
    row = count_row(RowContext(KEY, [FIRST, EMPTY, TOTAL], only=["A"]), "Label", ["1"])
    assert row.line.cells[1] == NOT_APPLICABLE
    assert {result.key.arm for result in row.results} == {"A", "Total"}


def test_categories_keep_the_order_of_their_labels_and_unlabelled_ones_follow() -> None:
    values = pd.Series({"1": "b", "2": "UNHEARD_OF", "3": "b", "4": None})
    rows = category_rows(RowContext(KEY, [FIRST]), {"a": "First", "b": "Second"}, values)
    assert [row.line.label for row in rows] == ["First", "Second", "Unheard of"]
    assert [row.results[0].value for row in rows] == [0, 2, 1]
    assert rows[1].line.cells[0].key.category == "b"


def test_below_three_persons_there_is_no_mean() -> None:
    values = pd.Series({"1": 1.0, "2": 3.0})
    found = summarize_group(values, FIRST)
    assert math.isnan(found["mean"])
    assert (found["min"], found["max"], found["n"]) == (1.0, 3.0, 2)
    assert summarize_group(pd.Series({"1": 1.0, "2": 3.0, "3": 5.0}), FIRST)["mean"] == 3.0


def test_a_summary_is_stored_once_and_shown_in_several_lines() -> None:
    rows = summary_rows(RowContext(KEY, [FIRST]), pd.Series({"1": 1.0}), 1, label="Age, {}")
    assert [row.line.label for row in rows] == [
        *("Age, mean (SD)", "Age, median (Q1 to Q3)", "Age, range"),
    ]
    assert [bool(row.results) for row in rows] == [True, False, False]


def test_a_number_is_computed_for_each_group_from_the_group() -> None:
    row = number_row(
        RowContext(KEY, [FIRST, EMPTY], form=show.number("count")),
        "Persons",
        lambda g: {"count": g.n},
    )
    assert [result.value for result in row.results] == [4, 0]


def test_lines_and_numbers_keep_the_order_of_the_rows() -> None:
    rows = [heading_row("Head"), count_row(RowContext(KEY, [FIRST]), "One", ["1"])]
    lines, results = collect_rows(rows)
    assert [line.label for line in lines] == ["Head", "One"]
    assert len(results) == 3


def test_one_or_two_values_stand_themselves_in_the_row_of_the_range() -> None:
    few = Group("C", "Arm C", "C", 2, pd.Index(["1", "2"]))
    groups = [FIRST, few, EMPTY]
    rows = summary_rows(RowContext(KEY, groups), pd.Series({"1": 7.0, "2": 3.5, "3": 5.0}), 1)
    table = Table("T", "", "", tuple(rows[0].results), lines=tuple(row.line for row in rows))
    shown = [[cell.translate(SPACES) for cell in cells] for _, *cells in table.csv_copy()[1]]
    assert shown == [
        ["5.17 (1.756)", "-", "-"],
        ["5.0 (4.3 to 6.0)", "-", "-"],
        ["3.5 to 7.0", "3.5, 7.0", "-"],
    ]


@pytest.mark.parametrize(("code", "words"), [("LEFT_EARLY", "Left early"), ("a b", "A b")])
def test_a_code_reads_as_words(code: str, words: str) -> None:
    assert name_code(code) == words
