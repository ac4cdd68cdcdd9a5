import math

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.displays.results import index_results
from helpers.displays.rows import collect_rows
from helpers.displays.safety.class_rows import NOT_TOLD, class_rows, is_total_telling
from helpers.view import Group

PEOPLE = [f"P{i}" for i in range(20)]
TOTAL = Group("Total", "Total", "", None, pd.Index(PEOPLE))


def make_events(**persons: list[int]) -> pd.DataFrame:
    """One event per class and person."""
    rows = [(PEOPLE[i], soc) for soc, numbers in persons.items() for i in numbers]
    return pd.DataFrame(rows, columns=["USUBJID", "AEBODSYS"])


def read(events: pd.DataFrame) -> dict[str, object]:
    lines, results = collect_rows(class_rows("ANY", "ITT", TOTAL, events, 3))
    statistics = index_results(results)
    told = {key.parameter: row["n"] for key, row in statistics.items()}
    marked = {line.label for line in lines if NOT_TOLD in line.cells}
    return {n: NOT_TOLD if n in marked else v for n, v in told.items()}


def test_a_class_of_one_or_two_persons_is_not_told() -> None:
    told = read(make_events(Heart=[0, 1, 2], Skin=[3], Eye=[0, 1]))
    assert (told["ANY"], told["Heart"]) == (4, 3)
    assert math.isnan(told["Skin"])
    assert math.isnan(told["Eye"])


def test_a_second_class_is_hidden_where_the_rest_would_tell_the_first() -> None:
    """Persons 0 to 2 and 3 to 4: five in all less three told leaves two: Skin must have two."""
    told = read(make_events(Heart=[0, 1, 2], Skin=[3, 4]))
    assert told["Heart"] == NOT_TOLD
    assert math.isnan(told["Skin"])


def test_the_first_row_is_hidden_where_it_alone_would_tell_the_classes() -> None:
    """Four persons in two classes of at most two: each must have two."""
    events = make_events(Heart=[0, 3], Skin=[1, 2])
    assert read(events)["ANY"] == NOT_TOLD
    assert is_total_telling(events, TOTAL, 3)
    assert not is_total_telling(make_events(Heart=[0, 3], Skin=[0, 2]), TOTAL, 3)
    assert not is_total_telling(make_events(Heart=[0, 3]), TOTAL, 3)  # two persons: <3 anyway


def test_events_are_told_only_where_no_class_is_small() -> None:
    def events_of(events: pd.DataFrame) -> float:
        _, results = collect_rows(class_rows("Any", "ITT", TOTAL, events, 3))
        return next(
            r.value for r in results if r.key.parameter == "Heart" and r.statistic == "events"
        )

    assert events_of(make_events(Heart=[0, 0, 1, 2], Eye=[0, 1, 2])) == 4
    assert math.isnan(events_of(make_events(Heart=[0, 0, 1, 2], Eye=[0])))


def test_classes_not_told_stand_last_in_the_order_of_the_alphabet() -> None:
    rows = class_rows("Any", "ITT", TOTAL, make_events(Skin=[0], Eye=[1], Heart=[0, 1, 2]), 3)
    assert [row.line.label for row in rows] == ["Any", "Heart", "Eye", "Skin"]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["Heart", "Skin", "Eye", "Ear"]),
        st.lists(st.integers(0, 19), min_size=1, max_size=8, unique=True),
        min_size=1,
    )
)
def test_what_is_told_leaves_more_than_one_possible_number(persons: dict[str, list[int]]) -> None:
    """No small class must be at its largest for the persons outside the told ones to fit."""
    told = read(make_events(**persons))
    everybody = told.pop("ANY")
    numbers = [v for v in told.values() if v != NOT_TOLD and not math.isnan(v)]
    small = [v for v in told.values() if v != NOT_TOLD and math.isnan(v)]
    assert all(n >= 3 for n in numbers)
    if small and everybody != NOT_TOLD and len(numbers) + len(small) == len(told):
        assert math.isnan(everybody) or everybody - sum(numbers) < 2 * len(small)
