"""Scores that the plan asks after baseline only: shown where they have values, never as blanks."""

from dataclasses import replace

import pandas as pd
from sample_scores import ADEFF, make_scores, without_baseline

from helpers.displays.efficacy.report_parts import list_shown
from helpers.displays.efficacy.title_page import state_content
from helpers.displays.model import Withheld
from helpers.displays.results import Key
from helpers.displays.scores.baseline_correlations import tabulate_baseline_correlations
from helpers.displays.scores.baseline_scores import tabulate_baseline_scores
from helpers.displays.scores.mean_changes import plot_mean_changes
from helpers.displays.scores.score_lines import plot_score_lines
from helpers.displays.scores.scores_by_visit import tabulate_scores_by_visit

SAID = "Not planned at baseline, "


def name_scores(display) -> set[str]:
    return {result.key.parameter for result in display.results}


def test_the_baseline_table_leaves_it_out_and_says_so() -> None:
    table = tabulate_baseline_scores(without_baseline("FMA"))
    assert name_scores(table) == {"NIHSSTOT"}
    assert any(note.startswith(f"{SAID}so not in this table: F") for note in table.notes)


def test_its_values_stand_by_visit_without_a_change() -> None:
    table = tabulate_scores_by_visit(without_baseline("FMA"))
    kinds = {(r.key.parameter, r.key.category) for r in table.results}
    assert kinds == {("NIHSSTOT", "AVAL"), ("NIHSSTOT", "CHG"), ("FMS", "AVAL")}
    assert any(note.startswith(f"{SAID}so without a change: F") for note in table.notes)


def test_it_has_no_panel_of_changes() -> None:
    figure = plot_mean_changes(without_baseline("FMA"))
    assert name_scores(figure) == {"NIHSSTOT"}
    assert any(note.startswith(f"{SAID}so without a panel: F") for note in figure.notes)


def test_a_score_that_is_asked_at_baseline_only_has_no_panel_and_is_not_called_otherwise() -> None:
    rows = ADEFF[(ADEFF["FORM"] != "FMA") | (ADEFF["AVISIT"] == "BL")]
    view = make_scores(adeff=rows)
    forms = dict(view.trial.forms)
    forms["FMA"] = forms["FMA"].model_copy(update={"visits": ("BL",)})
    figure = plot_mean_changes(replace(view, trial=view.trial.model_copy(update={"forms": forms})))
    assert name_scores(figure) == {"NIHSSTOT"}
    assert not any(note.startswith(SAID) for note in figure.notes)


def test_without_any_change_or_pair_the_display_is_not_there_and_the_title_page_says_why() -> None:
    for view, make, reason in (
        (without_baseline("FMA", "NIHSS"), plot_mean_changes, "no change is drawn"),
        (without_baseline("FMA"), tabulate_baseline_correlations, "none is correlated"),
    ):
        assert make(view) == Withheld(make(view).id, "", "")
        assert make(view).id not in list_shown(view)
        assert reason in state_content(view)


def test_nobody_with_a_baseline_value_has_no_change_either() -> None:
    later = ADEFF[ADEFF["AVISIT"] != "BL"]
    nobody = pd.Series(pd.NA, index=later.index, dtype="Float64")
    view = make_scores(adeff=later.assign(CHG=nobody, IMPRV=nobody))
    assert isinstance(plot_mean_changes(view), Withheld)
    assert "no change is drawn" in state_content(view)
    table = tabulate_scores_by_visit(view)
    assert table.statistics[Key("ITT", "Total", "FMS", "M03", "CHG")]["n"] == 0


def test_a_trial_that_asks_all_at_baseline_says_nothing_of_it() -> None:
    for make in (tabulate_baseline_scores, tabulate_scores_by_visit, plot_mean_changes):
        assert not any(note.startswith(SAID) for note in make(make_scores()).notes)


def test_whatever_shows_the_score_carries_its_sentence() -> None:
    view = make_scores()
    note = view.trial.scores["FMS"].note
    assert note
    makers = (tabulate_baseline_scores, tabulate_scores_by_visit, plot_mean_changes)
    for make in (*makers, tabulate_baseline_correlations, plot_score_lines):
        assert note in make(view).notes
