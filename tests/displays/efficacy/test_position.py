"""The page on reading the scores, and the title page: both say what the report holds."""

from dataclasses import replace

import pytest
from sample_response import make_response
from sample_scores import ADSL, make_scores, only_baseline, without_scores
from sample_trial import make_sample

from helpers.displays.efficacy.interpretation import show_interpretation
from helpers.displays.efficacy.title_page import show_efficacy_title_page, state_content
from helpers.displays.model import Page, Withheld
from helpers.displays.results import Key
from helpers.view import View


def read_page(view: View) -> Page:
    page = show_interpretation(view)
    assert isinstance(page, Page)
    return page


def read_text(view: View) -> str:
    return " ".join(read_page(view).sentences)


def test_the_position_says_what_a_trial_of_this_size_can_find() -> None:
    """1.02 and 0.73 standard deviations: the published numbers for 16 per arm."""
    text = read_text(make_scores())
    assert "a difference of 1.02 standard deviations" in text
    assert "of 0.73 with a baseline correlated 0.7" in text


def test_the_position_says_for_which_comparison_its_numbers_hold() -> None:
    """1.11: Dunnett at 16 per arm by integration (`stats/test_power.py`)."""
    text = read_text(make_scores())
    assert "every value known, one comparison of two arms that is not adjusted can find" in text
    assert "each of the 2 comparisons with the control, adjusted by Dunnett, one of 1.11" in text
    assert "Missing values and the bound of a look make what can be found larger." in text
    view = make_scores()
    alone = replace(view, trial=view.trial.model_copy(update={"control": None}))
    assert "adjusted by Dunnett, one of" not in read_text(alone)


@pytest.mark.parametrize("interim", ["ia2", "ia4"])
def test_a_look_without_alpha_promises_no_comparison(interim: str) -> None:
    text = read_text(make_scores(interim))
    assert (
        "No difference between arms is estimated or tested in this report: it spends no alpha"
        in text
    )
    assert "the planned key result is not in it: change of NIHSS total at month 6" in text
    assert "displayed formally" not in text
    facts = {fact.label: fact.value for fact in read_page(make_scores(interim)).facts}
    assert "spends alpha" not in facts.values()


@pytest.mark.parametrize("interim", ["ia3", "fin"])
def test_a_look_with_alpha_names_the_one_family_and_calls_the_rest_exploratory(
    interim: str,
) -> None:
    text = read_text(make_scores(interim))
    assert (
        "One family is displayed formally (T-E-05): change of NIHSS total at month 6, IV against "
        "CTL and IT against CTL, adjusted by Dunnett, two-sided 5% over all looks."
    ) in text
    assert "IV - C: IV less CTL; IT - C: IT less CTL, here and in every display." in text
    assert "without p values on the page: exploratory, not adjusted for multiplicity" in text
    assert "No difference between arms" not in text


def test_differences_that_were_asked_for_are_called_so() -> None:
    view = make_scores("ia2")
    asked = replace(view, interim=view.interim.model_copy(update={"nonlook_contrasts": True}))
    text = read_text(asked)
    assert "because they were asked for" in text
    assert "displayed formally" not in text


def test_printed_p_values_decide_nothing() -> None:
    view = make_scores("ia3")
    shown = replace(view, interim=view.interim.model_copy(update={"print_nominal_p": True}))
    assert "nominal p values stand beside them and decide nothing" in read_text(shown)


def test_a_look_that_spends_alpha_names_the_displays_that_compare_arms() -> None:
    text = read_text(make_response("ia3"))
    named = text.partition("All other differences between arms (")[2].partition(")")[0].split(", ")
    assert {"T-E-06", "T-E-07", "T-E-10"} <= set(named)
    assert "T-E-05" not in named
    text = read_text(make_response("ia2"))
    assert "No difference between arms is estimated" in text
    assert "differences between arms" not in text


def test_the_intervals_are_spoken_of_only_where_there_are_any() -> None:
    assert "The CIs in F-E-08" in read_text(make_scores("ia3"))
    assert "CIs" not in read_text(make_scores("ia2"))
    assert "CIs" not in read_text(only_baseline())


def test_persons_with_the_key_change_are_counted_of_those_planned() -> None:
    page = read_page(make_scores())
    row = page.statistics[Key("ITT", "Total", "NIHSSTOT", "M06")]
    assert row == {"n": 5, "count": 48, "fraction": 5 / 48}
    assert read_page(without_scores()).facts[1].value == "0 of 48 planned"


def test_without_a_key_score_there_are_no_facts() -> None:
    view = make_scores()
    plain = replace(view, interim=view.interim.model_copy(update={"key_param": None}))
    assert read_page(plain).facts == ()
    assert "key result" not in read_text(plain)


def test_the_title_page_is_that_of_the_trial_with_the_displays_of_this_report() -> None:
    page = show_efficacy_title_page(make_sample())
    assert isinstance(page, Page)
    assert page.id == "P-E-00"
    assert page.sentences[1] == (
        "In this report: completeness of the forms (T-E-02, F-E-01); limits and sources (P-E-99). "
        "The data hold no scores."
    )
    opened = show_efficacy_title_page(make_sample("open"))
    assert isinstance(opened, Page)
    assert opened.sentences[1] == (
        "In this report: what is estimated (T-E-01); completeness of the forms (T-E-02, F-E-01); "
        "limits and sources (P-E-99). Open reports never show a score."
    )


@pytest.mark.parametrize("interim", ["ia1", "ia2", "ia3", "ia4", "fin"])
def test_no_title_page_speaks_of_an_interim_in_its_contents(interim: str) -> None:
    page = show_efficacy_title_page(make_sample(interim=interim, adeff=make_scores()["adeff"]))
    assert isinstance(page, Page)
    assert "interim" not in page.sentences[1].casefold()


def test_the_title_page_names_what_is_shown_and_why_the_rest_is_not() -> None:
    content = state_content(make_scores())
    assert content.startswith(
        "In this report: what is estimated (T-E-01); how to read the scores (P-E-01); scores at "
        "baseline (T-E-03, T-E-03b); scores over time (T-E-04, F-E-07, F-E-08"
    )
    assert "; treatment effect (T-E-05, F-E-17, T-E-06, T-E-07, F-E-02" in content
    assert " The data do not say which forms were due and when." in content
    assert "over time" not in state_content(only_baseline())
    completeness = make_sample(interim="ia1", adeff=make_scores()["adeff"])
    assert state_content(completeness) == (
        "In this report: completeness of the forms (T-E-02, F-E-01); limits and sources (P-E-99). "
        "At this look no score is summarised."
    )
    assert isinstance(show_interpretation(completeness), Withheld)


def test_a_report_of_participants_alone_has_its_limits_and_says_why() -> None:
    view = make_scores()
    bare = replace(view, datasets={"adsl": ADSL})
    assert state_content(bare).startswith(
        "In this report: limits and sources (P-E-99). The data hold no scores."
    )


def test_an_open_report_has_no_position_page() -> None:
    assert isinstance(show_interpretation(make_sample("open")), Withheld)


def test_a_look_without_alpha_says_so_once() -> None:
    content = state_content(make_scores("ia2"))
    assert content.count("spends no alpha") == 1
    assert "no model, no difference" in content
