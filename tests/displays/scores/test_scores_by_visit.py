import math

import pandas as pd
import pytest
from sample_scores import (
    ADEFF,
    make_scores,
    one_person,
    only_baseline,
    without_arm,
    without_scores,
)
from table_cells import SPACES, read_cells
from view_factory import make_view

from helpers.displays.efficacy.title_page import state_content
from helpers.displays.model import Table, Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.displays.scores.baseline_correlations import tabulate_baseline_correlations
from helpers.displays.scores.baseline_scores import tabulate_baseline_scores
from helpers.displays.scores.mean_changes import plot_mean_changes
from helpers.displays.scores.score_lines import plot_score_lines
from helpers.displays.scores.scores_by_visit import tabulate_scores_by_visit


def read_column(table, first: int, *, arm: int) -> list[str]:
    """Cells of one arm from a line on, down to the next line of its level."""
    rows = [row[arm + 1].translate(SPACES) for row in table.csv_copy()[1]]
    below = [line.level for line in table.lines[first + 1 :]]
    lines = next((n for n, level in enumerate(below) if level <= 1), len(below))
    return rows[first : first + lines + 1][:3]


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


def test_of_fewer_than_three_values_no_percent_lies_at_an_end() -> None:
    """One of the two of IT at month 3 at the ceiling: half of two is no description."""
    view = make_scores()
    rows = view["adeff"]
    own = (rows["USUBJID"] == "F") & (rows["PARAMCD"] == "NIHSSTOT") & (rows["AVISIT"] == "M03")
    at_end = rows.assign(CEILFL=rows["CEILFL"].mask(own, "Y"))
    table = tabulate_scores_by_visit(make_scores(adeff=at_end))
    place = Key("ITT", "IT", "NIHSSTOT", "M03", "AVAL")
    assert table.statistics[place]["n"] == 2
    assert math.isnan(table.statistics[place]["ceiling_pct"])
    assert table.statistics[place._replace(arm="Total")]["ceiling_pct"] == pytest.approx(100 / 8)


def test_what_no_summary_may_use_is_not_used() -> None:
    """A second value of one person and an unscheduled visit are in the data, in no number."""
    table = tabulate_scores_by_visit(make_scores())
    assert table.statistics[Key("ITT", "Total", "NIHSSTOT", "M03", "AVAL")]["n"] == 8
    assert not [key for key in table.statistics if key.visit == "UNS"]


def test_below_three_persons_the_values_stand_themselves() -> None:
    table = tabulate_scores_by_visit(make_scores())
    row = table.statistics[Key("ITT", "IT", "NIHSSTOT", "M03", "AVAL")]
    assert math.isnan(row["mean"])
    assert (row["min"], row["max"]) == (9, 10)
    first = [line.label for line in table.lines].index("Month 3")
    assert read_column(table, first, arm=1) == ["2", "-", "9, 10"]
    changes = [line.label for line in table.lines].index("Month 6 change")
    assert read_column(table, changes, arm=1) == ["1", "-", "-2"]
    assert read_column(table, changes, arm=0) == [
        "3 9.0 (21.66)",
        "-3.0 (-3.5 to 15.5)",
        "-4 to 34",
    ]


def test_arms_stand_side_by_side_in_one_block_a_score() -> None:
    table = tabulate_scores_by_visit(make_scores())
    assert [header.label for header in table.headers] == ["IV", "IT", "CTL", "Total"]
    labels = [line.label for line in table.lines]
    visits = ["Month 3", "Month 3 change", "Month 6", "Month 6 change", "Month 12"]
    assert [label for label in labels[1 : labels.index("Month 12") + 1] if label[0] in "BM"] == [
        "Baseline",
        *visits,
    ]
    assert labels[1:4] == ["Baseline", "median (IQR)", "range"]
    assert {len(line.cells) for line in table.lines} == {0, 4}
    assert read_column(table, 1, arm=0) == ["4 11.5 (3.42)", "11.0 (9.5 to 13.0)", "8 to 16"]


def test_a_visit_that_nobody_has_reached_is_one_line() -> None:
    table = tabulate_scores_by_visit(make_scores())
    labels = [line.label for line in table.lines]
    place = labels.index("Month 12")
    assert labels[place : place + 2] == ["Month 12", "Month 12 change"]
    assert read_cells(table)["Month 12"] == ("0", "0", "0", "0")


