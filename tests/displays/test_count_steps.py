"""Open counts of participants as steps: by hand, together with what stands beside them."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_trial import ADSL, make_sample

from helpers.displays import show
from helpers.displays.cells import Form
from helpers.displays.columns import build_headers
from helpers.displays.count_steps import NOT_SHOWN, find_band, find_exact_counts, step_counts
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_cell
from helpers.displays.model import Cell, Header, Line, Table
from helpers.displays.results import Key, rows_of
from helpers.displays.rows import RowContext, collect_rows, count_row
from helpers.view import View


def make_view(audience: str, n: int) -> View:
    """A trial of n participants."""
    rows = [ADSL.iloc[[0]].assign(USUBJID=f"P{i:02}", SUBJID=f"P{i:02}") for i in range(n)]
    adsl = pd.concat(rows, ignore_index=True)
    if audience == "open":
        kept = make_sample("open")["adsl"].columns
        adsl = adsl[[name for name in kept if name in adsl]].assign(ANCHORDT=adsl["RANDDT"])
    return make_sample(audience, adsl=adsl)


@shown_as("T-S-98", title="Split", audiences={"open": "pooled"}, needs=("adsl",))
def tabulate_split(view: View, sizes: tuple[int, ...]) -> Table:
    """A display as an analyst writes it: everybody in categories of these sizes."""
    groups = view.groups("ITT")
    members = list(groups[-1].subjects)
    rows, start = [], 0
    for place, size in enumerate(sizes):
        key = Key("ITT", parameter="SPLIT", category=str(place))
        rows.append(count_row(RowContext(key, groups), str(place), members[start : start + size]))
        start += size
    lines, results = collect_rows(rows)
    return Table(
        population_line="",
        results=results,
        stub="Category",
        headers=build_headers(groups),
        lines=lines,
    )


def read(made: Table) -> list[str]:
    return [format_cell(line.cells[-1], made.statistics) for line in made.lines]


@pytest.mark.parametrize(
    ("sizes", "cells"),
    [
        ((7, 6, 2), ["6 to 8", "6 to 8", "<3"]),
        ((14, 1), ["12 to 14", "<3"]),
        ((15, 0), ["15", "0"]),  # everybody: the step ends at the column
        ((4, 5, 6), ["3 to 5", "3 to 5", "6 to 8"]),
        ((3, 6), [NOT_SHOWN, "6 to 8"]),  # the lowest ends add up to 9: these steps would tell both
    ],
)
def test_open_readers_get_steps(sizes: tuple[int, ...], cells: list[str]) -> None:
    made = tabulate_split(make_view("open", sum(sizes)), sizes)
    assert isinstance(made, Table)
    assert read(made) == cells
    assert find_exact_counts(made.results, 3) == set()
    assert not any(r.statistic in ("pct", "events") and r.value > 0 for r in made.results)


def test_closed_readers_get_the_counts() -> None:
    made = tabulate_split(make_view("closed_unmasked", 15), (7, 6, 2))
    assert isinstance(made, Table)
    assert [cell.split()[0] for cell in read(made)] == ["7", "6", "2"]


@given(sizes=st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(sum))
def test_no_steps_leave_a_single_way_to_add_up(sizes: list[int]) -> None:
    """Every way in which the categories can add up to the whole: more than one where one is hidden.

    Categories of nobody stand as 0, so a single category that holds somebody is known anyway.
    """
    total = sum(sizes)
    made = tabulate_split(make_view("open", total), tuple(sizes))
    assert isinstance(made, Table)
    filled = [size for size in sizes if size]
    if len(filled) < 2 or max(filled) < 3:
        return
    known = [cell for cell, size in zip(read(made), sizes, strict=True) if size]
    ranges = [
        range(1, total) if cell == NOT_SHOWN else range(*_ends(cell, size))
        for cell, size in zip(known, filled, strict=True)
    ]
    ways = 0
    sums = {0: 1}
    for options in ranges:
        sums = _add(sums, options)
    ways = sums.get(total, 0)
    assert ways > 1, (sizes, known)


def _ends(cell: str, size: int) -> tuple[int, int]:
    if cell == "<3":
        return 1, 3
    band = find_band(size, 3)
    assert cell.startswith(str(band.low))
    return band.low, band.high + 1


def _add(sums: dict[int, int], options: range) -> dict[int, int]:
    found: dict[int, int] = {}
    for whole, ways in sums.items():
        for option in options:
            found[whole + option] = found.get(whole + option, 0) + ways
    return found


@pytest.mark.parametrize(
    ("numbers", "form", "cell", "left"),
    [
        # a summary of values keeps them and loses how many participants have one
        (
            {"n": 7, "mean": 4.0, "sd": 1.0, "min": 1, "max": 9},
            show.range_(),
            "1 to 9",
            {"mean": 4.0, "sd": 1.0, "min": 1, "max": 9},
        ),
        ({"n": 7, "mean": 4.0, "sd": 1.0, "min": 1, "max": 9}, show.n_mean_sd(), NOT_SHOWN, None),
        ({"events": 7}, show.events(), NOT_SHOWN, {}),
        ({"count": 7}, show.number("count"), NOT_SHOWN, {}),
        # years times rate are the events
        ({"rate": 20.0, "person_years": 35.0}, show.rate(), NOT_SHOWN, {}),
        (
            {"n": 7, "N": 37, "rate": 20.0, "lower": 8.0, "upper": 41.0, "person_years": 35.0},
            show.n_pct(),
            "6 to 8",
            {"N": 37, "min": 6},
        ),
        ({"pct": 100 * 7 / 37, "N": 37}, show.pct(), NOT_SHOWN, {"N": 37}),
    ],
)
def test_nothing_beside_a_step_gives_the_count(
    numbers: dict[str, float], form: Form, cell: str, left: dict[str, float] | None
) -> None:
    key = Key("SAF", "Total", "ONSET")
    table = Table(
        "T-X-1",
        "T",
        "",
        tuple(rows_of(key, numbers)),
        headers=(Header("Total"),),
        lines=(Line("a", (Cell(key, form),)),),
    )
    assert find_exact_counts(table.results, 3)
    made = step_counts(table, 3, table.statistics)
    assert find_exact_counts(made.results, 3) == set()
    found = made.lines[0].cells[0]
    assert (found if isinstance(found, str) else format_cell(found, made.statistics)) == cell
    if left is not None:
        shown = {name: v for name, v in made.statistics[key].items() if not math.isnan(v)}
        assert shown == left


def test_the_form_of_a_step_ends_at_its_denominator() -> None:
    made = tabulate_split(make_view("open", 7), (7, 0))
    assert isinstance(made, Table)
    assert read(made)[0] == "6 to 7"
    assert show.n_band(3).name == "n_band"
