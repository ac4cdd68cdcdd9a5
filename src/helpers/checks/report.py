"""Rows of a raw table -> findings with that table's key."""

from collections.abc import Sequence

import pandas as pd

from helpers.checks.context import CheckContext
from helpers.checks.raw_tables import KEYS, TABLES
from helpers.intake.findings import build_findings, join_findings


def report_rows(
    rows: pd.DataFrame,
    table: str,
    check: str,
    severity: str | pd.Series,
    text: str | Sequence[str],
    column: str = "",
    day: pd.Series | None = None,
) -> pd.DataFrame:
    """One finding per row of a raw table (see `build_findings`); `text` must not tell an arm."""
    return build_findings(
        rows,
        check=check,
        severity=severity,
        table=table,
        key=KEYS[table],
        text=text,
        column=column,
        day=day,
    )


def report_dated(
    context: CheckContext, hits: pd.DataFrame, check: str, severity: str, text: str
) -> pd.DataFrame:
    """One finding per dated piece (rows of `CheckContext.dated`)."""
    found = []
    for table, rows in hits.groupby("table", sort=True):
        raw = context[table]
        found.append(
            build_findings(
                raw[raw["SRCROW"].isin(rows["SRCROW"])],
                check=check,
                severity=severity,
                table=table,
                key=TABLES[table].unit,
                text=text,
                column=TABLES[table].date,
            )
        )
    return join_findings(found)


def gather(*parts: pd.DataFrame) -> pd.DataFrame:
    """Findings of several small questions of one check."""
    return join_findings(parts)
