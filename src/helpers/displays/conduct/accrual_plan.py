"""The recruitment plan: even from the first consent over the planned months."""

import pandas as pd

from helpers.params.trial import Trial
from helpers.stats.accrual import AccrualProjection, project_accrual
from helpers.stats.estimates import NAN
from helpers.view import Group, View


def find_start(view: View) -> pd.Timestamp:
    """Day of the first consent, where consents have no day of the first randomisation; else NaT."""
    persons = view.population("ENR")
    return persons["RFICDT"].fillna(persons["RANDDT"]).min()


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


def project_end(view: View) -> AccrualProjection:
    """Day on which the planned number is randomised: reached, predicted, or not estimable.

    From the randomised persons of the last months (`recent_months`) and a prior with the planned
    monthly rate; not estimable with fewer randomised persons than the plan's `minimum`.
    """
    plan, start = view.trial.accrual, find_start(view)
    return project_accrual(
        view.population("ITT")["RANDDT"],
        cutoff=view.cutoff,
        target=plan.planned,
        planned_months=plan.months,
        start=None if pd.isna(start) else start,
        recent_months=plan.recent_months,
        prior_shape=plan.prior_shape,
        month_days=view.trial.dates.month_days,
        level=plan.interval,
        fewest=plan.minimum,
    )


def is_complete(view: View) -> bool:
    """Whether all planned persons are randomised."""
    return view.total("ITT").n >= view.trial.accrual.planned


def count_by_month(view: View, group: Group) -> pd.Series:
    """Persons of a group randomised in each calendar month from the first consent on."""
    months = list_months(view)
    persons = view.population("ITT")
    counts = persons.loc[persons["USUBJID"].isin(group.subjects), "RANDMON"].value_counts()
    return counts.reindex(months).fillna(0).astype(int)


def list_months(view: View) -> list[str]:
    """Calendar months from the first consent to the cut-off, or to the last person planned.

    None where nobody has consented.
    """
    start = find_start(view)
    if pd.isna(start):
        return []
    end = view.population("ITT")["RANDDT"].max() if is_complete(view) else view.cutoff
    return [str(month) for month in pd.period_range(start, end, freq="M")]
