"""Safety of another population than SAF: who counts, in which arm, and that the page says so."""

from pathlib import Path

import pandas as pd
import pytest
from altered_exports import copy_export, read_table, write_table
from view_factory import PARAMS, shipped_trial

from helpers.datasets.build import build_view
from helpers.displays.adverse_events.first_event_rates import tabulate_first_event_rates
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.benefit_risk.composite import tabulate_composite
from helpers.displays.closing.second_computation import show_second_computation
from helpers.displays.exposure.length_of_follow_up import tabulate_follow_up
from helpers.displays.laboratory.values_by_visit import tabulate_laboratory_values
from helpers.displays.model import Page, Table
from helpers.displays.monitoring.monitor import tabulate_monitor
from helpers.displays.results import Key
from helpers.displays.serious_events.by_term import tabulate_serious_events
from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.displays.summary.title_page import show_title_page
from helpers.displays.vital_signs.by_visit import tabulate_vital_signs
from helpers.params import load_interim
from helpers.view import ClosedView

COUNTING = (
    *(tabulate_ae_overview, tabulate_first_event_rates, tabulate_serious_events),
    *(tabulate_laboratory_values, tabulate_vital_signs, tabulate_composite),
)


def build(export: Path, population: str, audience: str = "closed_unmasked"):
    trial = shipped_trial()
    interim = load_interim(PARAMS, "ia3", trial)
    interim = interim.model_copy(update={"population_safety": population})
    return build_view(export, PARAMS, trial=trial, interim=interim, audience=audience)


@pytest.fixture(scope="module")
def altered(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export with one participant never dosed, and one given the other product."""
    copy = copy_export(export, tmp_path_factory.mktemp("altered") / "export")
    path = copy / "restricted" / "ex.csv"
    doses, arms = read_table(path), read_table(copy / "restricted" / "rand.csv")
    with_event = set(read_table(copy / "open" / "ae.csv")["SUBJID"])
    undosed, other = (
        next(who for who in arms.loc[arms["ARMCD"] == arm, "SUBJID"] if who in with_event)
        for arm in ("IV", "IT")
    )
    doses = doses[doses["SUBJID"] != undosed]
    doses.loc[doses["SUBJID"] == other, "EXROUTE"] = "INTRAVENOUS"
    write_table(doses, path)
    return copy


@pytest.fixture(scope="module")
def randomised(altered: Path) -> ClosedView:
    view = build(altered, "ITT")
    assert isinstance(view, ClosedView)
    return view


@pytest.fixture(scope="module")
def treated(altered: Path) -> ClosedView:
    view = build(altered, "SAF")
    assert isinstance(view, ClosedView)
    return view


def test_the_two_populations_differ_in_these_data(randomised: ClosedView) -> None:
    """Else the tests below could not fail."""
    adsl = randomised["adsl"]
    assert ((adsl["ITTFL"] == "Y") & (adsl["SAFFL"] != "Y")).sum() == 1
    assert ((adsl["SAFFL"] == "Y") & (adsl["TRT01A"] != adsl["TRT01P"])).sum() == 2


def test_every_display_counts_who_was_randomised_and_names_them(randomised: ClosedView) -> None:
    planned = randomised["adsl"].query("ITTFL == 'Y'")["TRT01P"].value_counts()
    for make in COUNTING:
        made = make(randomised)
        assert isinstance(made, Table)
        assert made.population_line.startswith("All randomised participants by arm as randomised")
        assert "Safety population" not in made.population_line
        heads = {head.label: head.note for head in made.headers if head.note.startswith("N = ")}
        arms = {arm.label: f"N = {planned[arm.code]}" for arm in randomised.arms}
        assert heads.items() >= arms.items() or make is tabulate_first_event_rates
        assert {key.population for key in made.statistics} == {"ITT"}


def test_an_event_of_who_was_never_dosed_counts_from_randomisation_on(
    randomised: ClosedView, treated: ClosedView
) -> None:
    """By hand: events since the first dose, without a dose since the day of randomisation."""
    adae, adsl = randomised["adae"], randomised["adsl"].set_index("USUBJID")
    dosed = adae["TRTSDTM"].notna()
    began = (adae["ASTDTM"] >= adae["TRTSDTM"]).where(dosed, adae["ASTDT"] >= adae["RANDDT"])
    member = adae["USUBJID"].map(adsl["ITTFL"]) == "Y"
    pd.testing.assert_series_equal(
        adae["TRTEMFL"] == "Y", began.astype(bool) & member, check_names=False
    )
    own = set(randomised.flagged("adae", "TRTEMFL")["USUBJID"])
    usual = set(treated.flagged("adae", "TRTEMFL")["USUBJID"])
    assert usual < own
    assert set(adsl.loc[sorted(own - usual), "SAFFL"]) == {"N"}


def test_the_second_computation_counts_the_same(randomised: ClosedView) -> None:
    page = show_second_computation(randomised)
    assert isinstance(page, Page)
    assert page.headline.startswith("All ")
    assert page.headline.endswith("numbers agree.")
    assert page.table is not None
    assert Key("ITT", "IV", "T-S-10.serious", subgroup="AGAIN") in page.table.statistics


def test_the_stopping_rule_goes_by_who_was_dosed_whatever_the_population(
    randomised: ClosedView, treated: ClosedView
) -> None:
    first, second = (tabulate_monitor(view) for view in (randomised, treated))
    assert first.results == second.results
    assert first.population_line == second.population_line
    assert first.population_line.startswith("Safety population by arm as treated")


def test_time_at_risk_follows(randomised: ClosedView) -> None:
    rows = tabulate_follow_up(randomised).statistics
    expected = randomised["adsl"].query("ITTFL == 'Y'")["EXPYRS"].sum()
    (key,) = [
        key
        for key, row in rows.items()
        if key.parameter.startswith("EXPYRS") and key.arm == "Total" and "person_years" in row
    ]
    assert key.population == "ITT"
    assert rows[key]["person_years"] == pytest.approx(float(expected))


def test_the_first_screen_says_so_with_whom_it_moves(
    randomised: ClosedView, treated: ClosedView
) -> None:
    adsl = randomised["adsl"].query("ITTFL == 'Y'")
    undosed = int((adsl["SAFFL"] != "Y").sum())
    for make in (show_title_page, show_at_a_glance):
        said = [text for text in make(randomised).sentences if "SAFETY POPULATION" in text]
        assert len(said) == 1
        assert (
            f"not in the safety population: {undosed}; under another arm than treated: 2."
            in (said[0])
        )
        assert not [text for text in make(treated).sentences if "SAFETY POPULATION" in text]
    glance = show_at_a_glance(randomised)
    assert glance.sentences[0].startswith("NOT THE SAFETY POPULATION")
    assert any("By arm: all randomised participants, as randomised" in n for n in glance.notes)


def test_open_readers_have_everybody_randomised_either_way(export: Path) -> None:
    pages = [show_at_a_glance(build(export, which, "open")).sentences for which in ("SAF", "ITT")]
    assert pages[0] == pages[1]