def test_the_ends_of_the_scale_have_a_line_only_where_a_value_lies_there() -> None:
    table = tabulate_scores_by_visit(make_scores())
    ends = [n for n, line in enumerate(table.lines) if line.label == "floor / ceiling"]
    assert [read_column(table, n, arm=0)[0] for n in ends] == ["0.0 / 33.3", "25.0 / 0.0"]
    assert table.statistics[Key("ITT", "IV", "NIHSSTOT", "BL", "AVAL")]["floor_pct"] == 0


def test_a_score_without_ends_has_no_floor_and_no_ceiling_not_even_a_zero() -> None:
    component = ADEFF[ADEFF["PARAMCD"] == "FMS"].assign(
        PARAMCD="SF36PCS", FORM="SF36", FLOORFL=None, CEILFL=None
    )
    table = tabulate_scores_by_visit(make_scores(adeff=component.reset_index(drop=True)))
    assert table.statistics[Key("ITT", "IV", "SF36PCS", "BL", "AVAL")]["n"] == 4
    assert not {r.statistic for r in table.results} & {"floor_pct", "ceiling_pct"}


def test_what_follows_from_a_shown_score_is_in_the_files_and_not_on_the_page() -> None:
    fms = ADEFF[ADEFF["PARAMCD"] == "FMS"]
    codes = ("FMATOT", "SF36PF", "SF36PFT")
    rows = [ADEFF, *(fms.assign(PARAMCD=code) for code in codes)]
    view = make_scores(adeff=pd.concat(rows, ignore_index=True))
    for table in (tabulate_scores_by_visit(view), tabulate_baseline_scores(view)):
        assert {"FMATOT", "SF36PFT"} <= {result.key.parameter for result in table.results}
        page, file = show_html(table), "\n".join(line[0] for line in table.csv_copy()[1])
        for label in ("Fugl-Meyer motor total (0 to 100", "SF-36 physical functioning, T score"):
            assert label not in page
            assert label in file
        assert "FMS (Fugl-Meyer motor total) (0 to 100" in page
        (note,) = [note for note in table.notes if "not on this page" in note]
        assert "1 norm-based scores" in note
        assert "Fugl-Meyer motor total, which FMS (Fugl-Meyer motor total) repeats" in note


def test_a_norm_based_score_whose_raw_score_is_not_there_stays_on_the_page() -> None:
    alone = ADEFF.assign(PARAMCD=ADEFF["PARAMCD"].replace("FMS", "SF36PFT"))
    table = tabulate_scores_by_visit(make_scores(adeff=alone))
    assert "SF-36 physical functioning, T score (higher is better)" in show_html(table)
    assert not [note for note in table.notes if "not on this page" in note]


def test_every_table_of_a_score_says_how_its_form_is_scored() -> None:
    tone = ADEFF[ADEFF["PARAMCD"] == "FMS"].assign(PARAMCD="MASUE", FORM="MAS")
    view = make_scores(adeff=pd.concat([ADEFF, tone], ignore_index=True))
    makers = (tabulate_baseline_scores, tabulate_baseline_correlations, tabulate_scores_by_visit)
    for make in (*makers, plot_score_lines, plot_mean_changes):
        assert any("grade 1+ counts as 1.5" in note for note in make(view).notes)
        assert not any("grade 1+" in note for note in make(make_scores()).notes)


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
def test_before_any_follow_up_it_is_not_there_and_the_title_page_says_why(view) -> None:
    assert isinstance(tabulate_scores_by_visit(view), Withheld)
    assert "No score after baseline is known yet" in state_content(view)


def test_an_interim_of_completeness_shows_no_score() -> None:
    assert isinstance(tabulate_scores_by_visit(make_scores("ia1")), Withheld)
    assert "no score is summarised" in state_content(make_scores("ia1"))


def test_an_open_report_never_shows_a_score() -> None:
    assert isinstance(tabulate_scores_by_visit(make_view("open")), Withheld)


@pytest.mark.parametrize("view", [one_person(), without_arm("CTL")])
def test_it_shows_with_one_person_or_an_arm_missing(view) -> None:
    table = tabulate_scores_by_visit(view)
    assert "T-E-04" in show_html(table)
    assert read_cells(table)["Baseline"][2] == "0"
    assert read_cells(table)["range"][2] == "-"
