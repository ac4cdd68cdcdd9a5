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


def read_growth(*looks: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Statistics by row of the last of these reports, each of which knew these events."""
    *earlier, events = looks
    _, results = collect_rows(class_rows("ANY", "ITT", TOTAL, events, 3, earlier))
    return {key.parameter: row for key, row in index_results(results).items()}


def test_a_count_that_grew_by_one_or_two_is_told_as_not_below_the_earlier_one() -> None:
    before = make_events(Heart=[0, 1, 2, 3], Skin=[0, 1, 2, 3])
    rows = read_growth(before, make_events(Heart=[0, 1, 2, 3, 4], Skin=[0, 1, 2, 3, 5, 6, 7]))
    assert math.isnan(rows["Heart"]["n"])
    assert math.isnan(rows["Heart"]["pct"])
    assert rows["Heart"]["min"] == 4
    assert rows["Skin"]["n"] == 7  # three more
    assert math.isnan(rows["Skin"]["events"])  # all events less those told would be those of Heart
    assert rows["ANY"]["n"] == 8


def test_small_steps_add_up_until_they_may_be_told() -> None:
    """Told 4, then not 5, then not 6: the third report would tell the second if it said 5."""
    steps = [make_events(Heart=list(range(n))) for n in (4, 5, 6, 7)]
    told = [read_growth(*steps[: i + 1])["Heart"] for i in range(4)]
    assert [row["n"] for row in (told[0], told[3])] == [4, 7]
    assert [row["min"] for row in told[1:3]] == [4, 4]


def test_an_unchanged_count_and_the_first_report_are_told() -> None:
    events = make_events(Heart=[0, 1, 2, 3])
    assert read_growth(events)["Heart"]["n"] == 4
    assert read_growth(events, events)["Heart"]["n"] == 4


def test_the_order_of_the_classes_tells_nothing_either() -> None:
    before = make_events(Heart=[0, 1, 2, 3], Skin=[0, 1, 2, 3, 4])
    after = make_events(Heart=[0, 1, 2, 3, 4, 5], Skin=[0, 1, 2, 3, 4])
    assert list(read_growth(before, after)) == ["ANY", "Skin", "Heart"]


LOOKS = st.lists(st.sets(st.integers(0, 19)), min_size=2, max_size=5)


@settings(deadline=None)
@given(LOOKS, LOOKS)
def test_no_difference_of_two_reports_is_a_small_count(
    heart: list[set[int]], skin: list[set[int]]
) -> None:
    """Whatever two reports tell of a row differs by nothing or by three persons and more."""
    known: list[pd.DataFrame] = []
    told: dict[str, list[float]] = {}
    seen: tuple[set[int], set[int]] = (set(), set())
    for more in zip(heart, skin, strict=False):
        seen = (seen[0] | more[0], seen[1] | more[1])
        known.append(make_events(Heart=sorted(seen[0]), Skin=sorted(seen[1])))
        for name, row in read_growth(*known).items() if len(known[-1]) else ():
            value = row.get("min", row["n"])
            told.setdefault(name, []).extend([] if math.isnan(value) else [value])
    for values in told.values():
        assert all(abs(a - b) == 0 or abs(a - b) >= 3 for a in values for b in values)
