"""Dated assessments: what was entered together on one date, with the days it can mean."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.checks.raw_tables import TABLES
from helpers.intake.groups import number_groups
from helpers.intake.partial_dates import earliest_date, latest_date
from helpers.intake.schema import SOURCE_ROW, SUBJECT

COLUMNS = ("table", SUBJECT, "VISIT", "first", "last", "entered_first", "entered_last", "done")
NOT_DONE = ("NOT DONE", "PENDING")


def build_assessments(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """One row per dated piece of a raw table.

    Parameters
    ----------
    name : raw table, one of `TABLES`.
    frame : its typed rows.

    Returns
    -------
    `COLUMNS` and SRCROW (of the piece's first row): `first` and `last` are the earliest and the
    latest day that the clinical date can mean, `entered_*` the earliest and the latest ENTRYDTC;
    `done` is False where the piece only says that something was not done.
    """
    table = TABLES[name]
    status = frame[table.status] if table.status in frame else pd.Series(None, index=frame.index)
    rows = pd.DataFrame(
        {
            "table": name,
            SUBJECT: frame[SUBJECT],
            "VISIT": frame.get("VISIT"),
            "first": frame[table.date],
            "done": ~status.isin(NOT_DONE),
            "entered_first": frame["ENTRYDTC"],
            "entered_last": frame["ENTRYDTC"],
            SOURCE_ROW: frame[SOURCE_ROW],
        },
        index=frame.index,
    )
    if table.piece:
        rows = _collapse(rows, number_groups(frame, (SUBJECT, *table.piece)))
    rows["last"] = latest_date(rows["first"])
    rows["first"] = earliest_date(rows["first"])
    return rows[[*COLUMNS, SOURCE_ROW]].reset_index(drop=True)


def _collapse(rows: pd.DataFrame, assessments: NDArray[np.int64]) -> pd.DataFrame:
    """First row of each piece, with the extremes of its entry dates."""
    grouped = rows.groupby(assessments, sort=True)
    kept = rows[~pd.Series(assessments, index=rows.index).duplicated()].copy()
    kept["entered_first"] = grouped["entered_first"].min().to_numpy()
    kept["entered_last"] = grouped["entered_last"].max().to_numpy()
    kept["done"] = grouped["done"].max().to_numpy()
    return kept
