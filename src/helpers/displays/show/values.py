"""Forms of summaries of values; `decimals` are those of the data as recorded."""

import math

from helpers.displays.cells import Form, Statistics, Write
from helpers.displays.formats import (
    FEWEST,
    NO_DENOMINATOR,
    NOT_ESTIMABLE,
    format_number,
    split_limits,
)
from helpers.displays.vocabulary import STATISTICS
from helpers.errors import UsageError
from helpers.params.words import nearest


def mean_sd(decimals: int = 0) -> Form:
    """Mean and SD, one and two decimals more than the data: `5.3 (1.25)`."""
    return Form("mean_sd", decimals, write=_mean_sd)


def _mean_sd(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["mean"]):
        return [NO_DENOMINATOR if s["n"] < FEWEST else NOT_ESTIMABLE, ""]
    return [format_number(s["mean"], decimals + 1), f"({format_number(s['sd'], decimals + 2)})"]


def n_mean_sd(decimals: int = 0) -> Form:
    """Number of values, mean and SD: `12  5.3 (1.25)`."""
    return Form("n_mean_sd", decimals, write=_n_mean_sd)


def _n_mean_sd(s: Statistics, decimals: int) -> list[str]:
    """Number, mean and SD, a wider gap after the number; fewer than 3 values have no mean."""
    mean_sd = ["", ""] if s["n"] < FEWEST else _mean_sd(s, decimals)
    return [str(int(s["n"])), "", *mean_sd]


def median_quartiles(decimals: int = 0) -> Form:
    """Median and quartiles: `5 (3 to 8)`."""
    return Form("median_quartiles", decimals, write=_median_quartiles)


def _median_quartiles(s: Statistics, decimals: int) -> list[str]:
    if s["n"] < FEWEST or math.isnan(s["median"]):
        return [NO_DENOMINATOR, "", "", ""]
    q1, q3 = (format_number(s[quartile], decimals) for quartile in ("q1", "q3"))
    return [format_number(s["median"], decimals), *split_limits(q1, q3)]


def median_range(decimals: int = 0) -> Form:
    """Median, smallest and largest value: `5 (3 to 8)`."""
    return Form("median_range", decimals, write=_median_range)


def _median_range(s: Statistics, decimals: int) -> list[str]:
    if s["n"] < FEWEST:
        return _values(s, decimals)
    low, high = (format_number(s[end], decimals) for end in ("min", "max"))
    return [format_number(s["median"], decimals), *split_limits(low, high)]


def _values(s: Statistics, decimals: int) -> list[str]:
    """No, one or two values themselves: they are the smallest and the largest."""
    if not s["n"]:
        return [NO_DENOMINATOR]
    ends = ("min", "max") if s["n"] > 1 else ("min",)
    return [", ".join(format_number(s[end], decimals) for end in ends)]


def range_(decimals: int = 0) -> Form:
    """Smallest and largest value: `3 to 8`; of one or two values these."""
    return Form("range", decimals, write=_range)


def _range(s: Statistics, decimals: int) -> list[str]:
    if s["n"] < FEWEST:
        return _values(s, decimals)
    return [format_number(s["min"], decimals), "to", format_number(s["max"], decimals)]


def lowest_highest(decimals: int = 0) -> Form:
    """Lowest and highest of several values of each participant: `-4 to 13`, however few these."""
    return Form("lowest_highest", decimals, write=_lowest_highest)


def _lowest_highest(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["min"]):
        return [NO_DENOMINATOR, "", ""]
    low, high = (format_number(s[end], decimals) for end in ("min", "max"))
    return [low, "to", high]


def number(statistic: str, decimals: int = 0) -> Form:
    """One statistic as it is, with fixed decimals.

    Raises
    ------
    UsageError
        If the vocabulary of results has no such statistic.
    """
    if statistic not in STATISTICS:
        raise UsageError(
            f"no statistic {statistic!r}{nearest(statistic, STATISTICS) or '.'} "
            f"Known: {', '.join(STATISTICS)}"
        )
    return Form(statistic, decimals, write=_plain(statistic))


def _plain(statistic: str) -> Write:
    def form(s: Statistics, decimals: int) -> list[str]:
        return [format_number(s[statistic], decimals)]

    return form
