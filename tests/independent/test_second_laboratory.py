from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from second_laboratory import Sign, recompute_alarms, recompute_grades
from trial_views import view_of_export

from helpers.displays.laboratory.grade_shifts import tabulate_grade_shifts
from helpers.displays.model import Listing
from helpers.displays.results import Key
from helpers.displays.vital_signs.alarm_listing import list_alarms
from helpers.view import View

PARAMS = Path(__file__).parents[1] / "trial" / "params"
TABLES = PARAMS / "tables"
CASES = (("modest", "fin"), ("harm_it", "ia3"))
ExportOf = Callable[[str], Path]


@pytest.fixture(scope="module", params=CASES, ids=" ".join)
def case(export_of: ExportOf, request: pytest.FixtureRequest) -> tuple[Path, View]:
    """Export of a scenario, and the closed view of an interim."""
    scenario, name = request.param
    raw = export_of(scenario)
    return raw, view_of_export(raw, name)


def test_shifts_of_grades_agree_with_the_raw_files_pair_by_pair(case: tuple[Path, View]) -> None:
    raw, view = case
    second = recompute_grades(raw, TABLES, view.cutoff.date())
    found = tabulate_grade_shifts(view).statistics
    differing = [
        f"{key} {statistic}: {found.get(Key(*key[1:]), {}).get(statistic)}, a second time {value}"
        for key, row in second.items()
        for statistic, value in row.items()
        if found.get(Key(*key[1:]), {}).get(statistic) != value
    ]
    assert differing == []
    shown = {k for k in found if " to " in k.category}
    assert shown == {Key(*key[1:]) for key in second}
    assert len(second) > 150


def test_the_alarm_listing_has_the_rows_of_the_raw_files(case: tuple[Path, View]) -> None:
    raw, view = case
    second = recompute_alarms(raw, TABLES, view.cutoff.date())
    listing = list_alarms(view)
    assert isinstance(listing, Listing)
    rows = [dict(zip(listing.headers, row, strict=True)) for row in listing.rows]
    names = {f"{v}": k for k, v in view.trial.vital_signs.labels.items()}
    found = Counter(
        (
            row["Participant"],
            names[row["Vital sign"].split(" (")[0]],
            row["Alarm"].replace("no alarm", ""),
            row["Value"],
            row["Before the dose"].removeprefix("before "),
            row["Remarks"].split(",")[0].split(" ")[0],
        )
        for row in rows
    )
    assert found == Counter(map(_as_shown, second))
    assert len(second) >= 8


def _as_shown(sign: Sign) -> tuple[str, ...]:
    before = "" if sign.before is None else f"{sign.before:.4g}"
    value = "not known" if sign.value is None else f"{sign.value:.4g}"
    mark = sign.mark or ("unit" if sign.value is None else "")
    return (sign.subject, sign.test, sign.alarm, value, before, mark)
