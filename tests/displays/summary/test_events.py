import pytest
from sample_trial import ADSL, make_empty, make_sample

from helpers.displays.summary.events import (
    deaths,
    given_doses,
    monitor_arm,
    new_serious_events,
    read_previous,
    serious_events,
)
from helpers.view import ClosedView


def monitored(view: object, code: str) -> tuple[int, int]:
    assert isinstance(view, ClosedView)
    found = monitor_arm(view, view.trial.arm(code))
    return found.events, found.evaluable


def test_serious_events_are_those_after_randomisation() -> None:
    events = serious_events(make_sample())
    assert list(zip(events["USUBJID"], events["AESEQ"], strict=True)) == [
        *(("S1", 1), ("S1", 2), ("S6", 1)),
    ]


def test_new_events_are_those_that_the_interim_before_did_not_know() -> None:
    new = new_serious_events(make_sample())
    assert set(zip(new["USUBJID"], new["AESEQ"], strict=True)) == {("S1", 1), ("S1", 2)}


def test_at_the_first_interim_every_event_is_new() -> None:
    view = make_sample(previous=make_sample()["previous"].iloc[:0])
    assert read_previous(view) is None
    assert len(new_serious_events(view)) == 3


def test_the_interim_before_is_read_as_sets() -> None:
    before = read_previous(make_sample())
    assert before is not None
    assert before.interim == "Interim analysis 2"
    assert before.randomised == {"S1", "S2", "S5", "S6"}
    assert before.doses == {("S1", 1), ("S1", 2), ("S2", 1)}
    assert before.died == {"S6"}


def test_doses_and_deaths_are_those_of_randomised_persons() -> None:
    view = make_sample()
    assert given_doses(view) == {("S1", 1), ("S1", 2), ("S2", 1), ("S3", 1)}
    assert deaths(view) == {"S6"}


def test_the_monitor_counts_persons_with_an_event_once() -> None:
    assert monitored(make_sample(), "IV") == (1, 2)


@pytest.mark.parametrize(
    ("exit_day", "died", "evaluable"),
    [
        ("2022-11-09", None, 0),  # six days after the dose of 3 November
        ("2022-11-10", None, 1),  # seven
        ("2022-11-05", "Y", 1),  # dead
    ],
)
def test_a_person_is_evaluable_when_observed_long_enough_or_dead(
    exit_day: str, died: str | None, evaluable: int
) -> None:
    third = ADSL["USUBJID"] == "S3"
    adsl = ADSL.assign(
        EXITDT=ADSL["EXITDT"].mask(third, exit_day).astype("datetime64[s]"),
        DTHFL=ADSL["DTHFL"].mask(third, died),
    )
    assert monitored(make_sample(adsl=adsl), "IT") == (0, evaluable)


def test_an_event_makes_a_person_evaluable_at_once() -> None:
    third = ADSL["USUBJID"] == "S3"
    adsl = ADSL.assign(EXITDT=ADSL["EXITDT"].mask(third, "2022-11-03").astype("datetime64[s]"))
    adae = make_sample()["adae"].assign(USUBJID="S3", SEVTOXFL="Y")
    assert monitored(make_sample(adsl=adsl, adae=adae), "IT") == (1, 1)


def test_with_nobody_dosed_nobody_is_evaluable() -> None:
    assert monitored(make_empty(), "IV") == (0, 0)
