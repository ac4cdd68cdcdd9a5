import math
from itertools import product

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.displays.adverse_events.class_rows import class_rows, total_row
from helpers.displays.count_steps import NOT_SHOWN, Band
from helpers.displays.results import Key, index_results
from helpers.displays.rows import RowContext, collect_rows
from helpers.view import Group

PEOPLE = [f"P{i}" for i in range(20)]
TOTAL = Group("Total", "Total", "", None, pd.Index(PEOPLE))


def make_events(**persons: list[int]) -> pd.DataFrame:
    """One event per class and participant."""
    rows = [(PEOPLE[i], soc) for soc, numbers in persons.items() for i in numbers]
    return pd.DataFrame(rows, columns=["USUBJID", "AEBODSYS"])


def read(events: pd.DataFrame) -> dict[str, Band | None]:
    """What a reader can take from each row: the step, None where it is suppressed."""
    lines, results = collect_rows(class_rows("ANY", "ITT", TOTAL, events, 3))
    found: dict[str, Band | None] = {}
    for line, (key, row) in zip(lines, index_results(results).items(), strict=True):
        assert math.isnan(row["n"])
        assert math.isnan(row["events"])
        least = row.get("min")
        band = Band(1, 2) if least is None else Band(int(least), int(least) + 2)
        found[key.parameter] = None if NOT_SHOWN in line.cells else band
    return found


def test_every_class_is_published_as_a_step() -> None:
    events = make_events(Heart=list(range(7)), Skin=[3], Eye=[0, 1, 2])
    assert read(events) == {"ANY": (6, 8), "Heart": (6, 8), "Eye": (3, 5), "Skin": (1, 2)}


def test_the_order_gives_away_no_more_than_the_steps() -> None:
    """Four and five stand in the order of the alphabet, classes below the limit last."""
    events = make_events(Skin=[0], Ear=[0, 1, 2, 3], Bone=[1], Eye=[0, 1, 2, 3, 4], Toe=[*range(6)])
    assert list(read(events)) == ["ANY", "Toe", "Ear", "Eye", "Bone", "Skin"]


def test_the_first_row_is_suppressed_where_it_would_give_the_classes_away() -> None:
    """Twelve participants in classes of at most 5, 5 and 2: each must be at its highest."""
    events = make_events(Heart=[*range(5)], Skin=[*range(5, 10)], Eye=[10, 11])
    assert read(events)["ANY"] is None
    overlapping = make_events(Heart=[*range(5)], Skin=[*range(5, 10)], Eye=[9, 10])
    assert read(overlapping)["ANY"] == (9, 11)


def test_the_first_row_is_suppressed_where_serious_events_would_give_it_away() -> None:
    events = make_events(Heart=[0, 1], Skin=[0, 1]).assign(ASERFL=["Y", "Y", None, None])
    assert read(events)["ANY"] is None
    assert read(events.assign(ASERFL=["Y", None, None, None]))["ANY"] == (1, 2)
    assert read(events.assign(FATALFL=["Y", "Y", None, None]))["ANY"] is None


def test_the_total_of_every_table_is_the_same_number() -> None:
    """The overview makes the row itself: it must publish and suppress what the classes do."""
    for persons in ({"Heart": [0, 1, 2, 3]}, {"Heart": [*range(5)], "Skin": [*range(5, 10)]}):
        events = make_events(**persons, Eye=[10, 11])
        first = class_rows("Any", "ITT", TOTAL, events, 3)[0]
        own = total_row(RowContext(Key("ITT", "", "any"), [TOTAL], level=0), "Any", events, 3)
        # as texts, since what is suppressed is equal to nothing
        assert str([r[1:] for r in own.results]) == str([r[1:] for r in first.results])
        assert (NOT_SHOWN in own.line.cells) == (NOT_SHOWN in first.line.cells)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["Heart", "Skin", "Eye", "Ear"]),
        st.lists(st.integers(0, 19), min_size=1, max_size=12, unique=True),
        min_size=1,
    )
)
def test_whatever_is_published_leaves_two_numbers_for_every_count(persons) -> None:
    """All numbers that fit: everybody is in some class, and no class has more than everybody."""
    found = read(make_events(**persons))
    total = found.pop("ANY")
    totals = range(1, 21) if total is None else range(total.low, min(total.high, 20) + 1)
    ranges = [range(b.low, min(b.high, 20) + 1) for b in found.values() if b is not None]
    assert len(ranges) == len(found)
    fits = [
        (everybody, *numbers)
        for numbers in product(*ranges)
        for everybody in totals
        if max(numbers) <= everybody <= sum(numbers)
    ]
    for possible in zip(*fits, strict=True):
        # 18 to 20 of 20 ends with the number of participants, which is public
        assert len(set(possible)) > 1


def test_without_a_limit_everything_is_published() -> None:
    rows = class_rows("Any", "ITT", TOTAL, make_events(Heart=[0, 0, 1], Eye=[2]), 0)
    statistics = index_results(result for row in rows for result in row.results)
    found = {key.parameter: (row["n"], row["events"]) for key, row in statistics.items()}
    assert found == {"ANY": (3, 4), "Heart": (2, 3), "Eye": (1, 1)}
