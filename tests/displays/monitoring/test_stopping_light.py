"""The stopping light: its state, its memory, the committee's answer, participants still to come."""

import pandas as pd
import pytest
from monitored_arms import ALERTED_TWICE
from sample_trial import make_sample
from view_factory import read_frame

from helpers.displays.lights.safety import show_stopping
from helpers.displays.model import Light
from helpers.displays.monitoring.stopping import monitor_arm
from helpers.displays.monitoring.stopping_words import describe_rule
from helpers.displays.results import Key
from helpers.params.interim import Stop
from helpers.view import ClosedView, View

EVENTS = {"06": "Headache", "12": "Meningitis", "31": "Seizure"}


def monitored(*rows: str) -> pd.DataFrame:
    """adstop of one arm; each row is participant, day evaluable, day of the event."""
    text = "\n".join(["USUBJID SUBJID TRT01A EVALDT STOPDT", *rows])
    frame = read_frame(text)
    return frame.assign(SRCSEQ=pd.array([1] * len(frame), dtype="Int64"))


# IA1 has its cut-off on 20 Feb 2022, IA2 on 31 Jul 2022, this report (IA3) on 31 Dec 2022
ALERTED = monitored(
    "06 06 IT 2021-07-02 2021-07-02",
    "12 12 IT 2021-12-05 2021-12-05",
    "18 18 IT 2022-01-28 .",
    "22 22 IT 2022-02-22 .",
    *[f"4{i} 4{i} IT 2022-05-0{i} ." for i in range(1, 7)],
    "31 31 IT 2022-08-07 2022-08-07",
    "50 50 IT . .",
)
QUIET = monitored(*[f"4{i} 4{i} IT 2022-05-0{i} ." for i in range(1, 5)])


def make(adstop: pd.DataFrame, *, stop: Stop | None = None, **frames: object) -> ClosedView:
    adae = pd.DataFrame(
        [(key, key, 1, term, "Y", "Y", "Y", "Y", None, None) for key, term in EVENTS.items()],
        columns=[
            *("USUBJID", "SUBJID", "AESEQ", "AEDECOD", "SEVTOXFL", "ASERFL", "AFTRANFL"),
            *("TRTEMFL", "RELFL", "FATALFL"),
        ],
    )
    view = make_sample(adstop=adstop, adae=adae, **frames)
    if stop is not None:
        object.__setattr__(view, "interim", view.interim.model_copy(update={"stop": stop}))
    assert isinstance(view, ClosedView)
    return view


def light(view: ClosedView, name: str = "Stopping rule, IT") -> Light:
    return next(shown.light for shown in show_stopping(view) if shown.light.name == name)


def answered(interim: str, cutoff: str | None, closes: str = "IT") -> pd.DataFrame:
    """A committee's file of one recommendation, of 10 March 2022."""
    row = {"KIND": "RECOMMENDATION", "INTERIM": interim, "DECISION": "continue_with_changes"}
    row |= {"CUTDT": cutoff, "DATE": "2022-03-10", "CLOSES": closes}
    empty = dict.fromkeys(["VERSION", "ARMS", "TEXT", "ANSDT", "ANSWER"])
    frame = pd.DataFrame([{**empty, **row}], dtype=object)
    return frame.astype({"CUTDT": "datetime64[s]", "DATE": "datetime64[s]"})


def test_an_alert_is_remembered_with_the_report_that_first_held_it() -> None:
    shown = light(make(ALERTED))
    assert (shown.state, shown.word) == ("alert", "Alert")
    # crossed with 2 of 2 on 5 December; the first report after it, IA1, had 2 of 3
    assert shown.why.startswith(
        "First reached at IA1 with 2 of 3 (on 5 Dec 2021 with 2 of 2); "
        "now 3 of 11 evaluable with a stopping event"
    )


def test_without_the_memory_the_same_counts_would_only_be_near() -> None:
    found = monitor_arm(make(ALERTED), make(ALERTED).trial.arm("IT"))
    assert (found.now.events, found.now.evaluable, found.now.state) == (3, 11, "NEAR")
    assert found.state == "NEAR"
    assert found.open_alert is not None


def test_an_alert_of_this_report_says_so() -> None:
    early = monitored("06 06 IT 2022-08-02 2022-08-02", "12 12 IT 2022-09-05 2022-09-05")
    assert light(make(early)).why.startswith(
        "First reached in this report (on 5 Sep 2022); now 2 of 2"
    )


def test_an_alert_that_came_again_is_told_with_the_day_on_which_it_passed() -> None:
    why = light(make(ALERTED_TWICE)).why
    assert why.startswith("First reached at IA1 with 2 of 3 (on 5 Dec 2021 with 2 of 2); ")
    assert (
        "last alerted anew on 1 May 2022 with 3 of 5, below the limit from 9 Jun 2022 with 3 of 9"
        in why
    )


def test_an_alert_that_came_again_and_holds_has_no_day_on_which_it_passed() -> None:
    holds = ALERTED_TWICE.iloc[:5]
    assert "last alerted anew on 1 May 2022 with 3 of 5;" in light(make(holds)).why


def test_the_numbers_of_the_first_alert_are_results() -> None:
    results = {
        (r.key, r.statistic): r.value for one in show_stopping(make(ALERTED)) for r in one.results
    }
    key = Key("SAF", "IT", "STOPPING")
    assert results[key._replace(category="FIRST_ALERT"), "events"] == 2
    assert results[key._replace(category="FIRST_ALERT"), "evaluable"] == 3
    assert (results[key, "events"], results[key, "evaluable"]) == (3, 11)
    assert results[key._replace(category="NOT_EVALUABLE"), "n"] == 1


