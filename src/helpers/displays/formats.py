"""Numbers -> text, once and only here.

Counts as `n (x.x)`, rounded half away from zero on exact fractions; 0 prints `0`, a denominator of
0 prints `-`, a statistic that cannot be estimated prints `NE`. A true minus sign stands for
negative numbers.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest

from helpers.displays.model import Cell
from helpers.displays.results import Key, format_value
from helpers.displays.vocabulary import find_denominator

NOT_ESTIMABLE = "NE"
NO_DENOMINATOR = "-"
MINUS = "\u2212"
FIGURE_SPACE = "\u2007"
PUNCTUATION_SPACE = "\u2008"
NO_BREAK_SPACE = "\u00a0"
LAST_DAY = dt.date.max.toordinal()
FEWEST = 3  # values from which they are summarised; fewer are shown themselves
Statistics = Mapping[str, float]
Form = Callable[[Statistics, int], list[str]]


def round_half_away(value: float | Fraction, decimals: int) -> str:
    """`value` with `decimals` places, halves away from zero, a true minus sign, never `-0`."""
    exact = Fraction(value) if isinstance(value, Fraction) else Fraction(_shortest(value))
    scaled = abs(exact) * 10**decimals
    whole = int(scaled + Fraction(1, 2))
    text = f"{Decimal(whole).scaleb(-decimals):.{decimals}f}"
    return f"{MINUS}{text}" if exact < 0 and whole else text


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
    positive = value > 0 and any(digit not in "0." for digit in text)
    return f"+{text}" if sign and positive else text


def format_level(level: float) -> str:
    """A confidence level as in `95% CI`: `95%`, `97.5%`."""
    return f"{format_value(100 * level)}%"


def format_percent(n: float, total: float) -> str:
    """Percent of an exact fraction with one decimal; `-` when there is no denominator."""
    if math.isnan(n):
        return NOT_ESTIMABLE
    return round_half_away(Fraction(int(n) * 100, int(total)), 1) if total else NO_DENOMINATOR


def _count(n: float, hidden_below: int) -> str:
    """A count; `<3` where a small count was left out of the results on purpose."""
    return f"<{hidden_below or ''}" if math.isnan(n) else str(int(n))


def _n(s: Statistics, hidden_below: int) -> list[str]:
    return [_count(s["n"], hidden_below)]


def _n_pct(s: Statistics, hidden_below: int) -> list[str]:
    n, total = s["n"], find_denominator(s)
    if not total:
        return [NO_DENOMINATOR, ""]
    if n == 0 or math.isnan(n):
        return [_count(n, hidden_below), ""]
    return [_count(n, hidden_below), f"({format_percent(n, total)})"]


def _n_band(s: Statistics, step: int) -> list[str]:
    """A count that is published as the step that it lies in, never beyond its denominator."""
    low, high = int(s["min"]), min(int(s["min"]) + step - 1, int(s["N"]))
    return [str(low), "to", str(high)] if high > low else [str(low), "", ""]


def _n_pct_events(s: Statistics, hidden_below: int) -> list[str]:
    if not find_denominator(s):
        return [NO_DENOMINATOR, "", ""]
    # without an event there is nothing to count: a zero stands alone
    events = "" if math.isnan(s["events"]) or not s["events"] else f"[{int(s['events'])}]"
    return [*_n_pct(s, hidden_below), events]


def _n_of(s: Statistics, hidden_below: int) -> list[str]:
    n, total = s["n"], find_denominator(s)
    if not total:
        return [NO_DENOMINATOR, "", ""]
    percent = "" if n == 0 or math.isnan(n) else f"({format_percent(n, total)})"
    return [_count(n, hidden_below), f"/ {int(total)}", percent]


def _n_of_events(s: Statistics, hidden_below: int) -> list[str]:
    """Persons out of a denominator of their own, with their events."""
    events = "" if math.isnan(s["events"]) or not s["events"] else f"[{int(s['events'])}]"
    return [*_n_of(s, hidden_below), events]


def _n_over(s: Statistics, hidden_below: int) -> list[str]:
    return [" ".join(_n_of(s, hidden_below)[:2]).strip()]


def _events(s: Statistics, hidden_below: int) -> list[str]:
    return [_count(s["events"], hidden_below)]


def _mean_sd(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["mean"]):
        return [NO_DENOMINATOR if s["n"] < FEWEST else NOT_ESTIMABLE, ""]
    return [format_number(s["mean"], decimals + 1), f"({format_number(s['sd'], decimals + 2)})"]


def _n_mean_sd(s: Statistics, decimals: int) -> list[str]:
    """Number, mean and SD, a wider gap after the number; fewer than 3 values have no mean."""
    mean_sd = ["", ""] if s["n"] < FEWEST else _mean_sd(s, decimals)
    return [str(int(s["n"])), "", *mean_sd]


def _median_quartiles(s: Statistics, decimals: int) -> list[str]:
    if s["n"] < FEWEST:
        return [NO_DENOMINATOR, "", "", ""]
    q1, q3 = (format_number(s[quartile], decimals) for quartile in ("q1", "q3"))
    return [format_number(s["median"], decimals), *_limits(q1, q3)]


def _values(s: Statistics, decimals: int) -> list[str]:
    """No, one or two values themselves: they are the smallest and the largest."""
    if not s["n"]:
        return [NO_DENOMINATOR]
    ends = ("min", "max") if s["n"] > 1 else ("min",)
    return [", ".join(format_number(s[end], decimals) for end in ends)]


def _range(s: Statistics, decimals: int) -> list[str]:
    if s["n"] < FEWEST:
        return _values(s, decimals)
    return [format_number(s["min"], decimals), "to", format_number(s["max"], decimals)]


def _limits(low: str, high: str) -> list[str]:
    """Limits as pieces of their own: a column of intervals lines up on both."""
    return [f"({low}", "to", f"{high})"]


def _interval(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["estimate"]):
        return [NOT_ESTIMABLE, "", "", ""]
    low, high = (format_number(s[end], decimals) for end in ("lower", "upper"))
    return [format_number(s["estimate"], decimals), *_limits(low, high)]


def _points(s: Statistics, decimals: int) -> list[str]:
    """A difference of proportions in percentage points, with its interval."""
    if math.isnan(s["estimate"]):
        return [NOT_ESTIMABLE, "", "", ""]
    low, high = (format_number(100 * s[end], 1) for end in ("lower", "upper"))
    return [format_number(100 * s["estimate"], 1, sign=True), *_limits(low, high)]


def _median_range(s: Statistics, decimals: int) -> list[str]:
    if s["n"] < FEWEST:
        return _values(s, decimals)
    low, high = (format_number(s[end], decimals) for end in ("min", "max"))
    return [format_number(s["median"], decimals), *_limits(low, high)]


def format_day(days: float, ordinal: int) -> str:
    """The day so many days after the day with this ordinal; `NE` where null or never."""
    if not math.isfinite(days):
        return NOT_ESTIMABLE
    place = ordinal + math.floor(days + 0.5)
    return dt.date.fromordinal(place).isoformat() if 0 < place < LAST_DAY else NOT_ESTIMABLE


def _date(statistic: str) -> Form:
    def form(s: Statistics, ordinal: int) -> list[str]:
        return [format_day(s[statistic], ordinal)]

    return form


def _percent_interval(s: Statistics, decimals: int) -> list[str]:
    low, high = (format_number(100 * s[end], 1) for end in ("lower", "upper"))
    return [low, "to", high]


def _rate(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["rate"]):
        return [NOT_ESTIMABLE, "", "", ""]
    low, high = (format_number(s[end], 1) for end in ("lower", "upper"))
    return [format_number(s["rate"], 1), *_limits(low, high)]


def _n_years(s: Statistics, decimals: int) -> list[str]:
    """First events and the years at risk in which they happened."""
    if not s["person_years"]:
        return [NO_DENOMINATOR, ""]
    return [str(int(s["n"])), f"/ {format_number(s['person_years'], 2)}"]


def _plain(statistic: str) -> Form:
    def form(s: Statistics, decimals: int) -> list[str]:
        return [format_number(s[statistic], decimals)]

    return form


def _pct(statistic: str) -> Form:
    def form(s: Statistics, decimals: int) -> list[str]:
        return [NO_DENOMINATOR if math.isnan(s[statistic]) else format_number(s[statistic], 1)]

    return form


def _ends_pct(s: Statistics, decimals: int) -> list[str]:
    """Percent of values at the lowest and at the highest possible one."""
    if math.isnan(s["floor_pct"]):
        return [NO_DENOMINATOR, "", ""]
    low, high = (format_number(s[f"{end}_pct"], 1) for end in ("floor", "ceiling"))
    return [low, "/", high]


def _correlation_n(s: Statistics, decimals: int) -> list[str]:
    return [format_number(s["correlation"], decimals), f"({int(s['n'])})"]


def _events_of(s: Statistics, decimals: int) -> list[str]:
    """Participants with an event of a monitor among those evaluable."""
    return [str(int(s["events"])), f"/ {int(s['evaluable'])}"]


def _posterior(s: Statistics, decimals: int) -> list[str]:
    """Posterior mean of a rate with its interval, in percent."""
    mean, low, high = (
        format_number(100 * s[name], 1) for name in ("posterior_mean", "lower", "upper")
    )
    return [mean, *_limits(low, high)]


def _fewest(statistic: str) -> Form:
    """The fewest events at which a rule alerts; a mark where no number of them does."""

    def form(s: Statistics, decimals: int) -> list[str]:
        return [NO_DENOMINATOR if math.isnan(s[statistic]) else str(int(s[statistic]))]

    return form


FORMS: dict[str, Form] = {
    "n": _n,
    "n_pct": _n_pct,
    "n_band": _n_band,
    "n_pct_events": _n_pct_events,
    "n_of": _n_of,
    "n_of_events": _n_of_events,
    "n_over": _n_over,
    "events": _events,
    "mean_sd": _mean_sd,
    "n_mean_sd": _n_mean_sd,
    "median_quartiles": _median_quartiles,
    "range": _range,
    "median_range": _median_range,
    "date": _date("estimate"),
    "date_lower": _date("lower"),
    "date_upper": _date("upper"),
    "interval": _interval,
    "points": _points,
    "percent_interval": _percent_interval,
    "rate": _rate,
    "n_years": _n_years,
    **{
        name: _plain(name)
        for name in ("count", "mean", "sd", "median", "min", "max", "estimate", "person_years")
    },
    **{name: _plain(name) for name in ("days", "difference", "fraction", "correlation", "ratio")},
    **{name: _plain(name) for name in ("prob_above", "prob_alert", "expected_n")},
    **{name: _fewest(name) for name in ("alert_at", "bound")},
    "events_of": _events_of,
    "posterior": _posterior,
    "ends_pct": _ends_pct,
    "correlation_n": _correlation_n,
    "pct": _pct("pct"),
}


def format_parts(cell: Cell | str, statistics: Mapping[Key, Statistics]) -> list[str]:
    """Pieces of a cell's text; pieces at the same place line up down a column.

    A form may carry a number. `mean_sd:1` is for data recorded with one decimal; in a form of
    counts the number is the small-cell limit: `n_pct:3` shows a count left out on purpose as `<3`.
    In a form of dates it is the ordinal of the day from which the days are counted.

    Raises
    ------
    KeyError
        If the cell asks for a number that the display's results do not hold.
    """
    if isinstance(cell, str):
        return [cell]
    name, _, number = cell.form.partition(":")
    if cell.key not in statistics:
        raise KeyError(f"no result for {cell.key} (form {cell.form})")
    return FORMS[name](statistics[cell.key], int(number or 0))


def format_cell(cell: Cell | str, statistics: Mapping[Key, Statistics]) -> str:
    """Text of a cell on one line, as in the table's twin."""
    return " ".join(part for part in format_parts(cell, statistics) if part)


def align_column(cells: Sequence[Sequence[str]], forms: Sequence[str] | None = None) -> list[str]:
    """Texts of a column, padded with figure spaces so that the pieces of a form line up.

    Parameters
    ----------
    cells
        Pieces of each cell of the column (see `format_parts`).
    forms
        Name of each cell's form. Only cells of one form share their widths: a mean must not push
        the percentages below it apart. Without it all cells count as one form.
    """
    names = list(forms) if forms is not None else [""] * len(cells)
    widest = _widest_pieces(zip(names, cells, strict=True))
    return [
        parts[0] if len(parts) == 1 else _join_padded(parts, widest[name])
        for name, parts in zip(names, cells, strict=True)
    ]


def _widest_pieces(cells: Iterable[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    widest: dict[str, list[str]] = {}
    for name, parts in cells:
        if len(parts) > 1:
            pairs = zip_longest(widest.get(name, []), parts, fillvalue="")
            widest[name] = [max(pair, key=len) for pair in pairs]
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
        return "".join(FIGURE_SPACE if sign.isdigit() else PUNCTUATION_SPACE for sign in model)
    pad = str.ljust if part.startswith("/") else str.rjust
    return pad(part, len(model), FIGURE_SPACE)
