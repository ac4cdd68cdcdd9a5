"""Which findings belong to a data cut, and how many the whole export has."""

from collections.abc import Mapping

import pandas as pd

from helpers.intake.cutoff import clinical_date
from helpers.intake.records import Records
from helpers.intake.schema import SOURCE_ROW, SUBJECT, TableSchema

COUNTS = ("id", "severity", "table", "events")


def is_in_cut(
    findings: pd.DataFrame,
    received: Records,
    schemas: Mapping[str, TableSchema],
    cutoff: pd.Timestamp,
) -> pd.Series:
    """Whether each finding is about a record dated by the cut-off, of somebody consented by then.

    What has no date cannot be shown to be later and belongs to the cut; so do findings about a
    file as a whole.

    Parameters
    ----------
    received : the tables as read, from which no record has been left out yet.
    """
    consent = received["dm"].dropna(subset=[SUBJECT]).drop_duplicates(SUBJECT)
    consented = findings["SUBJID"].map(consent.set_index(SUBJECT)["RFICDTC"])
    later = consented > cutoff
    later |= findings["day"] > cutoff
    later |= date_findings(findings, received, schemas) > cutoff
    return ~later


def date_findings(
    findings: pd.DataFrame, received: Records, schemas: Mapping[str, TableSchema]
) -> pd.Series:
    """Clinical date of the record of each finding; null where there is none."""
    visits = received.visit_dates
    days = pd.Series(pd.NaT, index=findings.index, dtype="datetime64[s]")
    for table, part in findings.groupby("table", sort=True):
        if table in received.tables:
            frame = received[str(table)]
            dates = clinical_date(frame, schemas[str(table)], visits)
            found = dates.set_axis(frame[SOURCE_ROW]).reindex(part["row"].astype("int64"))
            days.loc[part.index] = found.astype("datetime64[s]").to_numpy()
    return days


def count_findings(findings: pd.DataFrame) -> pd.DataFrame:
    """Number of findings (`events`) by check, severity and table."""
    names = list(COUNTS[:-1])
    counts = findings.groupby(names, sort=True).size().reset_index(name="events")
    return counts.astype({"events": "Int64"})[list(COUNTS)]
