"""Two open reports together tell no small count, also when records are corrected between them.

Every open report of the trial is made from an export of its own in which the site has corrected
adverse events since the report before: dates moved, events deleted and added, grades and classes
changed. Whatever is published of adverse events is then subtracted, report from report.
"""

import csv
import io
import math
import shutil
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from trial_views import view_of_export
from view_factory import PARAMS, shipped_trial

from helpers.datasets.build import build_view
from helpers.displays.adverse_events.class_rows import count_classes
from helpers.displays.adverse_events.event_counts import count_events
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.adverse_events.system_organ_class import tabulate_soc_pt
from helpers.displays.data_status.by_table import tabulate_data_currency
from helpers.displays.model import Display
from helpers.displays.serious_events.by_term import tabulate_serious_events
from helpers.params import list_interims, load_interim
from helpers.reporting.notebooks.harvest import format_results
from helpers.view import View

MAKERS = (
    tabulate_ae_overview,
    tabulate_serious_events,
    tabulate_soc_pt,
    tabulate_data_currency,
)
EXEMPT = {("T-S-10", "serious"), ("T-S-10", "fatal"), ("T-S-13", "ANY")}
PUBLIC = {"N", "days", "median"}  # participants, and how fresh the records are
Numbers = dict[tuple[str, ...], float]


def correct_events(export: Path, target: Path, seed: int) -> Path:
    """A copy of an export in which the site has corrected a fifth of the adverse events."""
    shutil.copytree(export, target)
    path = target / "open" / "ae.csv"
    ae = pd.read_csv(path, dtype=str, keep_default_na=False)
    rng = np.random.default_rng(seed)
    complete = ae["AESTDTC"].str.len() >= 10
    moved = complete & (rng.random(len(ae)) < 0.2)
    days = pd.to_timedelta(rng.integers(-200, 200, len(ae)), unit="D")
    starts = pd.to_datetime(ae["AESTDTC"].where(complete, "2022-01-01").str[:10]) + days
    ae["AESTDTC"] = ae["AESTDTC"].mask(moved, starts.dt.strftime("%Y-%m-%d"))
    ae["AEENDTC"] = ae["AEENDTC"].mask(moved, "")
    for column in ("AETOXGR", "AEBODSYS"):
        other = pd.Series(rng.permutation(ae[column]), index=ae.index)
        ae[column] = ae[column].mask(rng.random(len(ae)) < 0.1, other)
    ae["RECSTAT"] = ae["RECSTAT"].mask(rng.random(len(ae)) < 0.05, "DELETED")
    more = ae.sample(frac=0.05, random_state=seed).assign(AESEQ=lambda rows: rows["AESEQ"] + "77")
    pd.concat([ae, more]).to_csv(path, index=False, lineterminator="\n")
    return target


def build_open(export: Path, name: str) -> View:
    trial = shipped_trial()
    interim = load_interim(PARAMS, name, trial)
    return build_view(export, PARAMS, trial=trial, interim=interim, audience="open")


@dataclass(frozen=True)
class Report:
    """An open view, and the tables of events that are made of it, once."""

    view: View

    @cached_property
    def tables(self) -> list[Display]:
        return [make(self.view) for make in MAKERS]


