import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.displays import show
from helpers.displays.cells import Form
from helpers.displays.formats import (
    FIGURE_SPACE,
    MINUS,
    NO_BREAK_SPACE,
    PUNCTUATION_SPACE,
    align_column,
    format_cell,
    format_limit,
    format_number,
    format_p,
    format_parts,
    format_percent,
    round_half_away,
    write_minus,
)
from helpers.displays.model import Cell
from helpers.displays.results import Key
from helpers.errors import UsageError

NAN = float("nan")
KEY = Key("SAF", "IV", "x")


def write(form: Form, **statistics: float) -> str:
    return format_cell(Cell(KEY, form), {KEY: statistics})


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.25, 1, "0.3"),  # half away from zero, not to even
        (0.35, 1, "0.4"),  # 0.35 is below 0.35 in binary; its 12 digits are not
        (-0.25, 1, f"{MINUS}0.3"),
        (2.675, 2, "2.68"),
        (-0.04, 1, "0.0"),  # no minus sign before a zero
        (12, 0, "12"),
        (0, 2, "0.00"),
        (99.95, 1, "100.0"),
        (1e-9, 3, "0.000"),
        (1234567.5, 0, "1234568"),
    ],
)
def test_numbers_are_rounded_half_away_from_zero(value: float, decimals: int, text: str) -> None:
    assert round_half_away(value, decimals) == text


@given(st.integers(-(10**6), 10**6), st.integers(0, 3))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_rounding_agrees_with_whole_number_arithmetic(thousandths: int, decimals: int) -> None:
    step = 10 ** (3 - decimals)
    whole, rest = divmod(abs(thousandths), step)
    expected = (whole + (2 * rest >= step)) / 10**decimals * (-1 if thousandths < 0 else 1)
    text = round_half_away(Fraction(thousandths, 1000), decimals).replace(MINUS, "-")
    assert float(text) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("n", "total", "text"),
    [
        (1, 16, "6.3"),
        (3, 16, "18.8"),
        (1, 8, "12.5"),
        (1, 3, "33.3"),
        (0, 5, "0.0"),
        (5, 5, "100.0"),
    ],
)
def test_percentages_come_from_exact_fractions(n: int, total: int, text: str) -> None:
    assert format_percent(n, total) == text


def test_a_percentage_without_a_denominator_is_a_dash() -> None:
    assert format_percent(0, 0) == "-"


