"""An export -> the records that analyses may use: read, checked, unusable ones taken out."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from helpers.checks.exclusion import count_excluded, exclude_and_null
from helpers.checks.registry import check_records
from helpers.datasets.open_readers.rows import hide_unplaced_rows
from helpers.intake.export import Export, ExportInfo, check_usable, drop_later_entries, read_export
from helpers.intake.findings import join_findings
from helpers.intake.info import check_records_of_study
from helpers.intake.records import Records, Reference, read_reference
from helpers.intake.schema import Access, TableSchema, load_schemas
from helpers.params.interim import Interim
from helpers.params.trial import Trial


@dataclass(frozen=True)
class Source:
    """Usable records of one snapshot for one audience, before the data cut.

    `received` are the records as read, also those that a finding has left out of `records`.
    `counts` has one row per raw table: table, received, deleted, entered_later, duplicates,
    excluded.
    """

    info: ExportInfo
    extract: pd.Timestamp
    records: Records
    received: Records = field(repr=False)
    findings: pd.DataFrame = field(repr=False)
    counts: pd.DataFrame = field(repr=False)
    schemas: dict[str, TableSchema] = field(repr=False)


@dataclass(frozen=True)
class Received:
    """An export as an audience may read it, typed, and what its checks need beside it.

    `snapshot` is the moment as which it is looked at.
    """

    export: Export
    reference: Reference
    schemas: dict[str, TableSchema] = field(repr=False)
    snapshot: pd.Timestamp


def read_source(data: Path, params: Path, trial: Trial, interim: Interim, access: Access) -> Source:
    """Records that may be used for an interim, and what is wrong with the export.

    Raises
    ------
    ExportError, UsageError
        As `read_received`.
    """
    return check_received(read_received(data, params, trial, interim, access), trial)


def read_received(
    data: Path, params: Path, trial: Trial, interim: Interim, access: Access
) -> Received:
    """Typed tables of an export whose structure can be used.

    Raises
    ------
    ExportError
        If the export cannot be used.
    UsageError
        If the declaration of tables or a reference table cannot be used, or participants are of
        another study.
    """
    schemas = load_schemas(params, trial)
    snapshot = None if interim.extract is None else pd.Timestamp(interim.extract)
    export = read_export(data, schemas, access, snapshot)
    check_usable(export.findings)
    check_records_of_study(data, export.tables, trial.study)
    if not access.restricted:
        export = hide_unplaced_rows(export, access.limit(schemas))
    reference = read_reference(params, trial, data)
    return Received(export, reference, schemas, snapshot or export.info.extract)


def check_received(typed: Received, trial: Trial) -> Source:
    """Records that may be used, and what is wrong with the export."""
    export, reference = typed.export, typed.reference
    received = Records(export.tables, reference, extract=export.info.extract)
    found = check_records(received, trial)
    entered = _drop_later_entries(received, typed.snapshot)
    usable = exclude_and_null(entered, found)
    counts = export.counts.merge(count_excluded(entered, usable), on="table", how="left")
    later = counts["table"].map(
        {name: len(received[name]) - len(entered[name]) for name in received.tables}
    )
    return Source(
        info=export.info,
        extract=typed.snapshot,
        records=usable,
        received=received,
        findings=join_findings([export.findings, found]),
        counts=counts.assign(entered_later=counts["entered_later"] + later),
        schemas=typed.schemas,
    )


def _drop_later_entries(records: Records, extract: pd.Timestamp) -> Records:
    """Without rows that claim an entry after the snapshot: a finding for the checks, no data."""
    tables = {name: drop_later_entries(frame, extract) for name, frame in records.tables.items()}
    return replace(records, tables=tables)
