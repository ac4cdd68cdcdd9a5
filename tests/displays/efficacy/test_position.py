from dataclasses import replace

from sample_scores import make_scores, without_scores
from sample_trial import make_sample

from helpers.displays.display import Page, Withheld
from helpers.displays.efficacy.efficacy_title_page import show_efficacy_title_page
from helpers.displays.efficacy.position import show_position
from helpers.displays.results import Key
from helpers.view import View


def read_page(view: View) -> Page:
    page = show_position(view)
    assert isinstance(page, Page)
    return page


def test_the_position_says_what_a_trial_of_this_size_can_find() -> None:
    """1.02 and 0.73 standard deviations: the published numbers for 16 per arm."""
    text = read_page(make_scores()).sentences[0]
    assert "a difference of 1.02 standard deviations" in text
    assert "of 0.73 with a baseline correlated 0.7" in text


def test_the_one_formal_family_is_named_from_the_parameters() -> None:
    assert (
        "change of NIHSS total at month 6, IV - C and IT - C, alpha 0.05 two-sided"
        in (read_page(make_scores()).sentences[1])
    )


def test_a_look_without_alpha_says_so() -> None:
    assert any("spends no alpha" in text for text in read_page(make_scores("ia2")).sentences)
    assert not any("spends no alpha" in text for text in read_page(make_scores()).sentences)


def test_persons_with_the_key_change_are_counted_of_those_planned() -> None:
    page = read_page(make_scores())
    row = page.statistics[Key("ITT", "Total", "NIHSSTOT", "M06")]
    assert row == {"n": 5, "N": 48, "fraction": 5 / 48}
    assert read_page(without_scores()).facts[1].value == "0 of 48"


def test_without_a_key_score_there_are_no_facts() -> None:
    view = make_scores()
    plain = replace(view, interim=view.interim.model_copy(update={"key_param": None}))
    assert read_page(plain).facts == ()


def test_the_title_page_is_that_of_the_trial_with_what_is_shown_of_scores() -> None:
    page = show_efficacy_title_page(make_sample())
    assert isinstance(page, Page)
    assert page.id == "P-E-00"
    assert page.sentences[1] == "At this interim: completeness and scores by arm."
    opened = show_efficacy_title_page(make_sample("open"))
    assert isinstance(opened, Page)
    assert opened.sentences[1].startswith("Open reports show how complete")


def test_an_open_report_has_no_position_page() -> None:
    assert isinstance(show_position(make_sample("open")), Withheld)
