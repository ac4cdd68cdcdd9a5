"""The new serious events by arm and term."""

import pandas as pd
from sample_trial import ADAE, make_sample

from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.displays.summary.new_serious import describe_new_serious


def test_new_events_are_named_by_arm_term_and_participant() -> None:
    assert describe_new_serious(make_sample()) == (
        "New serious events since Interim analysis 2: IV Fall (S1), Seizure (S1 related)."
    )


def test_at_the_first_report_all_are_new_and_fatal_ones_are_marked() -> None:
    view = make_sample(previous=make_sample()["previous"].iloc[:0])
    assert describe_new_serious(view) == (
        "New serious events since the start: IV Fall (S1), Seizure (S1 related); "
        "CTL Pneumonia (S6 fatal)."
    )


def test_participants_with_one_term_stand_together() -> None:
    more = ADAE[ADAE["USUBJID"] == "S1"].assign(USUBJID="S2", SUBJID="S2", RELFL=None, AESEQ=[8, 9])
    view = make_sample(adae=pd.concat([ADAE, more], ignore_index=True))
    assert "IV Fall (S1, S2), Seizure (S1 related, S2)." in describe_new_serious(view)


def test_a_serious_event_without_a_term_is_not_lost() -> None:
    events = ADAE.assign(AEDECOD=ADAE["AEDECOD"].mask(ADAE["AEDECOD"] == "Seizure"))
    assert describe_new_serious(make_sample(adae=events)) == (
        "New serious events since Interim analysis 2: IV Fall (S1), Not coded (S1 related)."
    )


def test_many_terms_are_counted_and_left_to_the_listing() -> None:
    first = ADAE.iloc[[1]]
    rows = [first.assign(AEDECOD=f"Term {i:02}", AESEQ=20 + i) for i in range(25)]
    text = describe_new_serious(make_sample(adae=pd.concat(rows, ignore_index=True)))
    assert "Term 19 (S1); 5 more in L-S-01." in text
    assert "Term 20" not in text


def test_open_readers_get_a_number_and_no_term() -> None:
    view = make_sample("open")
    assert describe_new_serious(view) == ""
    page = show_at_a_glance(view)
    assert any(light.word == "2 new" for light in page.lights)
    assert not any("Seizure" in text for text in page.sentences)


def test_without_new_events_or_terms_there_is_nothing_to_say() -> None:
    known = ADAE[ADAE["USUBJID"] == "S6"].reset_index(drop=True)
    assert describe_new_serious(make_sample(adae=known)) == ""
    assert describe_new_serious(make_sample(adae=ADAE.drop(columns=["AEDECOD"]))) == ""
    assert describe_new_serious(make_sample(adae=ADAE.drop(columns=["ASERFL"]))) == ""
