"""Findings as an audience may read them: in open reports no word and no number of the site.

Open keys hold codes of the code lists, months and numbers of ours; what a site wrote freely and the
sequence numbers it gave, which count hidden rows too, are left out. The visit of the record stands
for them, so that the site finds it, or else its month: visits and events follow the first dose, so
whoever knows when somebody was randomised could tell from a day whether he waited for a dose.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from helpers.checks.scores import build_score_options
from helpers.intake.convert import is_value
from helpers.intake.findings import PUBLISHED, join_findings, show_value
from helpers.intake.schema import SOURCE_ROW, Access, TableSchema
from helpers.intake.sequence import SEQUENCE
from helpers.params.trial import Trial
from helpers.scales.registry import build_instruments

_NAME = re.compile(r"(?:^| )([A-Z][A-Z0-9]*)=")
_FREE = ("id", "text")
# Whom a query is about is between the site and its monitor: queries exist about hidden rows too.
_ABOUT_NOBODY = ("qry",)
_WHOLE_FORM = "ALL"
VISIT = "VISIT"
MONTH = len("2024-05")
DATES = ("date", "dtm", "dtc")
# The end of a study comes a fixed time after the first dose, and one row is the randomisation.
NO_MONTH = ("ds",)


def publish_findings(
    findings: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    schemas: Mapping[str, TableSchema],
    access: Access,
    trial: Trial,
) -> pd.DataFrame:
    """Columns PUBLISHED of findings, closed to free words where the audience reads no arm.

    Parameters
    ----------
    tables : the records as this audience read them, to date those that are named.
    schemas : all raw tables.
    """
    if access.restricted or findings.empty:
        return findings[list(PUBLISHED)]
    limited = access.limit(schemas)
    forms = build_instruments(build_score_options(trial)).values()
    items = {item.code for form in forms for item in form.items}
    words = {"QSTESTCD": frozenset({*items, _WHOLE_FORM})}
    dates = _date_records(findings, tables, limited)
    keys = [
        _close_key(key, limited.get(table), date, words)
        for key, table, date in zip(findings["key"], findings["table"], dates, strict=True)
    ]
    pattern = re.compile(trial.subject_pattern)
    named = findings["SUBJID"].map(lambda subject: pattern.fullmatch(str(subject)) is not None)
    named &= ~findings["table"].isin(_ABOUT_NOBODY)
    closed = findings.assign(key=keys, SUBJID=findings["SUBJID"].where(named.astype(bool), ""))
    # the order of before was that of the site's numbers
    return join_findings([closed])[list(PUBLISHED)]


def _close_key(
    key: str, schema: TableSchema | None, date: str, words: Mapping[str, frozenset[str]]
) -> str:
    """The parts of a key that are no words of the site, with the month for those left out."""
    if schema is None or not key:
        return ""
    _, *pieces = _NAME.split(key)
    names, values = pieces[::2], pieces[1::2]
    closed = {
        name: value
        for name, value in zip(names, values, strict=True)
        if _is_closed(name, value, schema, words)
    }
    timeless = VISIT in closed or schema.name in NO_MONTH
    if not timeless and len(closed) < len(names) and date and schema.date:
        closed.setdefault(schema.date, date)
    dates = {name for name, column in schema.columns.items() if column.kind in DATES}
    parts = [
        f"{name}={value[:MONTH] if name in dates else value}"
        for name, value in closed.items()
        if not (timeless and name in dates)
    ]
    return " ".join(parts)


def _is_closed(
    name: str, value: str, schema: TableSchema, words: Mapping[str, frozenset[str]]
) -> bool:
    """Whether a value is one of a code list, a date or a number, and no sequence number."""
    column = schema.columns.get(name)
    if column is None or name.endswith(SEQUENCE):
        return False
    if name in words:
        return value in words[name]
    if column.kind in _FREE or (column.kind == "ct" and not column.terms):
        return False
    # a key shows a moment as its day, or to the minute
    moment = column.kind in ("date", "dtm")
    return is_value(value, replace(column, kind="dtc") if moment else column)


def _date_records(
    findings: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    schemas: Mapping[str, TableSchema],
) -> pd.Series:
    """Date of each finding's record as recorded, else the day of the finding; empty if neither."""
    dates = findings["day"].map(show_value, na_action="ignore").astype(object)
    for table, part in findings.groupby("table", sort=True):
        schema, frame = schemas.get(str(table)), tables.get(str(table))
        if schema is None or frame is None or schema.date not in frame:
            continue
        recorded = frame[schema.date].map(show_value, na_action="ignore").astype(object)
        recorded = recorded.set_axis(frame[SOURCE_ROW]).reindex(part["row"].astype("int64"))
        dates.loc[part.index] = recorded.set_axis(part.index).fillna(dates.loc[part.index])
    return dates.fillna("")
