"""What open readers may have of an export of raw tables, as the files of an export.

An open report made from these files is the one made from the whole export: the same tables,
columns and rows, read by the same functions. A cell that does not convert, and may hold words of
the site, is replaced by a mark that does not convert either.
"""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from helpers.errors import ExportError
from helpers.intake.convert import convert_column
from helpers.intake.export import check_usable, read_export
from helpers.intake.info import EXPORT_FILE, ExportInfo
from helpers.intake.read import find_table, open_table, read_text
from helpers.intake.schema import Access, TableSchema
from helpers.intake.table_rows import read_open_rows

OPEN = "open"
UNREADABLE = "?"  # of no type but text
DICTIONARY = ("PT", "SOC", "VERSION")


def build_open_copy(
    data: Path, schemas: Mapping[str, TableSchema], access: Access
) -> dict[str, bytes]:
    """Files by path of an export that holds what an open audience may load, and nothing else.

    Raises
    ------
    ExportError
        If the open side of the export cannot be used.
    """
    export = read_export(data, schemas, access)
    check_usable(export.findings)
    files: dict[str, bytes] = {}
    for name, schema in access.limit(schemas).items():
        path = find_table(data / OPEN, name)
        if path is not None:
            rows = _hide_unreadable(read_open_rows(path, schema), schema)
            files[f"{OPEN}/{path.name}"] = format_table(_sort(rows, schema), path)
    dictionary = find_table(data / OPEN, "dict")
    if dictionary is not None:
        rows = read_text(dictionary, DICTIONARY)
        files[f"{OPEN}/{dictionary.name}"] = format_table(rows, dictionary)
    if not files:
        raise ExportError(f"{data}: nothing in {OPEN}/ that open readers may have")
    return {**files, EXPORT_FILE: format_info(export.info)}


def format_info(info: ExportInfo, **more: str) -> bytes:
    """`export.json` of an open copy."""
    content = {
        "study": info.study,
        "extract": info.extract.isoformat(),
        "synthetic": info.synthetic,
        "copy": OPEN,
        **({"note": "synthetic data: nothing in here is real"} if info.synthetic else {}),
        **more,
    }
    return f"{json.dumps(content, indent=1, ensure_ascii=False)}\n".encode()


def _hide_unreadable(rows: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    hidden = rows.copy()
    for name in rows.columns:
        bad = convert_column(rows[name], schema.columns[name])[2]
        if bad.any():
            hidden[name] = rows[name].mask(bad, UNREADABLE)
    return hidden


def _sort(rows: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Rows by key: the order of the file may be that of randomisation."""
    key = [name for name in schema.key if name in rows]
    rest = [name for name in rows.columns if name not in key]
    order = [*key, *rest]
    return rows.sort_values(order, kind="stable", na_position="first") if order else rows


def format_table(rows: pd.DataFrame, like: Path) -> bytes:
    """Rows of text as a file of the format of another one, its harmless quirks included."""
    if like.suffix == ".parquet":
        fields = [pa.field(name, pa.string()) for name in rows.columns]
        table = pa.Table.from_pandas(rows, pa.schema(fields), preserve_index=False, nthreads=1)
        sink = io.BytesIO()
        pa.parquet.write_table(
            table.replace_schema_metadata(), sink, compression="zstd", version="2.6"
        )
        return sink.getvalue()
    buffer = io.StringIO()
    form = open_table(like).form
    separator = "," if form is None else form.separator
    writer = csv.writer(buffer, lineterminator="\n", delimiter=separator)
    writer.writerow(rows.columns)
    writer.writerows(
        [["" if cell is None else cell for cell in row] for row in rows.to_numpy(dtype=object)]
    )
    content = buffer.getvalue().encode()
    return content if form is None else form.restore(content)
