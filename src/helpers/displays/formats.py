"""Numbers -> text, once and only here.

Counts as `n (x.x)`, rounded half away from zero on exact fractions; 0 prints `0`, a denominator of
0 prints `-`, a statistic that cannot be estimated prints `NE`. A true minus sign stands for
negative numbers.
"""

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import zip_longest

from helpers.displays.cells import Cell, Form, Statistics
from helpers.displays.results import Key, format_value

NOT_ESTIMABLE = "NE"
NO_DENOMINATOR = "-"
MINUS = "\u2212"
FIGURE_SPACE = "\u2007"
PUNCTUATION_SPACE = "\u2008"
NO_BREAK_SPACE = "\u00a0"
LAST_DAY = dt.date.max.toordinal()
SMALLEST_P = 0.0001  # smaller p values are not told apart
HYPHEN_AS_MINUS = re.compile(r"(?<![^\s(\[])-(?=\.?\d)")
EVERY_DIGIT = Context(prec=400)  # of the largest float and its decimals
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FEWEST = 3  # values from which they are summarised; fewer are shown themselves
MORE_DECIMALS = 2  # at most, for a limit that would hide its side of 0
ROUNDING = 1e-9  # below which a limit is 0 but for the rounding of its computation


def round_half_away(value: float | Fraction, decimals: int) -> str:
    """`value` with `decimals` places, halves away from zero, a true minus sign, never `-0`."""
    if isinstance(value, Fraction):
        top, bottom = abs(value.numerator) * 10**decimals, value.denominator
        rounded = Decimal((2 * top + bottom) // (2 * bottom)).scaleb(-decimals)
    else:
        place = Decimal(1).scaleb(-decimals)
        rounded = abs(_shortest(value)).quantize(place, ROUND_HALF_UP, EVERY_DIGIT)
    text = f"{rounded:.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and rounded else text


def _shortest(value: float) -> Decimal:
    """The number as results.csv holds it: 12 significant digits, so that page and file agree."""
    return Decimal(f"{value:.12g}")


def format_number(value: float, decimals: int, sign: bool = False) -> str:
    """A number with fixed decimals; `NE` where null; `Inf` where unbounded."""
    if math.isnan(value):
        return NOT_ESTIMABLE
    if math.isinf(value):
        return "Inf" if value > 0 else f"{MINUS}Inf"
    text = round_half_away(value, decimals)
    return f"+{text}" if sign and value > 0 and not _is_zero(text) else text


def write_minus(text: str) -> str:
    """Text typed with hyphens before negative numbers, with true minus signs; `8-12` stays."""
    return HYPHEN_AS_MINUS.sub(MINUS, text)


def format_p(p: float) -> str:
    """A p value, or error of a test, with four decimals: `0.0412`, `<0.0001`; never a bare 0."""
    if 0 <= p < SMALLEST_P:
        return f"<{format_number(SMALLEST_P, 4)}"
    return format_number(p, 4)


def format_limit(value: float, decimals: int) -> str:
    """A limit of an estimate; one that would round to 0 has the decimals that show its side of 0.

    At most two more: smaller ones keep their minus sign, as in `-0.000`.
    """
    text = format_number(value, decimals)
    if not math.isfinite(value) or abs(value) < ROUNDING or not _is_zero(text):
        return text
    for places in range(decimals + 1, decimals + MORE_DECIMALS + 1):
        text = round_half_away(value, places)
        if not _is_zero(text):
            return text
    return f"{MINUS}{text}" if value < 0 else text


def _is_zero(text: str) -> bool:
    return all(digit in "0." for digit in text)


def format_level(level: float) -> str:
    """A confidence level as in `95% CI`: `95%`, `97.5%`."""
    return f"{format_value(100 * level)}%"


def format_percent(n: float, total: float) -> str:
    """Percent of an exact fraction with one decimal; `-` when there is no denominator."""
    if math.isnan(n):
        return NOT_ESTIMABLE
    return round_half_away(Fraction(int(n) * 100, int(total)), 1) if total else NO_DENOMINATOR


def format_day(days: float, ordinal: int) -> str:
    """The day so many days after the day with this ordinal; `NE` where null or never."""
    if not math.isfinite(days):
        return NOT_ESTIMABLE
    place = ordinal + math.floor(days + 0.5)
    if not 0 < place < LAST_DAY:
        return NOT_ESTIMABLE
    day = dt.date.fromordinal(place)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def format_parts(cell: Cell | str, statistics: Mapping[Key, Statistics]) -> list[str]:
    """Pieces of a cell's text; pieces at the same place line up down a column.

    Raises
    ------
    KeyError
        If the cell asks for a number that the display's results do not hold.
    """
    if isinstance(cell, str):
        return [cell]
    if cell.key not in statistics:
        raise KeyError(f"no result for {cell.key} (form {cell.form.name})")
    return cell.form.write(statistics[cell.key], cell.form.number)


def format_cell(cell: Cell | str, statistics: Mapping[Key, Statistics]) -> str:
    """Text of a cell on one line, as in the table's CSV copy."""
    return " ".join(part for part in format_parts(cell, statistics) if part)


def align_column(
    cells: Sequence[Sequence[str]], forms: Sequence[Form | None] | None = None
) -> list[str]:
    """Texts of a column, padded with figure spaces so that the pieces of a form line up.

    Parameters
    ----------
    cells
        Pieces of each cell of the column (see `format_parts`).
    forms
        Form of each cell, None of a text. Only cells of one form share their widths: a mean must
        not push the percentages below it apart. Without it all cells count as one form.
    """
    kinds = list(forms) if forms is not None else [None] * len(cells)
    cells = _align_decimals(kinds, cells)
    widest = _widest_pieces(zip(kinds, cells, strict=True))
    return [
        parts[0] if len(parts) == 1 else _join_padded(parts, widest[form])
        for form, parts in zip(kinds, cells, strict=True)
    ]


def _align_decimals(
    kinds: Sequence[Form | None], cells: Sequence[Sequence[str]]
) -> list[list[str]]:
    """Pieces of cells of a form, those with fewer decimals filled up behind."""
    longest: dict[tuple[Form | None, int], int] = {}
    for form, parts in zip(kinds, cells, strict=True):
        for place, part in enumerate(parts if len(parts) > 1 else ()):
            longest[form, place] = max(longest.get((form, place), 0), _count_tail(part))
    return [
        [
            part + FIGURE_SPACE * (longest[form, place] - tail)
            if len(parts) > 1 and (tail := _count_tail(part))
            else part
            for place, part in enumerate(parts)
        ]
        for form, parts in zip(kinds, cells, strict=True)
    ]


def _count_tail(part: str) -> int:
    """Signs behind the decimal point; 0 where a piece has none."""
    return len(part.partition(".")[2])


def _widest_pieces(
    cells: Iterable[tuple[Form | None, Sequence[str]]],
) -> dict[Form | None, list[str]]:
    widest: dict[Form | None, list[str]] = {}
    for form, parts in cells:
        if len(parts) > 1:
            pairs = zip_longest(widest.get(form, []), parts, fillvalue="")
            widest[form] = [max(pair, key=len) for pair in pairs]
    return widest


def _join_padded(parts: Sequence[str], widest: Sequence[str]) -> str:
    """Pieces side by side; where a sheet is too narrow a line may break before a bracket only."""
    text = ""
    for part, model in zip_longest(parts, widest, fillvalue=""):
        gap = " " if model.startswith(("(", "[")) else NO_BREAK_SPACE
        text += f"{gap if text else ''}{_pad(part, model)}"
    return text


def _pad(part: str, model: str) -> str:
    """`part`, as wide as `model`; a missing piece takes the room of its digits and its brackets.

    A denominator stays beside its slash: what it lacks in width stands behind it.
    """
    if not part:
        wide = (sign.isdigit() or sign == FIGURE_SPACE for sign in model)
        return "".join(FIGURE_SPACE if digit else PUNCTUATION_SPACE for digit in wide)
    pad = str.ljust if part.startswith("/") else str.rjust
    return pad(part, len(model), FIGURE_SPACE)


def split_limits(low: str, high: str) -> list[str]:
    """Limits as pieces of their own: a column of intervals lines up on both."""
    return [f"({low}", "to", f"{high})"]
