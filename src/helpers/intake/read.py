"""Files of an export -> text tables: every value first as text, only the columns asked for."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from helpers.intake.file_problem import FileProblem as FileProblem
from helpers.intake.read_parquet import list_parquet_columns, read_parquet_text

SUFFIXES = (".csv", ".parquet")
CHUNK = 1 << 20  # bytes
LARGEST = 4 << 30  # bytes of a CSV file: far above 30,000 participants
COLUMNS = 2000


def find_table(folder: Path, name: str) -> Path | None:
    """File of a raw table in `folder`: CSV, else Parquet; None when there is neither."""
    paths = (folder / f"{name}{suffix}" for suffix in SUFFIXES)
    return next((path for path in paths if path.is_file()), None)


def check_alone(path: Path) -> None:
    """The table is not there in another format as well.

    Raises
    ------
    FileProblem
        If it is: which of them is the latest, nobody can know.
    """
    others = (path.with_suffix(suffix) for suffix in SUFFIXES if suffix != path.suffix)
    for other in others:
        if other.is_file():
            raise FileProblem(f"and {other.name} are both there; keep one")


def read_header(path: Path) -> list[str]:
    """Column names of a table file.

    Raises
    ------
    FileProblem
        If the file is empty, of another encoding, unreadable, or names a column twice.
    """
    is_parquet = path.suffix == ".parquet"
    names = list_parquet_columns(path) if is_parquet else _read_csv_names(path)
    if len(names) > COLUMNS:
        raise FileProblem(f"has {len(names)} columns, allowed: at most {COLUMNS}")
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise FileProblem(f"column {', '.join(twice)} stands twice in the header; keep one")
    return names


def read_text(path: Path, columns: Collection[str]) -> pd.DataFrame:
    """Rows of a table file as text, `columns` only, empty cells null, in file order.

    Raises
    ------
    FileProblem
        If the file is unreadable, of another encoding, there in two formats, or a row has too few
        or too many cells.
    """
    check_alone(path)
    wanted = [name for name in read_header(path) if name in columns]
    if path.suffix == ".parquet":
        table = read_parquet_text(path, wanted)
    else:
        _check_encoding(path)
        table = _read_csv(path, wanted)
    frame = table.to_pandas(deduplicate_objects=True)
    return frame.astype(object).where(frame.notna(), None)


def describe_quirks(path: Path) -> list[str]:
    """Harmless deviations from the agreed form: a byte-order mark, Windows line ends."""
    quirks = []
    if has_byte_order_mark(path):
        quirks.append("starts with a byte-order mark; read without it")
    if has_windows_line_ends(path):
        quirks.append("has Windows line ends; read as if they were \\n")
    return quirks


def has_byte_order_mark(path: Path) -> bool:
    """Whether a CSV file starts with the mark of Windows programs."""
    return _read_start(path).startswith(b"\xef\xbb\xbf")


def has_windows_line_ends(path: Path) -> bool:
    """Whether a CSV file has lines that end as in Windows."""
    return b"\r\n" in _read_start(path)


def _read_start(path: Path) -> bytes:
    if path.suffix != ".csv":
        return b""
    with path.open("rb") as file:
        return file.read(1 << 16)


def _read_csv_names(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            start = file.read(CHUNK)
        size = path.stat().st_size
    except OSError as error:
        raise FileProblem(f"cannot be read: {error.strerror}") from None
    if size > LARGEST:
        raise FileProblem(f"is larger than {LARGEST >> 30} GiB")
    if not start.strip():
        raise FileProblem("is empty; an empty table still needs its header line")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in start[:200]:
        raise FileProblem("is UTF-16 or binary; save it as UTF-8")
    first = start.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    try:
        line = first.decode("utf-8").rstrip("\r")
    except UnicodeDecodeError:
        raise FileProblem("is not UTF-8 (header line); save it as UTF-8") from None
    try:
        return next(csv.reader([line]))
    except csv.Error as error:
        raise FileProblem(f"has a header that cannot be parsed ({error})") from None


def _check_encoding(path: Path) -> None:
    """The whole file, also the columns that are not asked for, is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
                line += chunk.count(b"\n")
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line += error.object[: error.start].count(b"\n")
        raise FileProblem(f"is not UTF-8 (line {line}); save it as UTF-8") from None
    except OSError as error:
        raise FileProblem(f"cannot be read: {error.strerror}") from None


def _read_csv(path: Path, columns: list[str]) -> pa.Table:
    size = path.stat().st_size
    try:
        return pa.csv.read_csv(
            path,
            # one block for ordinary files: a quoted cell may be larger than the default block
            read_options=pa.csv.ReadOptions(
                use_threads=False, block_size=min(max(size + 1, 1 << 16), 1 << 28)
            ),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                include_columns=columns,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise FileProblem(_explain(str(error))) from None
    except OSError as error:
        raise FileProblem(f"cannot be read: {error.strerror}") from None


def _explain(message: str) -> str:
    """Arrow's message without the content of the row, which may not be for every reader."""
    ragged = re.search(r"(?:Row #(\d+): )?Expected (\d+) columns, got (\d+)", message)
    if ragged:
        row, expected, got = ragged.groups()
        where = f"line {row} has" if row else "a row has"
        return f"{where} {got} cells, the header has {expected}; check quotes and commas"
    if "UTF8" in message or "utf-8" in message.lower():
        column = re.search(r"column #(\d+)", message)
        return (
            f"is not UTF-8{f' (column {int(column[1]) + 1})' if column else ''}; save it as UTF-8"
        )
    return "cannot be parsed as CSV; check quotes and line ends"
