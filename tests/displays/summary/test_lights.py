import pandas as pd
import pytest
from sample_trial import ADAE, ADSL, make_empty, make_sample

from helpers.displays.display import Light
from helpers.displays.results import index_results
from helpers.displays.summary.lights import join_results, rate_high, rate_low, show_lights
from helpers.params.trial import Limit
from helpers.view import View

NOTHING_KNOWN = make_sample()["previous"].iloc[:0]


def lights(view: View) -> dict[str, Light]:
    return {shown.light.name: shown.light for shown in show_lights(view)}


def with_findings(severities: str) -> View:
    findings = pd.DataFrame({"severity": list(severities), "id": "C16", "SUBJID": "S1"})
    return make_sample(findings=findings)


@pytest.mark.parametrize(
    ("value", "state"), [(95, "ok"), (94.9, "near"), (85, "near"), (84.9, "alert")]
)
def test_a_value_that_should_be_high_is_rated_by_its_limits(value: float, state: str) -> None:
    assert rate_high(value, Limit(green=95, amber=85)) == state


@pytest.mark.parametrize(
    ("value", "state"), [(0.2, "ok"), (0.21, "near"), (0.5, "near"), (0.51, "alert")]
)
def test_a_value_that_should_be_low_is_rated_by_its_limits(value: float, state: str) -> None:
    assert rate_low(value, Limit(green=0.2, amber=0.5)) == state


def test_closed_readers_see_the_stopping_rule_of_each_active_arm_first() -> None:
    names = list(lights(make_sample()))
    assert names == [
        *("Stopping rule, IV", "Stopping rule, IT", "Serious events", "Accrual"),
        *("Completeness", "Data findings"),
    ]
    assert list(lights(make_sample("open"))) == names[2:]


def test_the_stopping_light_says_its_numbers_and_its_rule() -> None:
    light = lights(make_sample())["Stopping rule, IV"]
    # 1 of 2: Beta(1.3, 2.7); two of two would alert
    assert (light.state, light.word) == ("near", "Near limit")
    assert light.why.startswith("1 of 2 evaluable with a stopping event; Pr(rate above 15 %) = ")
    assert light.why.endswith("alert from 0.90 (2 events).")


def test_an_arm_without_events_is_clear() -> None:
    light = lights(make_sample(adae=ADAE.assign(SEVTOXFL=None)))["Stopping rule, IV"]
    assert (light.state, light.word) == ("ok", "Clear")


def test_new_related_or_fatal_events_are_red_in_closed_reports() -> None:
    light = lights(make_sample())["Serious events"]
    assert (light.state, light.word) == ("alert", "2 new")
    assert light.why == (
        "2 events in 1 person since Interim analysis 2, 1 related, no death "
        "(amber: any new; red: any new one related or fatal)."
    )


def test_open_readers_do_not_learn_what_was_related() -> None:
    light = lights(make_sample("open"))["Serious events"]
    assert (light.state, light.word) == ("near", "2 new")
    assert "related" not in light.why


def test_a_new_death_is_red_for_every_reader() -> None:
    light = lights(make_sample("open", previous=NOTHING_KNOWN))["Serious events"]
    assert light.state == "alert"
    assert light.why.startswith("3 events in 2 persons since the start, 1 death")


def test_without_new_events_the_light_is_green() -> None:
    light = lights(make_sample(adae=ADAE[ADAE["USUBJID"] == "S6"].reset_index(drop=True)))
    assert (light["Serious events"].state, light["Serious events"].word) == ("ok", "None new")
    assert light["Serious events"].why.startswith("None since Interim analysis 2")


def test_accrual_is_measured_against_the_plan_of_that_day() -> None:
    light = lights(make_sample())["Accrual"]
    assert (light.state, light.word) == ("alert", "27 %")  # 6 of 22.3
    assert "6 randomised of 22.3 planned by this day" in light.why
    assert "green from 90 %" in light.why


def test_completeness_names_its_worst_form() -> None:
    light = lights(make_sample())["Completeness"]
    assert (light.state, light.word) == ("alert", "72.7 %")
    assert "40 of 55 forms due were received; lowest: NIHSS month 6, 1 of 2" in light.why


@pytest.mark.parametrize(
    ("severities", "state", "word"),
    [
        ("WWWW", "ok", "None to solve"),
        ("EWWW", "ok", "1 to solve"),  # 1 / 8 a person
        ("EEFW", "near", "3 to solve"),
        ("EEEEE", "alert", "5 to solve"),
    ],
)
def test_findings_are_counted_a_person(severities: str, state: str, word: str) -> None:
    light = lights(with_findings(severities))["Data findings"]
    assert (light.state, light.word) == (state, word)


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_before_the_first_consent_every_light_says_so(audience: str) -> None:
    found = lights(make_empty(audience))
    assert found["Accrual"].word == "Not begun"
    assert found["Completeness"].word == "None due"
    assert found["Data findings"].word == "Nobody"
    assert found["Serious events"].word == "None new"


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_the_numbers_behind_the_lights_stand_once_each(audience: str) -> None:
    index = index_results(join_results(show_lights(make_sample(audience))))
    assert {"ACCRUAL", "COMPLETENESS", "FINDINGS", "SERIOUS_NEW"} <= {k.parameter for k in index}
    assert ("STOPPING" in {key.parameter for key in index}) == (audience != "open")


def test_nobody_past_the_first_dose_leaves_the_prior() -> None:
    undosed = ADSL.assign(SAFFL="N", TRT01A=None)
    light = lights(make_sample(adsl=undosed))["Stopping rule, IT"]
    assert light.why == (
        "0 of 0 evaluable with a stopping event; Pr(rate above 15 %) = 0.32, alert from 0.90."
    )
