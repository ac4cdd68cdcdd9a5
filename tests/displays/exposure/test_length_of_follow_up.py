import pytest
from sample_trial import make_empty, make_sample, without_arm
from table_cells import read_cells

from helpers.displays.exposure.length_of_follow_up import tabulate_follow_up
from helpers.displays.results import Key


def test_person_years_are_the_sum_of_the_days() -> None:
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
    assert closed["Persons#2"] == ("2", "1", "2", "5")
    assert opened["Persons"] == ("6",)
    assert "Persons#2" not in opened


def test_persons_past_a_visit_were_followed_longer_than_its_target() -> None:
    cells = read_cells(tabulate_follow_up(make_sample()))
    assert cells["Past day 91 (month 3)"] == ("2 (100.0)", "0", "1 (50.0)", "3 (50.0)")
    assert cells["Past day 365 (month 12)"] == ("0", "0", "0", "0")  # 365 days is not past


def test_the_median_follow_up_takes_a_death_as_censored() -> None:
    table = tabulate_follow_up(make_sample())
    # days 12 61 100 334 365 observed to the end, 31 died: reverse curve 5/6, 5/8, 5/12 at 100
    assert table.statistics[Key("ITT", "Total", "RANDPYRS", "", "MEDIAN")]["estimate"] == 100


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_with_nobody_randomised_nothing_is_estimable(audience: str) -> None:
    cells = read_cells(tabulate_follow_up(make_empty(audience)))
    assert cells["Person-years"][-1] == "0.0"
    assert cells["Median days (95 % limits)"][-1] == "NE"


def test_an_empty_arm_keeps_its_column() -> None:
    cells = read_cells(tabulate_follow_up(without_arm("IT")))
    assert cells["Persons"] == ("2", "0", "2", "4")
    assert cells["Past day 91 (month 3)"][1] == "-"
