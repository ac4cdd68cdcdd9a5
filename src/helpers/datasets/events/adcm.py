"""adcm: prior and concomitant medication, one row per record."""

import pandas as pd

from helpers.datasets.events.record_periods import build_periods
from helpers.intake.records import Records


def build_adcm(records: Records, adsl: pd.DataFrame) -> pd.DataFrame:
    """Medication of consented participants, with PREFL (prior) and ONTRTFL (concomitant)."""
    return build_periods(records, adsl, "cm")
