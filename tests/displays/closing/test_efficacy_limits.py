"""Limits, deviations and sources of the efficacy report of ten participants."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
from sample_joint import make_joint, plan_forms
from sample_response import make_response
from sample_scores import ADSL
from view_factory import PARAMS, make_view, shipped_trial

from helpers.datasets.build import build_view
from helpers.displays.closing.efficacy_limits import show_efficacy_limits
from helpers.displays.closing.published_results import list_published
from helpers.displays.efficacy.title_page import state_content
from helpers.displays.model import Listing, Page, Withheld
from helpers.displays.results import Key
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.params import load_interim
from helpers.view import View


def read(view: View) -> dict[str, list[str]]:
    """Sentences by the words before their colon."""
    page = show_efficacy_limits(view)
    assert isinstance(page, Page)
    found: dict[str, list[str]] = {}
    for sentence in page.sentences:
        topic, _, text = sentence.partition(": ")
        found.setdefault(topic, []).append(text)
    return found


def test_size_is_who_has_the_key_value() -> None:
    """A, B, C, E and H of ten; J's is not due, the others died, left or missed it."""
    view = make_response()
    assert read(view)["Size"][0].startswith(
        "5 of 10 participants have a change of NIHSS total at month 6."
    )
    page = show_efficacy_limits(view)
    key = Key("ITT", "Total", "NIHSSTOT", "M06", "KEY_VALUE")
    assert page.statistics[key] == {"n": 5, "N": 10}


def test_what_is_not_in_the_report_is_said_with_its_reason() -> None:
    lacking = read(make_response())["Not in this report"]
    by_reason = {text.partition("). ")[2]: text.partition("). ")[0] for text in lacking}
    sustained = by_reason["The data hold no times to a sustained response."]
    assert "(T-E-11" in sustained
    weighed = by_reason["The data hold no adverse events."]
    assert "Benefit and risk per 100 participants (F-E-18)" in weighed
    assert "Desirability of outcome at the key visit (T-E-20" in weighed
    assert "adverse events" not in " ".join(read(make_joint())["Not in this report"])


def test_forms_outside_the_window_and_by_unblinded_raters_are_deviations() -> None:
    """Month 3: all but D and G; month 6: A, B, C, E, H; two forms each. Only the flagged differ."""
    forms = plan_forms()
    received = (forms["STATUS"] == "RECEIVED") & (forms["AVISIT"] != "BL")
    late = received & (forms["USUBJID"] == "A")
    rated = received & (forms["USUBJID"] == "B") & (forms["FORM"] == "FMA")
    view = make_joint(
        advisit=forms.assign(
            WINFL=pd.Series("Y", index=forms.index).mask(late, "N").where(received, None),
            EVALBL=pd.Series("Y", index=forms.index).mask(rated, "N").where(received, None),
        )
    )
    said = read(view)["Deviation, forms"]
    assert said[0] == "4 of 26 after baseline dated outside the protocol window (T-E-02)."
    assert said[1] == "2 of 26 after baseline rated by an unblinded rater (T-E-02)."


def test_a_look_at_another_time_than_planned_is_a_deviation() -> None:
    """Planned at 24 forms of month 6, of which five came."""
    view = make_joint()
    assert read(view)["Deviation, time of the look"] == [
        "planned at 24 participants with NIHSS at month 6; 5 have one in these data."
    ]
    trigger = view.interim.trigger
    assert trigger is not None
    met = view.interim.model_copy(update={"trigger": trigger.model_copy(update={"persons": 5})})
    assert "Deviation, time of the look" not in read(replace(view, interim=met))


def test_who_is_not_in_the_per_protocol_population_is_counted() -> None:
    adsl = ADSL.assign(PPFL=["Y"] * 8 + ["N"] * 2, EOSREAS=None)
    assert read(make_joint(adsl=adsl))["Deviation, protocol"][0].startswith("2 of 10 randomised")
    assert "Deviation, protocol" not in read(make_joint(adsl=adsl.assign(PPFL="Y")))
    view = make_joint(adsl=adsl)
    without = view.interim.model_copy(update={"pp_sensitivity": False})
    assert "T-S-04" in read(view)["Deviation, protocol"][0]
    assert "T-S-04" not in read(replace(view, interim=without))["Deviation, protocol"][0]


