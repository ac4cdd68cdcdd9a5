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

from helpers.displays.efficacy.content import choose_scores, read_values
from helpers.displays.model import Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.displays.scores.baseline_correlations import tabulate_baseline_correlations
from helpers.displays.scores.baseline_scores import classify, tabulate_baseline_scores
from helpers.displays.scores.correlations import correlate


def test_scores_at_baseline_are_summarised_by_arm() -> None:
    cells = read_cells(tabulate_baseline_scores(make_scores()))
    assert cells["participants with a value"] == (
        *("4 (100.0)", "3 (100.0)", "3 (100.0)", "10 (100.0)"),
    )
    assert cells["participants with a value#2"][1] == "2 (66.7)"
    assert cells["mean (SD)"][0] == "11.5 (3.42)"
    assert cells["range"] == ("8 to 16", "7 to 11", "9 to 12", "7 to 16")


def test_severity_classes_are_counted_among_everybody_of_the_column() -> None:
    cells = read_cells(tabulate_baseline_scores(make_scores()))
    assert cells["moderate"] == ("3 (75.0)", "3 (100.0)", "3 (100.0)", "9 (90.0)")
    assert cells["moderate to severe"] == ("1 (25.0)", "0", "0", "1 (10.0)")
    assert cells["severe"][3] == "0"
    assert cells["no value"] == ("0", "0", "0", "0")


def test_who_has_no_value_is_a_class_and_all_classes_add_up_to_everybody() -> None:
    """Of the three persons in IT one has no Fugl-Meyer score: 1 of 3 severe is 33.3 %, not 50 %."""
    table = tabulate_baseline_scores(make_scores())
    rows = {key: row for key, row in table.statistics.items() if key.parameter == "FMS"}
    classes = {key: row for key, row in rows.items() if key.category not in ("", "AVAL")}
    for arm, n in (("IV", 4), ("IT", 3), ("CTL", 3), ("Total", 10)):
        own = [row for key, row in classes.items() if key.arm == arm]
        assert {row["N"] for row in own} == {n}
        assert sum(row["n"] for row in own) == n
    severe, none = (classes[Key("ITT", "IT", "FMS", "BL", c)] for c in ("severe", "NO_VALUE"))
    assert (severe["n"], severe["pct"]) == (1, pytest.approx(100 / 3))
    assert (none["n"], none["pct"]) == (1, pytest.approx(100 / 3))
    labels = [line.label for line in table.lines if line.level == 2]
    assert labels[-1] == "no value"


def test_a_value_that_no_class_holds_is_counted_as_such_and_only_where_it_occurs() -> None:
    half = ADEFF.assign(AVAL=ADEFF["AVAL"].mask(ADEFF["AVAL"] == 16, 15.5))
    cells = read_cells(tabulate_baseline_scores(make_scores(adeff=half)))
    assert cells["No class"] == ("1 (25.0)", "0", "0", "1 (10.0)")
    assert "No class" not in read_cells(tabulate_baseline_scores(make_scores()))


def test_the_classes_are_those_of_the_parameters() -> None:
    score = make_scores().trial.scores["NIHSSTOT"]
    assert [classify(score, value) for value in (0, 4, 5, 15, 16, 42, 43, math.nan)] == [
        *("none", "minor", "moderate", "moderate", "moderate to severe", "severe"),
        *("NO_CLASS", "NO_VALUE"),
    ]


def test_only_baseline_due_still_has_its_table() -> None:
    shown = tabulate_baseline_scores(only_baseline())
    assert not isinstance(shown, Withheld)
    assert shown.statistics[Key("ITT", "Total", "FMS", "BL", "AVAL")]["n"] == 9


@pytest.mark.parametrize("view", [without_scores(), one_person(), without_arm("IV")])
def test_it_shows_without_scores_with_one_person_or_an_arm_missing(view) -> None:
    assert "T-E-03" in show_html(tabulate_baseline_scores(view))


@pytest.mark.parametrize("view", [one_person(), without_arm("IV")])
def test_correlations_show_with_one_person_or_an_arm_missing(view) -> None:
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
    ((label, cells),) = read_cells(table).items()
    assert label == view.trial.scores["FMS"].label
    assert cells[0].endswith(" (9)")


def test_an_interim_of_completeness_shows_no_score() -> None:
    assert isinstance(tabulate_baseline_scores(make_scores("ia1")), Withheld)
