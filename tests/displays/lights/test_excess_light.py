"""The light on serious and severe events beside control: its state is that of the worst arm."""

from dataclasses import replace

import pandas as pd
from sample_trial import make_sample

from helpers.displays.lights.excess import show_excess
from helpers.displays.lights.limits import show_lights
from helpers.displays.model import Light
from helpers.displays.results import Key
from helpers.view import ClosedView


def with_severe_events(*subjects: str) -> ClosedView:
    """The sample, treated IV: S1, S2; IT: S3; control: S5, S6; these have an event of grade 3."""
    rows = [(subject, subject, 1, "Y", 3, "N") for subject in subjects]
    names = ["USUBJID", "SUBJID", "AESEQ", "TRTEMFL", "ATOXGR", "ASERFL"]
    events = pd.DataFrame(rows, columns=names)
    view = make_sample(
        adae=events.assign(
            SEVTOXFL=None, AFTRANFL="Y", AEDECOD="Fall", RELFL=None, FATALFL=None, AETERM="fall"
        )
    )
    assert isinstance(view, ClosedView)
    return view


def light(view: ClosedView) -> Light:
    shown = show_excess(view)
    assert shown is not None
    return shown.light


def test_an_arm_with_many_more_severe_events_than_control_is_named_with_its_counts() -> None:
    found = light(with_severe_events("S1", "S2"))
    assert (found.state, found.word, found.display) == ("alert", "Red", "T-S-23")
    assert found.why.startswith(
        "IV: any event of grade 3 or more in 2 of 2, CTL 0 of 2, probability 0.9"
    )
    assert "stops nothing by itself" in found.why


def test_a_grade_5_in_somebody_alive_counts_and_is_said_beside_the_number() -> None:
    view = with_severe_events("S1", "S2", "S6")
    adae = view["adae"].assign(ATOXGR=[5, 3, 5], GR5ALVFL=["Y", None, "Y"])  # S6 died
    found = light(replace(view, datasets={**view.datasets, "adae": adae}))
    assert (
        "IV: any event of grade 3 or more in 2 of 2, one of them with a grade 5 and no recorded "
        "death (S1), CTL 1 of 2, probability" in found.why
    )


def test_between_the_limits_it_is_amber_and_calm_arms_are_not_listed() -> None:
    view = with_severe_events("S3")  # one of one in IT; probability 0.86 by integration
    found = light(view)
    assert (found.state, found.word) == ("near", "Amber")
    assert found.why.startswith("IT: any event of grade 3 or more in 1 of 1")
    assert "IV" not in found.why
    shown = show_excess(view)
    assert shown is not None
    numbers = {r.key: r.value for r in shown.results if r.statistic == "prob_above"}
    assert 0.8 <= numbers[Key("SAF", "IT", "EXCESS", "", "grade_ge3")] < 0.95


def test_below_the_limit_the_largest_probability_is_said() -> None:
    found = light(with_severe_events("S5", "S6"))
    assert (found.state, found.word) == ("ok", "Below limit")
    assert found.why.startswith("Largest: ")


def test_nothing_can_be_compared_before_the_first_dose() -> None:
    view = with_severe_events()
    nobody = view["adsl"].assign(SAFFL="N", TRT01A=None)
    found = light(replace(view, datasets={**view.datasets, "adsl": nobody}))
    assert (found.state, found.word) == ("none", "Not estimable")


def test_a_trial_without_a_control_has_no_such_light() -> None:
    view = with_severe_events("S1")
    alone = replace(view, trial=view.trial.model_copy(update={"control": None}))
    assert show_excess(alone) is None


def test_only_closed_readers_see_it() -> None:
    closed = {shown.light.name for shown in show_lights(with_severe_events("S1"))}
    assert "Excess over control" in closed
    assert "Excess over control" not in {s.light.name for s in show_lights(make_sample("open"))}
