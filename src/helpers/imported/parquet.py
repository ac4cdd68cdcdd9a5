"""Parquet files: plain values of any kind, sized before they are read."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from helpers.imported.bounds import check_footer, check_texts
from helpers.imported.names import name_from_file
from helpers.imported.source import Source, SourceError

# whole numbers with a null would become floats, and long identifiers lose their last digits
WHOLE = {kind: pd.Int64Dtype() for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64())}


def read_parquet(path: Path) -> Source:
    """The data set of a Parquet file; columns of lists and the like are left out and said.

    Raises
    ------
    SourceError
        If the file is damaged, or announces more than can be held.
    """
    try:
        with pa.parquet.ParquetFile(path) as file:
            check_footer(path, file.metadata)
            schema = file.schema_arrow
        _check_names(schema, path)
        kept = [field.name for field in schema if not pa.types.is_nested(field.type)]
        texts = [field.name for field in schema if _is_text(field.type)]
        table = pa.parquet.read_table(
            path, columns=kept, use_threads=False, read_dictionary=texts, partitioning=None
        )
        check_texts(path, table)
        frame = _to_frame(table)
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        raise SourceError(f"{path.name}: cannot be read as Parquet; was it cut short?") from None
    left_out = [field.name for field in schema if field.name not in kept]
    return Source(
        name=name_from_file(path),
        path=path,
        frame=frame,
        typed=True,
        labels=_read_labels(table.schema),
        quirks=tuple(
            (f"column {name[:40]!a} holds lists or records; left out", table.num_rows)
            for name in left_out
        ),
    )


def _check_names(schema: pa.Schema, path: Path) -> None:
    names = [name.strip().upper() for name in schema.names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        listed = ", ".join(map(ascii, twice[:5]))
        raise SourceError(f"{path.name}: variable {listed} stands twice")


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _to_frame(table: pa.Table) -> pd.DataFrame:
    plain = table.cast(
        pa.schema([field.with_type(_plain(field.type)) for field in table.schema]), safe=False
    )
    frame: pd.DataFrame = plain.to_pandas(
        use_threads=False,
        date_as_object=False,
        ignore_metadata=True,
        types_mapper=WHOLE.get,
    )
    text = frame.select_dtypes(include=["object", "category"]).columns
    return frame.assign(**{c: frame[c].astype(object).where(frame[c].notna(), None) for c in text})


def _plain(kind: pa.DataType) -> pa.DataType:
    """The kind as which values are read: numbers, texts, days, moments."""
    if pa.types.is_dictionary(kind) and not _is_text(kind.value_type):
        return _plain(kind.value_type)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_time(kind):
        return pa.string()
    if pa.types.is_decimal(kind) or pa.types.is_float16(kind):
        return pa.float64()
    if pa.types.is_date(kind):
        return pa.timestamp("s")
    return kind


def _read_labels(schema: pa.Schema) -> dict[str, str]:
    return {
        field.name: field.metadata[b"label"].decode("utf-8", "replace")
        for field in schema
        if field.metadata and b"label" in field.metadata
    }
