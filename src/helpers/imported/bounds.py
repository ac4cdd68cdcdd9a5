"""How large a source may be: seen before it is parsed, for a small file can hold a large table."""

import stat
from pathlib import Path

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from helpers.imported.source import SourceError

MOST_BYTES = 2 << 30  # of a file
MOST_CELLS = 100_000_000  # of a data set
MOST_TEXT = 2 << 30  # bytes of all texts of a data set, written out


def check_file(path: Path) -> None:
    """An ordinary file of a size that fits into memory.

    Raises
    ------
    SourceError
        If it is a pipe or a device, or too large.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise SourceError(f"{path.name}: is no ordinary file")
    if found.st_size > MOST_BYTES:
        raise SourceError(f"{path.name}: has {found.st_size >> 20} MiB; {_most(MOST_BYTES)}")


def check_footer(path: Path, footer: pa.parquet.FileMetaData) -> None:
    """The footer of a Parquet file does not announce more than can be held.

    Raises
    ------
    SourceError
        If rows times columns, or the size of its pages, pass the limit.
    """
    cells = footer.num_rows * footer.num_columns
    if not 0 <= cells <= MOST_CELLS:
        raise SourceError(
            f"{path.name}: says {footer.num_rows} rows of {footer.num_columns} variables; at most "
            f"{MOST_CELLS:,} values are read, split the file"
        )
    pages = sum(footer.row_group(i).total_byte_size for i in range(footer.num_row_groups))
    if not 0 <= pages <= MOST_BYTES:
        raise SourceError(f"{path.name}: says {pages >> 20} MiB of data; {_most(MOST_BYTES)}")


def check_texts(path: Path, table: pa.Table) -> None:
    """Texts that a dictionary repeats stay below the limit when written out.

    Raises
    ------
    SourceError
        If they do not.
    """
    total = 0
    for column in table.columns:
        for chunk in column.chunks:
            if pa.types.is_dictionary(chunk.type):
                lengths = pa.compute.binary_length(chunk.dictionary)
                each = pa.compute.take(lengths, chunk.indices)
                total += pa.compute.sum(each).as_py() or 0
    if total > MOST_TEXT:
        raise SourceError(f"{path.name}: holds {total >> 20} MiB of text; {_most(MOST_TEXT)}")


def _most(limit: int) -> str:
    return f"at most {limit >> 20} MiB are read, split the file"
