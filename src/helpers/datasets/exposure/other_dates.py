"""Doses that other records put on another day, and the records with the doses moved there."""

import pandas as pd

from helpers.checks.context import CheckContext
from helpers.checks.dose_dates import RECORDS, build_dose_days
from helpers.intake.records import Records
from helpers.params.trial import Trial

KEY = ["SUBJID", "EXSEQ"]


def derive_other_date(adex: pd.DataFrame, records: Records, trial: Trial) -> pd.DataFrame:
    """ALTDT and ALTSRC: the other day of a given dose, and the raw tables that have it.

    The recorded day stays the one that every other variable rests on: check C54 reports it.
    """
    days = build_dose_days(CheckContext.of(records, trial), trial)
    days = days[days["other"].notna()]
    sources = [
        " ".join(table for table in RECORDS if row[table] == row["other"])
        for _, row in days.iterrows()
    ]
    found = days[KEY].assign(ALTDT=days["other"], ALTSRC=pd.Series(sources, days.index, object))
    merged = adex.merge(found, on=KEY, how="left").set_axis(adex.index)
    return merged.assign(ALTSRC=merged["ALTSRC"].astype(object))


def move_doses(records: Records, adex: pd.DataFrame) -> Records:
    """The same records with each dose that has an ALTDT begun and ended on that day."""
    moved = adex[adex["ALTDT"].notna()]
    shifts = moved[KEY].assign(SHIFT=moved["ALTDT"] - moved["ASTDTM"].dt.normalize())
    ex = records["ex"]
    shift = ex[KEY].merge(shifts, on=KEY, how="left")["SHIFT"].set_axis(ex.index)
    shift = shift.fillna(pd.Timedelta(0))
    ex = ex.assign(
        EXSTDTC=(ex["EXSTDTC"] + shift).astype("datetime64[s]"),
        EXENDTC=(ex["EXENDTC"] + shift).astype("datetime64[s]"),
    )
    return records.with_tables({**records.tables, "ex": ex})
