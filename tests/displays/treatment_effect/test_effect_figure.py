"""The figure of the key model has the numbers of its table, turned so that above 0 is better."""

from dataclasses import replace

import pytest
from sample_scores import make_scores, one_person, without_arm
from score_values import draw_values, make_adsl, view_values

from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Figure, Withheld
from helpers.displays.treatment_effect import effect_figure
from helpers.displays.treatment_effect.effect_figure import plot_effect
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.view import View

ADSL = make_adsl({"IV": 6, "IT": 5, "CTL": 5})
VALUES = draw_values(ADSL)


def plot(view: View) -> Figure:
    figure = plot_effect(view)
    assert isinstance(figure, Figure)
    return figure


def test_its_numbers_are_those_of_the_table_with_the_sign_turned() -> None:
    view = view_values(VALUES, ADSL)
    table = tabulate_key_model(view).statistics
    drawn = plot(view).statistics
    assert len(drawn) == 3 * (3 + 3)
    for key, row in drawn.items():
        own = table[key._replace(category="LSMEAN")]
        assert row["estimate"] == -own["estimate"]
        assert (row["lower"], row["upper"]) == (-own["upper"], -own["lower"])


def test_where_higher_is_better_nothing_is_turned() -> None:
    view = view_values(VALUES, ADSL, code="FMS")
    view = replace(view, interim=view.interim.model_copy(update={"key_param": "FMS"}))
    table = tabulate_key_model(view).statistics
    for key, row in plot(view).statistics.items():
        assert row["lower"] == table[key._replace(category="LSMEAN")]["lower"]


@pytest.mark.parametrize("sizes", [{"IV": 6, "IT": 5, "CTL": 5}, {"IV": 4, "CTL": 4}])
def test_texts_do_not_cover_each_other(
    sizes: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(
        effect_figure, "render_svg", lambda figure, name: seen.extend(find_overlaps(figure)) or ""
    )
    adsl = make_adsl(sizes)
    plot(view_values(draw_values(adsl), adsl))
    assert seen == []


def test_it_is_drawn_where_little_can_be_estimated() -> None:
    for view in (one_person(), without_arm("IT"), make_scores()):
        assert "<svg" in plot(make_scores("ia3", **dict(view.datasets))).svg
    assert "Not estimable" in plot(make_scores()).svg


def test_a_look_without_alpha_has_no_figure() -> None:
    assert isinstance(plot_effect(view_values(VALUES, ADSL, "ia2")), Withheld)


def test_the_same_numbers_give_the_same_picture() -> None:
    assert plot(view_values(VALUES, ADSL)).svg == plot(view_values(VALUES, ADSL)).svg
