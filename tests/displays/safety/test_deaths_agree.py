"""Deaths are counted in four places: first page, disposition, overview of events, listing.

They agree, or a note below the overview says why not: in every scenario, at every interim, for both
audiences.
"""

from collections.abc import Callable
from datetime import date
from functools import cache

import pandas as pd
import pytest
from trial_views import shared_view
from view_factory import PARAMS, shipped_trial

from helpers.datasets.build import build_view
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.conduct.disposition import tabulate_disposition
from helpers.displays.model import Display
from helpers.displays.results import Key
from helpers.displays.serious_events.listing import list_serious_events
from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.params import list_interims, load_interim
from helpers.view import ClosedView, View

SCENARIOS = ("null", "modest", "benefit", "harm_it", "sparse")
NORMAL = [("harm_it", "ia3"), ("modest", "fin")]
REST = [
    pytest.param(scenario, interim, marks=pytest.mark.slow)
    for scenario in SCENARIOS
    for interim in list_interims(PARAMS)
    if (scenario, interim) not in NORMAL
]
AUDIENCES = ("closed_unmasked", "open")


@pytest.fixture(scope="module")
def view_of(export_of) -> Callable[..., View]:
    """View of a scenario, an interim and an audience, with a cut-off of its own if wanted."""

    @cache
    def build(scenario: str, name: str, audience: str, cutoff: date | None = None) -> View:
        folder = export_of(scenario)
        if cutoff is None:
            return shared_view(folder, name, audience)
        trial = shipped_trial()
        interim = load_interim(PARAMS, name, trial).model_copy(update={"cutoff": cutoff})
        return build_view(folder, PARAMS, trial=trial, interim=interim, audience=audience)

    return build


def count(display: Display, population: str, parameter: str, category: str = "") -> int:
    row = display.statistics.get(Key(population, "Total", parameter, "", category))
    return int(row["n"]) if row else 0


def died_in_overview(view: View) -> int:
    return count(
        view.once(tabulate_ae_overview), "SAF" if isinstance(view, ClosedView) else "ITT", "fatal"
    )


def explains(display: Display) -> bool:
    """Whether a note says that deaths and fatal events differ."""
    return any("who died" in note or "without a death" in note for note in display.notes)


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize(("scenario", "name"), [*NORMAL, *REST])
def test_deaths_agree_everywhere_or_a_note_says_why_not(view_of, scenario, name, audience) -> None:
    view = view_of(scenario, name, audience)
    first_page = count(view.once(show_at_a_glance), "ITT", "DEATHS")
    assert count(view.once(tabulate_disposition), "ITT", "LEFT_STUDY", "DEATH") == first_page
    overview = view.once(tabulate_ae_overview)
    assert died_in_overview(view) == first_page or explains(overview)
    if audience == "closed_unmasked":
        listing = view.once(list_serious_events)
        place = [head.lower() for head in listing.headers].index("outcome")
        dead = {row[0] for row in listing.rows if row[place] == "Fatal"}
        assert len(dead) == first_page or explains(overview)


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize(("scenario", "name"), [*NORMAL, *REST])
def test_a_fatal_event_is_serious_and_somebody_died_of_it(
    view_of, scenario, name, audience
) -> None:
    view = view_of(scenario, name, audience)
    fatal = view["adae"][view["adae"]["FATALFL"] == "Y"]
    assert (fatal["ASERFL"] == "Y").all()
    dead = view["adsl"].loc[view["adsl"]["DTHFL"] == "Y", "USUBJID"]
    assert set(fatal["USUBJID"]) <= set(dead)
    overview = view.once(tabulate_ae_overview)
    population = "SAF" if audience == "closed_unmasked" else "ITT"
    assert count(overview, population, "fatal") <= count(overview, population, "serious")


def test_in_harm_it_one_death_is_related_and_two_are_in_the_control(view_of) -> None:
    """What a second program counts from the raw files: the grade 5 of somebody alive is none."""
    overview = tabulate_ae_overview(view_of("harm_it", "ia3", "closed_unmasked"))
    fatal = [overview.statistics[Key("SAF", arm, "fatal")]["n"] for arm in ("IV", "IT", "CTL")]
    assert fatal == [0, 1, 2]
    assert any(note.startswith("Grade 5 without a death recorded") for note in overview.notes)
    events = view_of("harm_it", "ia3", "closed_unmasked")["adae"]
    fatal_it = events[(events["FATALFL"] == "Y") & (events["TRT01A"] == "IT")]
    assert fatal_it["RELFL"].tolist() == ["Y"]


def test_the_final_report_has_two_deaths(view_of) -> None:
    assert died_in_overview(view_of("modest", "fin", "closed_unmasked")) == 2
    assert died_in_overview(view_of("modest", "fin", "open")) == 2


def test_a_death_after_the_cutoff_is_in_no_count(view_of) -> None:
    """The day before the second death there is one, and the event of the other goes on."""
    persons = view_of("modest", "fin", "closed_unmasked")["adsl"]
    before = persons["DTHDT"].max() - pd.Timedelta(days=1)
    view = view_of("modest", "fin", "closed_unmasked", before.date())
    assert died_in_overview(view) == count(view.once(show_at_a_glance), "ITT", "DEATHS") == 1
    told = view["adae"].loc[view["adae"]["DTHCUTFL"] == "Y", ["AEOUT", "ATOXGR"]]
    assert told.to_numpy().tolist() == [["NOT_RECOVERED", 4]]
