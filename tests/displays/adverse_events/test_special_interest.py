import pytest
from sample_events import make_events, without_arm, without_doses, without_events, without_persons
from sample_times import all_dead, among, make_times
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.adverse_events.first_event_rates import tabulate_first_event_rates
from helpers.displays.adverse_events.interest_details import tabulate_interest_details
from helpers.displays.adverse_events.special_interest import tabulate_special_interest
from helpers.displays.model import Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key

TERMS = read_frame("""
AEDECOD    AESICAT
Fever      FEVER_CHILLS
Chills     FEVER_CHILLS
Headache   HEADACHE
Pneumonia  INFECTION_SYSTEMIC
Seizure    SEIZURE
""")
TABLES = (tabulate_special_interest, tabulate_interest_details)


def sample(view=None):
    view = view or make_times()
    return make_times(**{**view.datasets, "aesi": TERMS})


def with_course():
    view = make_times()
    course = read_frame("""
ADY ADUR AEOUT         AEONGO
1   2    RECOVERED     .
93  5    RECOVERED     .
18  .    NOT_RECOVERED Y
92  3    RECOVERED     .
6   4    .             .
.   .    .             .
.   .    .             .
.   .    .             .
53  7    FATAL         .
""")
    return make_times(aesi=TERMS, adae=view["adae"].assign(**{n: course[n] for n in course}))


def test_participants_events_and_difference_of_a_category() -> None:
    table = tabulate_special_interest(sample())
    cells = read_cells(table)
    assert cells["Head pain other than after puncture"][:4] == (
        "1 (33.3) [1]", "1 (50.0) [1]", "0", "2 (28.6) [2]",
    )  # fmt: skip
    assert cells["Headache"][0] == "1 (33.3) [1]"
    assert table.statistics[Key("SAF", "", "HEADACHE", contrast="IT - C")]["estimate"] == 0.5


def test_categories_and_terms_that_nobody_has_stand_at_0() -> None:
    cells = read_cells(tabulate_special_interest(sample()))
    assert cells["Epileptic events"][:4] == ("0", "0", "0", "0")
    assert cells["Seizure"][:4] == cells["Chills"][:4] == ("0", "0", "0", "0")
    labels = list(make_times().trial.adverse_events.categories.values())
    assert [label for label in cells if label in labels] == labels


def test_the_headline_tells_serious_categories_before_the_largest_excess() -> None:
    view = sample()
    assert "2 or more participants" not in tabulate_special_interest(view).headline  # one more
    adae = view["adae"]
    grave = adae["AEDECOD"].isin(["Headache", "Fever"]) & adae["USUBJID"].isin(["P1", "P2"])
    events = adae.assign(
        AESICAT=adae["AESICAT"].mask(grave, "SEIZURE"), ASERFL=adae["ASERFL"].mask(grave, "Y")
    )
    table = tabulate_special_interest(make_times(**{**view.datasets, "adae": events}))
    assert (
        "Serious, and in 2 or more participants above the share of CTL: Epileptic events (2 of 3 "
        "in IV, 0 of 2 in IT, 0 of 2 in CTL). Largest excess: " in table.headline
    )
    key = Key("SAF", "IV", "SEIZURE", category="SERIOUS")
    assert table.statistics[key]["n"] == 2


def test_a_serious_category_of_one_that_the_control_lacks_is_named() -> None:
    view = sample()
    adae = view["adae"]
    one = (adae["AEDECOD"] == "Fever") & (adae["USUBJID"] == "P1")
    events = adae.assign(AESICAT=adae["AESICAT"].mask(one, "SEIZURE"), ASERFL=one.map({True: "Y"}))
    table = tabulate_special_interest(make_times(**{**view.datasets, "adae": events}))
    assert (
        "Serious, and in nobody of CTL: Epileptic events (1 of 3 in IV, 0 of 2 in IT, 0 of 2 in "
        "CTL)." in table.headline
    )


def test_the_largest_excess_stands_with_the_counts_of_every_arm() -> None:
    headline = tabulate_special_interest(sample()).headline
    assert (
        "Largest excess: Head pain other than after puncture (1 of 3 in IV, 1 of 2 in IT, 0 of 2 "
        "in CTL), IT \u2212 CTL +50.0" in headline
    )


def test_no_term_is_called_prespecified() -> None:
    assert "prespecified" not in show_html(tabulate_special_interest(sample()))


def test_the_rate_of_any_is_that_of_the_rates() -> None:
    view = sample()
    rates, own = tabulate_first_event_rates(view).statistics, tabulate_special_interest(view)
    for arm in ("IV", "IT", "CTL", "Total"):
        found = own.statistics[Key("SAF", arm, "aesi", category="RATE")]
        assert found == rates[Key("SAF", arm, "aesi")]


def test_the_incidence_by_a_year_is_that_by_hand() -> None:
    own = tabulate_special_interest(sample()).statistics
    at = Key("SAF", "Total", "HEADACHE", category="aalen_johansen, DAY 365")
    assert own[at]["estimate"] == pytest.approx(2 / 7)


def test_the_course_of_a_category_is_that_of_its_events() -> None:
    table = tabulate_interest_details(with_course())
    own = table.statistics
    fever = Key("SAF", "IV", "FEVER_CHILLS")
    assert own[fever._replace(category="GRADE 3")]["n"] == 1
    assert own[fever._replace(category="ONSET")]["min"] == 1  # the first of P1's two
    assert own[fever._replace(category="DURATION")]["max"] == 5
    assert own[fever._replace(category="OUTCOME RECOVERED")]["events"] == 2
    head = Key("SAF", "IV", "HEADACHE")
    assert own[head._replace(category="ONGOING")]["events"] == 1
    assert own[head._replace(category="DISCFL")]["n"] == 1
    assert own[Key("SAF", "IT", "HEADACHE", category="OUTCOME missing")]["events"] == 1
    assert own[Key("SAF", "CTL", "INFECTION_SYSTEMIC", category="OUTCOME FATAL")]["events"] == 1
    assert {key.parameter for key in own} == {"FEVER_CHILLS", "HEADACHE", "INFECTION_SYSTEMIC"}


def test_who_has_no_grade_is_counted_as_such() -> None:
    own = tabulate_interest_details(with_course()).statistics
    assert own[Key("SAF", "IT", "HEADACHE", category="GRADE MISSING")]["n"] == 1


@pytest.mark.parametrize("tabulate", TABLES)
@pytest.mark.parametrize(
    "make", [without_doses, without_events, without_persons, lambda: without_arm("IT")]
)
def test_they_are_made_and_shown_whatever_is_missing(tabulate, make) -> None:
    table = tabulate(sample(among(make())))
    assert "T-S-12" in show_html(table)


@pytest.mark.parametrize("tabulate", TABLES)
def test_they_are_made_where_everybody_died(tabulate) -> None:
    assert "T-S-12" in show_html(tabulate(sample(all_dead())))


def test_open_readers_get_neither() -> None:
    for tabulate in TABLES:
        assert isinstance(tabulate(make_events("open")), Withheld)
