from dataclasses import replace

import pytest
from sample_trial import ADSL, make_empty, make_sample, without_arm
from table_cells import read_cells

from helpers.displays.conduct.disposition import tabulate_disposition


def test_doses_are_counted_among_the_arms_that_get_them() -> None:
    cells = read_cells(tabulate_disposition(make_sample()))
    assert cells["Given"] == ("2 / 2 (100.0)", "1 / 2 (50.0)", "n.a.", "3 / 4 (75.0)")
    assert cells["Due, not yet given"] == ("0 / 2", "1 / 2 (50.0)", "n.a.", "1 / 4 (25.0)")
    assert cells["Given#2"] == ("1 / 2 (50.0)", "0 / 2", "n.a.", "1 / 4 (25.0)")
    assert cells["Cancelled#2"] == ("1 / 2 (50.0)", "0 / 2", "n.a.", "1 / 4 (25.0)")
    assert cells["Not yet due"] == ("0 / 2", "1 / 2 (50.0)", "n.a.", "1 / 4 (25.0)")
    assert cells["No first dose"] == ("0 / 2", "1 / 2 (50.0)", "n.a.", "1 / 4 (25.0)")
    assert cells["Treatment stopped early"] == ("1 / 2 (50.0)", "0 / 2", "n.a.", "1 / 4 (25.0)")


def test_an_arm_without_planned_doses_has_no_number_of_them_in_the_results() -> None:
    table = tabulate_disposition(make_sample())
    dosed = ("DOSE1", "DOSE2", "TREATMENT_STOPPED")
    arms = {key.arm for key in table.statistics if key.parameter in dosed}
    assert arms == {"IV", "IT", "Total"}


def test_nobody_without_a_first_dose_leaves_no_empty_row() -> None:
    adsl = ADSL.assign(D2STAT=ADSL["D2STAT"].mask(ADSL["USUBJID"] == "S4", "NOT_DUE"))
    assert "No first dose" not in read_cells(tabulate_disposition(make_sample(adsl=adsl)))


def test_the_study_status_divides_everybody_and_leavers_have_a_reason() -> None:
    cells = read_cells(tabulate_disposition(make_sample()))
    assert cells["In follow-up"] == ("0", "2 (100.0)", "1 (50.0)", "3 (50.0)")
    assert cells["Completed"] == ("1 (50.0)", "0", "0", "1 (16.7)")
    assert cells["Discontinued"] == ("1 (50.0)", "0", "1 (50.0)", "2 (33.3)")
    assert cells["Death"] == ("0", "0", "1 (50.0)", "1 (16.7)")
    assert cells["Lost to follow-up"] == ("1 (50.0)", "0", "0", "1 (16.7)")


def test_days_on_study_have_a_median_and_a_range() -> None:
    cells = read_cells(tabulate_disposition(make_sample()))
    # 12, 31, 61, 100, 334, 365: the middle two are 61 and 100
    assert cells["Days on study, crude median (range)"][-1] == "81 (12 to 365)"
    assert cells["Days on study, crude median (range)"][1] == "12, 61"


def test_open_readers_see_the_study_status_pooled_and_no_dose() -> None:
    table = tabulate_disposition(make_sample("open"))
    cells = read_cells(table)
    assert cells["In follow-up"] == ("3 (50.0)",)
    assert not any("ose" in label for label in cells)
    assert {result.key.arm for result in table.results} == {"Total"}


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_with_nobody_randomised_the_shell_stands_with_a_sentence(audience: str) -> None:
    table = tabulate_disposition(make_empty(audience))
    assert table.headline == "Nobody was randomised by the cut-off."
    assert read_cells(table)["In follow-up"][-1] == "-"
    assert table.headers[-1].note == "N = 0"


def test_an_arm_without_persons_keeps_its_column() -> None:
    table = tabulate_disposition(without_arm("IT"))
    assert [header.note for header in table.headers] == ["N = 2", "N = 0", "N = 2", "N = 4"]
    assert read_cells(table)["Completed"] == ("1 (50.0)", "-", "0", "1 (25.0)")


def test_a_trial_without_single_doses_shows_the_study_status_only() -> None:
    adsl = ADSL.drop(columns=["D1STAT", "D2STAT", "EOTSTT", "EOTREAS", "DOSES"])
    table = tabulate_disposition(make_sample(adsl=adsl))
    assert not any("ose" in label for label in read_cells(table))
    assert not any("dose" in note for note in table.notes)


def test_per_protocol_is_provisional_while_somebody_is_in_follow_up() -> None:
    view = make_sample()
    ended = view["adsl"].assign(EOSSTT=view["adsl"]["EOSSTT"].replace("ONGOING", "COMPLETED"))
    names = [
        [line.label for line in tabulate_disposition(each).lines]
        for each in (view, make_sample(adsl=ended))
    ]
    assert ["Per-protocol population (provisional)" in labels for labels in names] == [True, False]
    assert ["Per-protocol population" in labels for labels in names] == [False, True]


@pytest.mark.parametrize(("population", "shown"), [("ITT", False), ("PP", True)])
def test_per_protocol_is_an_analysis_set_only_where_an_analysis_rests_on_it(
    population: str, shown: bool
) -> None:
    view = make_sample()
    changes = {"pp_sensitivity": False, "population_efficacy": population}
    view = replace(view, interim=view.interim.model_copy(update=changes))
    labels = [line.label for line in tabulate_disposition(view).lines]
    assert any(label.startswith("Per-protocol") for label in labels) is shown
