"""Displays of events over time against a second computation from the raw files."""

import math
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from second_over_time import Numbers, recompute_over_time
from trial_views import view_of_export

from helpers.displays.adverse_events.by_causality import tabulate_by_causality
from helpers.displays.adverse_events.by_grade import plot_by_grade, tabulate_by_grade
from helpers.displays.adverse_events.special_interest import tabulate_special_interest
from helpers.displays.event_times.cumulative_incidence import plot_cumulative_incidence
from helpers.displays.event_times.mean_cumulative import plot_mean_cumulative
from helpers.displays.event_times.methods import tabulate_methods
from helpers.displays.model import Display, Figure
from helpers.displays.results import Key
from helpers.view import View

PARAMS = Path(__file__).parents[1] / "trial" / "params"
AJ = "aalen_johansen, DAY "
GRADES = ("5", "4", "3", "2", "1", "missing")
CODES = {"TTFAE": "teae", "TTFSAE": "serious", "TTFAESI": "aesi"}


@cache
def read(export: Path, name: str) -> tuple[View, Numbers]:
    view = view_of_export(export, name)
    aesi = PARAMS / "tables" / "aesi.csv"
    return view, recompute_over_time(export, aesi, date.fromisoformat(str(view.cutoff.date())))


def collect(view: View) -> Numbers:
    """Numbers of the displays under the keys of the second computation."""
    found: Numbers = {}
    for display in (tabulate_methods(view), tabulate_special_interest(view)):
        for key, row in display.statistics.items():
            if key.category.startswith(AJ):
                found["AJ", key.arm, key.parameter, key.category.removeprefix(AJ)] = row["estimate"]
    for name, make in (("T-S-15", tabulate_by_grade), ("T-S-16", tabulate_by_causality)):
        for key, row in make(view).statistics.items():
            if "/" in key.category:
                found[name, key.arm, key.parameter, key.category] = row["n"]
    for key, row in plot_mean_cumulative(view).statistics.items():
        if key.category.startswith("BY DAY "):
            found["MCF", key.arm, "MCF", key.category.removeprefix("BY DAY ")] = row["estimate"]
    return found


def differ(first: float, second: float) -> bool:
    if math.isnan(first) or math.isnan(second):
        return math.isnan(first) != math.isnan(second)
    return first != pytest.approx(second, abs=1e-12)


def compare(export: Path, name: str) -> None:
    view, expected = read(export, name)
    found = collect(view)
    shared = set(found) & set(expected)
    wrong = {
        key: (found[key], expected[key]) for key in shared if differ(found[key], expected[key])
    }
    assert wrong == {}
    for display in ("T-S-15", "T-S-16"):
        shown = {key for key in found if key[0] == display and found[key]}
        again = {key for key in expected if key[0] == display and expected[key]}
        assert {key for key in shown if key[1] != "Total"} == {
            key for key in again if key[1] != "Total"
        }
    counted = {kind: sum(key[0] == kind for key in shared) for kind in ("AJ", "T-S-15", "T-S-16")}
    assert counted["AJ"] > 60
    assert counted["T-S-15"] > 150
    assert counted["T-S-16"] > 80


@pytest.mark.parametrize("name", ["ia3", "fin"])
def test_incidences_grades_and_causality_agree_number_by_number(export: Path, name: str) -> None:
    compare(export, name)


def test_they_agree_where_one_route_harms(export_of: Callable[[str], Path]) -> None:
    compare(export_of("harm_it"), "ia3")


@pytest.mark.parametrize(
    ("scenario", "name"), [("modest", "ia3"), ("modest", "fin"), ("harm_it", "ia3")]
)
def test_the_bars_of_worst_grades_are_those_of_the_table_and_of_a_second_count(
    export_of: Callable[[str], Path], scenario: str, name: str
) -> None:
    view, expected = read(export_of(scenario), name)
    bars, table = plot_by_grade(view), tabulate_by_grade(view).statistics
    assert isinstance(bars, Figure)
    for arm, told in zip(("IV", "IT", "CTL"), bars.alternative.split(". "), strict=True):
        shown = {
            key.category.removeprefix("/"): row
            for key, row in bars.statistics.items()
            if key.arm == arm and key.parameter == "ANY"
        }
        for grade in GRADES:
            place = Key("SAF", arm, "ANY", category=f"/{grade}")
            again = expected.get(("T-S-15", arm, "ANY", f"/{grade}"), 0)
            assert shown[grade]["n"] == table[place]["n"] == again
            assert shown[grade] == table[place]
        events = table[Key("SAF", arm, "ANY")]
        assert shown["none"]["n"] == events["N"] - events["n"]
        severe = sum(shown[grade]["n"] for grade in ("3", "4", "5"))
        assert shown["GE3"]["n"] == severe
        words = re.findall(r" (\d+)(?:,|\.|$)", told)
        assert [int(n) for n in words] == [shown[x]["n"] for x in (*GRADES, "none")]


def read_curve(figure: Display, arm: str, code: str) -> dict[int, float]:
    return {
        int(key.category.removeprefix("DAY ")): row["estimate"]
        for key, row in figure.statistics.items()
        if key.arm == arm and key.parameter == code and key.category.startswith("DAY ")
    }


@pytest.mark.parametrize("name", ["ia3", "fin"])
def test_the_curves_are_where_the_table_says(export: Path, name: str) -> None:
    view, expected = read(export, name)
    figure, seen = plot_cumulative_incidence(view), 0
    for arm in ("IV", "IT", "CTL"):
        for code, kind in CODES.items():
            at_year = read_curve(figure, arm, code).get(365, math.nan)
            again = expected["AJ", arm, kind, "365"]
            # a curve stops with its last observed day, the table goes on where all had the event
            assert not differ(at_year, again) or (math.isnan(at_year) and again == 1)
            seen += not math.isnan(at_year)
    assert seen > 3


def test_aalen_johansen_is_never_above_1_minus_kaplan_meier(export: Path) -> None:
    view, _ = read(export, "fin")
    rows, seen = tabulate_methods(view).statistics, 0
    for key, row in rows.items():
        if key.category.startswith(AJ) and not math.isnan(row["estimate"]):
            naive = rows[key._replace(category=key.category.replace(AJ, "1-kaplan_meier, DAY "))]
            assert row["estimate"] <= naive["estimate"] + 1e-12
            seen += 1
    assert seen > 60
