"""What the conduct and exposure displays say together, on every scenario, against the raw files."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from trial_views import shared_display

from helpers.displays import show
from helpers.displays.accrual.by_month import tabulate_accrual
from helpers.displays.baseline.characteristics import tabulate_baseline
from helpers.displays.conduct.disposition import tabulate_disposition
from helpers.displays.exposure.amount_given import tabulate_exposure
from helpers.displays.exposure.length_of_follow_up import tabulate_follow_up
from helpers.displays.flow.participant_flow import plot_participant_flow
from helpers.displays.model import Cell, Display, Table
from helpers.displays.results import Key
from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.displays.vital_signs.alarm_listing import list_alarms
from helpers.displays.vital_signs.around_doses import tabulate_around_doses
from helpers.displays.vital_signs.dose_lines import plot_dose_lines
from helpers.view import View

Make = Callable[[View], Display]
Find = Callable[..., Display]
ARMS = ("IV", "IT", "CTL")
OTHER_ROUTE = "Another route recorded than allocated"
ROUTES = {"IV": "INTRAVENOUS", "IT": "INTRATHECAL"}
SCENARIOS = (
    *("modest", "harm_it", "sparse"),
    *(pytest.param(scenario, marks=pytest.mark.slow) for scenario in ("null", "benefit")),
)
TABLES = (
    *(tabulate_accrual, tabulate_disposition, tabulate_baseline),
    *(tabulate_follow_up, tabulate_exposure),
)


@pytest.fixture(scope="module")
def show_of(export_of: Callable[[str], Path]) -> Find:
    """A display of the final view of a scenario for an audience, made once."""

    def find(make: Make, scenario: str, audience: str = "closed_unmasked") -> Display:
        return shared_display(make, export_of(scenario), "fin", audience)

    return find


every_scenario = pytest.mark.parametrize("scenario", SCENARIOS)


def count(display: Display, arm: str, parameter: str, category: str, visit: str = "") -> float:
    found = display.statistics.get(Key("ITT", arm, parameter, visit, category), {"n": 0.0})
    return found["n"]


@every_scenario
def test_completed_lost_and_discontinued_mean_the_same_in_the_flow_and_in_the_table(
    scenario: str, show_of: Find
) -> None:
    flow, table = show_of(plot_participant_flow, scenario), show_of(tabulate_disposition, scenario)
    for arm in ARMS:
        for state in ("ONGOING", "COMPLETED", "DISCONTINUED"):
            assert count(flow, arm, "FOLLOW_UP", state) == count(table, arm, "STUDY", state)
        lost = count(flow, arm, "FOLLOW_UP", "LOST_TO_FOLLOW_UP")
        assert lost == count(table, arm, "LEFT_STUDY", "LOST_TO_FOLLOW_UP")
        died = count(flow, arm, "FOLLOW_UP", "DISCONTINUED:DEATH")
        assert died == count(table, arm, "LEFT_STUDY", "DEATH")


@every_scenario
def test_deaths_are_those_of_the_first_page_or_a_note_says_why_not(
    scenario: str, show_of: Find
) -> None:
    for audience in ("open", "closed_unmasked"):
        table = show_of(tabulate_disposition, scenario, audience)
        ended = count(table, "Total", "LEFT_STUDY", "DEATH")
        recorded = count(show_of(show_at_a_glance, scenario, audience), "Total", "DEATHS", "")
        assert (ended == recorded) or any("Deaths here" in note for note in table.notes)


@every_scenario
def test_who_completed_has_reached_the_last_visit(scenario: str, show_of: Find) -> None:
    for audience in ("open", "closed_unmasked"):
        done = count(
            show_of(tabulate_disposition, scenario, audience), "Total", "STUDY", "COMPLETED"
        )
        followed = show_of(tabulate_follow_up, scenario, audience)
        assert count(followed, "Total", "RANDPYRS", "", "M12") >= done


def read(export: Path, name: str) -> pd.DataFrame:
    rows = pd.read_csv(export / "restricted" / f"{name}.csv", dtype=str, keep_default_na=False)
    return rows[rows["RECSTAT"] != "DELETED"]


def list_given(export: Path) -> Iterator[tuple[str, str, int, str, str]]:
    """Allocated arm, participant, place in time, route and lot of each given dose, as recorded."""
    arms = read(export, "rand").set_index("SUBJID")["ARMCD"]
    rows = read(export, "ex")
    rows = rows[(rows["EXOCCUR"] == "Y") & ~rows["EXDOSE"].isin(["0", "0.0"])]
    rows = rows.sort_values(["SUBJID", "EXSTDTC"], kind="stable")
    for person, own in rows.groupby("SUBJID"):
        for place, (_, row) in enumerate(own.iterrows(), start=1):
            yield arms[person], str(person), place, row["EXROUTE"], row["EXLOT"]


@every_scenario
def test_routes_and_lacking_lots_are_those_of_the_raw_files(
    scenario: str, show_of: Find, export_of: Callable[[str], Path]
) -> None:
    given = list(list_given(export_of(scenario)))
    flow, table = show_of(plot_participant_flow, scenario), show_of(tabulate_exposure, scenario)
    for arm, route in ROUTES.items():
        for dose in (1, 2):
            same = [g for g in given if (g[0], g[2]) == (arm, dose)]
            wanted = sum(found == route for _, _, _, found, _ in same)
            visit = f"DOSE{dose}"
            assert count(flow, arm, "ALLOCATION", "ROUTE_ALLOCATED", visit) == wanted
            assert count(flow, arm, "ALLOCATION", "ROUTE_OTHER", visit) == len(same) - wanted
    notes = " ".join(table.notes)
    for arm, person, place, route, lot in given:
        other = notes.split(f"{OTHER_ROUTE}:")[-1].split(".")[0]
        named = f"dose {place} of {person} (" in other
        assert named == (route != ROUTES[arm]), (person, place)
        lacking = notes.split("Lot not recorded:")[-1].split(". ")[0]
        assert (f"dose {place} of {person}" in lacking) >= (lot == "")
    others = sum(route != ROUTES[arm] for arm, _, _, route, _ in given)
    shown = sum(count(table, "Total", f"DOSE{dose}.ROUTE", "OTHER") for dose in (1, 2))
    assert shown == others


def test_the_built_in_export_shows_its_three_planted_doses(show_of: Find) -> None:
    notes = show_of(tabulate_exposure, "modest").notes
    assert (
        f"{OTHER_ROUTE}: dose 2 of 006 (intravenous recorded, intrathecal allocated; spinal fluid "
        "taken that day; no deviation of that day, to be confirmed by the site), dose 1 of 010 "
        "(intravenous recorded, intrathecal allocated; a deviation of that day is recorded)."
        in notes
    )
    assert any("dose 2 of 010 (intrathecal, in IV)" in note for note in notes)
    assert "Lot not recorded: dose 1 of 012." in notes


@every_scenario
def test_a_percentage_of_another_number_than_the_column_s_prints_it(
    scenario: str, show_of: Find
) -> None:
    for audience in ("open", "closed_unmasked"):
        for make in TABLES:
            table = show_of(make, scenario, audience)
            if not isinstance(table, Table):
                continue
            for line in table.lines:
                for head, cell in zip(table.headers, line.cells, strict=False):
                    if isinstance(cell, Cell) and cell.form == show.n_pct():
                        total = table.statistics[cell.key]["N"]
                        assert head.note == f"N = {total:g}", (table.id, line.label, head.label)


@every_scenario
def test_a_row_that_does_not_apply_to_an_arm_has_no_number_of_it(
    scenario: str, show_of: Find
) -> None:
    for make in TABLES:
        table = show_of(make, scenario)
        assert isinstance(table, Table)
        labels = [head.label for head in table.headers]
        for line in table.lines:
            shown = {cell.key for cell in line.cells if isinstance(cell, Cell)}
            blank = {
                label
                for label, cell in zip(labels, line.cells, strict=False)
                if cell == "n.a." and label in ARMS
            }
            for key in shown:
                for arm in blank:
                    assert key._replace(arm=arm) not in table.statistics, (table.id, line.label)


@every_scenario
def test_alarms_after_a_dose_are_the_same_in_table_figure_and_listing(
    scenario: str, show_of: Find
) -> None:
    """Of dosed participants, who are all in the safety population: the listing has no others."""
    table, figure = show_of(tabulate_around_doses, scenario), show_of(plot_dose_lines, scenario)
    assert table.headline == figure.headline
    alarmed = [int(n) for n in re.findall(r"(\d+) of \d+", table.headline)]
    listed = re.search(
        r"after a dose, in (\d+) participant", show_of(list_alarms, scenario).headline
    )
    assert listed is not None
    assert sum(alarmed) == int(listed[1]) > 0
