from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.displays.results import (
    COLUMNS,
    Key,
    Result,
    format_value,
    frame_of,
    index_results,
    read_row,
    rows_of,
    write_row,
)
from helpers.displays.vocabulary import STATISTICS, find_denominator

RESULTS_PAGE = Path(__file__).parents[2] / "docs" / "results.md"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"),
        (-0.0, "0"),
        (1 / 3, "0.333333333333"),
        (0.1 + 0.2, "0.3"),
        (1.23456789012e-12, "0.00000000000123456789012"),
        (-2.5e-7, "-0.00000025"),
        (1e20, "100000000000000000000"),
        (123456789.123456, "123456789.123"),
        (100.0, "100"),
        (float("nan"), ""),
        (float("inf"), "Inf"),
        (float("-inf"), "-Inf"),
    ],
)
def test_a_number_is_written_as_a_decimal_with_twelve_digits(value: float, text: str) -> None:
    assert format_value(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_what_is_written_reads_back_to_twelve_digits(value: float) -> None:
    text = format_value(value)
    assert Decimal(text) == Decimal(f"{value:.12g}")
    assert "e" not in text.lower()


def test_rows_carry_key_statistic_value_and_method() -> None:
    key = Key("SAF", "IV", "teae")
    assert rows_of(key, {"n": 3, "N": 16}, "counted") == [
        Result(key, "n", 3.0, "counted"),
        Result(key, "N", 16.0, "counted"),
    ]


def test_results_are_found_by_key() -> None:
    first, second = Key("SAF", "IV"), Key("SAF", "IT")
    results = [*rows_of(first, {"n": 1, "N": 2}), *rows_of(second, {"n": 3})]
    assert index_results(results) == {first: {"n": 1.0, "N": 2.0}, second: {"n": 3.0}}


def test_one_key_cannot_hold_a_statistic_twice() -> None:
    with pytest.raises(ValueError, match="given twice"):
        index_results([*rows_of(Key(), {"n": 1}), *rows_of(Key(), {"n": 1})])


def test_a_statistic_outside_the_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="'percent' is not in the vocabulary"):
        index_results(rows_of(Key(), {"percent": 1}))


def test_the_vocabulary_holds_every_statistic_that_scripts_rely_on() -> None:
    named = (
        "n N n_value total pct mean sd median q1 q3 min max estimate se df lower upper p rate "
        "ratio events person_years evaluable posterior_mean prob_above alert_at bound shift effect "
        "p_adjusted"
    )
    assert set(named.split(" ")) <= set(STATISTICS)


def test_the_frame_has_the_columns_of_the_file_without_report_and_display() -> None:
    frame = frame_of(rows_of(Key("SAF", "IV", "teae", "", "x"), {"n": 3}, "counted"))
    assert list(frame.columns) == list(COLUMNS[2:])
    expected = ["SAF", "", "IV", "", "teae", "", "x", "n", 3.0, "counted"]
    assert frame.iloc[0].tolist() == expected
    assert frame_of([]).equals(pd.DataFrame(columns=list(COLUMNS[2:])))


def test_a_row_of_the_file_reads_back_as_the_same_result() -> None:
    key = Key("SAF", "", "teae", "M03", "x", contrast="IV - C", subgroup="SEX=F")
    result = Result(key, "estimate", -0.25, "miettinen_nurminen")
    row = write_row(result)
    assert row == [
        *("SAF", "SEX=F", "", "IV - C", "teae", "M03", "x"),
        *("estimate", "-0.25", "miettinen_nurminen"),
    ]
    assert read_row(row) == result


def test_a_row_has_one_denominator_whatever_it_counts() -> None:
    assert find_denominator({"n": 1, "N": 16}) == 16
    assert find_denominator({"n": 1, "n_value": 14}) == 14
    assert find_denominator({"n": 1, "total": 66}) == 66
    with pytest.raises(KeyError):
        find_denominator({"n": 1})


def test_every_column_of_the_file_is_documented() -> None:
    text = RESULTS_PAGE.read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in text for name in COLUMNS)
