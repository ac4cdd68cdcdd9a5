"""The forest of responders: the numbers of T-E-10, at looks that spend alpha only."""

from dataclasses import replace

import pytest
from sample_response import in_arms, make_response
from sample_scores import without_arm

from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Figure, Withheld
from helpers.displays.responders import forest
from helpers.displays.responders.by_visit import tabulate_responders
from helpers.displays.responders.forest import plot_responder_forest
from helpers.displays.results import Key
from helpers.view import View


def make(view: View) -> Figure:
    figure = plot_responder_forest(view)
    assert isinstance(figure, Figure)
    return figure


def test_its_numbers_are_those_of_the_table() -> None:
    figure, table = make(make_response()).statistics, tabulate_responders(make_response())
    assert figure
    for key, row in figure.items():
        assert row == pytest.approx(table.statistics[key], nan_ok=True)
    contrasts = {key.contrast for key in figure if key.contrast}
    assert contrasts == {"IV - C", "IT - C"}


def test_a_score_that_nobody_has_at_the_visit_keeps_its_row() -> None:
    """FMS has no value at month 6, where everybody is due: nobody responds."""
    row = make(make_response()).statistics[Key("ITT", "IV", "FMS", "M06", "RESPONDER")]
    assert (row["n"], row["N"]) == (0, 4)


@pytest.mark.parametrize("interim", ["ia2", "ia4"])
def test_a_look_that_spends_no_alpha_has_no_forest(interim: str) -> None:
    assert isinstance(plot_responder_forest(make_response(interim)), Withheld)


def test_texts_do_not_cover_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []

    def look(figure: object, name: str) -> str:
        seen.extend(find_overlaps(figure))  # type: ignore[arg-type]
        return ""

    monkeypatch.setattr(forest, "render_svg", look)
    view = make_response()
    long = {
        code: score.model_copy(update={"label": f"{score.label}, a label of more words than fit"})
        for code, score in view.trial.scores.items()
    }
    make(replace(view, trial=view.trial.model_copy(update={"scores": long})))
    assert seen == []


def test_an_empty_arm_and_a_trial_of_one_arm_are_drawn() -> None:
    assert "<svg" in make(make_response(**dict(without_arm("IT").datasets))).svg
    assert isinstance(plot_responder_forest(in_arms(make_response(), "IV")), Withheld)


def test_it_draws_main_scores_and_the_key_score_and_others_only_without_them() -> None:
    view = make_response()
    assert {key.parameter for key in make(view).statistics} == {"NIHSSTOT", "FMS"}
    scores = {
        code: score.model_copy(update={"main": False}) for code, score in view.trial.scores.items()
    }
    of_key = replace(view, trial=view.trial.model_copy(update={"scores": scores}))
    assert {key.parameter for key in make(of_key).statistics} == {"NIHSSTOT"}
