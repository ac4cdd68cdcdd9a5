"""Rows -> files, in blocks of participants: CSV (UTF-8, comma, line feed) or Parquet of text."""

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol

from helpers.simulate.tables import Row

PARQUET_FROM = 1000  # participants per arm
RESTRICTED = "restricted"  # what tells the arm is for its owner alone, from the first byte on


def create_file(path: Path, *, owner_only: bool) -> int:
    """Descriptor of a new file, made with its permission."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if owner_only else 0o666)


class TableWriter(Protocol):
    """Takes rows of one table, in blocks."""

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""

    def close(self) -> None:
        """Finish the file."""


class CsvWriter:
    """UTF-8, comma, RFC 4180 quotes, line feed."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        handle = create_file(path.with_suffix(".csv"), owner_only=path.parent.name == RESTRICTED)
        self._file = os.fdopen(handle, "w", encoding="utf-8", newline="")
        self._csv = csv.writer(self._file, lineterminator="\n")
        self._csv.writerow(columns)

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        self._csv.writerows(rows)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class ParquetWriter:
    """Every column text, empty cells null, one row group a block."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        # late: a CSV export needs no Arrow
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._pa = pa
        self._schema = pa.schema([(name, pa.string()) for name in columns])
        handle = create_file(
            path.with_suffix(".parquet"), owner_only=path.parent.name == RESTRICTED
        )
        self._sink = os.fdopen(handle, "wb")
        self._file = pq.ParquetWriter(self._sink, self._schema, compression="zstd", version="2.6")

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows as one row group."""
        if not rows:
            return
        columns = [
            self._pa.array([cell or None for cell in column], self._pa.string())
            for column in zip(*rows, strict=True)
        ]
        self._file.write_table(self._pa.Table.from_arrays(columns, schema=self._schema))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
        self._sink.close()


class ExportWriter:
    """The open files of one export; leaving the block closes them all."""

    def __init__(
        self, directory: Path, form: str, columns: Iterable[tuple[str, str, Sequence[str]]]
    ) -> None:
        """`columns`: table, file without suffix relative to `directory`, column names."""
        kind = ParquetWriter if form == "parquet" else CsvWriter
        self._writers: dict[str, TableWriter] = {}
        for table, file, names in columns:
            path = directory / file
            mode = 0o700 if path.parent.name == RESTRICTED else 0o777
            path.parent.mkdir(mode=mode, parents=True, exist_ok=True)
            self._writers[table] = kind(path, names)

    def __enter__(self) -> "ExportWriter":
        """Give the writer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every file."""
        for writer in self._writers.values():
            writer.close()

    def write(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows to one table."""
        self._writers[table].write(rows)
