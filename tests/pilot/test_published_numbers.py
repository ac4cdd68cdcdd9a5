"""Published and recomputed numbers of the pilot study against results.csv, every row of them."""

from collections import Counter

import pytest
from published import FAMILIES, Place, agrees, find_place, read_expected

EXPECTED = read_expected()
NOT_SHOWN = {  # why, and the statistics with their numbers of rows
    "demographics": ("no tests of balance are made", {"p": 10}),
    "efficacy_ancova": (
        "T-E-07 has differences without p; no LS means, no tests of the arms or the dose",
        {"p": 9, "lsmean": 6, "se": 6, "ci_lower": 6, "ci_upper": 6, "F": 2}
        | {"residual_sd": 1, "slope_per_mg": 1},
    ),
    "tte_km": (
        "log-minus-log limits only, Efron's ties only, no tests, at risk at the days of the curve",
        {"ci_lower": 26, "ci_upper": 26, "at_risk": 21, "p": 7, "chisq": 3, "df": 3, "hr": 2},
    ),
}
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
    "efficacy_ancova": 62,
    "tte_km": 202,
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
    reason, statistics = NOT_SHOWN.get(family, ("", {}))
    left_out = sum(statistics.values())
    assert outcome == Counter({"agree": ROWS[family] - left_out, "not shown": left_out}), reason


def test_of_each_family_only_the_named_statistics_are_in_no_display():
    places = EXPECTED.apply(find_place, axis=1)
    missing = EXPECTED[[place is None for place in places]]
    found = {
        family: dict(Counter(rows["statistic"])) for family, rows in missing.groupby("display")
    }
    assert found == {family: statistics for family, (_, statistics) in NOT_SHOWN.items()}


def test_the_displays_show_and_agree_with_3496_of_the_expected_values():
    """Every family but the tables as collected and a laboratory model of two arms only."""
    left_out = sum(n for _, statistics in NOT_SHOWN.values() for n in statistics.values())
    assert len(EXPECTED) - left_out == 3496


def test_a_number_that_differs_is_seen(shown):
    row = EXPECTED[EXPECTED["display"] == "teae_overview"].iloc[0]
    value = float(shown[find_place(row)])
    assert agrees(row, str(value))
    assert not agrees(row, str(value + 1))
