import pytest
from sample_scores import make_scores, one_person, only_baseline, without_arm, without_scores
from table_cells import read_cells

from helpers.displays.display import Withheld
from helpers.displays.efficacy.baseline_correlations import (
    correlate,
    tabulate_baseline_correlations,
)
from helpers.displays.efficacy.baseline_scores import classify, tabulate_baseline_scores
from helpers.displays.efficacy.content import choose_scores, read_values
from helpers.displays.results import Key
from helpers.displays.show import show_html


def test_scores_at_baseline_are_summarised_by_arm() -> None:
    cells = read_cells(tabulate_baseline_scores(make_scores()))
    assert cells["persons with a value"] == (
        "4 / 4 (100.0)",
        "3 / 3 (100.0)",
        "3 / 3 (100.0)",
        "10 / 10 (100.0)",
    )
    assert cells["persons with a value#2"][1] == "2 / 3 (66.7)"
    assert cells["mean (SD)"][0] == "11.5 (3.42)"
    assert cells["range"] == ("8 to 16", "7 to 11", "9 to 12", "7 to 16")


def test_severity_classes_are_counted_among_those_with_a_value() -> None:
    cells = read_cells(tabulate_baseline_scores(make_scores()))
    assert cells["moderate"] == ("3 (75.0)", "3 (100.0)", "3 (100.0)", "9 (90.0)")
    assert cells["moderate to severe"] == ("1 (25.0)", "0", "0", "1 (10.0)")
    assert cells["severe"][3] == "0"


def test_the_classes_are_those_of_the_parameters() -> None:
    score = make_scores().trial.scores["NIHSSTOT"]
    assert [classify(score, value) for value in (0, 4, 5, 15, 16, 42, 43)] == [
        *("none", "minor", "moderate", "moderate", "moderate to severe", "severe"),
        None,
    ]


def test_only_baseline_due_still_has_its_table() -> None:
    shown = tabulate_baseline_scores(only_baseline())
    assert not isinstance(shown, Withheld)
    assert shown.statistics[Key("ITT", "Total", "FMS", "BL", "AVAL")]["n"] == 9


@pytest.mark.parametrize("view", [without_scores(), one_person(), without_arm("IV")])
def test_it_shows_without_scores_with_one_person_or_an_arm_missing(view) -> None:
    assert "T-E-03" in show_html(tabulate_baseline_scores(view))
    assert "T-E-03b" in show_html(tabulate_baseline_correlations(view))


def test_correlations_are_of_ranks_among_persons_with_both() -> None:
    """Ranks 1 2 3 4 against 1 3 2 4: 1 - 6 (1 + 1) / (4 (16 - 1)) = 0.8."""
    values = read_values(choose_scores(make_scores()), "FMS", "BL", "AVAL").iloc[:4]
    order = values.rank()
    swapped = order.replace({2.0: 3.0, 3.0: 2.0})
    assert correlate(order, swapped) == {"n": 4, "correlation": pytest.approx(0.8)}
    assert correlate(values, values)["correlation"] == pytest.approx(1)
    assert correlate(values.iloc[:2], values)["n"] == 2
    assert correlate(values.iloc[:2], values)["correlation"] != correlate(values, values)


def test_correlations_pool_the_arms_and_name_both_scores() -> None:
    view = make_scores()
    table = tabulate_baseline_correlations(view)
    row = table.statistics[Key("ITT", "Total", "FMS", "BL", "NIHSSTOT")]
    assert row["n"] == 9
    assert list(read_cells(table)) == [view.trial.scores["FMS"].label]


def test_an_interim_of_completeness_shows_no_score() -> None:
    assert isinstance(tabulate_baseline_scores(make_scores("ia1")), Withheld)
