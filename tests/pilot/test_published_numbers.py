"""Published and recomputed numbers of the pilot study against results.csv, every row of them."""

from collections import Counter

import pytest
from published import FAMILIES, Place, agrees, find_place, read_expected

EXPECTED = read_expected()
NOT_SHOWN = {"demographics": ("no tests of balance are made", 10)}
ROWS = {
    "populations": 56,
    "demographics": 385,
    "disposition": 176,
    "exposure": 114,
    "teae_overview": 117,
    "teae_soc_pt": 1944,
    "tesae_soc_pt": 41,
    "efficacy_by_visit": 324,
    "lab_shift_range": 30,
    "lab_shift_threshold": 180,
}


@pytest.fixture(scope="session")
def shown(results):
    """Value by place of every number in results.csv."""
    places = results[list(Place._fields)].itertuples(index=False, name=None)
    return dict(zip(places, results["value"], strict=True))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_row_of_a_family_agrees(family, shown):
    outcome, differing = Counter(), []
    for _, row in EXPECTED[EXPECTED["display"] == family].iterrows():
        place = find_place(row)
        if place is None:
            outcome["not shown"] += 1
        elif place not in shown:
            differing.append(f"{place}: absent, expected {row['value']}")
        elif agrees(row, shown[place]):
            outcome["agree"] += 1
        else:
            differing.append(f"{place}: {shown[place]}, expected {row['value']} ({row['source']})")
    assert differing == []
    reason, left_out = NOT_SHOWN.get(family, ("", 0))
    assert outcome == Counter({"agree": ROWS[family] - left_out, "not shown": left_out}), reason


def test_what_is_not_shown_is_a_test_of_balance():
    places = EXPECTED.apply(find_place, axis=1)
    missing = EXPECTED[[place is None for place in places]]
    assert set(missing["statistic"]) == {"p"}
    assert len(missing) == sum(n for _, n in NOT_SHOWN.values())


def test_a_number_that_differs_is_seen(shown):
    row = EXPECTED[EXPECTED["display"] == "teae_overview"].iloc[0]
    value = float(shown[find_place(row)])
    assert agrees(row, str(value))
    assert not agrees(row, str(value + 1))
