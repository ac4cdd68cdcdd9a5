import math

import pytest
from sample_events import (
    ADSL,
    make_events,
    with_cancelled_dose,
    without_arm,
    without_doses,
    without_persons,
)
from table_cells import read_cells

from helpers.displays.adverse_events.first_event_rates import tabulate_first_event_rates
from helpers.displays.model import Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key


def test_time_at_risk_ends_with_the_first_event() -> None:
    table = tabulate_first_event_rates(make_events())
    row = table.statistics[Key("SAF", "IV", "serious")]
    # P1 11 Jan to 13 Apr 93 days, P2 3 Feb to 30 Jun 148, P3 29 to 31 Dec 3: 244 days, 1 event
    assert row["person_years"] == pytest.approx(244 / 365.25)
    assert row["rate"] == pytest.approx(100 * 365.25 / 244)
    # exact limits of one event: 0.0253178 and 5.5716434
    assert row["lower"] == pytest.approx(2.53178 * 365.25 / 244, rel=1e-5)
    assert row["upper"] == pytest.approx(557.16434 * 365.25 / 244, rel=1e-5)


def test_a_rate_stands_beside_its_persons_and_years() -> None:
    table = tabulate_first_event_rates(make_events())
    # 244 days are 0.668 years
    assert read_cells(table)["serious"][:2] == ("1 / 0.67", "149.7 (3.8 to 834.0)")
    assert [(head.group, head.label) for head in table.headers[:2]] == [
        ("IV", "n / years"),
        ("IV", "rate"),
    ]
    assert table.statistics[Key("SAF", "IV", "serious")]["n"] == 1


def test_persons_and_years_of_a_changed_dose_are_those_of_the_arms_with_doses() -> None:
    statistics = tabulate_first_event_rates(make_events()).statistics
    iv, it, total = (statistics[Key("SAF", arm, "dose_changed")] for arm in ("IV", "IT", "Total"))
    assert Key("SAF", "CTL", "dose_changed") not in statistics
    for name in ("n", "person_years"):
        assert total[name] == pytest.approx(iv[name] + it[name])


def test_who_was_never_dosed_is_at_risk_until_the_dose_was_cancelled() -> None:
    statistics = tabulate_first_event_rates(with_cancelled_dose("2022-12-03")).statistics
    row = statistics[Key("ITT", "IT", "never_dosed")]
    assert (row["n"], row["person_years"]) == (0, pytest.approx(3 / 365.25))
    # P4 and P5 waited three days each
    between = statistics[Key("ITT", "IT", "between_rand_and_dose")]
    assert between["person_years"] == pytest.approx(6 / 365.25)


def test_time_before_the_first_dose_ends_with_it() -> None:
    table = tabulate_first_event_rates(make_events())
    row = table.statistics[Key("ITT", "IT", "between_rand_and_dose")]
    # P4 1 to 3 Jan 3 days, P5 1 to 3 Mar 3, P6 1 Dec to its event on 5 Dec 5
    assert row["person_years"] == pytest.approx(11 / 365.25)
    assert read_cells(table)["between randomisation and the first dose"][4:6] == ("n.a.", "n.a.")


def test_an_arm_without_persons_has_no_rate() -> None:
    table = tabulate_first_event_rates(without_arm("CTL"))
    assert math.isnan(table.statistics[Key("SAF", "CTL", "teae")]["rate"])
    assert read_cells(table)["serious"][4:6] == ("-", "NE")


def test_an_open_report_has_no_rates() -> None:
    assert isinstance(tabulate_first_event_rates(make_events("open")), Withheld)


@pytest.mark.parametrize("view", [without_doses(), without_persons()])
def test_it_shows_when_nobody_was_dosed_or_nobody_is_there(view) -> None:
    assert "T-S-10b" in show_html(tabulate_first_event_rates(view))


def test_a_rate_over_a_few_weeks_is_said_to_be_none_of_a_year() -> None:
    table = tabulate_first_event_rates(make_events())
    short = [
        key
        for key, row in table.statistics.items()
        if row.get("n") and row.get("person_years", 1) < 0.5
    ]
    assert short
    said = [note for note in table.notes if note.startswith("From less than 0.5 participant-years")]
    assert len(said) == 1
    nobody = tabulate_first_event_rates(without_persons())
    assert not [note for note in nobody.notes if note.startswith("From less than")]


def test_rows_on_randomisation_say_their_own_numbers_where_the_columns_have_others() -> None:
    # ITT: P1 to P3 in IV, P4 to P6 in IT, P7 and P8; P6 was not dosed and is not in the column
    said = "Rows on randomisation go by the arm as randomised and not by the N of the column: "
    table = tabulate_first_event_rates(make_events())
    assert f"{said}3 in IT, 8 in Total." in table.notes
    everybody = ADSL[ADSL["SAFFL"] == "Y"].assign(TRT01P=lambda rows: rows["TRT01A"])
    same = tabulate_first_event_rates(make_events(adsl=everybody))
    assert not [note for note in same.notes if note.startswith(said)]
