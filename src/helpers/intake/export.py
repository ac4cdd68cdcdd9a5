"""An export folder -> typed tables and structure findings, limited to what an audience may load."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.errors import ExportError
from helpers.intake.convert import convert_column
from helpers.intake.findings import build_findings, file_finding, join_findings
from helpers.intake.info import ExportInfo as ExportInfo
from helpers.intake.info import read_info as read_info
from helpers.intake.partial_dates import earliest_date
from helpers.intake.read import FileProblem, find_table
from helpers.intake.row_order import order_rows
from helpers.intake.schema import FOLDERS, SOURCE_ROW, SUBJECT, Access, TableSchema
from helpers.intake.table_rows import open_alone, read_rows
from helpers.intake.unused_files import find_unused_files


@dataclass(frozen=True)
class Export:
    """Typed raw tables (sorted by key, DELETED rows dropped), findings and row counts by table."""

    info: ExportInfo
    tables: Mapping[str, pd.DataFrame]
    findings: pd.DataFrame
    counts: pd.DataFrame
    schemas: Mapping[str, TableSchema] = field(repr=False)


def read_export(
    data: Path,
    schemas: Mapping[str, TableSchema],
    access: Access,
    extract: pd.Timestamp | None = None,
) -> Export:
    """Read, type and check the structure of every table an audience may load.

    `extract` (default: the export's own) is the moment of the snapshot: rows entered later are
    dropped and counted, since several interims are run from one export. Rows entered after the
    export itself was made stay: what they claim is impossible, and the record checks say so.
    Findings of severity S are kept in the result: `check_usable` turns them into an error.
    """
    info = read_info(data)
    tables: dict[str, pd.DataFrame] = {}
    findings: list[pd.DataFrame] = []
    counts: list[dict[str, object]] = []
    for name, schema in access.limit(schemas).items():
        frame, found = read_table(data, schema, whole=access.tables is None)
        findings.append(found)
        if frame is None:
            continue
        received = len(frame)
        frame, found = drop_deleted(frame, name)
        findings.append(found)
        deleted = received - len(frame)
        if extract is not None:
            frame = drop_later_entries(frame, extract, made=info.extract)
        later = received - deleted - len(frame)
        frame, found = drop_duplicates(frame, schema)
        findings.append(found)
        duplicates = received - deleted - later - len(frame)
        tables[name] = frame
        counts.append(
            {
                "table": name,
                "received": received,
                "deleted": deleted,
                "entered_later": later,
                "duplicates": duplicates,
            }
        )
    if access.tables is None:
        findings += find_unused_files(data, schemas)
    return Export(info, tables, join_findings(findings), pd.DataFrame(counts), schemas)


def check_usable(findings: pd.DataFrame) -> None:
    """Stop when a finding says that the export cannot be used.

    Raises
    ------
    ExportError
        One line per finding of severity S.
    """
    fatal = findings[findings["severity"] == "S"]
    if not fatal.empty:
        lines = [f"{row.id} {row.table}: {row.text}" for row in fatal.itertuples()]
        raise ExportError("\n".join(lines))


def read_table(
    data: Path, schema: TableSchema, *, whole: bool
) -> tuple[pd.DataFrame | None, pd.DataFrame]:
    """Typed rows of one table from its folder or folders, sorted by key, and the findings.

    `whole` is False for an audience that sees only some columns: then unknown columns are not
    named, and what stands in a faulty cell is not repeated: it may be words of the site. The frame
    is None when nothing usable was found.
    """
    parts: list[pd.DataFrame] = []
    findings: list[pd.DataFrame] = []
    for folder in FOLDERS[schema.folder]:
        path = find_table(data / folder, schema.name)
        if path is None:
            continue
        name = f"{folder}/{path.name}"
        try:
            file = open_alone(path)
            text, rewritten = read_rows(file, schema)
        except FileProblem as problem:
            return None, file_finding("STRUCT-FILE", "S", schema.name, f"{name} {problem}")
        findings += _check_header(list(file.names), schema, name, whole)
        findings += [
            file_finding("STRUCT-FILE", "W", schema.name, f"{name} {quirk}")
            for quirk in file.quirks
        ]
        findings += rewritten if whole else []
        parts.append(text)
    if not parts:
        return _report_missing_table(schema)
    frame = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0].copy()
    frame[SOURCE_ROW] = range(1, len(frame) + 1)
    typed, found = _convert(frame, schema, quote=whole)
    return sort_by_key(typed, schema), join_findings([*findings, found])


def _report_missing_table(schema: TableSchema) -> tuple[pd.DataFrame | None, pd.DataFrame]:
    where = " and ".join(FOLDERS[schema.folder])
    text = f"no {schema.name}.csv or {schema.name}.parquet in {where}/; export it, or check --data"
    if schema.required:
        return None, file_finding("STRUCT-TABLE", "S", schema.name, text)
    empty = pd.DataFrame({name: pd.Series(dtype=object) for name in schema.columns})
    empty[SOURCE_ROW] = pd.Series(dtype="int64")
    return _convert(empty, schema, quote=False)[0], join_findings([])


def _check_header(
    names: list[str], schema: TableSchema, file: str, whole: bool
) -> list[pd.DataFrame]:
    missing = [c for c in schema.columns.values() if c.name not in names]
    found = [
        file_finding(
            "STRUCT-COLUMN",
            "S" if column.need == "R" else "W",
            schema.name,
            f"{file} has no column {column.name}",
            column.name,
        )
        for column in missing
    ]
    if whole:
        found += [
            file_finding(
                "STRUCT-EXTRA", "W", schema.name, f"{file} has an unknown column, not used", name
            )
            for name in names
            if name not in schema.columns
        ]
    return found


def _convert(
    frame: pd.DataFrame, schema: TableSchema, *, quote: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    typed: dict[str, pd.Series] = {}
    found: list[pd.DataFrame] = []
    for column in schema.columns.values():
        text = frame.get(column.name, pd.Series(None, index=frame.index, dtype=object))
        values, sentinel, bad = convert_column(text, column)
        typed[column.name] = values
        for check, hits, says in (
            ("STRUCT-SENTINEL", sentinel, "is no value of this study; leave the cell empty"),
            (
                "STRUCT-TERM" if column.terms else "STRUCT-TYPE",
                bad,
                "is not in the code list" if column.terms else f"is no {column.kind}",
            ),
        ):
            if hits.any():
                cells = text[hits].map(lambda cell: repr(str(cell)[:40]) if quote else "the value")
                found.append(
                    build_findings(
                        frame[hits],
                        check=check,
                        severity="E",
                        table=schema.name,
                        key=schema.key,
                        column=column.name,
                        text=list(cells + f" {says}; read as empty"),
                    )
                )
        empty = text.isna() if column.need == "R" and column.name in frame else None
        if empty is not None and empty.any():
            found.append(
                build_findings(
                    frame[empty],
                    check="STRUCT-NULL",
                    severity="E",
                    table=schema.name,
                    key=schema.key,
                    column=column.name,
                    text="required value is missing",
                )
            )
    typed[SOURCE_ROW] = frame[SOURCE_ROW]
    return pd.DataFrame(typed), join_findings(found)


def sort_by_key(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Rows in the order of the key, then of every other column: file order never matters."""
    key = [name for name in schema.key if name in frame]
    rest = [name for name in schema.columns if name in frame and name not in key]
    return frame.iloc[order_rows(frame, [*key, *rest])].reset_index(drop=True)


def drop_deleted(frame: pd.DataFrame, table: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows that the site has not deleted, and one finding with the count of those it has."""
    gone = frame["RECSTAT"] == "DELETED"
    count = int(gone.sum())
    if count == 0:
        return frame, join_findings([])
    found = file_finding("STRUCT-DELETED", "W", table, f"{count} deleted rows dropped")
    return frame[~gone].reset_index(drop=True), found


def drop_later_entries(
    frame: pd.DataFrame, extract: pd.Timestamp, made: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Rows entered up to the snapshot; a row without an entry date stays.

    With `made`, the moment of the export, rows said to be entered after it stay too.
    """
    later = frame["ENTRYDTC"] > extract
    if made is not None:
        later &= frame["ENTRYDTC"] <= made
    return frame[~later].reset_index(drop=True) if later.any() else frame


def drop_duplicates(frame: pd.DataFrame, schema: TableSchema) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per key: exact repeats dropped, otherwise the one changed last is kept."""
    key = [name for name in schema.key if name in frame]
    repeated = frame.duplicated(key, keep=False)
    if not repeated.any():
        return frame, join_findings([])
    content = [c for c in schema.columns if c not in ("ENTRYDTC", "UPDDTC", "RECSTAT", "SDV")]
    groups = frame[repeated]
    exact = groups.duplicated(content, keep="first")
    changed = groups[~exact].duplicated(key, keep=False)
    # rows stand in the order of their content: where UPDDTC is equal, the file's order is no reason
    latest = groups[~exact].sort_values("UPDDTC", na_position="first", kind="stable")
    kept = latest.drop_duplicates(key, keep="last").index
    conflicts = groups[~exact][changed]
    lost = conflicts.loc[conflicts.index.difference(kept)]
    found = [
        build_findings(
            groups[exact],
            check="STRUCT-DUP",
            severity="W",
            table=schema.name,
            key=schema.key,
            text="the same row stands more than once; one is used",
            day=_date_rows(groups[exact], schema),
        ),
        build_findings(
            lost,
            check="STRUCT-KEY",
            severity="E",
            table=schema.name,
            key=schema.key,
            text="two rows of different content share this key; the one changed last is used",
            day=_date_rows(lost, schema),
        ),
    ]
    drop = groups.index.difference(kept)
    return frame.drop(index=drop).reset_index(drop=True), join_findings(found)


def _date_rows(frame: pd.DataFrame, schema: TableSchema) -> pd.Series | None:
    """Own date of rows that are not kept: nobody can look it up later."""
    return earliest_date(frame[schema.date]) if schema.date in frame else None


def has_subject(frame: pd.DataFrame) -> bool:
    """Whether rows of this table belong to participants."""
    return SUBJECT in frame