@pytest.fixture(scope="module")
def corrected(export: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    """Open reports of the five interims, each from an export of its own."""
    folder = tmp_path_factory.mktemp("corrected")
    return [
        Report(build_open(correct_events(export, folder / name, seed), name))
        for seed, name in enumerate(list_interims(PARAMS))
    ]


@pytest.fixture(scope="module")
def unchanged(export: Path) -> list[Report]:
    """Open reports of the five interims, all from one export."""
    return [Report(view_of_export(export, name, "open")) for name in list_interims(PARAMS)]


def publish(report: Report) -> Numbers:
    """What results.csv holds of adverse events: number by display, row and statistic."""
    text = format_results("safety", [display.payload() for display in report.tables]).decode()
    rows = csv.DictReader(io.StringIO(text))
    return {
        (row["display"], row["parameter"], row["category"], row["statistic"]): float(row["value"])
        for row in rows
        if row["value"] and row["statistic"] not in PUBLIC and is_of_events(row)
    }


def is_of_events(row: dict[str, str]) -> bool:
    """Whether a row counts adverse events and is not exempt."""
    if row["display"] == "T-S-03":
        return row["parameter"] == "ae"
    return (row["display"], row["parameter"]) not in EXEMPT


def list_small_differences(reports: list[Report]) -> list[str]:
    published = [publish(report) for report in reports]
    pairs = list(combinations(range(len(reports)), 2))
    assert len(pairs) == 10
    return [
        f"{key}: {published[first][key]} and {published[second][key]}"
        for first, second in pairs
        for key in published[first].keys() & published[second].keys()
        if 0 < abs(published[first][key] - published[second][key]) < 3
    ]


# what data that only grow show from look to look is in the corrected reports too
@pytest.mark.parametrize(
    "reports", ["corrected", pytest.param("unchanged", marks=pytest.mark.slow)]
)
def test_no_two_open_reports_differ_by_one_or_two_participants(reports, request) -> None:
    assert list_small_differences(request.getfixturevalue(reports)) == []


def count_truly(view: View) -> Numbers:
    """The counts behind the open tables."""
    events = view["adae"][view["adae"]["AFTRANFL"] == "Y"]
    group = view.total("ITT")
    grave = events[(events["ATOXGR"] >= 3).fillna(False)]
    return {
        ("any",): count_events(events, group)["n"],
        ("any", "events"): count_events(events, group)["events"],
        ("grade",): count_events(grave, group)["n"],
        **{(soc,): counts["n"] for soc, counts in count_classes(events, group).items()},
    }


# what data that only grow show from look to look is in the corrected reports too
@pytest.mark.parametrize(
    "reports", ["corrected", pytest.param("unchanged", marks=pytest.mark.slow)]
)
def test_the_true_counts_of_these_reports_do_differ_by_one_or_two(reports, request) -> None:
    """Else the test above could not fail; a class loses participants by a correction, too."""
    true = [count_truly(report.view) for report in request.getfixturevalue(reports)]
    differences = [
        second[key] - first[key]
        for first, second in combinations(true, 2)
        for key in first.keys() & second.keys()
    ]
    assert sum(abs(d) in (1, 2) for d in differences) > 10
    assert (min(differences) < 0) == (reports == "corrected")


def test_no_table_has_the_number_of_adverse_event_records(corrected) -> None:
    for report in corrected:
        table = report.tables[MAKERS.index(tabulate_data_currency)]
        rows = {key.category: row for key, row in table.statistics.items() if key.parameter == "ae"}
        assert not [row["n"] for row in rows.values() if not math.isnan(row.get("n", math.nan))]
        kept = report.view.counts.set_index("table").loc["ae", "kept"]
        cells = [cells for label, *cells in table.csv_copy()[1] if "(ae)" in label]
        assert len(cells) == 1
        assert str(kept) not in cells[0]


def test_no_sentence_below_an_open_table_has_a_small_number_of_events(corrected) -> None:
    digits = {str(n) for n in range(1, 3)}
    for report in corrected:
        for table in report.tables:
            for note in table.notes:
                words = note.replace("(", " ").split()
                told = [a for a, b in pairwise(words) if b.startswith("event")]
                assert digits.isdisjoint(told), note


def test_deaths_and_serious_events_are_published_however_few(export: Path) -> None:
    table = tabulate_ae_overview(view_of_export(export, "ia1", "open"))
    numbers = {key.parameter: row["n"] for key, row in table.statistics.items()}
    assert (numbers["fatal"], numbers["serious"]) == (1, 3)
    assert math.isnan(numbers["any_after_rand"])
    assert math.isnan(numbers["grade_ge3"])
