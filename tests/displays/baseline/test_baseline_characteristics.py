import math

import pytest
from sample_trial import ADSL, make_empty, make_sample, without_arm
from table_cells import read_cells

from helpers.displays.baseline.characteristics import rank_level, tabulate_baseline
from helpers.displays.results import Key


def test_of_two_persons_the_range_shows_both_and_there_is_no_mean() -> None:
    cells = read_cells(tabulate_baseline(make_sample()))
    assert cells["mean (SD)"][:3] == ("-", "-", "-")
    assert cells["range"][:3] == ("50, 60", "54, 70", "64, 75")


def test_numbers_have_one_decimal_more_in_the_mean_and_two_in_the_deviation() -> None:
    cells = read_cells(tabulate_baseline(make_sample()))
    # 50 54 60 64 70 75: sum 373; squared deviations sum to 448.83
    assert cells["mean (SD)"][3] == "62.2 (9.47)"
    assert cells["median (Q1 to Q3)"][3] == "62 (56 to 69)"


def test_categories_are_shares_of_all_persons_of_the_arm() -> None:
    cells = read_cells(tabulate_baseline(make_sample()))
    assert cells["Women"][:4] == ("1 (50.0)", "1 (50.0)", "1 (50.0)", "3 (50.0)")
    assert cells["40-54"][:4] == ("1 (50.0)", "1 (50.0)", "0", "2 (33.3)")


def test_missing_values_have_a_row_of_their_own() -> None:
    adsl = ADSL.assign(SEX=ADSL["SEX"].where(ADSL["USUBJID"] != "S5", None))
    cells = read_cells(tabulate_baseline(make_sample(adsl=adsl)))
    assert cells["Men"][2] == "0"
    assert cells["Missing"][:4] == ("0", "0", "1 (50.0)", "1 (16.7)")


def test_the_difference_from_control_is_in_standard_deviations() -> None:
    table = tabulate_baseline(make_sample())
    # IV 50, 60: mean 55, variance 50; control 64, 75: mean 69.5, variance 60.5
    expected = (55 - 69.5) / math.sqrt((50 + 60.5) / 2)
    assert table.statistics[Key("ITT", "", "AGE", contrast="IV - C")][
        "difference"
    ] == pytest.approx(expected, rel=1e-12)
    assert table.statistics[Key("ITT", "", "SEX", contrast="IV - C")]["difference"] == 0


def test_open_readers_see_everybody_together_without_scores_and_differences() -> None:
    table = tabulate_baseline(make_sample("open"))
    assert [header.label for header in table.headers] == ["Total"]
    assert not any(result.statistic == "difference" for result in table.results)


def test_only_variables_that_the_view_holds_have_rows() -> None:
    labels = set(read_cells(tabulate_baseline(make_sample())))
    assert "Age (years)" in labels
    assert "NIHSS" not in labels


def test_an_arm_without_persons_has_no_difference() -> None:
    table = tabulate_baseline(without_arm("CTL"))
    assert read_cells(table)["Age (years)"][-2:] == ("NE", "NE")
    assert read_cells(table)["range"][2] == "-"


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_with_nobody_randomised_the_shell_stands_with_a_sentence(audience: str) -> None:
    table = tabulate_baseline(make_empty(audience))
    assert table.headline == "Nobody was randomised by the cut-off."
    assert read_cells(table)["Women"][0] == "-"


def test_groups_go_by_their_numbers() -> None:
    levels = ["> 75", "5-9", ">= 16", "10-15", "40-54", "< 40"]
    assert sorted(levels, key=rank_level) == ["5-9", "10-15", ">= 16", "< 40", "40-54", "> 75"]
