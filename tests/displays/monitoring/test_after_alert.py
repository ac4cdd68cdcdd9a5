"""How dosing went on in an arm that alerted: doses after that day, participants still due one."""

import pandas as pd
from sample_trial import make_sample
from view_factory import read_frame

from helpers.displays.monitoring.after_alert import describe_after_alert, find_due
from helpers.displays.results import Key
from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.view import View

DOSES = Key("SAF", "IV", "AFTER_ALERT", "", "DOSES")
STILL_DUE = Key("ITT", "IV", "AFTER_ALERT", "", "STILL_DUE")

# two of two evaluable have an event: the rule alerts with the second, on 30 January
TWO_OF_TWO = read_frame("""
USUBJID SUBJID TRT01A EVALDT     STOPDT     SRCSEQ
S1      S1     IV     2022-01-04 2022-01-04 1
S2      S2     IV     2022-01-30 2022-01-30 1
""")
TRIGGERED = read_frame("""
TRIGGER       TRT01A USUBJID SUBJID ADT        TERM       METFL SRCSEQ
RELATED_DEATH IT     S3      S3     2022-11-03 Meningitis Y     1
""").astype({"ADT": "datetime64[s]"})


def with_states(**states: str) -> pd.DataFrame:
    """The participants of the sample, these with another status of dose 2 and in follow-up."""
    adsl = make_sample()["adsl"]
    return adsl.assign(
        D2STAT=adsl["USUBJID"].map(states).fillna(adsl["D2STAT"]),
        EOSSTT=adsl["EOSSTT"].mask(adsl["USUBJID"].isin(states), "ONGOING"),
    )


def describe(**frames: object) -> str:
    return describe_after_alert(make_sample(**frames))[0]


def test_without_an_alert_nothing_is_said() -> None:
    assert describe_after_alert(make_sample()) == ("", [])


def test_doses_after_the_day_of_the_alert_are_counted_in_the_arm() -> None:
    # of the four doses in IV only dose 2 of S1, on 4 April, came after 30 January
    page = show_at_a_glance(make_sample(adstop=TWO_OF_TWO))
    assert page.sentences[0] == (
        "In IV after the stopping rule first alerted on 30 Jan 2022: 1 dose given by "
        "this route to 1 participant; no participant randomised to IV is still due a dose."
    )
    assert page.statistics[DOSES] == {"events": 1, "n": 1}
    assert page.statistics[STILL_DUE] == {"n": 0}


def test_a_dose_by_the_route_of_another_arm_counts_in_that_arm() -> None:
    """Dose 2 of S1 by the route of IT: after an alert of IV none, after one of IT one more."""
    adex, trial = make_sample()["adex"], make_sample().trial
    routes = {arm.code: arm.route for arm in trial.active_arms}
    second = (adex["USUBJID"] == "S1") & (adex["DOSENUM"] == 2)
    moved = adex.assign(ROUTE=adex["ROUTE"].mask(second, routes["IT"]))
    assert "no dose given" in describe(adstop=TWO_OF_TWO, adex=moved)
    trigger = TRIGGERED.assign(ADT=pd.Timestamp("2022-03-01"))
    before = show_at_a_glance(make_sample(adpause=trigger)).statistics
    after = show_at_a_glance(make_sample(adpause=trigger, adex=moved)).statistics
    key = DOSES._replace(arm="IT")
    assert after[key]["events"] == before[key]["events"] + 1
    assert after[key]["n"] == before[key]["n"] + 1


def test_who_waits_for_a_dose_is_still_due_one_whatever_the_window_says() -> None:
    waiting = with_states(S1="PENDING", S2="NOT_DUE")
    assert "2 participants randomised to IV are still due a dose." in describe(
        adstop=TWO_OF_TWO, adsl=waiting
    )


def test_a_dose_on_the_day_of_the_alert_does_not_count_as_after_it() -> None:
    late = TWO_OF_TWO.assign(EVALDT=pd.Timestamp("2022-04-04"), STOPDT=pd.Timestamp("2022-04-04"))
    assert describe(adstop=late).startswith(
        "In IV after the stopping rule first alerted on 4 Apr 2022: no dose given by this route; "
    )


def test_an_immediate_trigger_counts_as_an_alert_of_its_arm() -> None:
    # S4 was randomised to IT and waits for dose 1, S3 for dose 2
    assert describe(adpause=TRIGGERED) == (
        "In IT after the first trigger was met on 3 Nov 2022: no dose given by this route; 2 "
        "participants randomised to IT are still due a dose."
    )


def test_the_earlier_of_rule_and_trigger_decides() -> None:
    both = TRIGGERED.assign(TRT01A="IV", ADT=pd.Timestamp("2022-01-10"))
    assert describe(adstop=TWO_OF_TWO, adpause=both).startswith(
        "In IV after the first trigger was met on 10 Jan 2022: 2 doses given by this route to "
        "2 participants; "
    )


def test_open_readers_hear_nothing_of_it() -> None:
    view: View = make_sample("open")
    assert describe_after_alert(view) == ("", [])


def test_who_completed_the_study_without_a_dose_is_not_due_one() -> None:
    persons = pd.DataFrame(
        {
            "USUBJID": ["1", "2", "3", "4"],
            "D2STAT": ["PENDING", "PENDING", "NOT_DUE", "CANCELLED"],
            "EOSSTT": ["ONGOING", "COMPLETED", "ONGOING", "ONGOING"],
        }
    )
    assert find_due(persons, 2) == ["1", "3"]
    assert find_due(persons, 1) == []
