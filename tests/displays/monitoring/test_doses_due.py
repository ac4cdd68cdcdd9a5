"""Doses due in the next weeks: who, from which day, and how dosing went on after an alert."""

from dataclasses import replace

import pandas as pd
import pytest
from monitored_arms import ALERTED
from sample_trial import ADEX, ADSL, make_empty, make_sample, without_arm

from helpers.displays.model import Table, Withheld
from helpers.displays.monitoring.dose_schedule import build_schedule
from helpers.displays.monitoring.doses_due import tabulate_doses_due
from helpers.displays.results import Key
from helpers.view import ClosedView, View

# S3 got dose 1 on 3 November 2022; S4 waits for dose 1; the cut-off is 31 December


def make(**frames: object) -> Table:
    shown = tabulate_doses_due(make_sample(**frames))
    assert isinstance(shown, Table)
    return shown


def schedule(view: View) -> list[tuple[str, int, str, str, str]]:
    assert isinstance(view, ClosedView)
    rows = build_schedule(view)
    days = [
        rows[name].dt.strftime("%d %b %Y").fillna("") for name in ("OPENDT", "TARGETDT", "LASTDT")
    ]
    return list(zip(rows["USUBJID"], rows["DOSE"], *days, strict=True))


def with_states(**states: str) -> pd.DataFrame:
    return ADSL.assign(D2STAT=ADSL["USUBJID"].map(states).fillna(ADSL["D2STAT"]))


def test_a_later_dose_is_due_by_the_days_since_the_one_before() -> None:
    # 76, 91 and 106 days after 3 November; dose 1 of S4 may be given the day after the cut-off
    assert schedule(make_sample()) == [
        ("S3", 2, "18 Jan 2023", "02 Feb 2023", "17 Feb 2023"),
        ("S4", 1, "01 Jan 2023", "01 Jan 2023", ""),
    ]


def test_what_is_overdue_may_be_given_the_day_after_the_cut_off() -> None:
    # S2 got dose 1 on 22 January: the last allowed day was 8 May
    rows = schedule(make_sample(adsl=with_states(S2="PENDING")))
    assert rows[0] == ("S2", 2, "01 Jan 2023", "01 Jan 2023", "08 May 2022")
    shown = make(adsl=with_states(S2="PENDING"))
    assert shown.statistics[Key("ITT", "IV", "DOSES_LATE", "DOSE2")]["n"] == 1


def test_who_waits_for_dose_1_is_due_dose_2_after_it() -> None:
    rows = schedule(make_sample(adsl=with_states(S4="NOT_DUE")))
    # 1 January and 76 or 91 days
    assert rows[-1] == ("S4", 2, "18 Mar 2023", "02 Apr 2023", "")


def count(shown: Table, arm: str, visit: str, category: str) -> float:
    return shown.statistics[Key("ITT", arm, "DOSES_DUE", visit, category)]["n"]


def test_doses_of_the_next_weeks_are_counted_by_first_allowed_and_by_planned_day() -> None:
    shown = make()
    # to 28 January: dose 2 of S3 may be given, and is planned for later; to 25 February both
    assert count(shown, "IT", "DOSE1", "WEEK4") == 1
    assert count(shown, "IT", "DOSE2", "WEEK4") == 1
    assert count(shown, "IT", "DOSE2", "TARGET4") == 0
    assert count(shown, "IT", "DOSE2", "TARGET8") == 1
    assert count(shown, "Total", "DOSE2", "WEEK8") == 1
    assert count(shown, "IV", "DOSE1", "WEEK8") == 0
    assert shown.headline.startswith(
        "In the next 4 weeks 2 doses may be given to participants randomised so far: "
        "0 in IV, 2 in IT."
    )


@pytest.mark.parametrize("status", ["CANCELLED", "LEFT", "GIVEN"])
def test_a_dose_that_will_not_come_is_not_due(status: str) -> None:
    shown = make(adsl=with_states(S3=status))
    assert count(shown, "IT", "DOSE2", "WEEK8") == 0


