"""From the wording of the published tables to the keys of results.csv, row by row."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

EXPECTED = Path(__file__).parents[1] / "reference" / "pilot" / "expected.csv"
FAMILIES = (
    "populations",
    "demographics",
    "disposition",
    "exposure",
    "teae_overview",
    "teae_soc_pt",
    "tesae_soc_pt",
    "efficacy_by_visit",
    "lab_shift_range",
    "lab_shift_threshold",
)
ARMS = {
    "Placebo": "Placebo",
    "Xanomeline Low Dose": "Low dose",
    "Xanomeline High Dose": "High dose",
    "Total": "Total",
}
STATISTICS = {"persons": "n", "person_days": "days"}


class Place(NamedTuple):
    """Where a number stands in results.csv."""

    display: str
    population: str
    arm: str
    parameter: str
    visit: str
    category: str
    statistic: str


POPULATIONS = {
    "Intent-To-Treat": ("SET", "ITT"),
    "Safety": ("SET", "SAF"),
    "Efficacy": ("SET", "EFF"),
    "Complete Week 8": ("COMP8", ""),
    "Complete Week 16": ("COMP16", ""),
    "Complete Week 24": ("COMP24", ""),
    "Complete Study": ("STUDY", "COMPLETED"),
}
CHARACTERISTICS = {
    "Age (years)": "AGE",
    "Age group": "AGEGR1",
    "BMI group": "BMIBLGR1",
    "Baseline BMI (kg/m2)": "BMIBL",
    "Baseline height (cm)": "HEIGHTBL",
    "Baseline weight (kg)": "WEIGHTBL",
    "Duration of disease (months)": "DURDIS",
    "Duration of disease group": "DURDSGR1",
    "Ethnicity": "ETHNIC",
    "MMSE total": "MMSETOT",
    "Race": "RACE",
    "Race (origin)": "ORIGIN",
    "Sex": "SEX",
    "Years of education": "EDUCLVL",
}
LEVELS = {"African Descent": "African descent"}
DISPOSITION = {
    "Completed Week 24": "COMP24",
    "Early termination prior to Week 24": "COMP24_LEFT_BEFORE",
    "Reason for early termination prior to Week 24": "COMP24_LEFT_BEFORE",
    "Reason for discontinuation of the study": "LEFT_STUDY",
    "Study completed": "STUDY",
    "Study discontinued": "STUDY",
}
REASONS = {
    "Adverse Event": "ADVERSE_EVENT",
    "Death": "DEATH",
    "I/E Not Met": "CRITERIA_NOT_MET",
    "Lack of Efficacy": "LACK_OF_EFFICACY",
    "Lost to Follow-up": "LOST_TO_FOLLOW_UP",
    "Physician Decision": "PHYSICIAN_DECISION",
    "Protocol Violation": "PROTOCOL_DEVIATION",
    "Sponsor Decision": "SPONSOR_DECISION",
    "Withdrew Consent": "WITHDRAWAL_BY_SUBJECT",
}
EXPOSURE = {
    "Treatment duration (days)": ("TRTDURD", ""),
    "Exposure": ("TRTDURD", "TIME"),
    "Average daily dose (mg)": ("AVGDD", ""),
    "Cumulative dose (mg)": ("CUMDOSE", ""),
}
EXPOSED = {"Safety": "SAF", "Completers at Week 24": "COMP24"}
OVERVIEW = {
    ("Any TEAE", ""): ("teae", ""),
    ("Any fatal TEAE", ""): ("fatal", ""),
    ("Any serious TEAE", ""): ("serious", ""),
    ("Any severe TEAE", ""): ("grade_ge3", ""),
    ("Any related TEAE", "POSSIBLE or PROBABLE"): ("related_product", ""),
    ("Any related TEAE", "REMOTE, POSSIBLE or PROBABLE"): ("related_wide", ""),
    ("Death", ""): ("death", ""),
    ("Discontinued due to adverse event", ""): ("left_for_event", ""),
    ("Maximum severity", "MILD"): ("worst", "MILD"),
    ("Maximum severity", "MODERATE"): ("worst", "MODERATE"),
    ("Maximum severity", "SEVERE"): ("worst", "SEVERE"),
}
VISITS = {"Baseline": "BL", "Week 8": "WK8", "Week 16": "WK16", "Week 24": "WK24"}
TESTS = {"Alanine Aminotransferase (U/L)": "ALT"}
SCORES = {"Observed": "ACTOT", "LOCF": "ACTOTLOCF"}


def read_expected() -> pd.DataFrame:
    """Rows of the families that the two reports show."""
    expected = pd.read_csv(EXPECTED, dtype=str, keep_default_na=False)
    return expected[expected["display"].isin(FAMILIES)].reset_index(drop=True)


def find_place(row: pd.Series) -> Place | None:
    """Where a row's number stands in results.csv; None where the report does not show it."""
    if row["arm"] not in ARMS:
        return None
    statistic = STATISTICS.get(row["statistic"], row["statistic"])
    found = _FINDERS[row["display"]](row)
    if found is None:
        return None
    display, population, parameter, visit, category = found
    return Place(display, population, ARMS[row["arm"]], parameter, visit, category, statistic)