def test_without_any_deviation_that_is_said() -> None:
    view = make_joint("ia2", adsl=ADSL.assign(PPFL="Y", EOSREAS=None))
    found = read(replace(view, interim=view.interim.model_copy(update={"trigger": None})))
    assert found["Deviations"] == ["none from the plan of this report is known from the data."]


def test_a_key_model_that_cannot_be_fitted_is_a_deviation() -> None:
    assert read(make_response())["Deviation, key model"][0].startswith("no model, no visit has 3")


def test_a_look_without_alpha_says_that_it_compares_nothing() -> None:
    quiet = make_response("ia2")
    assert read(quiet)["Comparison"][0].startswith("no number between arms is in this report")
    asked = replace(quiet, interim=quiet.interim.model_copy(update={"nonlook_contrasts": True}))
    assert "the differences were asked for" in read(asked)["Deviation, looks"][0]
    assert "formal family" not in read(asked)["Comparison"][0]


def test_thresholds_and_publications_are_sources() -> None:
    found = read(make_response())
    assert "NIHSS total from acute stroke" in found["Source, thresholds"][0]
    assert found["Source, results of others"] == ["T-E-99."]


def test_masked_readers_are_told_what_is_compared_between_letters(export: Path) -> None:
    trial = shipped_trial()
    interim = load_interim(PARAMS, "ia3", trial)
    view = build_view(export, PARAMS, trial=trial, interim=interim, audience="closed_masked")
    found = read(view)
    assert "in T-E-05 all pairs at the key visit are adjusted" in found["Comparison"][0]
    assert found["Size"][0].startswith("23 of 37 participants")
    assert not {"Design", "Deviation, protocol"} & set(found)  # they name arms and doses
    shown = tabulate_key_model(view)
    assert [key for key in shown.statistics if key.contrast]
    content = state_content(view)
    assert "T-E-08" in content
    assert "Open reports" not in content
    (defined,) = [line for line in shown.defined if line.startswith("CHG")]
    assert "as recorded" not in defined


def test_open_readers_are_told_of_forms_and_nothing_of_scores() -> None:
    view = make_view("open", adsl=ADSL, advisit=plan_forms())
    found = read(view)
    assert found["Forms"] == ["46 of 48 due were received (T-E-02)."]
    assert not {"Size", "Not in this report", "Design", "Source, thresholds"} & set(found)
    assert isinstance(list_published(view), Withheld)


def test_before_anybody_was_randomised_it_is_there() -> None:
    nobody = make_response(adsl=ADSL.iloc[:0].assign(EOSREAS=None), advisit=plan_forms().iloc[:0])
    found = read(nobody)
    assert "Forms" not in found
    assert found["Size"][0].startswith("0 of 0 participants")
    assert "Source, methods" in found


def test_every_publication_of_the_parameters_is_a_row_in_its_words() -> None:
    view = make_response()
    shown = list_published(view)
    assert isinstance(shown, Listing)
    assert len(shown.rows) == len(view.trial.published) == 7
    text = "\n".join(" | ".join(row) for row in shown.rows)
    for number in (
        "\u22122.65 (95% CI \u22123.40 to \u22121.90) at 3 months",
        "+10.8 (95% CI 6.5 to 15.2) at 6 months",
        "+16.6 (95% CI 9.1 to 24.1) at 6 months",
        "1,279",
        "p = 0.028",
        "p = 0.73, Fugl-Meyer p = 0.29",
        "6.8 (11.4) at 6 months",
        "11.4 at 12 months",
    ):
        assert number in text


def test_a_trial_without_publications_has_no_such_table() -> None:
    view = make_response()
    bare = replace(view, trial=view.trial.model_copy(update={"published": ()}))
    assert isinstance(list_published(bare), Withheld)
    assert "Source, results of others" not in read(bare)
