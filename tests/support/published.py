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
    "efficacy_ancova",
    "tte_km",
)
ARMS = {
    "Placebo": "Placebo",
    "Xanomeline Low Dose": "Low dose",
    "Xanomeline High Dose": "High dose",
    "Total": "Total",
}
CONTRASTS = {
    "Xanomeline Low Dose vs Placebo": "Low - Pbo",
    "Xanomeline High Dose vs Placebo": "High - Pbo",
    "Xanomeline High Dose vs Xanomeline Low Dose": "High - Low",
}
STATISTICS = {"persons": "n", "person_days": "days"}


class Place(NamedTuple):
    """Where a number stands in results.csv: that of an arm, or of a contrast."""

    display: str
    population: str
    arm: str
    parameter: str
    visit: str
    category: str
    statistic: str
    contrast: str = ""


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


LIMITS = {"ci_lower": "lower", "ci_upper": "upper"}
CURVE_DAYS = [f"Day {day}" for day in (0, 30, 60, 90, 120, 180)]


def read_expected() -> pd.DataFrame:
    """Rows of the families that the two reports show."""
    expected = pd.read_csv(EXPECTED, dtype=str, keep_default_na=False)
    return expected[expected["display"].isin(FAMILIES)].reset_index(drop=True)


def find_place(row: pd.Series) -> Place | None:
    """Where a row's number stands in results.csv; None where the report does not show it."""
    if row["display"] in _COMPARISONS:
        return _COMPARISONS[row["display"]](row)
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


def _find_comparison(row):
    """Differences of the LOCF scores; LS means, tests and the dose response are in no display."""
    shown = {"diff": "estimate", "se": "se", **LIMITS}
    place = Place("T-E-07", "EFF", "", "ACTOT", "WK24", "ANCOVA.ACTOTLOCF", "df", "Low - Pbo")
    if row["statistic"] == "residual_df":  # that of every difference
        return place
    if row["category"] != "LOCF" or row["statistic"] not in shown:
        return None
    return place._replace(statistic=shown[row["statistic"]], contrast=CONTRASTS[row["arm"]])


def _find_time(row):
    """Log-minus-log limits, Efron's ties, some days; no tests."""
    arm, category, statistic = row["arm"], row["category"], row["statistic"]
    if category == "Cox, ties efron" and statistic != "p":
        own = {"hr": "ratio", **LIMITS}[statistic]
        return Place("T-S-17b", "SAF", "", "TTDE", "", "HAZARD", own, CONTRASTS[arm])
    # the name of R's usual limits is the end of that of the others
    other = category.endswith("log interval") and not category.endswith("log-log interval")
    if arm not in ARMS or other:
        return None
    if statistic == "at_risk" and row["visit"] not in CURVE_DAYS:
        return None
    display = "F-S-06" if row["visit"] == "Day 0" else "T-S-17b"
    return Place(display, "SAF", ARMS[arm], "TTDE", "", *_name_time(row))


def _name_time(row):
    """Category and statistic of a number of the curve of one arm."""
    counts = {"n": ("EVENT", "N"), "events": ("EVENT", "n"), "censored": ("CENSORED", "n")}
    if row["statistic"] in counts:
        return counts[row["statistic"]]
    names = {"quantile": "estimate", "survival": "estimate", **LIMITS}
    category = row["visit"].upper() or row["category"].partition(",")[0]
    return category, names.get(row["statistic"], row["statistic"])


_COMPARISONS = {"efficacy_ancova": _find_comparison, "tte_km": _find_time}
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
