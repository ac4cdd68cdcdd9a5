import math
from dataclasses import replace

import pytest
from sample_events import make_events, without_arm, without_doses, without_events, without_persons
from sample_times import all_dead, among, make_times
from table_cells import read_cells

from helpers.displays.adverse_events.first_event_rates import tabulate_first_event_rates
from helpers.displays.event_times.methods import tabulate_methods
from helpers.displays.model import Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key

AJ, KM = "aalen_johansen, DAY {}", "1-kaplan_meier, DAY {}"


def at(table, arm, kind, method, day):
    return table.statistics[Key("SAF", arm, kind, category=method.format(day))]


def test_the_probability_of_a_first_event_is_that_by_hand() -> None:
    table = tabulate_methods(make_times())
    # IV: P1 day 11, P2 day 20, and P3 leaves on day 31 without one: unknown on day 90
    assert math.isnan(at(table, "IV", "teae", AJ, 90)["estimate"])
    # serious in IV: P3 leaves on day 31, P1 of two on day 103
    assert at(table, "IV", "serious", AJ, 90)["estimate"] == 0
    assert math.isnan(at(table, "IV", "serious", AJ, 365)["estimate"])
    # IT: P5 on day 8, P4 on day 94
    assert at(table, "IT", "teae", AJ, 90)["estimate"] == pytest.approx(1 / 2)
    assert at(table, "IT", "teae", AJ, 365)["estimate"] == pytest.approx(1)


def test_a_death_before_the_event_is_no_event_and_no_censoring() -> None:
    # total, head pain: P5 day 8 of 7, P2 day 20 of 6, P3 leaves on 31, P8 dies on 59: 2/7 stays
    table = tabulate_methods(make_times())
    assert at(table, "Total", "HEADACHE", AJ, 365)["estimate"] == pytest.approx(2 / 7)
    assert at(table, "Total", "HEADACHE", KM, 90)["estimate"] == pytest.approx(2 / 7)


def test_who_died_before_an_event_of_others_makes_the_methods_differ() -> None:
    rows = make_times()["adtte"]
    died = (rows["USUBJID"] == "P7") & (rows["PARAMCD"] == "TTFAE")
    view = make_times(
        adtte=rows.assign(CNSR=rows["CNSR"].mask(died, 2), AVAL=rows["AVAL"].mask(died, 40))
    )
    table = tabulate_methods(view)
    # control: P7 dies on day 40 of 2, P8 has the event on day 53
    assert at(table, "CTL", "teae", AJ, 90)["estimate"] == pytest.approx(1 / 2)
    assert at(table, "CTL", "teae", KM, 90)["estimate"] == pytest.approx(1)
    assert "by up to 50.0 points (Any treatment-emergent event, CTL, day 90)" in table.headline


def test_counts_and_rates_are_those_of_the_other_tables() -> None:
    view = make_times()
    rates, own = tabulate_first_event_rates(view).statistics, tabulate_methods(view).statistics
    for arm in ("IV", "IT", "CTL", "Total"):
        for kind in ("teae", "serious", "grade_ge3"):
            assert own[Key("SAF", arm, kind, category="RATE")] == rates[Key("SAF", arm, kind)]


def test_a_category_of_one_participant_has_no_lines() -> None:
    kinds = {key.parameter for key in tabulate_methods(make_times()).statistics}
    assert kinds == {"teae", "serious", "grade_ge3", "HEADACHE"}


def test_without_a_death_the_methods_agree_and_the_page_says_so() -> None:
    rows = make_times()["adtte"]
    table = tabulate_methods(make_times(adtte=rows.assign(CNSR=rows["CNSR"].replace({2: 1}))))
    assert "agree" in table.headline
    assert "Read the Aalen-Johansen" in table.notes[0]


@pytest.mark.parametrize(
    "view",
    [
        among(without_arm("IT")),
        among(without_doses()),
        among(without_events()),
        among(without_persons()),
        all_dead(),
    ],
)
def test_it_is_made_and_shown_whatever_is_missing(view) -> None:
    table = tabulate_methods(view)
    assert "T-S-17" in show_html(table)
    for row in table.statistics.values():
        assert row.get("n", 0) <= row.get("N", math.inf)


def test_no_events_are_said() -> None:
    assert tabulate_methods(among(without_events())).headline == "No events reported."


def test_an_empty_arm_has_no_numbers() -> None:
    cells = read_cells(tabulate_methods(among(without_arm("IT"))))
    assert cells["IT"][0] == "-"
    assert cells["IT"][-1] == "NE"


def test_open_readers_get_nothing() -> None:
    assert isinstance(tabulate_methods(make_events("open")), Withheld)


def test_data_without_such_times_say_so() -> None:
    view = make_times()
    given = replace(view, trial=view.trial.model_copy(update={"time_to_event": {}}))
    assert tabulate_methods(given).sentence == ""  # T-S-17b shows the times as given
    without = replace(given, datasets={**given.datasets, "adtte": given["adtte"].iloc[:0]})
    assert "no times" in tabulate_methods(without).sentence
