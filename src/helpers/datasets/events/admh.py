"""admh: medical history, one row per record."""

import pandas as pd

from helpers.datasets.events.record_periods import build_periods
from helpers.intake.records import Records


def build_admh(records: Records, adsl: pd.DataFrame) -> pd.DataFrame:
    """Medical history of consented participants, with PREFL (prior) and ONTRTFL (still present)."""
    return build_periods(records, adsl, "mh")
