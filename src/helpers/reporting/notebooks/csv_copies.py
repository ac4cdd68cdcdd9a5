"""Copies of displays as CSV text that a spreadsheet cannot execute."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_FIGURE = r"[+\-\u2212]?(?:\d+(?:\.\d*)?(?:[eE][+\-]?\d+)?|\.\d+|Inf|NE)"
_NUMBERS = re.compile(rf"{_FIGURE}(?: \({_FIGURE} to {_FIGURE}\))?")
# what a spreadsheet, English or East Asian, takes for the start of a formula
_ACTIVE = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# what a spreadsheet set up for another country takes for the end of a cell
_SEPARATORS = re.compile("([;|\t\r\n])")
# control signs: an escape sequence of a terminal that shows the file
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_DIVIDING = re.compile(f"{_SEPARATORS.pattern}|{_CONTROL.pattern}")
NO_DENOMINATOR = "-"


def name_copy(display: str) -> str:
    """Where the CSV copy of a display lies in the published folder."""
    return f"tables/{display}.csv"


def neutralise_cell(text: str) -> str:
    """`text`, with an apostrophe wherever a spreadsheet would take what follows for a formula.

    That is at the start, and after a sign at which a spreadsheet may divide the cell. A plain
    number, a number with its limits, and the single `-` that stands for "no denominator" stay as
    they are; control signs do not.
    """
    if text[:1].isalnum() and not _DIVIDING.search(text):  # as nearly every cell is
        return text
    parts = _SEPARATORS.split(_CONTROL.sub("\ufffd", text))
    parts[::2] = [_neutralise_part(part) for part in parts[::2]]
    harmless = "".join(parts)
    divided_at_once = harmless.lstrip(" ")[:1] in ("\t", "\r", "\n")
    return f"'{harmless}" if divided_at_once else harmless


def _neutralise_part(text: str) -> str:
    bare = text.strip(" ")
    if not bare.startswith(_ACTIVE) or bare == NO_DENOMINATOR or _NUMBERS.fullmatch(bare):
        return text
    return f"'{text}"


def format_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV text (comma, LF) of a header and rows, every cell neutralised."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([neutralise_cell(cell) for cell in header])
    writer.writerows([neutralise_cell(cell) for cell in row] for row in rows)
    return buffer.getvalue()