def _find_population(row):
    return ("T-S-02", "ITT", POPULATIONS[row["parameter"]][0], "", POPULATIONS[row["parameter"]][1])


def _find_characteristic(row):
    category = LEVELS.get(row["category"], row["category"])
    return ("T-S-05", "ITT", CHARACTERISTICS[row["parameter"]], "", category)


def _find_disposition(row):
    state = {"Study completed": "COMPLETED", "Study discontinued": "DISCONTINUED"}
    category = state.get(row["parameter"]) or REASONS.get(row["category"], "")
    return ("T-S-02", "ITT", DISPOSITION[row["parameter"]], "", category)


def _find_exposure(row):
    parameter, category = EXPOSURE[row["parameter"]]
    return ("T-S-07", EXPOSED[row["population"]], parameter, "", category)


def _find_overview(row):
    known = OVERVIEW.get((row["parameter"], row["category"]))
    return known and ("T-S-10", "SAF", known[0], "", known[1])


def _find_term(row):
    serious = row["display"] == "tesae_soc_pt"
    parameter = row["parameter"].removesuffix(" (serious)")
    return ("T-S-13" if serious else "T-S-14", "SAF", parameter, "", row["category"])


def _find_score(row):
    change = row["parameter"].endswith("change from baseline")
    kind = "CHG" if change else "AVAL"
    return ("T-E-04", "EFF", SCORES[row["category"]], VISITS[row["visit"]], kind)


def _find_range_shift(row):
    category = {"missing baseline": "BASE missing"}.get(row["category"], row["category"])
    return ("T-S-20b", "SAF", f"{TESTS[row['parameter']]}.HIGHEST", "", category)


def _find_threshold_shift(row):
    before, _, after = row["category"].partition(" to ")
    side = row["category"].removesuffix(" at baseline").upper()
    category = f"{before.upper()} to {after.upper()}" if after else f"BASE {side}"
    visit = "" if row["visit"] == "Extreme on-treatment" else VISITS.get(row["visit"], row["visit"])
    return ("T-S-20c", "SAF", TESTS[row["parameter"]], visit, category)


_FINDERS = {
    "populations": _find_population,
    "demographics": _find_characteristic,
    "disposition": _find_disposition,
    "exposure": _find_exposure,
    "teae_overview": _find_overview,
    "teae_soc_pt": _find_term,
    "tesae_soc_pt": _find_term,
    "efficacy_by_visit": _find_score,
    "lab_shift_range": _find_range_shift,
    "lab_shift_threshold": _find_threshold_shift,
}


def agrees(row: pd.Series, value: str) -> bool:
    """Whether our number is the expected one: to the printed digits, or to 1e-6 if computed."""
    if value == "":
        return row["value"] in ("", "NE")
    wanted, found = float(row["value"]), float(value)
    if row["source"].startswith("published"):
        decimals = len(row["value"].partition(".")[2])
        return abs(found - wanted) <= 0.5 * 10**-decimals * (1 + 1e-9)
    return abs(found - wanted) <= 1e-6 * max(1.0, abs(wanted))
