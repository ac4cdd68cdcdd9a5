import pytest
from sample_trial import make_empty, make_sample, without_arm
from table_cells import read_cells

from helpers.displays.exposure.length_of_follow_up import tabulate_follow_up
from helpers.displays.results import Key


def test_participant_years_are_the_sum_of_the_days() -> None:
    table = tabulate_follow_up(make_sample())
    numbers = table.statistics
    days = {"IV": 465, "IT": 73, "CTL": 365, "Total": 903}
    for arm, total in days.items():
        found = numbers[Key("ITT", arm, "RANDPYRS", "", "TIME")]["person_years"]
        assert found == pytest.approx(total / 365.25, rel=1e-12)


def test_the_safety_population_is_counted_as_treated_in_closed_reports_only() -> None:
    closed, opened = (
        read_cells(tabulate_follow_up(make_sample(audience)))
        for audience in ("closed_unmasked", "open")
    )
    assert closed["Participants#2"] == ("2", "1", "2", "5")
    assert opened["Participants"] == ("6",)
    assert "Participants#2" not in opened


M03, M06, M12 = (
    f"Reached month {month} (day {day}, or seen)" for month, day in ((3, 77), (6, 162), (12, 335))
)


def test_who_was_followed_to_the_opening_of_a_visit_window_has_reached_the_visit() -> None:
    cells = read_cells(tabulate_follow_up(make_sample()))
    # days from first dose or randomisation to exit: S1 362, S2 97, S3 58, S4 11, S5 333, S6 30
    assert cells[M03] == ("2 (100.0)", "0", "1 (50.0)", "3 (50.0)")
    assert cells[M06] == ("1 (50.0)", "0", "1 (50.0)", "2 (33.3)")
    assert cells[M12] == ("1 (50.0)", "0", "0", "1 (16.7)")


def test_who_was_seen_at_a_visit_before_its_window_has_reached_it_too() -> None:
    view = make_sample()
    visits = view["advisit"]
    early = (visits["USUBJID"] == "S5") & (visits["AVISIT"] == "M12") & (visits["FORM"] == "FIM")
    seen = visits.assign(STATUS=visits["STATUS"].mask(early, "RECEIVED"))
    cells = read_cells(tabulate_follow_up(make_sample(advisit=seen)))
    assert cells[M12] == ("1 (50.0)", "0", "1 (50.0)", "2 (33.3)")


def test_open_readers_count_from_randomisation_and_are_told_why_numbers_can_differ() -> None:
    table = tabulate_follow_up(make_sample("open"))
    # S1 365 days of follow-up, S2 100, S3 61, S4 12, S5 334, S6 31: exit is a day less
    assert read_cells(table)[M12] == ("1 (16.7)",)
    assert any("closed reports count from another day" in note for note in table.notes)
    assert any("closed reports know more of them" in note for note in table.notes)
    closed = " ".join(tabulate_follow_up(make_sample()).notes)
    assert "closed reports" not in closed


def test_the_median_follow_up_takes_a_death_as_censored() -> None:
    table = tabulate_follow_up(make_sample())
    # days 12 61 100 334 365 observed to the end, 31 died: reverse curve 5/6, 5/8, 5/12 at 100
    assert table.statistics[Key("ITT", "Total", "RANDPYRS", "", "MEDIAN")]["estimate"] == 100


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_with_nobody_randomised_nothing_is_estimable(audience: str) -> None:
    cells = read_cells(tabulate_follow_up(make_empty(audience)))
    assert cells["Participant-years"][-1] == "0.0"
    unit = "whole months" if audience == "open" else "days"
    assert cells[f"Median {unit}, reverse Kaplan-Meier (95% CI)"][-1] == "NE"


def test_an_empty_arm_keeps_its_column() -> None:
    cells = read_cells(tabulate_follow_up(without_arm("IT")))
    assert cells["Participants"] == ("2", "0", "2", "4")
    assert cells[M03][1] == "-"
