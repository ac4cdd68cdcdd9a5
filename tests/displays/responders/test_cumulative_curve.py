"""Curves of the sample; what they say at a threshold is what T-E-10 says."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sample_response import in_arms, make_response
from sample_scores import only_baseline, without_arm
from trial_views import shared_view

from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Figure, Withheld
from helpers.displays.responders import cumulative_curve
from helpers.displays.responders.by_visit import tabulate_responders
from helpers.displays.responders.cumulative_curve import plot_cumulative_responders
from helpers.displays.results import Key, format_value
from helpers.view import View


def make(view: View) -> Figure:
    figure = plot_cumulative_responders(view)
    assert isinstance(figure, Figure)
    return figure


def read(figure: Figure, arm: str, category: str) -> tuple[float, float]:
    row = figure.statistics[Key("ITT", arm, "NIHSSTOT", "M06", category)]
    return row["n"], row["N"]


def test_the_share_falls_as_the_improvement_asked_for_grows() -> None:
    """IV at month 6: A improved by 4, B by 3, C lost 34, D died. IT: E 2, F missing, G left."""
    figure = make(make_response())
    assert [read(figure, "IV", f"IMP >= {x}") for x in (2, 3, 4)] == [(2, 4), (2, 4), (1, 4)]
    assert read(figure, "IT", "IMP >= 2") == (1, 3)
    assert read(figure, "IT", "OBSERVED IMP >= 2") == (1, 2)


def check_thresholds(view: View) -> int:
    table, figure = tabulate_responders(view), make(view)
    pairs = {"IMP >= ": "RESPONDER", "OBSERVED IMP >= ": "RESPONDER_JUDGED"}
    compared = 0
    for key, row in figure.statistics.items():
        rule = view.trial.scores[key.parameter].responder
        assert rule is not None
        for kind, category in pairs.items():
            if key.category == kind + format_value(abs(rule.change)):
                other = table.statistics[key._replace(category=category)]
                assert (row["n"], row["N"], row["pct"]) == pytest.approx(
                    (other["n"], other["N"], other["pct"]), nan_ok=True
                )
                compared += 1
    return compared


def test_at_the_threshold_it_equals_the_table_of_responders() -> None:
    assert check_thresholds(make_response()) == 6


@pytest.mark.parametrize("name", ["ia2", "ia3", "fin"])
def test_at_every_threshold_of_the_trial_it_equals_the_table(export: Path, name: str) -> None:
    view = shared_view(export, name)
    main = [score for score in view.trial.scores.values() if score.main]
    assert check_thresholds(view) == 2 * len(view.trial.arms) * len(main)


def test_who_responds_by_the_value_reached_has_improved_by_the_threshold() -> None:
    """B fell from 4 to 1: less than the threshold, and a response."""
    rows = make_response()["adeff"]
    own = (rows["USUBJID"] == "B") & (rows["PARAMCD"] == "NIHSSTOT") & (rows["AVISIT"] == "M06")
    reached = rows.assign(CRIT1FL=rows["CRIT1FL"].mask(own, "Y"))
    view = make_response(adeff=reached)
    assert read(make(view), "IV", "IMP >= 4") == (2, 4)
    assert check_thresholds(view) == 6


@pytest.mark.parametrize("interim", ["ia2", "ia3"])
def test_texts_do_not_cover_each_other(interim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []
    keep: Callable[[object, str], str] = lambda figure, name: (  # noqa: E731
        seen.extend(find_overlaps(figure)) or ""  # type: ignore[arg-type,func-returns-value]
    )
    monkeypatch.setattr(cumulative_curve, "render_svg", keep)
    figure = make(make_response(interim))
    assert seen == []
    assert not [key for key in figure.statistics if key.contrast]


def test_with_every_main_score_it_fits_a_printed_page_at_a_readable_size(export: Path) -> None:
    """A page prints at most 192 mm; taller figures shrink, with their text."""
    figure = make(shared_view(export, "ia2", "closed_unmasked"))
    assert len({key.parameter for key in figure.statistics}) == 7
    height = re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', figure.svg)
    assert height
    assert 192 / 25.4 * 72 / float(height[1]) > 0.85


def test_of_many_improvements_a_hundred_are_kept() -> None:
    values = make_response()["adeff"]["AVAL"].iloc[:0].astype(float)
    many = values.reindex(range(1000)).fillna(0) + [k / 7 for k in range(1000)]
    steps = cumulative_curve._choose_steps(many, 4.0)
    assert len(steps) <= 101
    assert 4.0 in steps


def test_special_trials_are_drawn_or_left_out() -> None:
    for interim in ("ia2", "ia3"):
        assert "<svg" in make(make_response(interim, **dict(without_arm("IT").datasets))).svg
        assert "<svg" in make(in_arms(make_response(interim), "IV")).svg
    view = make_response(adeff=only_baseline()["adeff"])
    assert isinstance(plot_cumulative_responders(view), Withheld)
    other = make_response()
    late = replace(other, interim=other.interim.model_copy(update={"key_visit": "M12"}))
    assert isinstance(plot_cumulative_responders(late), Withheld)
