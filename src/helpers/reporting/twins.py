"""Machine-readable twins of displays as CSV text that a spreadsheet cannot execute."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_NUMBER = re.compile(r"[+\-\u2212]?(\d+(\.\d*)?|\.\d+)([eE][+\-]?\d+)?")
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutralise_cell(text: str) -> str:
    """`text`, with a leading apostrophe where a spreadsheet would take it for a formula.

    Plain numbers, and the single `-` that stands for "no denominator", stay as they are.
    """
    if not text.lstrip(" ").startswith(_ACTIVE) or text == "-" or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def format_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV text (comma, LF) of a header and rows, every cell neutralised."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([neutralise_cell(cell) for cell in header])
    writer.writerows([neutralise_cell(cell) for cell in row] for row in rows)
    return buffer.getvalue()
