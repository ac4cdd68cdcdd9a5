from dataclasses import replace

import pandas as pd
import pytest
from sample_events import (
    ADAE,
    ADSL,
    make_events,
    without_arm,
    without_doses,
    without_events,
    without_persons,
)

from helpers.displays.display import Figure, Withheld
from helpers.displays.results import Key
from helpers.displays.safety import ae_dot_plot
from helpers.displays.safety.ae_dot_plot import MOST, plot_ae_dots
from helpers.displays.safety.ae_overview import tabulate_ae_overview
from helpers.view import View


def make_terms(**persons: str) -> View:
    """Emergent events of one term each in the persons named (`Pain="1 4"`)."""
    rows = [
        ADAE.iloc[[0]].assign(USUBJID=f"P{person}", AEDECOD=term.replace("_", " "))
        for term, named in persons.items()
        for person in named.split()
    ]
    return make_events(adae=pd.concat(rows, ignore_index=True))


def names(figure: Figure | Withheld) -> list[str]:
    return list(dict.fromkeys(result.key.parameter for result in figure.results))


def test_terms_of_two_or_more_persons_in_an_arm_by_the_largest_difference() -> None:
    """Two of three in IV; two of two in IT and one of two in the control; one each is left out."""
    view = make_terms(Chills="1 2", Cough="4 5 7", Rash="1 4 7")
    assert names(plot_ae_dots(view)) == ["Chills", "Cough"]


def test_the_numbers_are_those_of_the_tables() -> None:
    view = make_terms(Cough="4 5 7")
    figure = plot_ae_dots(view)
    difference = figure.statistics[Key("SAF", "", "Cough", "", "IT - C")]
    table = tabulate_ae_overview(view)
    assert difference == table.statistics[Key("SAF", "", "teae", "", "IT - C")]
    assert figure.statistics[Key("SAF", "CTL", "Cough")] == {"n": 1, "N": 2, "pct": 50}


def test_the_finding_names_the_term_that_differs_most() -> None:
    figure = plot_ae_dots(make_terms(Cough="4 5 7"))
    assert (
        figure.finding
        == "The arms differ most in Cough: 0 of 3 in IV, 2 of 2 in IT, 1 of 2 in CTL."
    )


def test_at_most_thirty_terms_are_drawn_and_the_rest_counted() -> None:
    view = make_terms(**{f"Term_{i:02}": "1 2" for i in range(MOST + 3)})
    figure = plot_ae_dots(view)
    assert len(names(figure)) == MOST
    assert "3 more terms with smaller differences: T-S-14." in figure.notes


def test_the_same_numbers_give_the_same_picture() -> None:
    assert (
        plot_ae_dots(make_terms(Cough="4 5 7")).svg == plot_ae_dots(make_terms(Cough="4 5 7")).svg
    )


def test_a_hostile_and_long_term_is_text_in_the_picture() -> None:
    view = make_terms(Cough="4 5")
    events = view["adae"].assign(AEDECOD="<script>alert(1)</script> $x$ " + "long " * 20)
    svg = plot_ae_dots(make_events(adae=events)).svg
    assert "<script>" not in svg
    assert "&lt;script&gt;" in svg


def test_texts_of_the_picture_do_not_cover_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from helpers.displays.figure_parts import find_overlaps

    seen = []
    monkeypatch.setattr(
        ae_dot_plot, "render_svg", lambda figure, name: seen.extend(find_overlaps(figure)) or ""
    )
    plot_ae_dots(make_terms(**{f"A_rather_long_term_{i:02}": "1 2 7" for i in range(MOST)}))
    assert seen == []


@pytest.mark.parametrize(
    "view", [without_events(), without_persons(), without_doses(), without_arm("CTL")]
)
def test_it_draws_an_empty_panel_when_there_is_nothing_to_show(view: View) -> None:
    assert "<svg" in plot_ae_dots(view).svg


def test_an_open_report_has_no_dots() -> None:
    assert isinstance(plot_ae_dots(make_events("open")), Withheld)


def test_without_a_control_every_pair_is_compared() -> None:
    view = make_terms(Cough="4 5 7")
    trial = view.trial.model_copy(update={"control": None})
    figure = plot_ae_dots(replace(view, trial=trial))
    contrasts = {r.key.category for r in figure.results if r.key.category}
    assert len(contrasts) == 3
    assert len(ADSL) == 8
