from dataclasses import replace

import pytest
from sample_trial import make_empty, make_sample, make_visits, without_arm

from helpers.displays.model import Page
from helpers.displays.results import Key
from helpers.displays.summary.at_a_glance import show_at_a_glance


def facts(page: Page) -> dict[str, str]:
    return {fact.label: fact.value for fact in page.facts}


def test_five_numbers_say_where_the_trial_is() -> None:
    assert facts(show_at_a_glance(make_sample())) == {
        "Randomised": "6 of 48",
        "At least one dose / both doses": "3 / 1",
        "Participant-years": "2.5",  # 903 days
        "Participants with an SAE": "2",
        "Deaths": "1",
    }


def test_open_readers_see_persons_in_follow_up_instead_of_doses() -> None:
    found = facts(show_at_a_glance(make_sample("open")))
    assert found["In follow-up"] == "3"
    assert not any("ose" in label for label in found)


def test_changes_are_counted_against_the_interim_before() -> None:
    page = show_at_a_glance(make_sample())
    assert page.sentences[1] == (
        "Since Interim analysis 2 (cut-off 31 Jul 2022): 2 participants randomised, 1 dose, "
        "2 serious events, no death."
    )
    assert page.statistics[Key("ITT", "Total", "NEW", "", "DOSES")] == {"n": 1}


def test_open_readers_see_changes_without_doses() -> None:
    page = show_at_a_glance(make_sample("open"))
    assert page.sentences[0].endswith("2 participants randomised, 2 serious events, no death.")


def test_the_pipeline_tells_how_far_the_key_visit_is() -> None:
    assert show_at_a_glance(make_sample()).sentences[-1] == (
        "Pipeline: 1 of 6 randomised participants have the NIHSS form of month 6 at the cut-off "
        "(this look was planned for when 24 have it); 1 had all planned doses."
    )
    assert "dose" not in show_at_a_glance(make_sample("open")).sentences[1]


def test_a_look_made_at_the_planned_number_says_no_other_number() -> None:
    view = make_sample()
    trigger = view.interim.trigger.model_copy(update={"persons": 1})
    met = replace(view, interim=view.interim.model_copy(update={"trigger": trigger}))
    assert "of month 6; 1 had" in show_at_a_glance(met).sentences[-1]


def test_the_first_interim_has_no_changes_to_tell() -> None:
    page = show_at_a_glance(make_sample(previous=make_sample()["previous"].iloc[:0]))
    heads = [sentence.split(":")[0] for sentence in page.sentences]
    assert heads == ["New serious events since the start", "Pipeline"]


def test_with_no_form_received_the_pipeline_is_at_its_start() -> None:
    view = make_sample()
    visits = make_visits(view).iloc[:0]
    assert "0 of 6" in show_at_a_glance(make_sample(advisit=visits)).sentences[-1]


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_before_the_first_consent_the_page_stands_with_zeros(audience: str) -> None:
    found = facts(show_at_a_glance(make_empty(audience)))
    assert (found["Randomised"], found["Deaths"], found["Participant-years"]) == (
        "0 of 48",
        "0",
        "0.0",
    )


def test_an_empty_arm_has_a_light_of_its_own() -> None:
    page = show_at_a_glance(without_arm("IT"))
    (light,) = (light for light in page.lights if light.name == "Stopping rule, IT")
    assert "0 of 0 evaluable" in light.why
    assert (light.state, light.word) == ("none", "Too few to judge")


def test_every_number_of_the_page_stands_once() -> None:
    page = show_at_a_glance(make_sample())
    assert page.statistics[Key("ITT", "Total", "RANDOMISED")] == {"n": 6, "count": 48}
    assert page.statistics[Key("ITT", "Total", "SERIOUS")] == {"n": 2}


def test_a_trial_without_single_doses_or_a_stopping_rule_shows_what_it_has() -> None:
    view = make_sample()
    page = show_at_a_glance(
        make_sample(
            adsl=view["adsl"].drop(columns=["DOSES", "D1STAT", "D2STAT"]),
            adae=view["adae"].drop(columns=["SEVTOXFL"]),
            adstop=None,
            adpause=None,
        )
    )
    assert facts(page)["In follow-up"] == "3"
    assert not any(light.name.startswith(("Stopping", "Immediate")) for light in page.lights)
    assert page.legend == ()
    assert page.sentences[-1].endswith("(this look was planned for when 24 have it).")


def test_open_readers_are_not_told_which_data_stand_behind_the_closed_page() -> None:
    assert "adstop, adpause" in show_at_a_glance(make_sample()).source_note
    assert show_at_a_glance(make_sample("open")).source_note == (
        "adsl, adae, advisit, previous; show_at_a_glance."
    )
