"""The recruitment plan: even from the first consent over the planned months."""

import pandas as pd

from helpers.displays.columns import state_date
from helpers.params.trial import Trial
from helpers.stats.accrual import AccrualProjection, project_accrual
from helpers.stats.estimates import NAN
from helpers.view import Group, View


def find_start(view: View) -> pd.Timestamp:
    """Day of the first consent; NaT before it.

    Where consents have no day, the first of the month of the first randomisation: its own day is
    told to nobody.
    """
    persons = view.population("ENR")
    start = persons["RFICDT"].fillna(persons["RANDDT"].dt.to_period("M").dt.start_time).min()
    return start if pd.isna(start) else pd.Timestamp(start)


def planned_by(trial: Trial, start: pd.Timestamp, day: pd.Timestamp) -> float:
    """Participants that the plan expects by the end of a day; NaN before recruitment."""
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

    From those randomised in the last months (`recent_months`) and a prior with the planned monthly
    rate; not estimable with fewer randomised participants than the plan's `minimum`.
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


def furthest_day(view: View) -> pd.Timestamp:
    """Last day that the figure of the accrual shows: two plans after the cut-off."""
    days = round(2 * view.trial.accrual.months * view.trial.dates.month_days)
    return view.cutoff + pd.Timedelta(days=days)


def drawn_projection(view: View) -> AccrualProjection | None:
    """The projection, where there is one and its interval begins before `furthest_day`."""
    found = project_end(view)
    shown = (
        not found.note
        and not is_over(view)
        and pd.notna(found.lower)
        and found.lower < furthest_day(view)
    )
    return found if shown else None


def is_complete(view: View) -> bool:
    """Whether all planned participants are randomised."""
    return view.total("ITT").n >= view.trial.accrual.planned


def is_over(view: View) -> bool:
    """Whether nobody more is to come: the plan is reached, or everybody randomised has left.

    A trial in which nobody is followed any more recruits nobody: a projection would be a fiction.
    """
    return is_complete(view) or is_nobody_followed(view)


def is_nobody_followed(view: View) -> bool:
    """Whether everybody randomised has completed the study or left it: no visit, no dose is due.

    So is the final analysis. Not known where the data have no ends of participation.
    """
    persons = view.population("ITT")
    if "EOSSTT" not in persons:
        return False
    return len(persons) > 0 and not bool((persons["EOSSTT"] == "ONGOING").any())


def state_end(view: View) -> str:
    """That recruitment has ended before the plan was reached; empty of one that reached it."""
    if is_complete(view):
        return ""
    return (
        "Recruitment has ended: nobody is followed any more, so the plan of "
        f"{view.trial.accrual.planned} participants is not reached and nothing is projected."
    )


def count_by_month(view: View, group: Group) -> pd.Series:
    """Participants of a group randomised in each calendar month from the first consent on."""
    months = list_months(view)
    persons = view.population("ITT")
    counts = persons.loc[persons["USUBJID"].isin(group.subjects), "RANDMON"].value_counts()
    return counts.reindex(months).fillna(0).astype(int)


def count_to_date(view: View, group: Group) -> pd.Series:
    """Participants of a group randomised by the end of each month, the last by the cut-off."""
    return count_by_month(view, group).cumsum()


def month_end(month: str) -> pd.Timestamp:
    """Last day of a month such as `2022-01`."""
    return pd.Period(month).end_time.normalize()


def name_month(month: str) -> str:
    """`2022-01` as `Jan 2022`."""
    return state_date(month_end(month)).split(" ", 1)[1]


def list_months(view: View) -> list[str]:
    """Calendar months from the first consent to the cut-off, or to the last participant planned.

    None where nobody has consented.
    """
    start = find_start(view)
    if pd.isna(start):
        return []
    end = view.population("ITT")["RANDDT"].max() if is_over(view) else view.cutoff
    return [str(month) for month in pd.period_range(start, end, freq="M")]
