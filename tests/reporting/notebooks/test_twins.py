import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.reporting.notebooks.csv_copies import format_csv, neutralise_cell


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.example")',
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        " =1",
        "=",
        "+",
        "--1",
        "-1 (2 to 3)+1",
        "+12.5 (=1 to 2)",
        "＝1+1",
        "+1e5e5",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert neutralise_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        *("", "12", "-12.5", "+0.5", "-.5", "-1e-05", "-", "n.a.", "NE", "−19.0"),
        *("+12.5 (−19.0 to 41.6)", "-12.5 (-19.0 to Inf)", "13 (81.3) [31]", "a=b", "2022-09-14"),
    ],
)
def test_numbers_and_plain_text_stay_as_they_are(text: str) -> None:
    assert neutralise_cell(text) == text


@given(st.text(max_size=20))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_no_cell_ever_starts_a_formula(text: str) -> None:
    cell = neutralise_cell(text)
    assert cell.replace("'", "") == neutralise_cell(text.replace("'", "")).replace("'", "")
    assert cell.lstrip(" ")[:1] not in ("\t", "\r", "\n")
    for part in re.split("[;|\t\r\n]", cell):
        start = part.strip(" ")
        assert start[:1] not in ("=", "@", "＝", "＠"), cell
        if start[:1] in ("+", "-") and start != "-":
            float(start.split(" (")[0])


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("x;=1+2", "x;'=1+2"),
        ("x; =1+2", "x;' =1+2"),
        ("a\t@SUM(A1)", "a\t'@SUM(A1)"),
        ("a|+cmd", "a|'+cmd"),
        ("fell,\n-2+3", "fell,\n'-2+3"),
        ("=1;=2", "'=1;'=2"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("low; high", "low; high"),
        ("-1.5; +2 (−1 to 3); -", "-1.5; +2 (−1 to 3); -"),
        ("a=b; c=d", "a=b; c=d"),
    ],
)
def test_a_formula_behind_a_sign_that_divides_cells_elsewhere_is_none(text, harmless) -> None:
    assert neutralise_cell(text) == harmless


def test_an_escape_sequence_does_not_reach_a_file() -> None:
    assert neutralise_cell("\x1b[31mred\x9b0m\x00") == "\ufffd[31mred\ufffd0m\ufffd"


def test_a_table_reads_back_as_it_was_written() -> None:
    header, rows = ["Term", "n"], [['a, "b"\nc', "1"], ["Thử", "-2"]]
    text = format_csv(header, rows)
    assert "\r" not in text
    assert list(csv.reader(io.StringIO(text))) == [header, *rows]


def test_header_and_cells_are_both_made_harmless() -> None:
    assert format_csv(["=a"], [["=b"], ["-1"]]) == "'=a\n'=b\n-1\n"
