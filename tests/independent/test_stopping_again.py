"""The first page's stopping rule against a second computation from the raw files."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
import stopping_again
from stopping_again import recompute

from helpers.datasets.build import build_view
from helpers.displays.monitoring.stopping import monitor_arm
from helpers.params import load_interim, load_trial
from helpers.simulate import write_export
from helpers.view import ClosedView

PARAMS = Path(__file__).parents[1] / "trial" / "params"
Once = Callable[[str, Callable[[Path], object]], Path]


def compare(export: Path, name: str) -> None:
    trial = load_trial(PARAMS)
    interim = load_interim(PARAMS, name, trial)
    view = build_view(export, PARAMS, trial=trial, interim=interim, audience="closed_unmasked")
    assert isinstance(view, ClosedView)
    arms, died = recompute(export, PARAMS / "tables" / "aesi.csv", interim.cutoff)
    for code, expected in arms.items():
        found = monitor_arm(view, trial.arm(code))
        assert (found.now.events, found.now.evaluable) == (expected.events, expected.evaluable)
        first = found.first and (found.first.day.date(), *found.first.counts)
        assert first == expected.alert, code
    triggers = view["adpause"]
    deaths = triggers.loc[triggers["TRIGGER"] == "RELATED_DEATH", "SUBJID"]
    assert set(deaths) == died


def make_export(make_once: Once, scenario: str) -> Path:
    def write(folder: Path) -> None:
        folder.mkdir()
        write_export(folder, scenario=scenario)

    return make_once(f"export of {scenario}", write)


def test_counts_first_alert_and_related_deaths_agree_where_one_route_harms(make_once: Once) -> None:
    compare(make_export(make_once, "harm_it"), "ia3")


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["null", "modest", "benefit", "harm_it", "sparse"])
@pytest.mark.parametrize("name", ["ia1", "ia2", "ia3", "ia4", "fin"])
def test_counts_first_alert_and_related_deaths_agree(
    make_once: Once, scenario: str, name: str
) -> None:
    compare(make_export(make_once, scenario), name)


def test_the_second_computation_shares_no_code_with_the_package() -> None:
    tree = ast.parse(Path(stopping_again.__file__).read_text())
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any((module or "").startswith("helpers") for module in modules)
    assert "second_programming" in modules
