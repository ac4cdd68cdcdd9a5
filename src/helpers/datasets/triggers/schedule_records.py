"""The few tables that say when a trigger is reached, read as a report would read them."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers.checks.context import CheckContext
from helpers.checks.exclusion import exclude_and_null
from helpers.checks.registry import CHECKS
from helpers.errors import ExportError, UsageError
from helpers.intake.export import check_usable, drop_later_entries, read_export
from helpers.intake.findings import join_findings
from helpers.intake.info import check_study, read_info
from helpers.intake.records import Records, read_reference
from helpers.intake.schema import Access, TableSchema, load_schemas
from helpers.params.interim import Interim
from helpers.params.trial import Trial

TABLES = {
    "rand": ("RANDDTC", "ARMCD"),
    "dm": ("RFICDTC", "DTHFL", "DTHDTC"),
    "ds": ("DSCAT", "DSSCAT", "DSDECOD", "DSSTDTC", "DSWCSCOPE"),
    "ex": ("DOSENUM", "EXOCCUR", "EXROUTE", "EXSTDTC", "EXENDTC", "EXDOSE"),
    "sv": ("SVSTDTC", "SVSTAT", "SVREASND"),
    "qs": ("QSORRES", "QSSTAT"),
}
# The day of an interim is decided by those who may see everything.
WHOLE = Access("trigger", True, None, None, None, {})


def read_schedule_records(data: Path, params: Path, trial: Trial) -> Records:
    """Usable records of the whole export that triggers depend on.

    Raises
    ------
    UsageError
        If the trial's data are not raw tables, or a declaration cannot be used.
    ExportError
        If the export cannot be used, or its restricted part is not there.
    """
    if trial.level != "raw":
        raise UsageError(f"{trial.name}: triggers need raw tables; write a date as cutoff")
    if data.is_dir() and not (data / "restricted").is_dir():
        raise ExportError(
            f"{data}: a trigger needs allocation and doses, and restricted/ is not there; "
            f"write a date as cutoff"
        )
    schemas = load_schemas(params, trial)
    wanted = {name: _reduce(schemas[name], columns) for name, columns in TABLES.items()}
    check_study(data, read_info(data).study, trial.study)
    export = read_export(data, wanted, WHOLE)
    check_usable(export.findings)
    reference = read_reference(params, trial, data)
    records = Records(export.tables, reference, extract=export.info.extract)
    context = CheckContext.of(records, trial)
    fatal = join_findings(
        check.find(context, trial)
        for check in CHECKS
        if "F" in check.severity and check.is_computable(records)
    )
    return _enter(exclude_and_null(records, fatal), export.info.extract)


def take_snapshot(records: Records, interim: Interim) -> Records:
    """Records as they had been entered at an interim's own extract, if it has one."""
    if interim.extract is None:
        return records
    moment = pd.Timestamp(interim.extract)
    return replace(_enter(records, moment), extract=moment)


def _enter(records: Records, extract: pd.Timestamp) -> Records:
    tables = {name: drop_later_entries(frame, extract) for name, frame in records.tables.items()}
    return records.with_tables(tables)


def _reduce(schema: TableSchema, columns: tuple[str, ...]) -> TableSchema:
    """The table with its key and audit columns and those that are read."""
    audit = ("STUDYID", "SUBJID", "ENTRYDTC", "UPDDTC", "RECSTAT")
    kept = {*audit, *schema.key, *columns}
    return replace(schema, columns={n: c for n, c in schema.columns.items() if n in kept})
