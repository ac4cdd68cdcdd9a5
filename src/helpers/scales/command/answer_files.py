"""Files of answers read, files of scores written."""

import io
from pathlib import Path

import pandas as pd
import pyarrow as pa

from helpers.scales.items.read import ItemsError


def read_answers(path: Path) -> pd.DataFrame:
    """A CSV file as text, or a Parquet file as it is.

    Raises
    ------
    ItemsError
        Not there, empty, not UTF-8, rows of unequal length, or another kind of file.
    """
    kind = path.suffix.casefold()
    if kind not in (".csv", ".parquet"):
        raise ItemsError(f"{path}: only .csv and .parquet files are read")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ItemsError(f"cannot read {path}: {error.strerror}") from error
    if not content.strip():
        raise ItemsError(f"{path}: the file is empty")
    try:
        return _parse_csv(content) if kind == ".csv" else _parse_parquet(content)
    except (UnicodeDecodeError, pd.errors.ParserError, pa.ArrowException, ValueError) as error:
        raise ItemsError(f"cannot read {path}: {error}") from error


def write_scores(scored: pd.DataFrame, path: Path) -> None:
    """Write the result; the file appears whole or not at all."""
    kind = path.suffix.casefold()
    if kind not in (".csv", ".parquet"):
        raise ItemsError(f"{path}: only .csv and .parquet files are written")
    half = path.with_name(f".{path.name}.part")
    try:
        if kind == ".csv":
            half.write_text(format_scores(scored), encoding="utf-8", newline="\n")
        else:
            scored.to_parquet(half, index=False)
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise ItemsError(f"cannot write {path}: {error.strerror}") from error


def format_scores(scored: pd.DataFrame) -> str:
    """CSV text, numbers with 12 significant digits, missing scores empty."""
    return str(scored.to_csv(index=False, float_format="%.12g", lineterminator="\n"))


def _parse_csv(content: bytes) -> pd.DataFrame:
    text = content.decode("utf-8-sig")
    header = pd.read_csv(io.StringIO(text), dtype=str, header=None, nrows=1).iloc[0]
    doubled = sorted(header[header.duplicated()].dropna())
    if doubled:
        raise ItemsError(f"column appears more than once: {', '.join(doubled)}")
    table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, na_values=[""])
    if not isinstance(table.index, pd.RangeIndex):
        raise ItemsError("rows have more fields than the header")
    return table


def _parse_parquet(content: bytes) -> pd.DataFrame:
    table = pd.read_parquet(io.BytesIO(content))
    named = any(name is not None for name in table.index.names)
    return table.reset_index() if named else table.reset_index(drop=True)
