"""The first page's stopping rule against a second computation from the raw files."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
import stopping_again
from stopping_again import describe_arm, recompute, recompute_monitor
from trial_views import view_of_export

from helpers.displays.monitoring.monitor import tabulate_monitor
from helpers.displays.monitoring.stopping import monitor_arm
from helpers.displays.results import Key
from helpers.view import ClosedView

PARAMS = Path(__file__).parents[1] / "trial" / "params"
ExportOf = Callable[[str], Path]


def compare(export: Path, name: str) -> None:
    view = view_of_export(export, name)
    assert isinstance(view, ClosedView)
    arms, died = recompute(export, PARAMS / "tables" / "aesi.csv", view.cutoff.date())
    for code, expected in arms.items():
        found = monitor_arm(view, view.trial.arm(code))
        assert (found.now.events, found.now.evaluable) == (expected.events, expected.evaluable)
        first = found.first and (found.first.day.date(), *found.first.counts)
        assert first == expected.alert, code
    triggers = view["adpause"]
    deaths = triggers.loc[triggers["TRIGGER"] == "RELATED_DEATH", "SUBJID"]
    assert set(deaths) == died


def compare_monitor(export: Path, name: str) -> None:
    """Every number of T-S-23 of every active arm."""
    view = view_of_export(export, name)
    found = tabulate_monitor(view).statistics
    again = recompute_monitor(export, PARAMS / "tables" / "aesi.csv", view.cutoff.date())
    assert set(again) == {"IV", "IT"}
    for code, expected in again.items():
        row = found[Key("SAF", code, "STOPPING")]
        assert set(row) == set(expected)
        for statistic, value in expected.items():
            wanted = float("nan") if value is None else value
            assert row[statistic] == pytest.approx(wanted, abs=1e-8, nan_ok=True), statistic


def test_counts_first_alert_and_related_deaths_agree_where_one_route_harms(
    export_of: ExportOf,
) -> None:
    compare(export_of("harm_it"), "ia3")


def test_the_numbers_of_the_monitor_agree_where_one_route_harms(export_of: ExportOf) -> None:
    compare_monitor(export_of("harm_it"), "ia3")


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["null", "modest", "benefit", "harm_it", "sparse"])
def test_the_numbers_of_the_monitor_agree_in_every_scenario(
    export_of: ExportOf, scenario: str
) -> None:
    compare_monitor(export_of(scenario), "ia3")


def test_the_beta_distribution_integrated_here_gives_the_printed_anchors() -> None:
    # of 3 of 16 under Beta(0.3, 1.7), as the interim plan prints them
    row = describe_arm(3, 16)
    printed = {"posterior_mean": 0.1833, "lower": 0.0464, "upper": 0.3860, "prob_above": 0.5981}
    for statistic, value in printed.items():
        assert row[statistic] == pytest.approx(value, abs=5e-5)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["null", "modest", "benefit", "harm_it", "sparse"])
@pytest.mark.parametrize("name", ["ia1", "ia2", "ia3", "ia4", "fin"])
def test_counts_first_alert_and_related_deaths_agree(
    export_of: ExportOf, scenario: str, name: str
) -> None:
    compare(export_of(scenario), name)


def test_the_second_computation_shares_no_code_with_the_package() -> None:
    tree = ast.parse(Path(stopping_again.__file__).read_text())
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any((module or "").startswith("helpers") for module in modules)
    assert "second_programming" in modules
