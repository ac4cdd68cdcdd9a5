"""A look that spends no alpha shows no number between arms: not on the page, not in the files."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from trial_views import shared_display
from view_factory import shipped_trial

from helpers.displays.benefit_risk.outcome_ranking import tabulate_ranking
from helpers.displays.benefit_risk.per_hundred import plot_per_hundred
from helpers.displays.cells import Cell
from helpers.displays.distributions.class_bars import plot_classes
from helpers.displays.distributions.class_table import tabulate_classes
from helpers.displays.distributions.waterfall import plot_waterfall
from helpers.displays.missing_data.patterns import tabulate_missing_patterns
from helpers.displays.model import Display, Table, Withheld
from helpers.displays.responders.by_visit import tabulate_responders
from helpers.displays.responders.cumulative_curve import plot_cumulative_responders
from helpers.displays.responders.forest import plot_responder_forest
from helpers.displays.responders.sustained_curves import plot_sustained_response
from helpers.displays.responders.sustained_table import tabulate_sustained_response
from helpers.displays.score_profiles.answer_table import tabulate_answers
from helpers.displays.score_profiles.item_map import plot_item_map
from helpers.displays.score_profiles.norm_profile import plot_norm_profile
from helpers.displays.scores.note_listing import list_scoring_notes
from helpers.displays.scores.score_listing import list_scores
from helpers.view import View

MAKERS: tuple[Callable[[View], Display], ...] = (
    *(tabulate_missing_patterns, tabulate_responders, plot_responder_forest),
    *(plot_cumulative_responders, tabulate_classes, plot_classes, plot_waterfall),
    *(tabulate_sustained_response, plot_sustained_response, plot_norm_profile),
    *(plot_item_map, tabulate_answers, list_scores, list_scoring_notes),
    *(plot_per_hundred, tabulate_ranking),
)
BETWEEN = re.compile(r"(?i)odds ratio|difference|p-value|favours")


# the later one asks the same question of the parameters, with more data
@pytest.mark.parametrize("name", ["ia2", pytest.param("ia4", marks=pytest.mark.slow)])
def test_looks_without_alpha_have_no_contrast_in_page_notebook_metadata_or_files(
    export: Path, name: str
) -> None:
    labels = [label for label, _, _ in shipped_trial().contrasts]
    for make in MAKERS:
        shown = shared_display(make, export, name)
        assert not [result for result in shown.results if result.key.contrast], make
        assert not {"p", "p_adjusted", "t"} & {result.statistic for result in shown.results}
        bundle = json.dumps(shown._repr_mimebundle_(), ensure_ascii=False)
        assert not [label for label in labels if label in bundle], make
        assert not BETWEEN.search(bundle), make


def test_the_same_displays_compare_arms_where_the_look_spends_alpha(
    export: Path,
) -> None:
    """Otherwise the test above would prove nothing."""
    comparing = {
        make
        for make in MAKERS
        if [result for result in shared_display(make, export, "ia3").results if result.key.contrast]
    }
    assert comparing == {
        *(tabulate_responders, plot_responder_forest),
        *(tabulate_classes, tabulate_sustained_response),
        *(plot_per_hundred, tabulate_ranking),
    }
    assert isinstance(shared_display(plot_responder_forest, export, "ia2"), Withheld)


def test_no_page_shows_a_p_value_and_few_copies_have_a_nominal_one(export: Path) -> None:
    tested = set()
    for make in MAKERS:
        shown = shared_display(make, export, "ia3")
        lines = shown.lines if isinstance(shown, Table) else ()
        forms = {cell.form.name for line in lines for cell in line.cells if isinstance(cell, Cell)}
        assert not {"p", "p_adjusted"} & forms, make
        if {"p", "p_adjusted"} & {result.statistic for result in shown.results}:
            tested.add(make)
    assert tested == {tabulate_sustained_response, tabulate_ranking}
