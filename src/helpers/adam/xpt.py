"""SAS transport files (XPT, versions 5 and 8).

pyreadstat reads the values. It gives the same null for every missing value, so the special missing
values (.A to .Z and ._) are read here from the records: a number whose first byte is the letter
and whose other bytes are zero (SAS technical paper TS-140, "The record layout of a data set in SAS
transport format").
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from helpers.adam.source import Source, SourceError

RECORD = 80
LIBRARY = (b"HEADER RECORD*******LIBRARY HEADER RECORD", b"HEADER RECORD*******LIBV8")
MEMBER = b"HEADER RECORD*******MEMB"
NAMES = (b"HEADER RECORD*******NAMESTR", b"HEADER RECORD*******NAMSTV8")
ROWS = b"HEADER RECORD*******OBS"
NUMERIC = 1
SPECIAL = {ord(letter): letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"}


@dataclass(frozen=True)
class _Field:
    """Where one numeric variable stands in a row."""

    name: str
    start: int
    length: int


def read_xpt(path: Path, encoding: str | None = None) -> Source:
    """The data set of a transport file.

    Parameters
    ----------
    encoding : of its text; None reads UTF-8 and refuses anything else rather than guess

    Raises
    ------
    SourceError
        If the file is cut short, no transport file, of another encoding, or holds several sets.
    """
    content = _read_bytes(path)
    try:
        frame, meta = pyreadstat.read_xport(
            str(path), encoding=encoding, disable_datetime_conversion=True
        )
    except UnicodeDecodeError:
        raise SourceError(
            f"{path.name}: its text is not UTF-8; say which encoding it has with --encoding, "
            "for example WINDOWS-1252"
        ) from None
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, LookupError) as error:
        raise SourceError(
            f"{path.name}: cannot be read as a SAS transport file ({error}); was it cut short?"
        ) from None
    name = str(meta.table_name or path.stem).lower()
    return Source(
        name=name if name != "dataset" else path.stem.lower(),
        path=path,
        frame=_without_blanks(frame),
        typed=True,
        labels={k: v for k, v in meta.column_names_to_labels.items() if v},
        formats={k: v for k, v in meta.original_variable_types.items() if v},
        special=find_special_missings(content, path.name),
    )


def _read_bytes(path: Path) -> bytes:
    content = path.read_bytes()
    if not content.startswith(LIBRARY):
        raise SourceError(f"{path.name}: is no SAS transport file")
    if len(content) % RECORD:
        raise SourceError(f"{path.name}: is cut short; it does not end with a whole record")
    return content


def _without_blanks(frame: pd.DataFrame) -> pd.DataFrame:
    """Empty text as null: a transport file cannot tell them apart."""
    text = frame.select_dtypes(include=["object"]).columns
    return frame.assign(**{c: frame[c].astype(object).replace("", None) for c in text})


def find_special_missings(content: bytes, name: str) -> dict[str, dict[int, str]]:
    """Special missing values by variable and row (0 for the first).

    Raises
    ------
    SourceError
        If the header is not that of a transport file with one data set.
    """
    fields, row_length, start = _read_layout(content, name)
    if content.find(MEMBER, start) >= 0:
        raise SourceError(f"{name}: holds more than one data set; write one file for each")
    n_rows = (len(content) - start) // row_length if row_length else 0
    stated = content[start - RECORD + 48 : start - RECORD + 63].strip(b" 0")
    if stated.isdigit() and int(content[start - RECORD + 48 : start - RECORD + 63]) > n_rows:
        raise SourceError(f"{name}: is cut short; rows are missing at its end")
    block = np.frombuffer(content, np.uint8, n_rows * row_length, start)
    rows = block.reshape(n_rows, row_length)
    found: dict[str, dict[int, str]] = {}
    for place in fields:
        cell = rows[:, place.start : place.start + place.length]
        marked = np.isin(cell[:, 0], list(SPECIAL)) & (cell[:, 1:] == 0).all(axis=1)
        if marked.any():
            letters = {int(row): SPECIAL[int(cell[row, 0])] for row in np.flatnonzero(marked)}
            found[place.name] = letters
    return found


def _read_layout(content: bytes, name: str) -> tuple[list[_Field], int, int]:
    """Numeric variables, length of a row, and where the rows begin."""
    member = content.find(MEMBER)
    header = next((at for at in (content.find(mark) for mark in NAMES) if at >= 0), -1)
    rows = content.find(ROWS)
    if min(member, header, rows) < 0:
        raise SourceError(f"{name}: its header is not that of a SAS transport file")
    try:
        size = int(content[member + 74 : member + 78])
        count = int(content[header + 48 : header + 58])
    except ValueError:
        raise SourceError(f"{name}: its header is damaged") from None
    fields, length = [], 0
    for i in range(count):
        entry = content[header + RECORD + i * size : header + RECORD + (i + 1) * size]
        width, start = int.from_bytes(entry[4:6], "big"), int.from_bytes(entry[84:88], "big")
        length += width
        if int.from_bytes(entry[0:2], "big") == NUMERIC:
            fields.append(_Field(_read_name(entry), start, width))
    return fields, length, rows + RECORD


def _read_name(entry: bytes) -> str:
    """Long name of version 8 where there is one, else the eight letters of version 5."""
    long = entry[88:120].replace(b"\0", b" ").strip()
    return (long or entry[8:16].strip()).decode("ascii", "replace")
