"""The recruitment plan: even from the first consent over the planned months."""

import pandas as pd

from helpers.params.trial import Trial
from helpers.stats.estimates import NAN
from helpers.view import View


def find_start(view: View) -> pd.Timestamp:
    """Day of the first consent; NaT where nobody has consented."""
    return view.population("ENR")["RFICDT"].min()


def planned_by(trial: Trial, start: pd.Timestamp, day: pd.Timestamp) -> float:
    """Persons that the plan expects by the end of a day; NaN where recruitment has not begun."""
    if pd.isna(start):
        return NAN
    days = max((day - start).days + 1, 0)
    share = days / trial.dates.month_days / trial.accrual.months
    return float(trial.accrual.planned * min(share, 1.0))


def plan_end(trial: Trial, start: pd.Timestamp) -> pd.Timestamp:
    """Day on which the plan is reached."""
    days = round(trial.accrual.months * trial.dates.month_days)
    return start + pd.Timedelta(days=days - 1)
