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

from helpers.displays.adverse_events import dot_plot as ae_dot_plot
from helpers.displays.adverse_events.dot_plot import plot_ae_dots
from helpers.displays.adverse_events.dot_terms import MOST
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.model import Figure, Withheld
from helpers.displays.results import Key
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


def test_terms_of_two_or_more_persons_in_an_arm_by_the_largest_excess_over_control() -> None:
    """Two of three in IV against none, then two of two in IT against one of two; last what the
    control has more of, however large the difference; one in each arm is left out.
    """
    view = make_grave(Anxiety="7 8", Chills="1 2", Cough="4 5 7", Rash="1 4 7")
    assert names(plot_ae_dots(view)) == ["Chills", "Cough", "Anxiety"]


def test_the_numbers_are_those_of_the_tables() -> None:
    view = make_terms(Cough="4 5 7")
    figure = plot_ae_dots(view)
    difference = figure.statistics[Key("SAF", "", "Cough", contrast="IT - C")]
    table = tabulate_ae_overview(view)
    assert difference == table.statistics[Key("SAF", "", "teae", contrast="IT - C")]
    assert figure.statistics[Key("SAF", "CTL", "Cough")] == {"n": 1, "N": 2, "pct": 50}
    assert figure.statistics[Key("SAF", "CTL", "Cough", "", "serious")] == {"n": 0, "N": 2}


def make_grave(**persons: str) -> View:
    """As `make_terms`, events of terms named `Serious_...` serious, none of special interest."""
    view = make_terms(**persons)
    grave = view["adae"]["AEDECOD"].str.startswith("Serious")
    flags = grave.map({True: "Y", False: None})
    return make_events(adae=view["adae"].assign(ASERFL=flags, AESICAT=None))


def test_the_finding_names_the_term_that_exceeds_the_control_most() -> None:
    figure = plot_ae_dots(make_grave(Anxiety="7 8", Cough="4 5 7"))
    assert figure.headline == (
        "Largest excess over CTL: Cough (0 of 3 in IV, 2 of 2 in IT, 1 of 2 in CTL), IT \u2212 CTL "
        "+50.0 (\u221246.8 to 92.4) points (95% CI)."
    )


def test_a_term_that_only_the_control_has_is_no_finding_against_the_arms() -> None:
    figure = plot_ae_dots(make_grave(Anxiety="7 8"))
    assert figure.headline == "No term drawn is more frequent in an arm than in CTL."


def test_serious_terms_of_two_against_none_come_first_in_the_finding() -> None:
    """A harmless term that everybody in an arm has does not hide a serious one of two in three."""
    figure = plot_ae_dots(make_grave(Cough="4 5", Serious_fit="1 2"))
    assert names(figure) == ["Cough", "Serious fit"]
    assert figure.headline == (
        "Serious, and in 2 or more participants above the share of CTL: Serious fit (2 of 3 in IV, "
        "0 of 2 in IT, 0 of 2 in CTL). Largest excess over CTL: Cough (0 of 3 in IV, 2 of 2 in "
        "IT, 0 of 2 in CTL), IT \u2212 CTL +100.0 (\u221212.3 to 100.0) points (95% CI)."
    )


def test_serious_events_are_what_counts_against_a_term_not_the_others_of_its_name() -> None:
    """Two of three in an arm have it, one of them seriously: no serious term of two."""
    view = make_grave(Serious_fit="1 2", Cough="4 5")
    first = view["adae"]["USUBJID"] == "P1"
    flags = view["adae"]["ASERFL"].where(first, None)
    figure = plot_ae_dots(make_events(adae=view["adae"].assign(ASERFL=flags)))
    assert "in 2 or more participants above the share" not in figure.headline


def test_a_serious_term_of_one_in_the_arms_alone_is_drawn_and_named_first() -> None:
    figure = plot_ae_dots(make_grave(Cough="4 5", Serious_fit="1", Rash="2"))
    assert names(figure) == ["Cough", "Serious fit"]
    assert figure.headline.startswith(
        "Serious, and in nobody of CTL: Serious fit (1 of 3 in IV, 0 of 2 in IT, 0 of 2 in CTL). "
        "Largest excess over CTL: Cough"
    )


def test_a_term_of_special_interest_is_drawn_in_a_single_participant_too() -> None:
    view = make_grave(Cough="4 5", Fit="7", Rash="2")
    interest = view["adae"]["AEDECOD"].map({"Fit": "SEIZURE"})
    assert names(plot_ae_dots(make_events(adae=view["adae"].assign(AESICAT=interest)))) == [
        "Cough",
        "Fit",
    ]


def test_the_limits_of_what_is_drawn_and_named_are_printed() -> None:
    figure = plot_ae_dots(make_grave(Cough="4 5"))
    assert "Terms with 2 or more participants in some arm and every one with a mark" in (
        figure.population_line
    )
    assert (
        "The finding names what is serious in 2 or more participants above the share of CTL, or in "
        "nobody of it." in figure.notes
    )


def test_marks_say_which_terms_are_serious_or_of_special_interest() -> None:
    view = make_grave(Cough="1 2", Serious_fit="4 5")
    events = view["adae"].assign(
        AESICAT=view["adae"]["AEDECOD"].map({"Serious fit": "SEIZURE", "Cough": None})
    )
    figure = plot_ae_dots(make_events(adae=events))
    assert "Serious fit \u2021\u2020" in figure.svg
    assert "Cough \u2021" not in figure.svg
    assert "\u2021 with a serious event, \u2020 of special interest" in figure.population_line


def test_no_term_of_two_in_an_arm_is_said_and_is_not_no_event() -> None:
    figure = plot_ae_dots(make_grave(Rash="1 4 7"))
    assert figure.headline == (
        "No term in 2 or more participants of an arm, none serious or of special interest."
    )


def test_at_most_thirty_terms_are_drawn_and_the_rest_counted() -> None:
    view = make_grave(**{f"Term_{i:02}": "1 2" for i in range(MOST + 3)})
    figure = plot_ae_dots(view)
    assert len(names(figure)) == MOST
    assert "3 more terms, none of them marked, with a smaller excess: T-S-14." in figure.notes


def test_a_marked_term_is_drawn_however_many_exceed_the_control_more() -> None:
    """One in ten terms is serious and stands last: in both arms and the control alike."""
    terms = {f"Term_{i:02}": "1 2" for i in range(MOST + 3)}
    figure = plot_ae_dots(make_grave(**terms, Serious_fit="4 5 7 8"))
    assert len(names(figure)) == MOST
    assert names(figure)[-1] == "Serious fit"
    many = make_grave(**{f"Serious_{i:02}": "1 2" for i in range(MOST + 3)}, Cough="4 5")
    assert len(names(plot_ae_dots(many))) == MOST + 3


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
    from helpers.displays.figures.parts import find_overlaps

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
    contrasts = {r.key.contrast for r in figure.results if not r.key.arm}
    assert len(contrasts) == 3
    assert len(ADSL) == 8


def test_a_long_term_stands_on_two_lines_and_is_not_cut() -> None:
    long = "Alanine aminotransferase increased"
    figure = plot_ae_dots(make_terms(**{long.replace(" ", "_"): "1 2"}))
    assert isinstance(figure, Figure)
    assert "Alanine aminotransferase" in figure.svg
    assert ">increased" in figure.svg
    assert "\u2026" not in figure.svg