@pytest.mark.parametrize(
    ("form", "statistics", "text"),
    [
        (show.n_pct(), {"n": 0, "N": 16}, "0"),
        (show.n_pct(), {"n": 0, "N": 0}, "-"),
        (show.n_pct(), {"n": 16, "N": 16}, "16 (100.0)"),
        (show.n_pct(), {"n": 13, "N": 16}, "13 (81.3)"),
        (show.n_pct_events(), {"n": 13, "N": 16, "events": 31}, "13 (81.3) [31]"),
        (show.n_pct_events(), {"n": 0, "N": 16, "events": 0}, "0"),
        (show.n_pct_events(), {"n": 0, "N": 0, "events": 0}, "-"),
        (show.n_of(), {"n": 12, "N": 16}, "12 / 16 (75.0)"),
        (show.n_of(), {"n": 0, "N": 0}, "-"),
        (show.mean_sd(), {"mean": 61.25, "sd": 8.115, "n": 16}, "61.3 (8.12)"),
        (show.mean_sd(decimals=1), {"mean": 61.25, "sd": 8.115, "n": 16}, "61.25 (8.115)"),
        (show.mean_sd(), {"mean": NAN, "sd": NAN, "n": 2}, "-"),
        (show.median_quartiles(), {"median": 62, "q1": 55.5, "q3": 68, "n": 16}, "62 (56 to 68)"),
        (show.median_quartiles(), {"median": NAN, "q1": NAN, "q3": NAN, "n": 0}, "-"),
        (show.range_(), {"min": -3, "max": 4, "n": 3}, f"{MINUS}3 to 4"),
        # fewer than three values: they stand themselves, once each
        (show.range_(), {"min": -3, "max": 4, "n": 2}, f"{MINUS}3, 4"),
        (show.range_(decimals=1), {"min": 4, "max": 4, "n": 2}, "4.0, 4.0"),
        (show.range_(), {"min": 4, "max": 4, "n": 1}, "4"),
        (show.range_(), {"min": NAN, "max": NAN, "n": 0}, "-"),
        (show.median_range(), {"median": 91, "min": 91, "max": 91, "n": 1}, "91"),
        (show.median_range(), {"median": 92, "min": 91, "max": 93, "n": 2}, "91, 93"),
        (show.median_range(), {"median": 92, "min": 91, "max": 93, "n": 3}, "92 (91 to 93)"),
        (show.median_quartiles(), {"median": 92, "q1": 91.5, "q3": 92.5, "n": 2}, "-"),
        (show.n_mean_sd(), {"mean": 61.25, "sd": 8.115, "n": 16}, "16 61.3 (8.12)"),
        (show.n_mean_sd(), {"mean": NAN, "sd": NAN, "n": 2}, "2"),
        (show.n_mean_sd(), {"mean": NAN, "sd": NAN, "n": 0}, "0"),
        (show.n_over(), {"n": 12, "N": 16}, "12 / 16"),
        (show.n_over(), {"n": 0, "N": 0}, "-"),
        (show.ends_pct(), {"floor_pct": 0, "ceiling_pct": 6.25}, "0.0 / 6.3"),
        (show.ends_pct(), {"floor_pct": NAN, "ceiling_pct": NAN}, "-"),
        (show.correlation_n(decimals=2), {"correlation": -0.857, "n": 35}, f"{MINUS}0.86 (35)"),
        (show.correlation_n(decimals=2), {"correlation": NAN, "n": 2}, "NE (2)"),
        (
            show.interval(decimals=2),
            {"estimate": 1.5, "lower": -0.5, "upper": 3},
            f"1.50 ({MINUS}0.50 to 3.00)",
        ),
        (show.interval(), {"estimate": NAN, "lower": NAN, "upper": NAN}, "NE"),
        (
            show.points(),
            {"estimate": 0.125, "lower": -0.19, "upper": 0.416},
            f"+12.5 ({MINUS}19.0 to 41.6)",
        ),
        (
            show.points(),
            {"estimate": 0.0, "lower": -0.2, "upper": 0.2},
            f"0.0 ({MINUS}20.0 to 20.0)",
        ),
        (show.points(), {"estimate": NAN, "lower": NAN, "upper": NAN}, "NE"),
        (show.percent_interval(), {"lower": 0, "upper": 0.205907}, "0.0 to 20.6"),
        (show.rate(), {"rate": 24, "lower": 4.949, "upper": 70.138}, "24.0 (4.9 to 70.1)"),
        (show.rate(), {"rate": NAN, "lower": NAN, "upper": NAN}, "NE"),
        (show.n_years(), {"n": 3, "person_years": 12.5}, "3 / 12.50"),
        (show.n_years(), {"n": 0, "person_years": 0}, "-"),
        (show.n_of_events(), {"n": 3, "N": 8, "events": 4}, "3 / 8 (37.5) [4]"),
        (show.n_of_events(), {"n": 0, "N": 8, "events": 0}, "0 / 8"),
        (show.n_of_events(), {"n": 0, "N": 0, "events": 0}, "-"),
        (show.rate(), {"rate": 8, "lower": 0.5, "upper": float("inf")}, "8.0 (0.5 to Inf)"),
        (show.number("person_years", decimals=1), {"person_years": 15.25}, "15.3"),
        (show.pct(), {"pct": NAN}, "-"),
        (show.pct(), {"pct": 81.25}, "81.3"),
    ],
)
def test_each_form_shows_its_numbers(form: Form, statistics: dict[str, float], text: str) -> None:
    assert write(form, **statistics) == text


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (show.n(hidden_below=3), "<3"),
        (show.n_pct(hidden_below=3), "<3"),
        (show.n_pct_events(hidden_below=3), "<3"),
        (show.events(hidden_below=3), "<3"),
        (show.n_of(hidden_below=3), "<3 / 16"),
    ],
)
def test_a_small_count_left_out_on_purpose_shows_its_limit_only(form: Form, text: str) -> None:
    assert write(form, n=NAN, N=16, events=NAN, pct=NAN) == text


def test_a_sign_is_shown_for_a_difference_that_does_not_round_to_zero() -> None:
    assert format_number(0.04, 1, sign=True) == "0.0"
    assert format_number(0.05, 1, sign=True) == "+0.1"


