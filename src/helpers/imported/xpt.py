"""SAS transport files (XPT, versions 5 and 8), read by their published layout.

SAS technical paper TS-140, "The record layout of a data set in SAS transport format". Read here
and not by a library, because a file may be damaged or made to harm: every length is checked before
it is used, and the special missing values (.A to .Z and ._) are told from the ordinary one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.imported.bounds import MOST_CELLS
from helpers.imported.names import name_from_content, name_from_file
from helpers.imported.source import Source, SourceError
from helpers.imported.xpt_layout import RECORD, Field, Layout, read_layout

ORDINARY_MISSING = ord(".")
SPECIAL = {ord(letter): letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"}
UNNAMED = ("", "dataset")  # what writers put where they were given no name


@dataclass(frozen=True)
class _Block:
    """Rows of the data set, one line of bytes each."""

    rows: np.ndarray

    def cells(self, field: Field) -> np.ndarray:
        """Bytes of one variable, one line per row."""
        return self.rows[:, field.start : field.start + field.width]


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
    content = path.read_bytes()
    layout = read_layout(content, path.name)
    block = _read_rows(content, layout, path.name)
    columns: dict[str, pd.Series] = {}
    special: dict[str, dict[int, str]] = {}
    for field in layout.fields:
        cells = block.cells(field)
        if field.numeric:
            columns[field.name] = pd.Series(decode_numbers(cells))
            letters = find_letters(cells)
            special |= {field.name: letters} if letters else {}
        else:
            columns[field.name] = pd.Series(_decode_text(cells, encoding, path.name), dtype=object)
    stated = layout.dataset.strip()
    named = stated.lower() not in UNNAMED
    return Source(
        name=name_from_content(stated, path) if named else name_from_file(path),
        path=path,
        frame=pd.DataFrame(columns, index=range(len(block.rows))),
        typed=True,
        labels=_collect(layout.fields, "label", encoding),
        formats=_collect(layout.fields, "format", encoding),
        special=special,
    )


def _collect(fields: Sequence[Field], what: str, encoding: str | None) -> dict[str, str]:
    texts = {f.name: getattr(f, what).decode(encoding or "utf-8", "replace") for f in fields}
    return {name: text.strip(" \0") for name, text in texts.items() if text.strip(" \0")}


def _read_rows(content: bytes, layout: Layout, name: str) -> _Block:
    """The rows; what follows the last whole one must be the blanks that fill the record."""
    stated, length = layout.stated_rows, layout.row_length
    n_rows = (len(content) - layout.start) // length if stated is None else stated
    if n_rows * len(layout.fields) > MOST_CELLS:
        raise SourceError(f"{name}: more than {MOST_CELLS:,} values; split the file")
    end = layout.start + n_rows * length
    if end > len(content):
        raise SourceError(f"{name}: is cut short; rows are missing at its end")
    filling = content[end:]
    if filling.strip(b" ") or len(filling) >= RECORD:
        raise SourceError(f"{name}: does not end with a whole row; was it cut short?")
    block = np.frombuffer(content, np.uint8, n_rows * length, layout.start)
    rows = block.reshape(n_rows, length)
    return _Block(rows if stated is not None else _without_filling(rows))


def _without_filling(rows: np.ndarray) -> np.ndarray:
    """Version 5 does not state the number of rows: blanks up to the record's end are none."""
    most = (RECORD - 1) // rows.shape[1]
    blank = 0
    while blank < min(most, len(rows)) and (rows[len(rows) - 1 - blank] == ord(" ")).all():
        blank += 1
    return rows[: len(rows) - blank]


def decode_numbers(cells: np.ndarray) -> np.ndarray:
    """Numbers of IBM hexadecimal floating point, shortened ones too; every missing value is NaN."""
    wide = np.zeros((len(cells), 8), np.uint8)
    wide[:, : cells.shape[1]] = cells
    bits = wide.view(">u8").ravel().astype(np.uint64)
    fraction = (bits & np.uint64((1 << 56) - 1)).astype(np.float64)
    exponent = ((bits >> np.uint64(56)) & np.uint64(127)).astype(np.int64)
    numbers = np.ldexp(fraction, 4 * (exponent - 64) - 56)
    numbers = np.where(bits >> np.uint64(63), -numbers, numbers)
    numbers[_is_marked(cells, [ORDINARY_MISSING, *SPECIAL])] = np.nan
    return numbers


def _is_marked(cells: np.ndarray, signs: Sequence[int]) -> np.ndarray:
    marked: np.ndarray = np.isin(cells[:, 0], list(signs)) & (cells[:, 1:] == 0).all(axis=1)
    return marked


def find_letters(cells: np.ndarray) -> dict[int, str]:
    """Letters of the special missing values of one variable, by row (0 for the first)."""
    rows = np.flatnonzero(_is_marked(cells, list(SPECIAL)))
    return {int(row): SPECIAL[int(cells[row, 0])] for row in rows}


def _decode_text(cells: np.ndarray, encoding: str | None, name: str) -> list[str | None]:
    """Text without the blanks that fill it; empty text is null: the file cannot tell them apart."""
    codes, distinct = pd.factorize(np.ascontiguousarray(cells).view(f"S{cells.shape[1]}").ravel())
    try:
        texts = [bytes(value).decode(encoding or "utf-8").rstrip(" \0") for value in distinct]
    except UnicodeDecodeError:
        raise SourceError(
            f"{name}: its text is not {encoding or 'UTF-8'}; say which encoding it has with "
            "--encoding, for example WINDOWS-1252"
        ) from None
    except LookupError:
        raise SourceError(f"--encoding: {encoding} is not known; try WINDOWS-1252") from None
    return [texts[code] or None for code in codes]
