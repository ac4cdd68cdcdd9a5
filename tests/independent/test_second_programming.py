import ast
import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import second_laboratory
import second_programming
import second_visits
from second_programming import recompute
from trial_views import view_of_export

from helpers.displays.administration.primary_outcome import tabulate_primary_outcome
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.adverse_events.system_organ_class import tabulate_soc_pt
from helpers.params import list_interims, load_interim, load_trial
from helpers.reporting.notebooks.harvest import format_results
from helpers.simulate import write_export

PARAMS = Path(__file__).parents[1] / "trial" / "params"
KEY = ("display", "population", "arm", "parameter", "visit", "category")
Cells = dict[tuple[str, ...], dict[str, float]]


def read_results(export: Path, name: str) -> Cells:
    """Rows of results.csv of the three tables by display and key."""
    view = view_of_export(export, name)
    displays = [make(view) for make in (tabulate_ae_overview, tabulate_primary_outcome)]
    displays.append(tabulate_soc_pt(view))
    text = format_results("safety", [display.payload() for display in displays]).decode()
    cells: Cells = {}
    for row in csv.DictReader(io.StringIO(text)):
        if row["contrast"]:
            continue
        key = tuple(row[name] for name in KEY)
        value = float(row["value"]) if row["value"] else float("nan")
        cells.setdefault(key, {})[row["statistic"]] = value
    return cells


def list_differences(expected: Cells, found: Cells) -> list[str]:
    """Cells of the second programming that results.csv lacks or holds with another number."""
    return [
        f"{key} {statistic}: {found.get(key, {}).get(statistic)} but a second time {value}"
        for key, row in expected.items()
        for statistic, value in row.items()
        if found.get(key, {}).get(statistic) != pytest.approx(value, rel=1e-11)
    ]


def counted(cells: Cells, display: str, *statistics: str) -> set[tuple[str, ...]]:
    """Keys of a display that hold one of the statistics."""
    return {key for key, row in cells.items() if key[0] == display and set(statistics) & set(row)}


def places(cells: Cells, code: str) -> set[tuple[str, ...]]:
    """Keys of the overview with persons in a row."""
    return {key for key in counted(cells, "T-S-10", "n") if key[3] == code}


def compare(export: Path, name: str) -> None:
    cutoff = load_interim(PARAMS, name, load_trial(PARAMS)).cutoff
    expected = recompute(export, PARAMS / "tables" / "aesi.csv", cutoff)
    found = read_results(export, name)
    assert list_differences(expected, found) == []
    # and nothing is shown by class and term that was not counted a second time
    assert counted(found, "T-S-14", "n") == counted(expected, "T-S-14", "n")
    # nor has a row a number in an arm where it is not applicable
    for code in ("dose_changed", "between_rand_and_dose", "never_dosed"):
        assert places(found, code) == places(expected, code) != set()
    assert len(expected) > 180


@pytest.mark.parametrize("name", ["ia3", "fin"])
def test_a_second_programming_from_the_raw_files_agrees_cell_by_cell(
    export: Path, name: str
) -> None:
    compare(export, name)


def test_it_agrees_where_one_route_harms(export_of: Callable[[str], Path]) -> None:
    compare(export_of("harm_it"), "ia3")


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["null", "modest", "benefit", "harm_it", "sparse"])
def test_it_agrees_in_every_scenario_at_every_interim(tmp_path: Path, scenario: str) -> None:
    write_export(tmp_path, scenario=scenario, seed=7)
    for name in list_interims(PARAMS):
        compare(tmp_path, name)


def test_a_number_that_differs_would_be_found() -> None:
    key = ("T-S-10", "SAF", "Total", "teae", "", "")
    assert list_differences({key: {"n": 3}}, {key: {"n": 3.0}}) == []
    assert len(list_differences({key: {"n": 3}}, {key: {"n": 4.0}})) == 1
    assert len(list_differences({key: {"n": 3}}, {})) == 1


@pytest.mark.parametrize("module", [second_programming, second_visits, second_laboratory])
def test_the_second_programming_shares_no_code_with_the_package(module: ModuleType) -> None:
    source = Path(module.__file__ or "").read_text()
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        str(node.module).split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
    }
    assert imported <= {*sys.stdlib_module_names, "second_programming", "second_visits"}
