"""Machine-readable twins of displays as CSV text that a spreadsheet cannot execute."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_FIGURE = r"[+\-\u2212]?(?:\d+(?:\.\d*)?(?:[eE][+\-]?\d+)?|\.\d+|Inf|NE)"
_NUMBERS = re.compile(rf"{_FIGURE}(?: \({_FIGURE} to {_FIGURE}\))?")
# what a spreadsheet, English or East Asian, takes for the start of a formula
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NO_DENOMINATOR = "-"


def neutralise_cell(text: str) -> str:
    """`text`, with a leading apostrophe where a spreadsheet would take it for a formula.

    A plain number, a number with its limits, and the single `-` that stands for "no denominator"
    stay as they are.
    """
    if not text.lstrip(" ").startswith(_ACTIVE):
        return text
    return text if text == NO_DENOMINATOR or _NUMBERS.fullmatch(text) else f"'{text}"


def format_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV text (comma, LF) of a header and rows, every cell neutralised."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([neutralise_cell(cell) for cell in header])
    writer.writerows([neutralise_cell(cell) for cell in row] for row in rows)
    return buffer.getvalue()
