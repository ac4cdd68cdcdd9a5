import pytest
from sample_trial import ADAE, ADSL, make_empty, make_sample
from table_cells import read_cells
from trial_views import shared_view

from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.conduct.disposition import tabulate_disposition
from helpers.displays.model import Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.displays.serious_events.deaths import tabulate_deaths
from helpers.displays.serious_events.deaths_listing import list_deaths
from helpers.displays.summary.at_a_glance import show_at_a_glance

SOURCES = ("DM", "AE", "DS", "ALL", "SOME")
MAKERS = (tabulate_deaths, list_deaths)


def sample(**changes):
    """S6 of control died; who else did, and what else is said, by `changes` of adsl."""
    died = {"DTHDT": ADSL["EXITDT"].where(ADSL["DTHFL"] == "Y"), "LDDTHELD": None}
    return make_sample(adsl=ADSL.assign(**{**died, **changes}))


def one(table, arm, parameter, category=""):
    return table.statistics[Key("ITT", arm, parameter, category=category)]["n"]


def test_a_death_has_its_cause_and_its_sources() -> None:
    table = tabulate_deaths(sample())
    assert one(table, "CTL", "DEATHS") == one(table, "Total", "DEATHS") == 1
    assert one(table, "CTL", "CAUSE", "Pneumonia") == 1
    assert one(table, "CTL", "AFTER_DOSE", "without a dose") == 1
    assert one(table, "CTL", "RELATION", "N") == 1
    assert [one(table, "Total", "SOURCE", code) for code in SOURCES] == [1, 1, 1, 1, 0]
    assert table.headline.startswith("Died: 0 of 2 in IV, 0 of 2 in IT, 1 of 2 in CTL.")
    assert table.notes[0].startswith("Every death is in all sources")


def test_days_from_the_last_dose_are_in_their_class() -> None:
    dead = ADSL["USUBJID"].isin(["S1", "S2", "S3"])
    days = ADSL["USUBJID"].map({"S1": 91, "S2": 30}).astype("Int64")
    table = tabulate_deaths(sample(DTHFL=ADSL["DTHFL"].mask(dead, "Y"), LDDTHELD=days))
    assert one(table, "IV", "AFTER_DOSE", "more than 90 days") == 1
    assert one(table, "IV", "AFTER_DOSE", "30 days or less") == 1
    assert one(table, "IT", "AFTER_DOSE", "date of death not known") == 1


def test_sources_that_differ_are_named_with_who_it_is() -> None:
    table = tabulate_deaths(sample(DTHFL=ADSL["DTHFL"].mask(ADSL["USUBJID"] == "S2", "Y")))
    assert [one(table, "Total", "SOURCE", code) for code in SOURCES] == [2, 1, 1, 1, 1]
    assert "S2 (recorded death (demography); no fatal adverse event; no study end" in table.notes[0]
    assert one(table, "IV", "CAUSE", "no fatal event recorded") == 1


def test_a_related_fatal_event_is_in_the_headline() -> None:
    events = ADAE.assign(RELFL=ADAE["RELFL"].mask(ADAE["FATALFL"] == "Y", "Y"))
    view = sample()
    view = make_sample(**{**view.datasets, "adae": events})
    assert tabulate_deaths(view).headline.endswith("From a related event: 1.")
    assert list_deaths(view).rows[0][8] == "yes"


def test_the_listing_has_who_died_with_all_three_sources() -> None:
    listing = list_deaths(sample())
    (row,) = listing.rows
    # S6 randomised on 1 March, died on 31 March: day 31
    assert row[:6] == ("S6", "CTL", "65-75", "F", "Pneumonia", "31")
    assert row[6:] == ("n.a.", "0", "no", "yes", "yes", "yes")


def test_open_readers_get_the_pooled_number_of_deaths_and_no_listing() -> None:
    table = tabulate_deaths(make_sample("open"))
    assert {key.arm for key in table.statistics} == {"Total"}
    assert read_cells(table) == {"Participants who died": ("1 (16.7)",)}
    assert isinstance(list_deaths(make_sample("open")), Withheld)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("audience", ["closed_unmasked", "open"])
def test_they_are_made_before_anybody_consented(make, audience) -> None:
    view = make_empty(audience)
    adsl = view["adsl"].assign(DTHDT=view["adsl"]["EXITDT"], LDDTHELD=None)
    made = make(make_sample(audience, **{**view.datasets, "adsl": adsl}))
    assert isinstance(made, Withheld) or made.id in show_html(made)


def test_everybody_may_be_dead() -> None:
    view = sample(DTHFL="Y", EOSSTT="DISCONTINUED", EOSREAS="DEATH")
    assert one(tabulate_deaths(view), "Total", "DEATHS") == 6
    assert len(list_deaths(view).rows) == 6


@pytest.mark.parametrize("name", ["ia3", "fin"])
def test_deaths_are_those_of_the_first_page_disposition_and_overview(export, name) -> None:
    view = shared_view(export, name)
    own, listing = tabulate_deaths(view), list_deaths(view)
    page = {r.key.parameter: r.value for r in show_at_a_glance(view).results if r.statistic == "n"}
    assert one(own, "Total", "DEATHS") == page["DEATHS"] > 0
    disposition = tabulate_disposition(view).statistics
    for arm in ("IV", "IT", "CTL", "Total"):
        ended = [r["n"] for k, r in disposition.items() if k.category == "DEATH" and k.arm == arm]
        assert one(own, arm, "SOURCE", "DS") == sum(ended)
    fatal = tabulate_ae_overview(view).statistics[Key("SAF", "Total", "fatal")]
    assert one(own, "Total", "SOURCE", "AE") >= fatal["n"]
    causes = {k: r["n"] for k, r in own.statistics.items() if k.parameter == "CAUSE"}
    assert sum(n for key, n in causes.items() if key.arm == "Total") == one(own, "Total", "DEATHS")
    whole = [one(own, "Total", "SOURCE", code) for code in ("ALL", "SOME")]
    assert len(listing.rows) == sum(whole)
