"""The last value before each dose and the first one some hours after it."""

from collections.abc import Sequence

import pandas as pd

COLUMNS = ["USUBJID", "PARAMCD", "DOSEORD", "BEFORE", "AFTER"]
PLACE = ["USUBJID", "PARAMCD", "DOSEORD"]
HOUR = pd.Timedelta(hours=1)


def pair_around_doses(
    values: pd.DataFrame, doses: pd.DataFrame, hours: Sequence[float]
) -> pd.DataFrame:
    """One row per participant, test and dose with a value before and one after it."""
    both = read_around_doses(values, doses, hours).dropna(subset=["BEFORE", "AFTER"])
    return both.reset_index(drop=True)[COLUMNS]


def read_around_doses(
    values: pd.DataFrame, doses: pd.DataFrame, hours: Sequence[float]
) -> pd.DataFrame:
    """One row per participant, test and dose with a value before or after it, with both ANRIND.

    Before: the last value of an earlier time, after the dose before; of a value without a time the
    day counts, and one of the day of the dose is in neither place. After: the first one within
    `hours` since the start of the dose, by its time.

    Parameters
    ----------
    values : USUBJID, PARAMCD, AVAL, ADT, ADTM (null where no time is known) and, where known,
        ANRIND.
    doses : USUBJID, DOSEORD, ASTDTM of given doses.
    hours : the smallest and the largest number of hours after the start.

    Returns
    -------
    USUBJID, PARAMCD, DOSEORD, BEFORE, AFTER, BEFOREIND, AFTERIND.
    """
    given = doses.sort_values(["USUBJID", "ASTDTM"], kind="stable")
    given = given.assign(PREVIOUS=given.groupby("USUBJID")["ASTDTM"].shift())
    if "ANRIND" not in values:
        values = values.assign(ANRIND=None)
    known = values[values["AVAL"].notna()][["USUBJID", "PARAMCD", "AVAL", "ANRIND", "ADT", "ADTM"]]
    around = known.merge(
        given[["USUBJID", "DOSEORD", "ASTDTM", "PREVIOUS"]], on="USUBJID"
    ).sort_values(["ADT", "ADTM", "AVAL"], kind="stable", na_position="first")
    before = around[_is_before(around)].drop_duplicates(PLACE, keep="last")
    since = (around["ADTM"] - around["ASTDTM"]) / HOUR
    after = around[since.between(*hours)].drop_duplicates(PLACE)
    sides = [
        side[[*PLACE, "AVAL", "ANRIND"]].rename(columns={"AVAL": name, "ANRIND": f"{name}IND"})
        for name, side in (("BEFORE", before), ("AFTER", after))
    ]
    joined = sides[0].merge(sides[1], on=PLACE, how="outer")
    return joined.sort_values(PLACE, kind="stable").reset_index(drop=True)


def _is_before(around: pd.DataFrame) -> pd.Series:
    """Values before the start of the dose and after that of the dose before."""
    timed, day = around["ADTM"].notna(), around["ASTDTM"].dt.normalize()
    earlier = (around["ADTM"] < around["ASTDTM"]).where(timed, around["ADT"] < day)
    previous = around["PREVIOUS"]
    later = (around["ADTM"] > previous).where(timed, around["ADT"] > previous.dt.normalize())
    return earlier & (previous.isna() | later)
