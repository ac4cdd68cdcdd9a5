"""One rule says which events are serious: what the form says, any criterion, or a death."""

import pandas as pd

from helpers.intake.serious_events import CRITERIA, find_serious_events, meets_criterion

NO_DEATH = pd.Series([False])


def event(**said: str) -> pd.DataFrame:
    return pd.DataFrame([{"AESER": "N", **dict.fromkeys(CRITERIA, "N"), **said}])


def test_the_word_of_the_site_is_enough() -> None:
    assert find_serious_events(event(AESER="Y"), NO_DEATH).tolist() == [True]


def test_each_criterion_alone_makes_an_event_serious_whatever_the_form_says() -> None:
    for name in CRITERIA:
        assert find_serious_events(event(**{name: "Y"}), NO_DEATH).tolist() == [True], name


def test_a_fatal_event_is_serious_without_any_word_of_it() -> None:
    assert find_serious_events(event(), pd.Series([True])).tolist() == [True]


def test_an_event_of_which_nothing_is_said_is_not_serious() -> None:
    silent = event().astype(object).where(lambda frame: frame != "N", None)
    assert find_serious_events(silent, NO_DEATH).tolist() == [False]
    assert not meets_criterion(silent).any()


def test_criteria_that_an_audience_may_not_read_count_as_not_met() -> None:
    assert find_serious_events(event().drop(columns=list(CRITERIA)), NO_DEATH).tolist() == [False]
