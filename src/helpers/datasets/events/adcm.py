"""adcm: prior and concomitant medication, one row per record."""

import pandas as pd

from helpers.datasets.events.record_periods import build_periods
from helpers.datasets.flags import flag
from helpers.intake.partial_dates import earliest_date, latest_date
from helpers.intake.records import Records
from helpers.params.trial import Trial


def build_adcm(records: Records, adsl: pd.DataFrame) -> pd.DataFrame:
    """Medication of consented participants, with PREFL (prior) and ONTRTFL (concomitant)."""
    return build_periods(records, adsl, "cm")


def derive_dose_days(adcm: pd.DataFrame, adex: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """DOSE1FL, DOSE2FL, ...: Y where the record can have been in use on the day of that dose.

    Doses are counted by time. A start or an end that is not recorded excludes nothing.
    """
    given = adex[adex["GIVENFL"] == "Y"]
    first, last = earliest_date(adcm["CMSTDTC"]), latest_date(adcm["CMENDTC"])
    found = {}
    for dose in range(1, trial.doses.planned + 1):
        own = given[given["DOSEORD"] == dose].drop_duplicates("USUBJID").set_index("USUBJID")
        day = adcm["USUBJID"].map(own["ASTDTM"]).dt.normalize()
        found[f"DOSE{dose}FL"] = flag(day.notna() & ~(first > day) & ~(last < day))
    return adcm.assign(**found)
