from sample_trial import make_sample

from helpers.displays.summary.events import (
    deaths,
    followed_since,
    given_doses,
    new_serious_events,
    read_previous,
    serious_events,
)


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


def test_follow_up_since_the_interim_before_is_counted_in_days_after_its_cut_off() -> None:
    """S1 and S5 1 August to 31 December, S3 from 1 November, S4 from 20 December."""
    view = make_sample()
    found = followed_since(view, read_previous(view))
    assert found == (4, (153 + 153 + 61 + 12) / 365.25)
    first = followed_since(view, None)
    # 1 January to 31 December is a year of 365 days
    assert first.n == 6
    assert first.years == (365 + 100 + 61 + 12 + 334 + 31) / 365.25


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
