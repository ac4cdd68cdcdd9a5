from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from second_programming import Table
from second_visits import recompute_follow_up, recompute_windows
from trial_views import view_of_export

from helpers.displays.efficacy.form_completeness import tabulate_form_completeness
from helpers.displays.exposure.length_of_follow_up import tabulate_follow_up
from helpers.displays.results import Key
from helpers.params import load_interim, load_trial
from helpers.view import View

PARAMS = Path(__file__).parents[1] / "trial" / "params"
CASES = (("modest", "ia3"), ("modest", "fin"), ("harm_it", "ia3"))
ExportOf = Callable[[str], Path]


@pytest.fixture(scope="module", params=CASES, ids=" ".join)
def case(export_of: ExportOf, request: pytest.FixtureRequest) -> tuple[Path, View]:
    """Export of a scenario, and the closed view of an interim."""
    scenario, name = request.param
    raw = export_of(scenario)
    return raw, view_of_export(raw, name)


def list_differences(expected: Table, found: dict[Key, dict[str, float]]) -> list[str]:
    """Cells of the second programming that a display lacks or holds with another number."""
    return [
        f"{key} {statistic}: {found.get(Key(*key[1:]), {}).get(statistic)}, a second time {value}"
        for key, row in expected.items()
        for statistic, value in row.items()
        if found.get(Key(*key[1:]), {}).get(statistic) != pytest.approx(value, rel=1e-11)
    ]


@cache
def windows_at(export: Path, cutoff: date) -> Table:
    return recompute_windows(export, cutoff)


def test_person_years_and_milestones_agree_with_the_raw_files(case: tuple[Path, View]) -> None:
    raw, view = case
    second = recompute_follow_up(raw, view.cutoff.date())
    assert len(second) == 2 * 4 * (1 + 3)  # two clocks, three arms and total, years and visits
    assert list_differences(second, tabulate_follow_up(view).statistics) == []


def test_forms_outside_the_protocol_window_agree_with_the_raw_files(
    case: tuple[Path, View],
) -> None:
    raw, view = case
    second = windows_at(raw, view.cutoff.date())
    assert len(second) == 5 * 4  # five forms, three arms and total
    assert list_differences(second, tabulate_form_completeness(view).statistics) == []


def test_forms_outside_the_protocol_window_are_those_of_the_data_set(
    case: tuple[Path, View],
) -> None:
    raw, view = case
    rows = view["advisit"]
    received = rows[(rows["STATUS"] == "RECEIVED") & (rows["AVISIT"] != "BL")]
    total = {
        key[3]: (row["n"], row["total"])
        for key, row in windows_at(raw, view.cutoff.date()).items()
        if key[2] == "Total"
    }
    assert total == {
        form: (int((own["WINFL"] == "N").sum()), len(own)) for form, own in received.groupby("FORM")
    }


@pytest.mark.parametrize(
    ("name", "form", "counts"),
    [
        # as a third program counted them in the built-in export
        ("ia3", "NIHSS", (2, 65)),
        ("ia3", "FIM", (3, 66)),
        ("ia3", "FMA", (3, 66)),
        ("fin", "NIHSS", (5, 128)),
        ("fin", "FIM", (6, 127)),
        ("fin", "FMA", (6, 130)),
    ],
)
def test_forms_outside_the_protocol_window_of_the_built_in_export(
    export: Path, name: str, form: str, counts: tuple[int, int]
) -> None:
    cutoff = load_interim(PARAMS, name, load_trial(PARAMS)).cutoff
    row = windows_at(export, cutoff)["T-E-02", "ITT", "Total", form, "ANY", "OUT_OF_WINDOW"]
    assert (row["n"], row["total"]) == counts
