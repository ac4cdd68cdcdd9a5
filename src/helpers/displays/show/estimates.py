"""Forms of estimates, their intervals and probabilities.

A limit of an estimate that is not 0 does not print as 0.0 (`formats.format_limit`).
"""

import math

from helpers.displays.cells import Form, Statistics, Write
from helpers.displays.formats import (
    NOT_ESTIMABLE,
    format_limit,
    format_number,
    format_p,
    split_limits,
)

NEVER_NEGATIVE = ("effect", "ratio")  # a probability and a ratio have no side of 0 to show


def interval(decimals: int = 0) -> Form:
    """An estimate with its interval: `5 (3 to 8)`."""
    return Form("interval", decimals, write=_interval)


def _interval(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["estimate"]):
        return [NOT_ESTIMABLE, "", "", ""]
    low, high = (format_limit(s[end], decimals) for end in ("lower", "upper"))
    return [format_number(s["estimate"], decimals), *split_limits(low, high)]


def interval_of(statistic: str, decimals: int = 0) -> Form:
    """Another statistic than `estimate` with its interval; `5 (NE)` where it has none."""
    return Form(f"{statistic}_interval", decimals, write=_interval_of(statistic))


def _interval_of(statistic: str) -> Write:
    def form(s: Statistics, decimals: int) -> list[str]:
        if math.isnan(s[statistic]):
            return [NOT_ESTIMABLE, "", "", ""]
        point = format_number(s[statistic], decimals)
        if math.isnan(s["lower"]):
            return [point, f"({NOT_ESTIMABLE})", "", ""]
        write = format_number if statistic in NEVER_NEGATIVE else format_limit
        return [point, *split_limits(*(write(s[end], decimals) for end in ("lower", "upper")))]

    return form


def estimate_se(decimals: int = 0) -> Form:
    """An estimate and its standard error, one and two decimals more than the data."""
    return Form("estimate_se", decimals, write=_estimate_se)


def _estimate_se(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["estimate"]):
        return [NOT_ESTIMABLE, ""]
    return [format_number(s["estimate"], decimals + 1), f"({format_number(s['se'], decimals + 2)})"]


def n_estimate_se(decimals: int = 0) -> Form:
    """Number of values, estimate and standard error: `12  5.3 (0.42)`."""
    return Form("n_estimate_se", decimals, write=_n_estimate_se)


def _n_estimate_se(s: Statistics, decimals: int) -> list[str]:
    return [str(int(s["n"])), "", *_estimate_se(s, decimals)]


def limits(decimals: int = 0) -> Form:
    """A confidence interval without its estimate: `3.1 to 8.4`."""
    return Form("limits", decimals, write=_only_limits)


def _only_limits(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["lower"]):
        return [NOT_ESTIMABLE, "", ""]
    return [format_limit(s["lower"], decimals), "to", format_limit(s["upper"], decimals)]


def points() -> Form:
    """A difference of proportions in percentage points with its interval."""
    return Form("points", write=_points)


def _points(s: Statistics, decimals: int) -> list[str]:
    """A difference of proportions in percentage points, with its interval."""
    if math.isnan(s["estimate"]):
        return [NOT_ESTIMABLE, "", "", ""]
    point = format_number(100 * s["estimate"], 1, sign=True)
    if math.isnan(s["lower"]):
        return [point, f"({NOT_ESTIMABLE})", "", ""]
    low, high = (format_limit(100 * s[end], 1) for end in ("lower", "upper"))
    return [point, *split_limits(low, high)]


def correlation_n(decimals: int = 0) -> Form:
    """A correlation and the number of pairs: `0.62 (12)`."""
    return Form("correlation_n", decimals, write=_correlation_n)


def _correlation_n(s: Statistics, decimals: int) -> list[str]:
    return [format_number(s["correlation"], decimals), f"({int(s['n'])})"]


def p_value(statistic: str) -> Form:
    """A p value with four decimals: `0.0412`, `<0.0001`."""
    return Form(statistic, write=_p_value(statistic))


def _p_value(statistic: str) -> Write:
    def form(s: Statistics, decimals: int) -> list[str]:
        return [format_p(s[statistic])]

    return form


def chance(statistic: str) -> Form:
    """A probability in whole percent, never 0 or 100: `93`, `<1`, `>99`."""
    return Form(f"{statistic}_chance", write=_chance(statistic))


def _chance(statistic: str) -> Write:
    def form(s: Statistics, decimals: int) -> list[str]:
        percent = 100 * s[statistic]
        if percent < 1 or percent > 99:
            return ["<1" if percent < 1 else ">99"]
        return [NOT_ESTIMABLE if math.isnan(percent) else f"{percent:.0f}"]

    return form
