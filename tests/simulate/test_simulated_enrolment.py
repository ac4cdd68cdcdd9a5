"""Who comes when, and into which arm."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from helpers.simulate.dates import day_number
from helpers.simulate.enrolment import plan_enrolment
from helpers.simulate.scenarios import ARMS, SCENARIOS

MODEST, SPARSE = SCENARIOS["modest"], SCENARIOS["sparse"]


def plan(n=16, seed=20210705, story=MODEST):
    return plan_enrolment(seed, story, n)


def test_sixty_two_consent_and_fourteen_fail_for_the_stated_reasons():
    slots = plan()
    assert len(slots) == 62
    failures = Counter(slot.failure for slot in slots if slot.failure)
    assert failures == {"NIHSS": 6, "LAB": 4, "CONSENT": 3, "CANCER": 1}


@pytest.mark.parametrize("n", [2, 3, 7, 16, 17, 40, 1000])
def test_every_arm_has_the_persons_asked_for(n):
    arms = Counter(slot.arm for slot in plan(n) if slot.arm)
    assert arms == dict.fromkeys(ARMS, n)


def test_every_triple_of_randomised_persons_holds_each_arm_once():
    arms = [slot.arm for slot in plan(40) if slot.arm]
    assert all(set(arms[at : at + 3]) == set(ARMS) for at in range(0, len(arms), 3))


def test_the_sparse_trial_has_nine_persons_and_an_arm_of_two():
    arms = Counter(slot.arm for slot in plan(story=SPARSE) if slot.arm)
    assert sum(arms.values()) == 9
    assert min(arms.values()) == 2


@pytest.mark.parametrize("n", [2, 5, 12])
def test_a_smaller_trial_is_the_beginning_of_a_larger_one(n):
    small = plan(n)
    assert small == plan(16)[: len(small)]


def test_a_larger_trial_keeps_arms_failures_and_fates_of_the_first_persons():
    def rest(slots):
        return [(slot.number, slot.arm, slot.failure, slot.roles, slot.rank) for slot in slots[:62]]

    assert rest(plan(16)) == rest(plan(64))


def test_numbers_follow_consent_and_ranks_follow_randomisation():
    for n in (16, 400):
        slots = plan(n)
        consents = [slot.consent for slot in slots]
        assert consents == sorted(consents)
        listed = [slot for slot in slots if slot.arm]
        assert [slot.rank for slot in listed] == list(range(1, 3 * n + 1))
        minutes = [slot.randomised for slot in listed]
        assert all(one < two for one, two in pairwise(minutes))


@pytest.mark.parametrize("n", [16, 1000])
def test_enrolment_keeps_its_calendar_at_any_size(n):
    days = [slot.consent for slot in plan(n)]
    assert date.fromordinal(days[0]) == date(2021, 2, 8)
    assert date(2023, 5, 1) < date.fromordinal(days[-1]) < date(2023, 9, 1)


def test_nobody_consents_in_the_six_weeks_of_summer_2021():
    gap = range(day_number(2021, 7, 5), day_number(2021, 8, 16))
    assert not [slot for slot in plan(1000) if slot.consent in gap]
