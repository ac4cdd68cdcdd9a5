"""The last value before each dose and the first one some hours after it."""

from collections.abc import Sequence

import pandas as pd

COLUMNS = ["USUBJID", "PARAMCD", "DOSEORD", "BEFORE", "AFTER"]
HOUR = pd.Timedelta(hours=1)


def pair_around_doses(
    values: pd.DataFrame, doses: pd.DataFrame, hours: Sequence[float]
) -> pd.DataFrame:
    """One row per participant, test and dose with both values.

    Before: the last value of an earlier time, after the dose before; of a value without a time the
    day counts, and one of the day of the dose is in neither place. After: the first one within
    `hours` since the start of the dose, by its time.

    Parameters
    ----------
    values : USUBJID, PARAMCD, AVAL, ADT, ADTM (null where no time is known).
    doses : USUBJID, DOSEORD, ASTDTM of given doses.
    hours : the smallest and the largest number of hours after the start.
    """
    given = doses.sort_values(["USUBJID", "ASTDTM"], kind="stable")
    given = given.assign(PREVIOUS=given.groupby("USUBJID")["ASTDTM"].shift())
    known = values[values["AVAL"].notna()][["USUBJID", "PARAMCD", "AVAL", "ADT", "ADTM"]]
    paired = known.merge(
        given[["USUBJID", "DOSEORD", "ASTDTM", "PREVIOUS"]], on="USUBJID"
    ).sort_values(["ADT", "ADTM", "AVAL"], kind="stable", na_position="first")
    place = ["USUBJID", "PARAMCD", "DOSEORD"]
    before = paired[_is_before(paired)].drop_duplicates(place, keep="last")
    since = (paired["ADTM"] - paired["ASTDTM"]) / HOUR
    after = paired[since.between(*hours)].drop_duplicates(place)
    both = before[[*place, "AVAL"]].merge(after[[*place, "AVAL"]], on=place)
    both = both.rename(columns={"AVAL_x": "BEFORE", "AVAL_y": "AFTER"})
    return both.sort_values(place, kind="stable").reset_index(drop=True)[COLUMNS]


def _is_before(paired: pd.DataFrame) -> pd.Series:
    """Values before the start of the dose and after that of the dose before."""
    timed, day = paired["ADTM"].notna(), paired["ASTDTM"].dt.normalize()
    earlier = (paired["ADTM"] < paired["ASTDTM"]).where(timed, paired["ADT"] < day)
    previous = paired["PREVIOUS"]
    later = (paired["ADTM"] > previous).where(timed, paired["ADT"] > previous.dt.normalize())
    return earlier & (previous.isna() | later)
