import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.reporting.twins import format_csv, neutralise_cell


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.example")',
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
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
    assert cell in (text, f"'{text}")
    if cell.lstrip(" ")[:1] in ("=", "@", "\t", "\r", "\n"):
        pytest.fail(f"{cell!r} is active")
    if cell[:1] in ("+", "-") and cell != "-":
        float(cell.split(" (")[0])


def test_a_table_reads_back_as_it_was_written() -> None:
    header, rows = ["Term", "n"], [['a, "b"\nc', "1"], ["Thử", "-2"]]
    text = format_csv(header, rows)
    assert "\r" not in text
    assert list(csv.reader(io.StringIO(text))) == [header, *rows]


def test_header_and_cells_are_both_made_harmless() -> None:
    assert format_csv(["=a"], [["=b"], ["-1"]]) == "'=a\n'=b\n-1\n"
