"""The first screens of the five stories, read as a chair would: what alarms, where, by whom."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from trial_views import shared_view

from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.model import Listing, Page
from helpers.displays.results import Key
from helpers.displays.serious_events.listing import list_serious_events, list_stopping_events
from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.view import View

REPORTS = ("ia1", "ia3", "fin")
Views = Callable[[str, str], View]
ALARMS = ("Immediate triggers", "Stopping rule, IV", "Stopping rule, IT")


@pytest.fixture(scope="module")
def views(export_of: Callable[[str], Path]) -> Views:
    """Closed view of a scenario and interim."""

    @cache
    def build(scenario: str, name: str) -> View:
        return shared_view(export_of(scenario), name)

    return build


def read(view: View) -> dict[str, tuple[str, str, str]]:
    """State, word and reason of each light."""
    page = view.once(show_at_a_glance)
    assert isinstance(page, Page)
    return {light.name: (light.state, light.word, light.why) for light in page.lights}


def sentences(view: View) -> str:
    page = view.once(show_at_a_glance)
    assert isinstance(page, Page)
    return " ".join(page.sentences)


# two of 4 to 6 are below the limit, the third event came among 7
ANEW = (
    "last alerted anew on 7 Aug 2022 with 3 of 7, below the limit from 7 Nov 2022 with 3 of 9; now "
)


# participant 031 dies of a chemical meningitis after dose 2; 006 and 012 alert before IA1
@pytest.mark.parametrize(
    ("name", "memory"),
    [
        ("ia1", "First reached in this report (on 5 Dec 2021 with 2 of 2); now 2 of 3"),
        ("ia3", f"First reached at IA1 with 2 of 3 (on 5 Dec 2021 with 2 of 2); {ANEW}3 of 11"),
        ("fin", f"First reached at IA1 with 2 of 3 (on 5 Dec 2021 with 2 of 2); {ANEW}4 of 14"),
    ],
)
def test_harm_by_one_route_stays_on_the_first_screen(views: Views, name: str, memory: str) -> None:
    found = read(views("harm_it", name))
    state, word, why = found["Stopping rule, IT"]
    assert (state, word) == ("alert", "Alert")
    assert why.startswith(memory)
    assert "012 Chemical meningitis" in why
    assert found["Stopping rule, IV"][0] == "ok"
    trigger = found["Immediate triggers"]
    if name == "ia1":
        assert trigger[0] == "ok"
        assert "IT Chemical meningitis (012 related)" in sentences(views("harm_it", name))
    else:
        assert (trigger[0], trigger[1]) == ("alert", "Review requested")
        assert "IT: related death, 031 (Chemical meningitis, died 25 Nov 2022)." in trigger[2]
        assert "Immediate trigger met: related death." in why
        assert "1 event without a preferred term in 1 participant" in why  # 022


# the day of the second stopping event of the arm: a chemical meningitis of 012
@pytest.mark.parametrize("name", ["ia3", "fin"])
def test_dosing_after_the_alert_agrees_with_the_raw_files(
    views: Views, export_of: Callable[[str], Path], name: str
) -> None:
    view = views("harm_it", name)
    raw = export_of("harm_it")
    day, cutoff = "2021-12-05", f"{view.cutoff:%Y-%m-%d}"
    doses = pd.read_csv(raw / "restricted/ex.csv", dtype=str)
    doses = doses[doses["EXSTDTC"].isna() | (doses["EXSTDTC"].str[:10] <= cutoff)]
    given = doses[doses["EXOCCUR"] == "Y"].sort_values("EXSTDTC")
    # by the way of each dose: one of another arm may have got a second dose into the canal
    later = given[(given["EXROUTE"] == "INTRATHECAL") & (given["EXSTDTC"].str[:10] > day)]
    shown = view.once(show_at_a_glance).statistics
    assert shown[Key("SAF", "IT", "AFTER_ALERT", "", "DOSES")] == {
        "events": len(later),
        "n": later["SUBJID"].nunique(),
    }
    listed = pd.read_csv(raw / "restricted/rand.csv", dtype=str)
    listed = listed[(listed["RANDDTC"].str[:10] <= cutoff) & (listed["ARMCD"] == "IT")]
    ended = pd.read_csv(raw / "open/ds.csv", dtype=str)
    ended = ended[(ended["DSCAT"] == "DISPOSITION") & (ended["DSSTDTC"] <= cutoff)]
    number = given["SUBJID"].value_counts().reindex(listed["SUBJID"]).fillna(0)
    waiting = set(number.index[number < 2]) - set(ended["SUBJID"])
    assert shown[Key("ITT", "IT", "AFTER_ALERT", "", "STILL_DUE")] == {"n": len(waiting)}


@pytest.mark.parametrize(
    "name", [pytest.param(x, marks=() if x == "ia3" else pytest.mark.slow) for x in REPORTS]
)
def test_a_small_trial_shows_the_event_that_a_wrong_dose_date_hides(
    views: Views, name: str
) -> None:
    """004: dose 2 is dated 6 September, its visit, stay, vital signs and headache 28 August."""
    found = read(views("sparse", name))
    state, word, why = found["Stopping rule, IT"]
    assert (state, word) == ("near", "Check dose date"), name
    assert why.startswith(
        "Dose date to check: 004: dose 2 recorded on 6 Sep 2021, but vital signs, visit and "
        "hospital stay on 28 Aug 2021; by that date 1 of 2 evaluable with a stopping event "
        "(004 Post-puncture headache"
    )
    assert "By the recorded date: 0 of 2 evaluable" in why
    assert "Among so few only an event in each of them would alert." in why
    assert found["Stopping rule, IV"][0] == "ok"  # 0 of 4: three would alert
    assert found["Immediate triggers"][0] == "ok"


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["modest", "benefit", "null"])
@pytest.mark.parametrize("name", REPORTS)
def test_without_harm_neither_a_trigger_nor_the_rule_alarms(
    views: Views, scenario: str, name: str
) -> None:
    found = read(views(scenario, name))
    assert {light: found[light][0] for light in ALARMS if found[light][0] == "alert"} == {}
    assert "First reached" not in " ".join(found[light][2] for light in ALARMS)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["modest", "benefit", "null", "harm_it", "sparse"])
@pytest.mark.parametrize("name", REPORTS)
def test_the_first_screen_agrees_with_the_tables_and_listings_behind_it(
    views: Views, scenario: str, name: str
) -> None:
    check_agreement(views(scenario, name))


def test_the_first_screen_of_harm_agrees_with_what_is_behind_it(views: Views) -> None:
    check_agreement(views("harm_it", "ia3"))


def check_agreement(view: View) -> None:
    page, overview = view.once(show_at_a_glance), view.once(tabulate_ae_overview)
    shown = {
        key: numbers
        for key, numbers in page.statistics.items()
        if key.parameter in ("serious", "serious_related")
    }
    assert len(shown) == 8
    for key, numbers in shown.items():
        behind = overview.statistics[key]
        assert {n: behind[n] for n in ("n", "N", "pct")} == pytest.approx(numbers)
    died = view["adsl"].loc[view["adsl"]["DTHFL"] == "Y", ["SUBJID", "TRT01A"]]
    for arm in ("IV", "IT", "CTL"):
        (n,) = [
            row["n"]
            for key, row in page.statistics.items()
            if (key.population, key.parameter, key.arm) == ("SAF", "died", arm)
        ]
        assert n == (died["TRT01A"] == arm).sum()
    stopping = view["adae"][view["adae"]["SEVTOXFL"] == "Y"]
    listed = [
        (row[0], remark)
        for listing in (view.once(list_serious_events), view.once(list_stopping_events))
        if isinstance(listing, Listing)
        for row in listing.rows
        for remark in row[listing.headers.index("Remarks")].split(", ")
        if remark.startswith("stopping event")
    ]
    counted = [subject for subject, remark in listed if remark == "stopping event"]
    assert sorted(counted) == sorted(stopping["SUBJID"])
    other = view["adae"][(view["adae"]["ALTSTPFL"] == "Y") & (view["adae"]["SEVTOXFL"] != "Y")]
    doubtful = [who for who, remark in listed if remark == "stopping event by another dose date"]
    assert sorted(doubtful) == sorted(other["SUBJID"])
    assert len(listed) == len(counted) + len(doubtful)


def test_the_path_within_the_last_data_agrees_with_what_earlier_reports_counted(
    views: Views,
) -> None:
    late = views("harm_it", "fin")["adstop"]
    for name in ("ia1", "ia3"):
        then = views("harm_it", name)
        counted = then["adstop"]
        for column in ("EVALDT", "STOPDT"):
            known = late[late[column] <= then.cutoff]
            assert set(known["SUBJID"]) == set(counted.loc[counted[column].notna(), "SUBJID"])