def test_who_is_not_yet_evaluable_is_said() -> None:
    assert "Not yet evaluable: 1." in light(make(ALERTED)).why
    assert "Not yet evaluable: 0." in light(make(QUIET)).why


def test_the_events_are_named_by_participant_and_term() -> None:
    assert (
        "(06 Headache, serious; 12 Meningitis, serious; 31 Seizure, serious)"
        in light(make(ALERTED)).why
    )


def test_every_stopping_event_of_a_participant_is_named() -> None:
    view = make(monitored("06 06 IT 2022-08-02 2022-08-02"))
    second = view["adae"].iloc[:1].assign(AESEQ=2, AEDECOD="Seizure", ASERFL="N", ATOXGR=3)
    twice = pd.concat([view["adae"], second])
    view = make_sample(adstop=view["adstop"], adae=twice.reset_index(drop=True))  # type: ignore[assignment]
    assert "(06 Headache, serious and Seizure, grade 3)" in light(view).why


def test_the_committee_s_answer_closes_an_alert_and_the_present_state_is_shown() -> None:
    before = ALERTED[ALERTED["USUBJID"] != "31"].reset_index(drop=True)
    shown = light(make(before, committee=answered("IA1", "2022-02-20")))
    assert (shown.state, shown.word) == ("ok", "Clear")  # 2 of 10
    assert shown.why.startswith(
        "First reached at IA1 with 2 of 3 (on 5 Dec 2021 with 2 of 2), answered on 10 Mar 2022 "
        "(continue with changes); now 2 of 10"
    )


def test_a_further_event_after_the_answer_alerts_again() -> None:
    again = ALERTED.assign(
        EVALDT=ALERTED["EVALDT"].mask(ALERTED["USUBJID"] == "31", pd.Timestamp("2022-03-01")),
        STOPDT=ALERTED["STOPDT"].mask(ALERTED["USUBJID"] == "31", pd.Timestamp("2022-03-01")),
    )
    shown = light(make(again, committee=answered("IA1", "2022-02-20")))
    assert (shown.state, shown.word) == ("alert", "Alert")
    # 3 of 5 on the first of March, 3 of 11 by IA2
    assert "; reached again at IA2 with 3 of 11 (on 1 Mar 2022 with 3 of 5); now 3 of 11" in (
        shown.why
    )


@pytest.mark.parametrize(
    "committee",
    [
        answered("IA1", "2022-02-20", "IV"),  # of another arm
        answered("IA0", "2021-11-30"),  # on a report before the alert
        answered("IA1", None),  # on a report that has not taken place
    ],
)
def test_an_answer_to_something_else_closes_nothing(committee: pd.DataFrame) -> None:
    shown = light(make(ALERTED, committee=committee))
    assert shown.state == "alert"
    assert "answered" not in shown.why


def test_under_listed_looks_only_those_count() -> None:
    # 2 of 3, 2 of 4 at the look, 3 of 11 later: the rule checked at 4 and 8 never alerts
    shown = light(make(ALERTED, stop=Stop(looks=(4, 8, 12))))
    assert shown.state == "near"
    assert "First reached" not in shown.why
    assert "next look at 12 evaluable" in shown.why
    assert light(make(ALERTED, stop=Stop(looks=(2, 16)))).state == "alert"


@pytest.mark.parametrize(
    ("evaluable", "state", "said"),
    [
        (1, "none", "Among so few no number of events alerts."),
        (2, "none", "Among so few only an event in each of them would alert."),
        (3, "ok", "Pr(rate above 15%) = 0.13"),
    ],
)
def test_a_few_participants_without_an_event_are_too_few_not_clear(
    evaluable: int, state: str, said: str
) -> None:
    shown = light(make(QUIET.head(evaluable)))
    assert shown.state == state
    assert shown.word == {"none": "Too few to judge", "ok": "Clear"}[state]
    assert said in shown.why


def test_before_the_first_look_there_is_nothing_to_judge() -> None:
    shown = light(make(QUIET.head(3), stop=Stop(looks=(4, 8))))
    assert (shown.state, shown.word) == ("none", "Too few to judge")
    assert shown.why.endswith("No look has been reached.")


def test_nobody_past_the_first_dose_leaves_the_prior() -> None:
    shown = light(make(QUIET.head(0)))
    assert shown.why.startswith(
        "0 of 0 evaluable with a stopping event; Pr(rate above 15%) = 0.32, alert from 0.90."
    )


def test_the_rule_is_written_from_the_parameters() -> None:
    text = describe_rule(make(QUIET))
    for part in (
        "a related event, serious or of grade 3 or more, within 7 days of a dose",
        "of special interest of grade 3 or more within 72 h of a dose",
        "anaphylaxis, bacterial meningitis, chemical meningitis at any time",
        "Prior Beta(0.3, 1.7): mean 15%, weight of 2 participants",
        "after every evaluable participant, events first on equal days",
    ):
        assert part in text
    other = make(QUIET, stop=Stop(prior_a=1, prior_b=3, looks=(4, 8)))
    assert "Prior Beta(1, 3): mean 25%, weight of 4 participants" in describe_rule(other)
    assert "checked at 4, 8 evaluable participants" in describe_rule(other)


def test_the_order_of_the_rows_changes_nothing() -> None:
    def whys(view: View) -> list[str]:
        assert isinstance(view, ClosedView)
        return [shown.light.why for shown in show_stopping(view)]

    assert whys(make(ALERTED)) == whys(make(ALERTED.iloc[::-1].reset_index(drop=True)))