def test_where_nobody_is_followed_no_weeks_to_come_are_spoken_of() -> None:
    over = ADSL.assign(
        EOSSTT=ADSL["EOSSTT"].replace("ONGOING", "COMPLETED"), D1STAT="GIVEN", D2STAT="GIVEN"
    )
    shown = make(adsl=over)
    assert shown.headline.startswith("Nobody is followed any more, and no dose is due.")
    words = " ".join([shown.headline, *shown.notes, *(line.label for line in shown.lines)])
    assert not any(word in words for word in ("weeks", "New participants", "may be given"))
    assert not [key for key in shown.statistics if key.parameter == "DOSES_DUE"]
    assert shown.statistics[Key("ITT", "IV", "DOSED", "DOSE1")]["n"] == 2
    # somebody who is followed may still get a dose later, also where none is due in eight weeks
    waits = over.assign(EOSSTT=ADSL["EOSSTT"])
    assert "In the next 4 weeks no dose is due" in make(adsl=waits).headline


def test_participants_who_got_each_dose_are_counted_where_they_were_randomised() -> None:
    rows = make().statistics
    numbers = [
        rows[Key("ITT", arm, "DOSED", visit)]["n"]
        for arm in ("IV", "IT", "Total")
        for visit in ("DOSE1", "DOSE2")
    ]
    assert numbers == [2, 1, 1, 0, 3, 1]


def test_new_participants_come_at_the_pace_of_late_and_no_more_than_are_lacking() -> None:
    view = make_sample()
    rows = make().statistics
    each = rows[Key("ITT", "IT", "EXPECTED_RANDOMISED", "", "WEEK4")]["count"]
    # 2 of 6 randomised in the last 6 months, prior weight 1 at 48 in 28 months
    months = (pd.Timestamp("2022-12-31") - pd.Timestamp("2022-07-01")).days / 30.4375
    rate = (1 + 2) / (28 / 48 + months)
    assert each == pytest.approx(rate * 28 / 30.4375 / 3, rel=0.02)
    total = rows[Key("ITT", "Total", "EXPECTED_RANDOMISED", "", "WEEK4")]["count"]
    assert total == pytest.approx(2 * each)
    plan = view.trial.accrual.model_copy(update={"planned": 7})
    short = replace(view, trial=view.trial.model_copy(update={"accrual": plan}))
    shown = tabulate_doses_due(short)
    assert isinstance(shown, Table)
    # one is lacking; three arms share it
    last = shown.statistics[Key("ITT", "IT", "EXPECTED_RANDOMISED", "", "WEEK8")]["count"]
    assert last <= 1 / 3 + 1e-12


def test_after_an_alert_its_arm_shows_doses_given_since_and_still_due() -> None:
    late = ALERTED.assign(TRT01A="IV")
    shown = make(adstop=late)
    # the second event was on 5 December 2021, before all four doses in IV
    given = int((ADEX["GIVENFL"] == "Y").sum()) - 1  # one of them in IT
    row = shown.statistics[Key("SAF", "IV", "AFTER_ALERT", "", "DOSES")]
    assert (row["events"], row["n"]) == (given, 2)
    assert "In IV after the stopping rule first alerted on 5 Dec 2021: 3 doses given" in (
        shown.headline
    )
    labels = {line.label: line.cells for line in shown.lines}
    assert labels["First alert or trigger"][:2] == ("5 Dec 2021", "n.a.")


def test_without_an_alert_there_is_no_such_part() -> None:
    assert not [line for line in make().lines if "After an alert" in line.label]


@pytest.mark.parametrize("view", [make_empty(), without_arm("IT"), without_arm("IV")])
def test_it_renders_before_the_first_dose_and_with_an_empty_arm(view: View) -> None:
    shown = tabulate_doses_due(view)
    assert isinstance(shown, Table)
    assert shown.csv_copy()[1]


def test_open_readers_get_nothing() -> None:
    shown = tabulate_doses_due(make_sample("open"))
    assert isinstance(shown, Withheld)
    assert shown.sentence == ""
