"""Times since randomisation as each audience may read them: days, or whole months."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.displays.rows import Row, pool_row
from helpers.view import ClosedView, MaskedView, View

ALL_LETTERS = (
    "Lengths of follow-up stand for all letters together: by letter they would name an arm."
)


@dataclass(frozen=True)
class TimeUnit:
    """`name` in words, `mark` at the end of a key in results.csv, days that make one."""

    name: str
    mark: str
    days: float

    def count(self, days: pd.Series) -> pd.Series:
        """Whole units in so many days."""
        values = days.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        return pd.Series(np.floor(values / self.days), index=days.index).astype("Float64")


def time_unit(view: View) -> TimeUnit:
    """Days for closed readers, whole months for open ones.

    The shortest time of those in follow-up is the cut-off minus the last day of randomisation: on
    an open page it would tell that day.
    """
    if isinstance(view, ClosedView):
        return TimeUnit("days", "", 1.0)
    return TimeUnit("whole months", "_MONTHS", view.trial.dates.month_days)


def pool_times(view: View, row: Row) -> Row:
    """A row about lengths of follow-up; for masked readers with the number of all letters alone.

    Visits follow the first dose, which comes days after randomisation: the letter whose
    participants are done earliest is that of the arm without one.
    """
    return pool_row(row) if isinstance(view, MaskedView) else row


def describe_pooled(view: View) -> str:
    """Why they stand so; empty for other readers."""
    return ALL_LETTERS if isinstance(view, MaskedView) else ""
