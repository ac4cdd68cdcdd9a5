"""The path of the stopping monitor, step by step, against counts by hand and by enumeration."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats.stopping import posterior_monitor, stopping_boundary
from helpers.stats.stopping.path import (
    StoppingRule,
    build_path,
    counts_at,
    find_alert,
    judge_path,
    list_alerts,
)

NEVER = None
START = pd.Timestamp("2021-01-01")
days = st.one_of(st.none(), st.integers(0, 12))
exact = settings(derandomize=True, deadline=None, max_examples=50)


def path_of(*participants: tuple[int | None, int | None]) -> pd.DataFrame:
    """Path of participants given as (day evaluable, day of event)."""
    moments = [
        [NEVER if day is None else START + pd.Timedelta(days=day) for day in column]
        for column in zip(*participants, strict=True)
    ] or [[], []]
    return build_path(*(pd.Series(m, dtype="datetime64[s]") for m in moments))


def steps(path: pd.DataFrame) -> list[tuple[int, int, int]]:
    """Day since the start, events, evaluable."""
    since = (path["day"] - START).dt.days
    return list(zip(since, path["events"], path["evaluable"], strict=True))


def test_each_change_is_a_step_in_the_order_of_time():
    path = path_of((7, NEVER), (20, 30), (14, NEVER))
    assert steps(path) == [(7, 0, 1), (14, 0, 2), (20, 0, 3), (30, 1, 3)]


def test_an_event_makes_its_participant_evaluable():
    assert steps(path_of((7, 2), (NEVER, 3))) == [(2, 1, 1), (3, 2, 2)]


def test_on_equal_days_events_come_first_those_of_evaluable_participants_before_others():
    path = path_of((9, NEVER), (1, 9), (12, 9))
    assert steps(path) == [(1, 0, 1), (9, 1, 1), (9, 2, 2), (9, 2, 3)]


def test_whoever_is_not_evaluable_is_in_no_step():
    assert steps(path_of((NEVER, NEVER), (3, NEVER))) == [(3, 0, 1)]


def test_nobody_leaves_an_empty_path_that_is_too_few():
    path = path_of()
    assert steps(path) == []
    assert counts_at(path, START) == (0, 0)
    assert find_alert(path, StoppingRule()) is None
    assert judge_path(path, StoppingRule()) == "TOO_FEW"


@exact
@given(st.lists(st.tuples(days, days), max_size=8), st.integers(0, 12))
def test_the_counts_of_a_day_are_those_of_who_was_evaluable_or_hit_by_then(people, day):
    path = path_of(*people)
    hit = sum(event is not None and event <= day for _, event in people)
    seen = sum(any(d is not None and d <= day for d in person) for person in people)
    assert counts_at(path, START + pd.Timedelta(days=day)) == (hit, seen)


def test_the_first_alert_is_found_although_later_counts_are_below_the_limit():
    # events of the first two, then nine participants without: 2 of 2 alerts, 2 of 11 does not
    path = path_of((NEVER, 1), (NEVER, 150), *[(200 + i, NEVER) for i in range(9)])
    place = find_alert(path, StoppingRule())
    assert place is not None
    assert steps(path)[place] == (150, 2, 2)
    assert posterior_monitor(2, 11).state == "CLEAR"
    assert judge_path(path, StoppingRule()) == "CLEAR"


def test_a_listed_look_is_held_once_when_its_number_is_reached():
    two_at_once = [(NEVER, 1), (NEVER, 2), (10, NEVER), (11, NEVER)]
    assert find_alert(path_of(*two_at_once), StoppingRule()) is not None
    at_four = StoppingRule(looks=(4, 8))
    assert find_alert(path_of(*two_at_once), at_four) is None  # 2 of 4 is below 3
    third_later = [*two_at_once[:3], (11, 12)]  # at the look 2 of 4, the day after 3 of 4
    assert find_alert(path_of(*third_later), at_four) is None
    third_before = [*two_at_once[:3], (NEVER, 9)]
    assert find_alert(path_of(*third_before), at_four) is not None


@exact
@given(
    st.lists(st.tuples(days, days), max_size=9),
    st.one_of(st.none(), st.lists(st.integers(1, 9), min_size=1, unique=True).map(sorted)),
)
def test_the_first_alert_is_the_first_checked_step_at_the_boundary(people, looks):
    path = path_of(*people)
    boundary = dict(stopping_boundary(9).itertuples(index=False))
    expected, reached = None, set()
    for place, (_, events, evaluable) in enumerate(steps(path)):
        new = {look for look in looks or [] if look <= evaluable} - reached
        reached |= new
        checked = looks is None or bool(new)
        if checked and events >= boundary[evaluable]:
            expected = place
            break
    rule = StoppingRule(looks=None if looks is None else tuple(looks))
    assert find_alert(path, rule) == expected


def test_an_alert_is_found_again_only_with_a_further_event():
    path = path_of((NEVER, 1), (NEVER, 2), (3, NEVER), (4, NEVER), (NEVER, 30))
    first = find_alert(path, StoppingRule())
    again = find_alert(path, StoppingRule(), beyond=2)
    assert [steps(path)[place] for place in (first, again)] == [(2, 2, 2), (30, 3, 5)]
    assert find_alert(path, StoppingRule(), beyond=3) is None


@pytest.mark.parametrize(
    ("events", "evaluable", "state"),
    [
        *((0, 0, "TOO_FEW"), (0, 1, "TOO_FEW"), (0, 2, "TOO_FEW"), (0, 3, "CLEAR")),
        *((1, 1, "NEAR"), (1, 2, "NEAR"), (2, 2, "ALERT"), (1, 4, "CLEAR"), (2, 4, "NEAR")),
        *((0, 16, "CLEAR"), (4, 16, "NEAR"), (5, 16, "ALERT")),
    ],
)
def test_a_green_state_needs_participants_who_could_have_shown_an_alert(events, evaluable, state):
    people = [(i, i if i < events else NEVER) for i in range(evaluable)]
    assert judge_path(path_of(*people), StoppingRule()) == state


@pytest.mark.parametrize(
    ("events", "evaluable", "looks", "state"),
    [
        (0, 3, (4, 8), "TOO_FEW"),  # no look yet
        (2, 3, (4, 8), "NEAR"),  # a third would alert at 4; these would, were 3 a look
        (3, 4, (4, 8), "ALERT"),
        (1, 4, (4, 8), "CLEAR"),  # 3 alert at 8
        (2, 5, (4, 8), "NEAR"),
        (5, 16, (4, 8), "NEAR"),  # no look is left, but the counts would alert
        (1, 16, (4, 8), "CLEAR"),
    ],
)
def test_with_listed_looks_the_state_is_that_of_the_last_look_and_of_the_next(
    events, evaluable, looks, state
):
    # events last: none stands before the first look
    people = [(i, i if i >= evaluable - events else NEVER) for i in range(evaluable)]
    assert judge_path(path_of(*people), StoppingRule(looks=looks)) == state


def test_the_rule_s_own_numbers_decide():
    path = path_of((NEVER, 1), (NEVER, 2))
    assert find_alert(path, StoppingRule()) is not None
    assert find_alert(path, StoppingRule(cut=0.999)) is None
    assert find_alert(path, StoppingRule(prior=(0.3, 20.0))) is None
    assert find_alert(path, StoppingRule(p_star=0.6)) is None


# the plan prints: alert from 2 events among 2 or 3, from 3 among 4 to 8, from 4 among 9
TWICE = ((1, 1), (2, 2), (3, NEVER), (4, NEVER), (9, 5), *((day, NEVER) for day in range(6, 10)))


def test_a_path_that_falls_below_the_limit_and_reaches_it_again_alerts_twice():
    path = path_of(*TWICE)
    counts = [(events, evaluable) for _, events, evaluable in steps(path)]
    stretches = [(counts[start], counts[end]) for start, end in list_alerts(path, StoppingRule())]
    assert stretches == [((2, 2), (2, 4)), ((3, 5), (3, 9))]


def test_an_alert_that_holds_at_the_last_check_has_no_end():
    path = path_of(*TWICE[:5])
    assert list_alerts(path, StoppingRule())[-1] == (len(path) - 1, None)


def test_a_path_without_an_alert_has_no_stretch():
    assert list_alerts(path_of((1, NEVER), (2, NEVER)), StoppingRule()) == []
    assert list_alerts(path_of(), StoppingRule()) == []


@exact
@given(st.lists(st.tuples(days, days), max_size=9))
def test_the_first_stretch_begins_with_the_first_alert(participants):
    path, rule = path_of(*participants), StoppingRule()
    stretches = list_alerts(path, rule)
    assert find_alert(path, rule) == (stretches[0][0] if stretches else None)
