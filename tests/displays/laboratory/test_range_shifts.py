from sample_measures import LABORATORY
from sample_trial import make_sample

from helpers.displays.formats import format_cell
from helpers.displays.laboratory.range_shifts import tabulate_range_shifts
from helpers.displays.measurements.sampling import BY_PLAN
from helpers.displays.model import Table
from helpers.displays.results import Key


def counts(arm: str, parameter: str) -> dict[str, float]:
    made = tabulate_range_shifts(make_sample(adlb=LABORATORY))
    assert isinstance(made, Table)
    return {
        key.category: row["n"]
        for key, row in made.statistics.items()
        if (key.arm, key.parameter) == (arm, parameter) and row["n"]
    }


def test_the_highest_and_the_lowest_value_are_told_apart() -> None:
    rows = LABORATORY.copy()
    rows.loc[1, "ANRIND"] = "LOW"  # S1, ALT at month 3; high at month 6
    made = tabulate_range_shifts(make_sample(adlb=rows))
    found = {
        (key.parameter, key.category): row["n"]
        for key, row in made.statistics.items()
        if key.arm == "IV" and key.parameter.startswith("ALT") and row["n"]
    }
    assert found["ALT.HIGHEST", "TO HIGH"] == 1
    assert found["ALT.HIGHEST", "NORMAL to HIGH"] == 1
    assert found["ALT.LOWEST", "TO LOW"] == 1
    assert found["ALT.LOWEST", "NORMAL to LOW"] == 1
    assert found["ALT.HIGHEST", "HIGH to NORMAL"] == 1  # S2


def test_who_was_high_before_is_not_counted_as_risen_and_a_missing_baseline_is() -> None:
    assert counts("IT", "ALT.HIGHEST") == {
        "TO HIGH": 1,
        "TO HIGH PLANNED": 1,
        "missing to HIGH": 1,
        "BASE missing": 1,
        "WORST HIGH": 1,
    }
    assert "TO HIGH" not in counts("CTL", "ALT.HIGHEST")


def test_an_arm_in_which_nobody_has_a_test_is_not_applicable_and_in_no_denominator() -> None:
    rows = LABORATORY[LABORATORY["PARAMCD"] == "CRP"].reset_index(drop=True)  # IV alone
    made = tabulate_range_shifts(make_sample(adlb=rows))
    assert isinstance(made, Table)
    cells = [format_cell(cell, made.statistics) for cell in made.lines[0].cells]
    assert cells == ["1 / 2 (50.0)", "n.a.", "n.a.", "1 / 2 (50.0)"]


def test_a_sample_of_the_stay_that_stands_for_a_month_is_none_of_a_planned_visit() -> None:
    """S3 (missing baseline) is high at month 3 by a sample of the stay for the second dose."""
    rows = LABORATORY[LABORATORY["PARAMCD"] == "ALT"].reset_index(drop=True)
    visit = rows["AVISIT"].mask(rows["USUBJID"] == "S3", "D2A")
    made = tabulate_range_shifts(make_sample(adlb=rows.assign(VISIT=visit)))
    assert isinstance(made, Table)
    key = Key("SAF", "IT", "ALT.HIGHEST", category="TO HIGH")
    assert made.statistics[key]["n"] == 1
    assert made.statistics[key._replace(category="TO HIGH PLANNED")]["n"] == 0
    assert [line.label.split(": ")[-1] for line in made.lines[:2]] == ["to high", BY_PLAN]
