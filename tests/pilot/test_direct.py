"""The families that no display shows, or not in full, and laboratory shifts a second time: every
row, computed by `helpers.stats` from the data.

What is imported is read as the reports read it; tables as collected (SDTM) by the same readers.
"""

import math
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from direct_counts import (
    compute_collected_demographics,
    compute_collected_events,
    compute_collected_populations,
    compute_range_shifts,
    compute_threshold_shifts,
)
from direct_models import compute_efficacy, compute_glucose
from direct_times import compute_times
from published import EXPECTED, FAMILIES

from helpers.datasets.imported.tables import read_tables
from helpers.imported.read import read_source
from helpers.intake.schema import load_access

PARAMS = Path(__file__).parents[1] / "trial" / "params" / "cdisc_pilot"
KEYS = ["population", "arm", "parameter", "visit", "category", "statistic"]
ROWS = {
    "efficacy_ancova": 62,
    "lab_ancova": 26,
    "lab_shift_range": 30,
    "lab_shift_threshold": 180,
    "sdtm_demographics": 32,
    "sdtm_populations": 10,
    "sdtm_teae_overview": 16,
    "tte_km": 202,
}
NOT_COMPUTED: dict[str, str] = {}  # "family: statistic" -> why helpers.stats cannot give it
WHOLE = pd.read_csv(EXPECTED, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def computed(imported, package):
    """Number by key, for each family."""
    adam = read_tables(imported, load_access(PARAMS, "closed_unmasked")).tables
    sdtm = package / "cdiscpilotsdtm"
    dm, ae = (read_source(sdtm / f"{name}.parquet").frame for name in ("dm", "ae"))
    return {
        "efficacy_ancova": compute_efficacy(adam["adadas"]),
        "lab_ancova": compute_glucose(adam["adlbc"]),
        "lab_shift_range": compute_range_shifts(adam["adlbc"]),
        "lab_shift_threshold": compute_threshold_shifts(adam["adlbc"]),
        "sdtm_demographics": compute_collected_demographics(dm),
        "sdtm_populations": compute_collected_populations(dm),
        "sdtm_teae_overview": compute_collected_events(dm, ae),
        "tte_km": compute_times(adam["adtte"]),
    }


def agrees(row, found):
    """To the printed digits where published; to the nine digits given where computed."""
    if row["value"] == "NE":
        return math.isnan(found)
    wanted = float(row["value"])
    if row["source"].startswith("published"):
        decimals = len(row["value"].partition(".")[2])
        return abs(found - wanted) <= 0.5 * 10**-decimals * (1 + 1e-9)
    return abs(found - wanted) <= 1e-8 * abs(wanted)


@pytest.mark.parametrize("family", ROWS)
def test_every_row_of_a_family_agrees(family, computed):
    outcome, differing = Counter(), []
    for _, row in WHOLE[WHOLE["display"] == family].iterrows():
        key = tuple(row[KEYS])
        if f"{family}: {row['statistic']}" in NOT_COMPUTED:
            outcome["not computed"] += 1
        elif key not in computed[family]:
            differing.append(f"{key}: absent, expected {row['value']}")
        elif agrees(row, float(computed[family][key])):
            outcome["agree"] += 1
        else:
            differing.append(f"{key}: {computed[family][key]}, expected {row['value']}")
    assert differing == []
    assert outcome == Counter({"agree": ROWS[family]})


def test_every_expected_value_is_in_a_family_that_is_compared():
    assert set(WHOLE["display"]) == {*FAMILIES, *ROWS}
    assert len(WHOLE) == 3715
    assert WHOLE["display"].isin(ROWS).sum() == sum(ROWS.values()) == 558
    assert NOT_COMPUTED == {}


def test_a_small_number_that_differs_is_seen(computed):
    row = WHOLE[(WHOLE["display"] == "tte_km") & (WHOLE["statistic"] == "p")].iloc[0]
    found = float(computed["tte_km"][tuple(row[KEYS])])
    assert found < 1e-6
    assert agrees(row, found)
    assert not agrees(row, found * (1 + 1e-6))
