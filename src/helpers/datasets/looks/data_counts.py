"""What became of the rows of each raw table, and how fresh they are."""

import pandas as pd

from helpers.datasets.source import Source
from helpers.intake.cutoff import clinical_date
from helpers.intake.records import Records
from helpers.intake.schema import TableSchema

DAY = pd.Timedelta(days=1)


def build_counts(source: Source, cut: Records, dropped: pd.DataFrame) -> pd.DataFrame:
    """One row per raw table, in the order of the declaration.

    Parameters
    ----------
    dropped : of `cut_records`: table, undated, after_cutoff, kept.

    Returns
    -------
    table, received, deleted, entered_later, duplicates, excluded (with rows that have no date),
    after_cutoff, kept, last_entry (of the kept rows), median_lag (days to the day of entry, of the
    kept rows; what happened before consent could be entered from consent on). Received rows are
    the sum of the counts between.
    """
    counts = source.counts.merge(dropped, on="table", how="left")
    counts = counts.assign(excluded=counts["excluded"] + counts["undated"])
    order = {name: i for i, name in enumerate(source.schemas)}
    counts = counts.sort_values("table", key=lambda names: names.map(order), kind="stable")
    visits = cut.visit_dates
    consent = cut["dm"].set_index("SUBJID")["RFICDTC"]
    currency = [
        describe_currency(cut[name], source.schemas[name], visits, consent)
        for name in counts["table"]
    ]
    last, lag = zip(*currency, strict=True) if currency else ((), ())
    counts = counts.drop(columns="undated").reset_index(drop=True)
    return counts.assign(
        last_entry=pd.Series(last, dtype="datetime64[s]"),
        median_lag=pd.Series(lag, dtype="Float64"),
    )


def describe_currency(
    rows: pd.DataFrame, schema: TableSchema, visits: pd.DataFrame | None, consent: pd.Series
) -> tuple[pd.Timestamp | None, float | None]:
    """Last entry and median lag in days of one table's kept rows."""
    entered = rows["ENTRYDTC"]
    happened = clinical_date(rows, schema, visits)
    if "SUBJID" in rows:
        consented = rows["SUBJID"].map(consent)
        happened = happened.where(~(consented > happened), consented)
    lag = (entered.dt.normalize() - happened).dt.days.dropna()
    last = entered.max()
    return (None if pd.isna(last) else last, float(lag.median()) if len(lag) else None)
