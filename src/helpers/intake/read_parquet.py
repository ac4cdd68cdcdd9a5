"""A Parquet file as a table of text, its size known from its footer before anything is read.

A file of some kilobytes can stand for a billion rows, or for one long text repeated a million
times: rows, columns and the length of all texts are bounded by the size of the file.
"""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from helpers.intake.file_problem import FileProblem

ROWS = 100_000_000
ROWS_PER_BYTE, BYTES_PER_BYTE = 50, 200  # of a file: far above what compression of real data gains
FREE_ROWS, FREE_BYTES = 100_000, 1 << 28  # of a small file
LARGEST = 8 << 30  # bytes of all texts
STRINGS, CONTAINERS = 10_000_000, 100_000  # limits of the footer
# What Arrow raises for files that are damaged, or made to do damage.
DAMAGED = (pa.ArrowException, OSError, ValueError, TypeError, LookupError, MemoryError)
CUT_SHORT = "cannot be read as Parquet; was it cut short?"
NO_VALUES = "has columns that are not plain values"


def list_parquet_columns(path: Path) -> list[str]:
    """Names of the columns of a file.

    Raises
    ------
    FileProblem
        If the file is damaged, or stands for more than its size allows.
    """
    with _open(path) as file:
        names: list[str] = list(file.schema_arrow.names)
    return names


def read_parquet_text(path: Path, columns: Sequence[str]) -> pa.Table:
    """Columns of a file as text, empty texts null.

    Raises
    ------
    FileProblem
        If the file is damaged, holds lists or structures, or stands for more than its size allows.
    """
    size = path.stat().st_size
    fields = [pa.field(name, pa.string()) for name in columns]
    parts, length = [], 0
    with _open(path) as file:
        if any(pa.types.is_nested(file.schema_arrow.field(name).type) for name in columns):
            raise FileProblem(NO_VALUES)
    with _open(path, read_dictionary=list(columns)) as file:
        for group in range(file.num_row_groups):
            try:
                rows = file.read_row_group(group, columns=list(columns), use_threads=False)
                length += sum(_measure(column) for column in rows.columns)
            except DAMAGED:
                raise FileProblem(CUT_SHORT) from None
            _check(length <= min(LARGEST, FREE_BYTES + BYTES_PER_BYTE * size), "text")
            parts.append(_to_text(rows.select(list(columns)), pa.schema(fields)))
    return pa.concat_tables(parts) if parts else pa.schema(fields).empty_table()


def _open(path: Path, **options: object) -> pa.parquet.ParquetFile:
    try:
        file = pa.parquet.ParquetFile(
            path,
            thrift_string_size_limit=STRINGS,
            thrift_container_size_limit=CONTAINERS,
            **options,
        )
        size, facts = path.stat().st_size, file.metadata
        groups = [facts.row_group(place) for place in range(facts.num_row_groups)]
        unpacked = sum(group.total_byte_size for group in groups)
        rows = max(facts.num_rows, sum(group.num_rows for group in groups))
    except DAMAGED:
        raise FileProblem(CUT_SHORT) from None
    _check(facts.num_columns <= CONTAINERS, "columns")
    _check(rows <= min(ROWS, FREE_ROWS + ROWS_PER_BYTE * size), "rows")
    _check(unpacked <= min(LARGEST, FREE_BYTES + BYTES_PER_BYTE * size), "data")
    return file


def _check(within: bool, what: str) -> None:
    if not within:
        raise FileProblem(f"stands for more {what} than its size can hold; export it anew")


def _measure(column: pa.ChunkedArray) -> int:
    """Bytes that a column takes as text; a dictionary is not written out for that."""
    total = 0
    for chunk in column.chunks:
        if pa.types.is_dictionary(chunk.type):
            lengths = pa.compute.binary_length(chunk.dictionary)
            total += pa.compute.sum(lengths.take(chunk.indices)).as_py() or 0
        else:
            total += chunk.nbytes
    return total


def _to_text(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    try:
        text = rows.cast(schema)
        columns = [
            pa.compute.if_else(pa.compute.equal(column, ""), None, column)
            for column in text.columns
        ]
    except DAMAGED:
        raise FileProblem(NO_VALUES) from None
    try:
        whole = pa.table(columns, schema=schema)
        whole.validate(full=True)
    except DAMAGED:
        raise FileProblem("holds text that is not UTF-8; export it anew") from None
    return whole
