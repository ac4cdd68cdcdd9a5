from dataclasses import replace

import pandas as pd
import pytest
from sample_trial import ADAE, make_empty, make_sample, make_visits

from helpers.displays.lights.limits import show_lights
from helpers.displays.lights.shown import join_results, rate_high, rate_low
from helpers.displays.model import Light
from helpers.displays.results import Key, index_results, write_row
from helpers.params.trial import Limit
from helpers.reporting.notebooks.denominators import check_denominators, measure_groups
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


def test_closed_readers_see_triggers_and_the_stopping_rule_of_each_active_arm_first() -> None:
    names = list(lights(make_sample()))
    assert names == [
        *("Immediate triggers", "Stopping rule, IV", "Stopping rule, IT", "Serious events"),
        *("Accrual", "Forms received", "Data findings"),
    ]
    assert "Completeness" in lights(with_usable_forms())
    assert list(lights(make_sample("open"))) == names[3:]


def test_new_related_or_fatal_events_are_red_in_closed_reports() -> None:
    light = lights(make_sample())["Serious events"]
    assert (light.state, light.word) == ("alert", "2 new")
    assert light.why == (
        "2 events in 1 participant since Interim analysis 2 in 1.0 participant-years of 4 "
        "participants, 1 related, no death (amber: any new; red: any new one related or fatal, "
        "or a death)."
    )


def test_open_readers_do_not_learn_what_was_related() -> None:
    light = lights(make_sample("open"))["Serious events"]
    assert (light.state, light.word) == ("near", "2 new")
    assert "related" not in light.why


def test_a_new_death_is_red_for_every_reader() -> None:
    light = lights(make_sample("open", previous=NOTHING_KNOWN))["Serious events"]
    assert light.state == "alert"
    assert light.why.startswith("3 events in 2 participants since the start, 1 death")


def test_without_new_events_the_light_is_green() -> None:
    light = lights(make_sample(adae=ADAE[ADAE["USUBJID"] == "S6"].reset_index(drop=True)))
    assert (light["Serious events"].state, light["Serious events"].word) == ("ok", "None new")
    assert light["Serious events"].why.startswith("None since Interim analysis 2")


def test_no_new_event_among_nobody_is_not_green() -> None:
    view = make_sample(adae=ADAE[ADAE["USUBJID"] == "S6"].reset_index(drop=True))
    before = pd.Timestamp("2022-07-31")
    left = view["adsl"].assign(EXITDT=view["adsl"]["EXITDT"].clip(upper=before))
    light = lights(replace(view, datasets={**view.datasets, "adsl": left}))["Serious events"]
    # S3 and S4 were randomised later, and have no day of follow-up either
    assert (light.state, light.word) == ("none", "Nobody in follow-up")
    assert "None since Interim analysis 2, with nobody in follow-up, no death" in light.why


def test_accrual_is_measured_against_the_plan_of_that_day() -> None:
    light = lights(make_sample())["Accrual"]
    assert (light.state, light.word) == ("alert", "27%")  # 6 of 22.3
    assert "6 randomised of 22.3 planned by this day" in light.why
    assert "green from 90%" in light.why


def test_a_trial_ahead_of_its_plan_is_green_and_no_count_is_larger_than_its_denominator() -> None:
    view = make_sample()
    plan = view.trial.accrual.model_copy(update={"planned": 4})  # 1.9 by then, 6 are there
    ahead = replace(view, trial=view.trial.model_copy(update={"accrual": plan}))
    light = lights(ahead)["Accrual"]
    assert light.state == "ok"
    assert light.why.startswith("6 randomised of 1.9 planned by this day")
    rows = [write_row(row) for row in join_results(show_lights(ahead))]
    check_denominators([{"id": "P-S-01", "results": rows}], measure_groups(ahead), closed=True)


def with_usable_forms(*unusable: tuple[str, str, str]) -> View:
    """The sample with every received form usable, but those of (person, form, visit)."""
    visits = make_visits(make_sample())
    keys = zip(visits["USUBJID"], visits["FORM"], visits["AVISIT"], strict=True)
    usable = pd.Series(["N" if key in unusable else "Y" for key in keys], dtype=object)
    flags = usable.where(visits["STATUS"] == "RECEIVED", None)
    return make_sample(advisit=visits.assign(USABLEFL=flags))


def test_completeness_counts_forms_that_give_every_score_and_shows_those_received() -> None:
    lost = [("S1", "NIHSS", "BL"), ("S2", "NIHSS", "BL"), ("S3", "NIHSS", "BL")]
    view = with_usable_forms(*lost)
    light = lights(view)["Completeness"]
    # 40 of 55 forms due were received (72.7%); three of them give no score
    assert (light.state, light.word) == ("alert", "67.3%")
    assert "37 of 55 forms due give every score; 40 (72.7%) were received" in light.why
    assert "lowest: NIHSS baseline, 2 of 6" in light.why
    index = index_results(join_results(show_lights(view)))
    key = Key("ITT", "Total", "COMPLETENESS")
    assert index[key] == pytest.approx({"n": 40, "total": 55, "pct": 4000 / 55})
    assert index[key._replace(category="USABLE")]["n"] == 37


def test_open_readers_have_forms_only_and_are_told_so() -> None:
    light = lights(make_sample("open"))["Forms received"]
    assert (light.state, light.word) == ("alert", "72.7%")
    assert "40 of 55 forms due were received; how many give a score is not known here" in light.why
    assert "lowest: NIHSS month 6, 1 of 2" in light.why


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
    assert (found["Accrual"].state, found["Accrual"].word) == ("none", "Not begun")
    assert (found["Completeness"].state, found["Completeness"].word) == ("none", "None due")
    assert (found["Data findings"].state, found["Data findings"].word) == ("none", "Nobody")
    nobody = "None new" if audience == "open" else "Nobody in follow-up"
    assert found["Serious events"].word == nobody


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_the_numbers_behind_the_lights_stand_once_each(audience: str) -> None:
    index = index_results(join_results(show_lights(make_sample(audience))))
    found = {key.parameter for key in index}
    assert {"ACCRUAL", "COMPLETENESS", "FINDINGS", "SERIOUS_NEW"} <= found
    assert ({"STOPPING", "TRIGGER"} & found == set()) == (audience == "open")


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_every_light_names_the_display_that_holds_more(audience: str) -> None:
    view = make_sample(audience)
    for light in lights(view).values():
        assert view.access.allows_display(light.display), light
