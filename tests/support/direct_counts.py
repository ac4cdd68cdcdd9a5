"""Shifts of alanine aminotransferase, and counts from the tables as collected (SDTM)."""

from itertools import product

import pandas as pd
from direct_models import ARMS

from helpers.stats.summaries import summarize_values

ALT = "Alanine Aminotransferase (U/L)"
NORMAL_OR_HIGH = {"N": "Normal", "H": "High"}
WEEKS = (2, 4, 6, 8, 12, 16, 20, 24, 26)
NOT_A_VISIT = 99  # the sponsor's copy of the last record
AGE, SEX = "Age (years)", "Sex"


def compute_threshold_shifts(adlbc):
    """Above 1.5 times the upper limit or not: baseline to each week, and to the most extreme."""
    rows = adlbc[(adlbc["PARAMCD"] == "ALT") & (adlbc["AVISITN"] != NOT_A_VISIT)]
    found = {}
    for week in WEEKS:
        found |= _count_threshold(rows[rows["AVISITN"] == week], f"Week {week}")
    return found | _count_threshold(rows[rows["ANL01FL"] == "Y"], "Extreme on-treatment")


def _count_threshold(rows, visit):
    rows = rows.dropna(subset=["BNRIND", "ANRIND", "AVAL"])
    found = {}
    for arm, (code, word) in product(ARMS, NORMAL_OR_HIGH.items()):
        mine = rows[(rows["TRTP"] == arm) & (rows["BNRIND"] == code)]
        place = ("Safety", arm, ALT, visit)
        found[*place, f"{word} at baseline", "n"] = mine["USUBJID"].nunique()
        for after, then in NORMAL_OR_HIGH.items():
            count = mine.loc[mine["ANRIND"] == after, "USUBJID"].nunique()
            found[*place, f"{word} to {then}", "n"] = count
    return found


def compute_range_shifts(adlbc):
    """Below, in or above the normal range: baseline to the highest of any later record."""
    rows = adlbc[(adlbc["PARAMCD"] == "ALT") & (adlbc["AVISITN"].fillna(0) != NOT_A_VISIT)]
    order = {"LOW": 0, "NORMAL": 1, "HIGH": 2}
    baseline = rows[rows["ABLFL"] == "Y"].drop_duplicates("USUBJID").set_index("USUBJID")["LBNRIND"]
    later = rows[(rows["ADT"] > rows["TRTSDT"]) & rows["LBNRIND"].isin(order)]
    highest = later.assign(PLACE=later["LBNRIND"].map(order)).groupby("USUBJID")["PLACE"].max()
    persons = rows.drop_duplicates("USUBJID").set_index("USUBJID")
    before = pd.Series(highest.index.map(baseline), highest.index)
    arm = persons["TRTP"].reindex(highest.index)
    place = ("Highest post-baseline",)
    found = {}
    for treatment in ARMS:
        mine = arm == treatment
        key = ("Safety", treatment, ALT, *place)
        found[*key, "missing baseline", "n"] = int((mine & before.isna()).sum())
        for start, end in product(order, order):
            moved = mine & (before == start) & (highest == order[end])
            found[*key, f"{start} to {end}", "n"] = int(moved.sum())
    return found


def compute_collected_populations(dm):
    """Screened, randomised by planned arm, treated by actual arm."""
    screened = ("All screened", "Total")
    found = {
        (*screened, "Screened", "", "", "n"): len(dm),
        (*screened, "Screen failures", "", "", "n"): int((dm["ARMCD"] == "Scrnfail").sum()),
    }
    randomised, treated = dm[dm["ARMCD"] != "Scrnfail"], dm[dm["RFXSTDTC"].notna()]
    for label, population, rows, variable in (
        ("Randomised", "Planned arm", randomised, "ARM"),
        ("Treated", "Actual arm", treated, "ACTARM"),
    ):
        for arm, mine in _by_arm(rows, variable):
            found[population, arm, label, "", "", "n"] = len(mine)
    return found


def compute_collected_demographics(dm):
    """Age and sex of the treated, by actual arm."""
    found = {}
    for arm, mine in _by_arm(dm[dm["RFXSTDTC"].notna()], "ACTARM"):
        place = ("Actual arm", arm)
        described = summarize_values(mine["AGE"].astype(float))
        for statistic in ("n", "mean", "sd", "median", "min", "max"):
            found[*place, AGE, "", "", statistic] = described[statistic]
        for sex in ("F", "M"):
            found[*place, SEX, "", sex, "n"] = int((mine["SEX"] == sex).sum())
    return found


def compute_collected_events(dm, ae):
    """Events that begin on or after the first dose, on the digits that a partial date has."""
    treated = dm[dm["RFXSTDTC"].notna()].set_index("USUBJID")
    events = ae[ae["USUBJID"].isin(treated.index)]
    first = events["USUBJID"].map(treated["RFXSTDTC"])
    pairs = zip(events["AESTDTC"], first, strict=True)
    events = events[[bool(day) and day >= dose[: len(day)] for day, dose in pairs]]
    events = events.assign(ACTARM=events["USUBJID"].map(treated["ACTARM"]))
    found = {}
    for label, rows in (
        ("Any TEAE", events),
        ("Any serious TEAE", events[events["AESER"] == "Y"]),
    ):
        for arm, mine in _by_arm(rows, "ACTARM"):
            place = ("Actual arm", arm, label, "", "")
            found[*place, "persons"] = mine["USUBJID"].nunique()
            found[*place, "events"] = len(mine)
    return found


def _by_arm(rows, variable):
    return [*((arm, rows[rows[variable] == arm]) for arm in ARMS), ("Total", rows)]