def test_a_cell_can_only_show_a_number_that_is_in_the_results() -> None:
    with pytest.raises(KeyError, match="no result for"):
        format_parts(Cell(KEY, show.n()), {})


def test_a_plain_text_is_a_cell_of_its_own() -> None:
    assert format_parts("n.a.", {}) == ["n.a."]


def test_every_form_gives_the_same_number_of_pieces_whatever_the_numbers() -> None:
    names = [
        "n",
        "N",
        "pct",
        "events",
        "estimate",
        "lower",
        "upper",
        "mean",
        "sd",
        "median",
        "q1",
        "q3",
        "min",
        "max",
        "rate",
        "person_years",
    ]
    some, none = dict.fromkeys(names, 1.0), {**dict.fromkeys(names, NAN), "N": 0.0, "n": 0.0}
    counts = (show.n_pct(), show.n_pct_events(), show.n_of(), show.n_of_events(), show.n_years())
    for form in (*counts, show.points(), show.interval(), show.range_(), show.rate()):
        assert len(form.write(some, 0)) == len(form.write(none, 0)), form


def test_a_form_that_does_not_exist_is_refused_when_the_cell_is_made() -> None:
    word: Any = "n_pct"
    with pytest.raises(UsageError, match=r"form 'n_pct'; .* as in Cell\(key, show.n_pct\(\)\)"):
        Cell(KEY, word)


def test_a_statistic_that_does_not_exist_is_refused_when_the_form_is_made() -> None:
    with pytest.raises(UsageError, match="did you mean 'median'"):
        show.number("medain")


def test_pieces_line_up_under_each_other() -> None:
    column = align_column([["13", "(81.3)", "[31]"], ["7", "(6.3)", "[9]"], ["0", "", "[0]"]])
    assert column == [
        "13 (81.3) [31]",
        f"{FIGURE_SPACE}7 {FIGURE_SPACE}(6.3) {FIGURE_SPACE}[9]",
        f"{FIGURE_SPACE}0 "
        + PUNCTUATION_SPACE
        + 2 * FIGURE_SPACE
        + PUNCTUATION_SPACE
        + FIGURE_SPACE
        + PUNCTUATION_SPACE
        + f" {FIGURE_SPACE}[0]",
    ]


def test_a_denominator_stays_beside_its_slash() -> None:
    column = align_column([["12", "/ 16", "(75.0)"], ["1", "/ 8", "(12.5)"]])
    assert column[1] == f"{FIGURE_SPACE}1{NO_BREAK_SPACE}/ 8{FIGURE_SPACE} (12.5)"
    assert [text.index("/") for text in column] == [3, 3]


def test_a_wide_form_does_not_push_another_form_apart() -> None:
    cells = [["62", "(55", "to", "68)"], ["5", "(31.3)"], ["n.a."]]
    assert align_column(cells, [show.median_quartiles(), show.n_pct(), None]) == [
        f"62 (55{NO_BREAK_SPACE}to{NO_BREAK_SPACE}68)",
        "5 (31.3)",
        "n.a.",
    ]


@given(st.lists(st.lists(st.text("0123456789(.", max_size=5), min_size=2, max_size=3), max_size=6))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_alignment_changes_nothing_but_the_spaces(cells: list[list[str]]) -> None:
    bare = str.maketrans("", "", f" {FIGURE_SPACE}{PUNCTUATION_SPACE}{NO_BREAK_SPACE}")
    aligned = align_column(cells)
    assert [text.translate(bare) for text in aligned] == ["".join(parts) for parts in cells]
    assert len({len(text) for text in aligned}) <= 1


def test_a_number_of_days_is_shown_as_the_day_it_ends_on() -> None:
    origin = dt.date(2022, 12, 31).toordinal()
    assert write(show.date(origin), estimate=1.0) == "1 Jan 2023"
    assert write(show.date_lower(origin), lower=-1.0) == "30 Dec 2022"
    assert write(show.date_upper(origin), upper=31.4) == "31 Jan 2023"
    assert write(show.date(origin), estimate=NAN) == "NE"
    assert write(show.date(origin), estimate=float("inf")) == "NE"


