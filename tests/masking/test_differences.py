"""An open report and a masked one subtracted, at ten pairs of interims: no letter's complaints."""

from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from trial_views import view_of_export
from whole_program import run_interim

from helpers.displays.adverse_events.by_grade import tabulate_by_grade
from helpers.displays.adverse_events.dot_plot import plot_ae_dots
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.adverse_events.system_organ_class import tabulate_soc_pt
from helpers.displays.model import Display
from helpers.displays.serious_events.by_term import tabulate_serious_events
from helpers.displays.serious_events.deaths import tabulate_deaths
from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.masking.words import PROCEDURE
from helpers.view import MaskedView

PARAMS = Path(__file__).parents[1] / "trial" / "params"
INTERIMS = ("ia1", "ia2", "ia3", "ia4", "fin")
PAIRS = list(combinations(INTERIMS, 2))
LETTERS = ("A", "B", "C")
OF_EVENTS = (
    tabulate_ae_overview,
    tabulate_serious_events,
    tabulate_soc_pt,
    tabulate_by_grade,
    tabulate_deaths,
    plot_ae_dots,
    show_at_a_glance,
)
ANY = {"any_after_rand": "any", "ANY": "any", "serious": "serious"}


@pytest.fixture(scope="module")
def opened(make_once, export: Path) -> dict[str, pd.DataFrame]:
    """Numbers of five open reports; those of tests/reporting/test_differencing.py."""

    def build(folder: Path) -> None:
        words = ("--audience", "open", "--report", "safety")
        run_interim(*INTERIMS, *words, "--data", export, "--out", folder)

    folder = make_once("five open reports", build)
    files = {name: folder / name / "open" / "results.csv" for name in INTERIMS}
    return {
        name: pd.read_csv(path, dtype=str, keep_default_na=False) for name, path in files.items()
    }


@pytest.fixture(scope="module")
def views(export: Path) -> dict[str, MaskedView]:
    found = {}
    for name in INTERIMS:
        view = view_of_export(export, name, "closed_masked")
        assert isinstance(view, MaskedView)
        found[name] = view
    return found


@pytest.fixture(scope="module")
def masked(views: dict[str, MaskedView]) -> dict[str, list[Display]]:
    return {name: [make(view) for make in OF_EVENTS] for name, view in views.items()}


def read_letters(displays: list[Display]) -> list[tuple[object, ...]]:
    """Every number that stands beside a letter or between two."""
    return [
        (display.id, result.key, result.statistic, result.value)
        for display in displays
        for result in display.results
        if result.key.arm in LETTERS or result.key.contrast
    ]


def test_complaints_of_other_participants_leave_every_number_by_letter(views, masked):
    """So no other report, whatever it tells, can be subtracted to get them by letter."""
    for name in ("ia3", "fin"):
        view = views[name]
        events = view.datasets["adae"]
        own = events["AEDECOD"] == PROCEDURE
        assert own.sum() > 2
        people = view.population("ITT").sort_values("TRT01P", kind="stable")["USUBJID"].to_list()
        for move in (1, len(people) // 2):  # to another letter, for most
            moved = {who: people[(i + move) % len(people)] for i, who in enumerate(people)}
            other = events.assign(USUBJID=events["USUBJID"].mask(own, events["USUBJID"].map(moved)))
            object.__setattr__(view, "datasets", {**view.datasets, "adae": other})
            made = [make(view) for make in OF_EVENTS]
            object.__setattr__(view, "datasets", {**view.datasets, "adae": events})
            assert repr(read_letters(made)) == repr(read_letters(masked[name]))


def test_which_severe_event_had_the_grade_of_a_death_changes_no_number_by_letter(views, masked):
    """A letter with a death whose serious events are all of a lower grade tells of a complaint."""
    view = views["fin"]
    events = view.datasets["adae"]
    assert {3, 5} <= set(events["ATOXGR"].dropna())
    for grade in (3, 5):
        severe = (events["ATOXGR"] >= 3).fillna(False).astype(bool)
        other = events.assign(ATOXGR=events["ATOXGR"].mask(severe, grade))
        object.__setattr__(view, "datasets", {**view.datasets, "adae": other})
        made = [make(view) for make in OF_EVENTS]
        object.__setattr__(view, "datasets", {**view.datasets, "adae": events})
        assert repr(read_letters(made)) == repr(read_letters(masked["fin"]))


def test_an_open_report_has_no_number_of_a_letter_or_an_arm(opened):
    for rows in opened.values():
        assert set(rows["arm"]) <= {"", "Total"}
        assert set(rows["contrast"]) == {""}


def find_sums(displays: list[Display]) -> dict[tuple[str, str], list[float]]:
    """Participants and events of the letters together, by what is counted, in every display."""
    found: dict[tuple[str, str], list[float]] = {}
    for display in displays:
        for code, kind in ANY.items():
            for statistic in ("n", "events"):
                values = [
                    r.value
                    for r in display.results
                    if (r.key.parameter, r.key.category, r.statistic) == (code, "", statistic)
                    and r.key.arm in LETTERS
                ]
                kind = "serious" if display.id == "T-S-13" else kind
                if values:
                    found.setdefault((kind, statistic), []).append(sum(values))
    return found


@pytest.mark.parametrize(("first", "second"), [*PAIRS, *((b, a) for a, b in PAIRS)])
def test_an_open_and_a_masked_report_leave_complaints_of_all_letters_together_at_most(
    first, second, opened, masked
):
    """Whatever is subtracted, letters count the same events in every display of the masked one."""
    assert len(PAIRS) == 10
    sums = find_sums(masked[second])
    for kind, found in sums.items():
        assert len(set(found)) == 1, (kind, found)
    rows = opened[first]
    counts = rows[(rows["display"] == "T-S-14") & rows["statistic"].isin(["n", "events"])]
    assert set(counts["value"]) <= {"", "0"}  # steps: no class less the letters gives a count
    terms = set(rows.loc[rows["display"] == "T-S-14", "category"])
    assert terms == {""}  # by class only, and the class of a complaint is not told by letter
