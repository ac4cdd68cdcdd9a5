"""The day of a given record: its date, else the day of its time, else its study day."""

import pandas as pd

from helpers.datasets.imported.tables import PERSON
from helpers.intake.imported import PARTIAL
from helpers.intake.partial_dates import earliest_date

DAY = pd.Timedelta(days=1)


def derive_record_days(rows: pd.DataFrame, adsl: pd.DataFrame) -> pd.Series:
    """Day of each record, null where nothing says it.

    A study day counts from the first dose: day 1 is that day, and there is no day 0.
    """
    days = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    for name in ("ADT", "ADTM"):
        if name in rows and pd.api.types.is_datetime64_any_dtype(rows[name]):
            days = days.fillna(rows[name].astype("datetime64[s]").dt.normalize())
    start = "TRTSDT" if "TRTSDT" in adsl else "ANCHORDT"  # under letters: randomisation
    if days.notna().all() or "ADY" not in rows or start not in adsl:
        return days
    first = rows[PERSON].map(adsl.drop_duplicates(PERSON).set_index(PERSON)[start])
    after = rows["ADY"].astype("Float64").round().astype("Int64")
    after = after.mask(after == 0).where(after < 0, after - 1)
    counted = first + pd.to_timedelta(after.astype("float64"), unit="D")
    return days.fillna(counted.astype("datetime64[s]"))


def is_later(rows: pd.DataFrame, days: pd.Series, cutoff: pd.Timestamp) -> pd.Series:
    """Whether a record is surely of a day after the cut-off; one without a day is not."""
    earliest = days
    if "ADT" + PARTIAL in rows:
        earliest = days.fillna(earliest_date(rows["ADT" + PARTIAL]))
    return (earliest > cutoff).fillna(False).astype(bool)
