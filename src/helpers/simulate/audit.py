"""When a record was entered, changed and verified: the second clock of the export."""

import math

import numpy as np

from helpers.simulate.dates import DAY, format_minute
from helpers.simulate.tables import Audit

LAG_MEDIAN, LAG_95 = 4.0, 25.0  # days
LAG_SIGMA = math.log(LAG_95 / LAG_MEDIAN) / 1.6449
SHARE_CHANGED, SHARE_VERIFIED = 0.12, 0.70
# All of a participant is entered within this many days of the last thing told, so that the extract,
# one day later for the last participant, leaves nothing out and nothing depends on it.
ENTRY_DAYS = 20
SAE_LAG = 1.5  # days at most, so that a serious event is entered within three days


class Clerk:
    """Signs the records of one table of one participant, from that table's own stream."""

    def __init__(self, rng: np.random.Generator, last_day: int) -> None:
        self._rng = rng
        self._latest = (last_day + ENTRY_DAYS) * DAY + 17 * 60

    def sign(self, clinical: int, urgent: bool = False) -> Audit:
        """Give the audit columns of a record about the given minute."""
        return self._stamp(self.enter(clinical, urgent))

    def enter(self, clinical: int, urgent: bool = False) -> int:
        """Draw the minute of entry: after the fact, in working hours, before the latest."""
        days = LAG_MEDIAN * math.exp(LAG_SIGMA * self._rng.standard_normal())
        if urgent:
            days = SAE_LAG * self._rng.random()
        day = int(clinical + days * DAY) // DAY
        minute = day * DAY + int(self._rng.integers(8 * 60, 18 * 60))
        if minute < clinical:
            minute += DAY
        return max(min(minute, self._latest - 60), clinical)

    def _stamp(self, entered: int) -> Audit:
        changed, gap, verified = self._rng.random(3).tolist()
        later = min(entered + int(gap * 60 * DAY) + 30, self._latest - 30)
        updated = format_minute(later) if changed < SHARE_CHANGED and later > entered else ""
        flag = "Y" if verified < SHARE_VERIFIED else "N"
        return format_minute(entered), updated, "ACTIVE", flag
