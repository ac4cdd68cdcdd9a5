"""Rows that an open reader must not get although nothing in them says so."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from helpers.checks.required import RULES
from helpers.intake.export import Export
from helpers.intake.schema import SOURCE_ROW, TableSchema


def hide_unplaced_rows(export: Export, schemas: Mapping[str, TableSchema]) -> Export:
    """The export without rows that leave open what kind they are, where kinds are hidden.

    An empty cell passes a filter of rows only where the cell may be empty: a disposition whose
    scope the site forgot may be the end of a treatment that not everybody has. Neither the row nor
    a finding about it is told, and it does not count as received.

    Parameters
    ----------
    schemas : tables as the audience may load them.
    """
    tables, findings, counts = dict(export.tables), export.findings, export.counts
    for name, schema in schemas.items():
        if name not in tables:
            continue
        hit = find_unplaced(tables[name], schema)
        if not hit.any():
            continue
        rows = tables[name].loc[hit, SOURCE_ROW]
        tables[name] = tables[name][~hit].reset_index(drop=True)
        about = (findings["table"] == name) & findings["row"].isin(rows)
        findings = findings[~about].reset_index(drop=True)
        received = counts["received"].mask(counts["table"] == name, counts["received"] - len(rows))
        counts = counts.assign(received=received)
    return replace(export, tables=tables, findings=findings, counts=counts)


def find_unplaced(frame: pd.DataFrame, schema: TableSchema) -> pd.Series:
    """Whether a row is empty in a column that says its kind and must not be empty there."""
    hit = pd.Series(False, index=frame.index)
    for rule in RULES:
        if rule.table != schema.name or rule.column not in schema.rows or rule.source not in frame:
            continue
        source = frame[rule.source]
        asked = rule.condition(source)
        if schema.columns[rule.source].need == "R":  # forgotten, so nothing excuses the empty cell
            asked |= source.isna()
        hit |= frame[rule.column].isna() & asked
    return hit
