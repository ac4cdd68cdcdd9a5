"""What open readers may have of imported analysis data, as the files of an import."""

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from helpers.datasets.imported.tables import PERSON, ROW, choose_rows, read_tables
from helpers.errors import ExportError
from helpers.intake.imported import NOTES, OPEN
from helpers.intake.info import EXPORT_FILE, read_info
from helpers.intake.open_copy import format_info
from helpers.intake.schema import Access


def build_open_import(data: Path, access: Access) -> dict[str, bytes]:
    """Files by path of an import that holds what an open audience may load, and nothing else.

    Raises
    ------
    ExportError
        If the import cannot be used.
    """
    tables = read_tables(data, access).tables
    if not tables or access.tables is None:
        raise ExportError(f"{data}: nothing in {OPEN}/ that open readers may have")
    files = {
        f"{OPEN}/{name}.parquet": _format_dataset(
            data / OPEN / f"{name}.parquet",
            list(frame.columns),
            access.tables[name].get("rows", {}),
        )
        for name, frame in tables.items()
    }
    notes = data / OPEN / NOTES
    if notes.is_file():
        files[f"{OPEN}/{NOTES}"] = _keep_notes(notes, {n: set(f) for n, f in tables.items()})
    info = read_info(data)
    return {**files, EXPORT_FILE: format_info(info, format="parquet", level=info.level)}


def _format_dataset(path: Path, columns: list[str], rows: dict[str, Any]) -> bytes:
    """Columns and rows of a file, ordered and numbered by participant: a gap would show others."""
    table = pa.parquet.read_table(path, columns=columns, use_threads=False)
    frame = table.to_pandas(use_threads=False)
    kept = frame[choose_rows(frame, rows)].sort_values([PERSON, ROW], kind="stable")
    table = table.take(pa.array(kept.index))
    numbers = pa.array(range(1, len(kept) + 1), table.schema.field(ROW).type)
    place = table.schema.get_field_index(ROW)
    table = table.set_column(place, table.schema.field(ROW), numbers)
    sink = io.BytesIO()
    pa.parquet.write_table(table.replace_schema_metadata(), sink, compression="zstd")
    return sink.getvalue()


def _keep_notes(path: Path, seen: dict[str, set[str]]) -> bytes:
    """Notes of the import on what is in the copy."""
    notes = pd.read_csv(path, keep_default_na=False, dtype=str)
    kept = [
        note
        for note in notes.to_dict("records")
        if note["variable"] in {"", *seen.get(note["dataset"], ())}
        and note["dataset"] in {"", *seen}
    ]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(notes.columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    return buffer.getvalue().encode()