def test_a_median_stands_beside_its_range() -> None:
    assert (
        write(show.median_range(), n=3, median=5, min=1, max=9).replace("\u00a0", " ")
        == "5 (1 to 9)"
    )
    assert write(show.median_range(), n=0, median=NAN, min=NAN, max=NAN) == "-"


def test_a_denominator_stands_at_its_slash() -> None:
    column = [["1", "/ 8", "(12.5)"], ["12", "/ 16", "(75.0)"], ["0", "/ 8", ""]]
    texts = align_column(column)
    starts = (f"{FIGURE_SPACE}1 / 8", "12 / 16", f"{FIGURE_SPACE}0 / 8")
    plain = [text.replace(NO_BREAK_SPACE, " ") for text in texts]
    assert all(text.startswith(start) for text, start in zip(plain, starts, strict=True))
    assert len({text.index("/") for text in texts}) == 1


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.026, 1, "0.03"),
        (-0.001, 1, f"{MINUS}0.001"),
        (-0.04, 1, f"{MINUS}0.04"),
        (0.05, 1, "0.1"),  # no more than needed
        (0.0, 1, "0.0"),
        (-1e-13, 1, "0.0"),  # rounding of the computation
        (-0.0001, 1, f"{MINUS}0.000"),
        (0.0001, 1, "0.000"),
        (-0.3, 0, f"{MINUS}0.3"),
        (NAN, 1, "NE"),
        (float("-inf"), 1, f"{MINUS}Inf"),
    ],
)
def test_a_limit_that_is_not_0_shows_its_side_of_0(value: float, decimals: int, text: str) -> None:
    assert format_limit(value, decimals) == text


def test_every_interval_of_a_difference_shows_on_which_side_of_0_it_ends() -> None:
    limits = {"lower": -3.5, "upper": 0.026}
    assert write(show.interval(1), estimate=-1.7, **limits) == f"{MINUS}1.7 ({MINUS}3.5 to 0.03)"
    assert write(show.limits(1), **limits) == f"{MINUS}3.5 to 0.03"
    assert write(show.interval_of("shift", 1), shift=-2.0, **limits).endswith("to 0.03)")
    points = write(show.points(), estimate=-0.017, lower=-0.035, upper=-0.00001)
    assert points == f"{MINUS}1.7 ({MINUS}3.5 to {MINUS}0.001)"


def test_summaries_and_percents_keep_their_decimals() -> None:
    assert write(show.median_quartiles(1), n=5, median=0.3, q1=0.026, q3=1.0) == "0.3 (0.0 to 1.0)"
    assert write(show.percent_interval(), lower=0.0002, upper=0.2) == "0.0 to 20.0"


def test_points_of_a_column_line_up_where_a_limit_has_more_decimals() -> None:
    rows = [
        {"estimate": -1.7, "lower": -3.5, "upper": -0.001},
        {"estimate": 2.0, "lower": 0.03, "upper": 14.1},
        {"estimate": 2.0, "lower": -10.0, "upper": 14.1},
    ]
    cells = [Cell(KEY, show.interval(1)) for _ in rows]
    pieces = [format_parts(cell, {KEY: row}) for cell, row in zip(cells, rows, strict=True)]
    column = align_column([*pieces, ["NE", "", "", ""]], [show.interval(1)] * 4)
    places = {tuple(i for i, sign in enumerate(text) if sign == ".") for text in column[:3]}
    assert len(places) == 1
    assert len({len(text) for text in column}) == 1


def test_a_small_p_is_told_as_such_and_never_as_nothing() -> None:
    assert [format_p(p) for p in (0.05, 0.00244, 0.0001, 0.000099, 0.0)] == [
        *("0.0500", "0.0024", "0.0001"),
        *("<0.0001", "<0.0001"),
    ]
    assert format_p(float("nan")) == format_number(float("nan"), 4)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("-2.65 (95% CI -3.40 to -1.90)", "\u22122.65 (95% CI \u22123.40 to \u22121.90)"),
        ("change [-0.5, -.2]", "change [\u22120.5, \u2212.2]"),
        ("2020;11:910-923, 8-12 weeks, STARTING-2", "2020;11:910-923, 8-12 weeks, STARTING-2"),
        ("a - b, - none", "a - b, - none"),
    ],
)
def test_typed_hyphens_before_numbers_are_minus_signs_and_no_others(typed: str, shown: str) -> None:
    assert write_minus(typed) == shown
