"""Is what a check found already known: a deviation row of the right kind near the date."""

from collections.abc import Collection

import pandas as pd

from helpers.checks.context import CheckContext
from helpers.intake.partial_dates import earliest_date, latest_date
from helpers.intake.schema import SUBJECT


def has_deviation(
    context: CheckContext, rows: pd.DataFrame, days: pd.Series, categories: Collection[str]
) -> pd.Series:
    """Whether each row has a deviation of its participant and kind within the days allowed.

    A row without a date is excused by any deviation of its participant and kind.
    """
    dv = context["dv"]
    dv = dv[dv["DVCAT"].isin(categories)]
    margin = pd.Timedelta(days=context.trial.checks.deviation_days)
    known = pd.DataFrame(
        {
            SUBJECT: dv[SUBJECT],
            "low": earliest_date(dv["DVSTDTC"]) - margin,
            "high": latest_date(dv["DVSTDTC"]) + margin,
        }
    )
    asked = pd.DataFrame({SUBJECT: rows[SUBJECT], "day": days, "place": range(len(rows))})
    pairs = asked.merge(known, on=SUBJECT)
    near = pairs["day"].isna() | pairs["day"].between(pairs["low"], pairs["high"])
    return pd.Series(asked["place"].isin(pairs.loc[near, "place"]), index=rows.index)


def grade_by_deviation(
    context: CheckContext, rows: pd.DataFrame, days: pd.Series, categories: Collection[str]
) -> pd.Series:
    """Severity per row: W where a deviation row explains it, else E."""
    known = has_deviation(context, rows, days, categories)
    return known.map({True: "W", False: "E"}).astype(object)
