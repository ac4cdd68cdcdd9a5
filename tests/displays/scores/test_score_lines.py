import pandas as pd
import pytest
from sample_scores import ADEFF, make_scores, one_person, only_baseline, without_arm

from helpers.displays.figures.participant_lines import MOST, choose_participants
from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Withheld
from helpers.displays.scores import score_lines
from helpers.displays.scores.score_lines import plot_score_lines
from helpers.displays.scores.scores_by_visit import tabulate_scores_by_visit


def test_its_means_are_those_of_the_table() -> None:
    view = make_scores()
    table = tabulate_scores_by_visit(view).statistics
    figure = plot_score_lines(view).statistics
    assert len(figure) == 2 * 4 * 3  # scores, visits, arms
    for key, row in figure.items():
        assert row == pytest.approx({n: table[key][n] for n in row}, nan_ok=True)


def test_at_most_so_many_persons_are_drawn_the_same_ones_every_time() -> None:
    people = pd.Index([f"P{i:04}" for i in range(1000)])
    chosen = choose_participants(people, 20210705)
    assert len(chosen) == MOST
    assert chosen.is_monotonic_increasing
    assert list(chosen) == list(choose_participants(people, 20210705))
    assert list(chosen) != list(choose_participants(people, 1))
    assert list(choose_participants(people[:5], 1)) == list(people[:5])


def test_texts_do_not_cover_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(
        score_lines, "render_svg", lambda figure, name: seen.extend(find_overlaps(figure)) or ""
    )
    rows = [
        ADEFF[ADEFF["PARAMCD"] == "FMS"].assign(PARAMCD=code)
        for code in ("FIMTOT", "MASUE", "MASLE", "SF36PCS", "SF36MCS")
    ]
    plot_score_lines(make_scores(adeff=pd.concat([ADEFF, *rows], ignore_index=True)))
    assert seen == []


@pytest.mark.parametrize("view", [one_person(), without_arm("IV")])
def test_it_draws_with_one_person_or_an_arm_missing(view) -> None:
    assert "<svg" in plot_score_lines(view).svg


def test_before_any_follow_up_it_is_not_there() -> None:
    assert isinstance(plot_score_lines(only_baseline()), Withheld)


def test_an_interim_of_completeness_shows_no_score() -> None:
    assert isinstance(plot_score_lines(make_scores("ia1")), Withheld)


def test_the_same_numbers_give_the_same_picture() -> None:
    assert plot_score_lines(make_scores()).svg == plot_score_lines(make_scores()).svg
