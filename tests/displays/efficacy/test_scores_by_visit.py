import math

import pytest
from sample_scores import (
    ADEFF,
    make_scores,
    one_person,
    only_baseline,
    without_arm,
    without_scores,
)
from table_cells import read_cells
from view_factory import make_view

from helpers.displays.display import Table, Withheld
from helpers.displays.efficacy.scores_by_visit import tabulate_scores_by_visit
from helpers.displays.results import Key
from helpers.displays.show import show_html


def test_a_value_is_summarised_by_visit_and_arm() -> None:
    table = tabulate_scores_by_visit(make_scores())
    row = table.statistics[Key("ITT", "IV", "NIHSSTOT", "BL", "AVAL")]
    # 8, 10, 12, 16: mean 11.5, variance (12.25 + 2.25 + 0.25 + 20.25) / 3 = 35 / 3
    assert row == pytest.approx(
        {
            "n": 4,
            "mean": 11.5,
            "sd": math.sqrt(35 / 3),
            "median": 11,
            "q1": 9.5,
            "q3": 13,
            "min": 8,
            "max": 16,
            "floor_pct": 0,
            "ceiling_pct": 0,
        }
    )


def test_a_change_is_summarised_among_those_who_have_one() -> None:
    table = tabulate_scores_by_visit(make_scores())
    row = table.statistics[Key("ITT", "IV", "NIHSSTOT", "M03", "CHG")]
    # -2, 0, -3
    assert (row["n"], row["mean"], row["median"]) == (3, pytest.approx(-5 / 3), -2)
    assert row["sd"] == pytest.approx(math.sqrt(7 / 3))
    assert Key("ITT", "IV", "NIHSSTOT", "BL", "CHG") not in table.statistics


def test_floor_and_ceiling_are_the_ends_of_the_range() -> None:
    table = tabulate_scores_by_visit(make_scores())
    assert table.statistics[Key("ITT", "IV", "FMS", "BL", "AVAL")]["floor_pct"] == 25
    ceiling = table.statistics[Key("ITT", "IV", "NIHSSTOT", "M06", "AVAL")]["ceiling_pct"]
    assert ceiling == pytest.approx(100 / 3)


def test_what_no_summary_may_use_is_not_used() -> None:
    """A second value of one person and an unscheduled visit are in the data, in no number."""
    table = tabulate_scores_by_visit(make_scores())
    assert table.statistics[Key("ITT", "Total", "NIHSSTOT", "M03", "AVAL")]["n"] == 8
    assert not [key for key in table.statistics if key.visit == "UNS"]


def test_below_three_persons_there_is_no_mean_and_the_range_is_the_values() -> None:
    table = tabulate_scores_by_visit(make_scores())
    row = table.statistics[Key("ITT", "IT", "NIHSSTOT", "M03", "AVAL")]
    assert math.isnan(row["mean"])
    assert (row["min"], row["max"]) == (9, 10)
    cells = read_cells(table)["Month 3, IT"]
    assert cells[:4] == ("2", "-", "9.5 (9.3 to 9.8)", "9 to 10")


def test_every_score_with_values_has_a_heading_that_says_its_direction() -> None:
    view = make_scores()
    lines = [line.label for line in tabulate_scores_by_visit(view).lines if line.heading]
    assert lines == [
        "NIHSS total (0 to 42, lower is better)",
        f"{view.trial.scores['FMS'].label} (0 to 100, higher is better)",
    ]


def test_the_sentence_about_the_registrys_wording_stands_below() -> None:
    table = tabulate_scores_by_visit(make_scores())
    assert isinstance(table, Table)
    assert any("without naming an instrument" in note for note in table.notes)
    only = make_scores(adeff=ADEFF[ADEFF["PARAMCD"] == "NIHSSTOT"])
    assert not any("instrument" in note for note in tabulate_scores_by_visit(only).notes)


def test_no_number_compares_arms_at_any_look() -> None:
    for interim in ("ia2", "ia3"):
        table = tabulate_scores_by_visit(make_scores(interim))
        assert {key.arm for key in table.statistics} == {"IV", "IT", "CTL", "Total"}
        assert not {r.statistic for r in table.results} & {"estimate", "lower", "upper", "p"}


@pytest.mark.parametrize("view", [only_baseline(), without_scores()])
def test_before_any_follow_up_one_sentence_stands_for_it(view) -> None:
    shown = tabulate_scores_by_visit(view)
    assert isinstance(shown, Withheld)
    assert "there is no change to show" in shown.sentence


def test_an_interim_of_completeness_shows_no_score() -> None:
    shown = tabulate_scores_by_visit(make_scores("ia1"))
    assert isinstance(shown, Withheld)
    assert "only the completeness" in shown.sentence


def test_an_open_report_never_shows_a_score() -> None:
    assert isinstance(tabulate_scores_by_visit(make_view("open")), Withheld)


@pytest.mark.parametrize("view", [one_person(), without_arm("CTL")])
def test_it_shows_with_one_person_or_an_arm_missing(view) -> None:
    table = tabulate_scores_by_visit(view)
    assert "T-E-04" in show_html(table)
    assert read_cells(table)["Baseline, CTL"][:2] == ("0", "-")
