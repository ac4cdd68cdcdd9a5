"""Which adverse events were fatal: one rule for the data cut, the analysis data and the checks."""

import pandas as pd

from helpers.intake.partial_dates import earliest_date, latest_date
from helpers.intake.schema import SUBJECT

DEATH_GRADE = 5


def find_fatal_events(ae: pd.DataFrame, dm: pd.DataFrame) -> pd.Series:
    """Whether each event was fatal.

    Fatal is what the form says so of (outcome FATAL, or death as criterion of seriousness), and an
    event of grade 5 that the participant's death in dm ended. Grade 5 in somebody who is alive, or
    of an event that had ended before the death, is a mistake of the form (C17) and no death.
    """
    said = ae["AEOUT"] == "FATAL"
    if "AESDTH" in ae:
        said |= ae["AESDTH"] == "Y"
    dead = dm.loc[dm["DTHFL"] == "Y", [SUBJECT, "DTHDTC"]].drop_duplicates(SUBJECT)
    first_day = ae[SUBJECT].map(earliest_date(dead.set_index(SUBJECT)["DTHDTC"]))
    ended_before = (latest_date(ae["AEENDTC"]) < first_day).fillna(False)
    named = find_death_grades(ae) & ae[SUBJECT].isin(dead[SUBJECT]) & ~ended_before
    return (said | named).fillna(False).astype(bool)


def find_death_grades(ae: pd.DataFrame) -> pd.Series:
    """Whether each event has the grade that stands for death; nowhere without grades."""
    if "AETOXGR" not in ae:
        return pd.Series(False, index=ae.index)
    return (ae["AETOXGR"] == DEATH_GRADE).fillna(False).astype(bool)
