"""Visits, doses and leaving as synthetic-data.md section 3 describes them, over 200 trials."""

from collections import Counter
from datetime import date

import numpy as np
import pytest
from many_trials import assert_share, draw_randomised, draw_trials

from helpers.simulate.dates import DAY
from helpers.simulate.visits import TARGETS, is_in_window

ACTIVE = ("IV", "IT")


def active():
    return [one for one in draw_randomised() if one.person.slot.arm in ACTIVE]


def test_the_first_dose_comes_a_median_of_four_days_after_randomisation():
    waits = [
        one.doses[0].start // DAY - one.conduct.randomised // DAY
        for one in active()
        if one.doses and one.doses[0].number == 1
    ]
    assert np.median(waits) == 4
    assert (min(waits), max(waits)) == (1, 12)


def test_the_second_dose_comes_91_days_after_the_first():
    gaps = [
        one.doses[1].start // DAY - one.doses[0].start // DAY
        for one in active()
        if len(one.doses) == 2
    ]
    assert abs(np.mean(gaps) - 91) < 3 * 6 / len(gaps) ** 0.5
    assert np.std(gaps) == pytest.approx(6, rel=0.05)


def test_of_the_dosed_94_percent_get_the_second_dose():
    assert_share((len(one.doses) == 2 for one in active() if one.doses), 0.94)


def test_each_trial_tells_its_fixed_stories():
    for trial in draw_trials():
        randomised = [one for one in trial if one.person.slot.arm]
        ends = Counter(one.conduct.end_reason for one in randomised)
        assert ends["DEATH"] == 2
        assert ends["LOST_TO_FOLLOW_UP"] == 2
        assert ends["WITHDRAWAL_BY_SUBJECT"] == 2  # the third withdraws from treatment only
        dosed = [one.doses for one in randomised if one.person.slot.arm in ACTIVE]
        assert sum(not doses for doses in dosed) == 1
        assert sum(any(dose.share == 62 for dose in doses) for doses in dosed) == 1
        odd = [one for one in randomised if one.person.slot.arm == "IT" and one.doses]
        assert sum(one.doses[0].route == "INTRAVENOUS" for one in odd) == 1


def test_about_twelve_percent_leave_and_control_persons_later():
    left = [one for one in draw_randomised() if one.conduct.end_reason != "COMPLETED"]
    assert len(left) / len(draw_randomised()) == pytest.approx(0.12, abs=0.01)
    stay = {
        arm: np.mean(
            [
                one.conduct.last_contact - one.conduct.anchor
                for one in left
                if (one.person.slot.arm == "CTL") == (arm == "CTL")
            ]
        )
        for arm in ("CTL", "active")
    }
    assert stay["CTL"] > stay["active"] + 60


def test_visits_are_missed_phoned_and_outside_their_window_as_often_as_stated():
    visits = [
        (visit, one.conduct.anchor)
        for one in draw_randomised()
        for visit in one.conduct.visits
        if visit.name in TARGETS
    ]
    done = [(visit, anchor) for visit, anchor in visits if visit.done]
    assert_share((not visit.done for visit, _ in visits), 0.03)
    assert_share((visit.kind == "PHONE" for visit, _ in visits), 0.02)
    assert_share((not is_in_window(visit, anchor) for visit, anchor in done), 0.04)


def test_control_persons_and_screening_failures_get_no_dose():
    for trial in draw_trials()[:20]:
        for one in trial:
            if one.person.slot.arm not in ACTIVE:
                assert one.doses == ()
                assert one.conduct.doses == ()


def test_the_last_visit_falls_about_september_2024():
    lasts = [max(one.conduct.last_contact for one in trial) for trial in draw_trials()]
    middle = date.fromordinal(int(np.median(lasts)))
    assert date(2024, 7, 15) < middle < date(2024, 10, 15)


def test_the_triggers_of_the_interims_come_in_order():
    # Straight from the courses, without dates, cut or populations of the reports.
    for trial in draw_trials():
        randomised = [one.conduct for one in trial if one.person.slot.arm]

        def day(conduct, visit):
            # A visit that was missed counts on the day it was due, one after the end not at all.
            found = conduct.find(visit)
            held = conduct.end if found is None else found.day
            second = conduct.doses[1].day + 7 if visit == "M03" and conduct.doses else 0
            return max(held, min(second, conduct.end))

        first = sorted(conduct.anchor + 30 for conduct in randomised)[11]
        months = {visit: sorted(day(conduct, visit) for conduct in randomised) for visit in TARGETS}
        second, third, fourth = months["M03"][23], months["M06"][23], months["M03"][47]
        assert first <= second <= fourth <= months["M12"][47]
        assert third <= months["M12"][47]
