"""The forms in which a cell shows its statistics: `Cell(key, show.n_pct())`.

Counts as `n (x.x)`; 0 prints `0`, a denominator of 0 prints `-`, a statistic that cannot be
estimated prints `NE`; a count that was left out on purpose prints `<3` where `hidden_below` is 3.
`decimals` are those of the data as recorded. A limit of an estimate that is not 0 does not print as
0.0 (`formats.format_limit`).
"""

import math

from helpers.displays.cells import Form, Statistics, Write
from helpers.displays.formats import (
    FEWEST,
    NO_DENOMINATOR,
    NOT_ESTIMABLE,
    format_day,
    format_limit,
    format_number,
    format_p,
    format_percent,
)
from helpers.displays.vocabulary import DENOMINATORS, STATISTICS, find_denominator
from helpers.errors import UsageError
from helpers.params.words import nearest


def n(hidden_below: int = 0) -> Form:
    """A count: `13`."""
    return Form("n", hidden_below, write=_n)


def n_pct(hidden_below: int = 0) -> Form:
    """A count and its percent: `13 (81.3)`."""
    return Form("n_pct", hidden_below, write=_n_pct)


def n_pct_events(hidden_below: int = 0) -> Form:
    """A count, its percent, and events: `13 (81.3) [31]`."""
    return Form("n_pct_events", hidden_below, write=_n_pct_events)


def n_events(hidden_below: int = 0) -> Form:
    """A count and its events, without percent: `13 [31]`."""
    return Form("n_events", hidden_below, write=_n_events)


def n_of(hidden_below: int = 0) -> Form:
    """A count out of a denominator of its own: `12 / 16 (75.0)`."""
    return Form("n_of", hidden_below, write=_n_of)


def n_of_events(hidden_below: int = 0) -> Form:
    """A count out of a denominator of its own, with events: `12 / 16 (75.0) [31]`."""
    return Form("n_of_events", hidden_below, write=_n_of_events)


def n_of_interval(hidden_below: int = 0) -> Form:
    """A count out of a denominator of its own, with the interval: `4 / 12 (33.3) [9.9 to 65.1]`."""
    return Form("n_of_interval", hidden_below, write=_n_of_interval)


def n_over(hidden_below: int = 0) -> Form:
    """A count out of a denominator of its own, without percent: `12 / 16`."""
    return Form("n_over", hidden_below, write=_n_over)


def count_of() -> Form:
    """A number of things that are not participants out of all of them: `4 / 5`."""
    return Form("count_of", write=_count_of)


def events(hidden_below: int = 0) -> Form:
    """A number of events: `31`."""
    return Form("events", hidden_below, write=_events)


def n_band(step: int) -> Form:
    """A count as the step that it lies in: `3 to 5`."""
    return Form("n_band", step, write=_n_band)


def mean_sd(decimals: int = 0) -> Form:
    """Mean and SD, one and two decimals more than the data: `5.3 (1.25)`."""
    return Form("mean_sd", decimals, write=_mean_sd)


def n_mean_sd(decimals: int = 0) -> Form:
    """Number of values, mean and SD: `12  5.3 (1.25)`."""
    return Form("n_mean_sd", decimals, write=_n_mean_sd)


def median_quartiles(decimals: int = 0) -> Form:
    """Median and quartiles: `5 (3 to 8)`."""
    return Form("median_quartiles", decimals, write=_median_quartiles)


def range_(decimals: int = 0) -> Form:
    """Smallest and largest value: `3 to 8`; of one or two values these."""
    return Form("range", decimals, write=_range)


def lowest_highest(decimals: int = 0) -> Form:
    """Lowest and highest of several values of each participant: `-4 to 13`, however few these."""
    return Form("lowest_highest", decimals, write=_lowest_highest)


def median_range(decimals: int = 0) -> Form:
    """Median, smallest and largest value: `5 (3 to 8)`."""
    return Form("median_range", decimals, write=_median_range)


def interval(decimals: int = 0) -> Form:
    """An estimate with its interval: `5 (3 to 8)`."""
    return Form("interval", decimals, write=_interval)


NEVER_NEGATIVE = ("effect", "ratio")  # a probability and a ratio have no side of 0 to show


def interval_of(statistic: str, decimals: int = 0) -> Form:
    """Another statistic than `estimate` with its interval; `5 (NE)` where it has none."""
    return Form(f"{statistic}_interval", decimals, write=_interval_of(statistic))


def estimate_se(decimals: int = 0) -> Form:
    """An estimate and its standard error, one and two decimals more than the data."""
    return Form("estimate_se", decimals, write=_estimate_se)


def n_estimate_se(decimals: int = 0) -> Form:
    """Number of values, estimate and standard error: `12  5.3 (0.42)`."""
    return Form("n_estimate_se", decimals, write=_n_estimate_se)


def limits(decimals: int = 0) -> Form:
    """A confidence interval without its estimate: `3.1 to 8.4`."""
    return Form("limits", decimals, write=_only_limits)


def p_value(statistic: str) -> Form:
    """A p value with four decimals: `0.0412`, `<0.0001`."""
    return Form(statistic, write=_p_value(statistic))


def correlation_n(decimals: int = 0) -> Form:
    """A correlation and the number of pairs: `0.62 (12)`."""
    return Form("correlation_n", decimals, write=_correlation_n)


def chance(statistic: str) -> Form:
    """A probability in whole percent, never 0 or 100: `93`, `<1`, `>99`."""
    return Form(f"{statistic}_chance", write=_chance(statistic))


def points() -> Form:
    """A difference of proportions in percentage points with its interval."""
    return Form("points", write=_points)


def share() -> Form:
    """An estimated proportion in percent: `45.2`."""
    return Form("share", write=_share)


def share_interval() -> Form:
    """The same with its interval, where it has one: `45.2 (20.1 to 70.3)`."""
    return Form("share_interval", write=_share_interval)


def share_or_count(*, interval: bool = True) -> Form:
    """The same; where an event came among fewer than 3 at risk, or of fewer than 3: `1 / 2`."""
    return Form("share_or_count", int(interval), write=_share_or_count)


def percent_interval() -> Form:
    """The interval of a proportion in percent: `12.1 to 48.6`."""
    return Form("percent_interval", write=_percent_interval)


def rate() -> Form:
    """A rate with its interval, one decimal."""
    return Form("rate", write=_rate)


def n_years() -> Form:
    """First events and the years at risk: `5 / 12.31`."""
    return Form("n_years", write=_n_years)


def ends_pct() -> Form:
    """Percent of values at the lowest and at the highest possible one."""
    return Form("ends_pct", write=_ends_pct)


def date(since: int) -> Form:
    """The day of an estimate in days after the day with the ordinal `since`."""
    return Form("date", since, write=_date("estimate"))


def date_lower(since: int) -> Form:
    """The same for the lower limit."""
    return Form("date_lower", since, write=_date("lower"))


def date_upper(since: int) -> Form:
    """The same for the upper limit."""
    return Form("date_upper", since, write=_date("upper"))


def pct() -> Form:
    """A percent with one decimal."""
    return Form("pct", write=_pct("pct"))


def events_of() -> Form:
    """Participants with an event of a monitor among those evaluable: `3 / 11`."""
    return Form("events_of", write=_events_of)


def posterior() -> Form:
    """The posterior mean of a rate, in percent."""
    return Form("posterior", write=_posterior)


def credible() -> Form:
    """The credible interval of a rate, in percent."""
    return Form("credible", write=_credible)


def fewest(statistic: str) -> Form:
    """The fewest events at which a rule alerts; `-` where no number of them does."""
    return Form(statistic, write=_fewest(statistic))


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
    whole = min((s[name] for name in DENOMINATORS if name in s), default=math.inf)
    low = int(s["min"])
    high = int(min(low + step - 1, whole))
    return [str(low), "to", str(high)] if high > low else [str(low), "", ""]


def _n_pct_events(s: Statistics, hidden_below: int) -> list[str]:
    if not find_denominator(s):
        return [NO_DENOMINATOR, "", ""]
    # without an event there is nothing to count: a zero stands alone
    events = "" if math.isnan(s["events"]) or not s["events"] else f"[{int(s['events'])}]"
    return [*_n_pct(s, hidden_below), events]


def _n_events(s: Statistics, hidden_below: int) -> list[str]:
    events = "" if math.isnan(s["events"]) or not s["events"] else f"[{int(s['events'])}]"
    return [_count(s["n"], hidden_below), events]


def _n_of(s: Statistics, hidden_below: int) -> list[str]:
    n, total = s["n"], find_denominator(s)
    if not total:
        return [NO_DENOMINATOR, "", ""]
    percent = "" if n == 0 or math.isnan(n) else f"({format_percent(n, total)})"
    return [_count(n, hidden_below), f"/ {int(total)}", percent]


def _n_of_events(s: Statistics, hidden_below: int) -> list[str]:
    """Participants out of a denominator of their own, with their events."""
    events = "" if math.isnan(s["events"]) or not s["events"] else f"[{int(s['events'])}]"
    return [*_n_of(s, hidden_below), events]


def _n_of_interval(s: Statistics, hidden_below: int) -> list[str]:
    """Participants out of a denominator of their own, with the interval of their share."""
    parts = _n_of(s, hidden_below)
    if not find_denominator(s):
        return [*parts, "", "", ""]
    low, high = (format_number(100 * s[end], 1) for end in ("lower", "upper"))
    return [*parts, f"[{low}", "to", f"{high}]"]


def _n_over(s: Statistics, hidden_below: int) -> list[str]:
    return [" ".join(_n_of(s, hidden_below)[:2]).strip()]


def _count_of(s: Statistics, decimals: int) -> list[str]:
    return [str(int(s["count"])), f"/ {int(s['total'])}"]


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


def _lowest_highest(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["min"]):
        return [NO_DENOMINATOR, "", ""]
    low, high = (format_number(s[end], decimals) for end in ("min", "max"))
    return [low, "to", high]


def _limits(low: str, high: str) -> list[str]:
    """Limits as pieces of their own: a column of intervals lines up on both."""
    return [f"({low}", "to", f"{high})"]


def _interval(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["estimate"]):
        return [NOT_ESTIMABLE, "", "", ""]
    low, high = (format_limit(s[end], decimals) for end in ("lower", "upper"))
    return [format_number(s["estimate"], decimals), *_limits(low, high)]


def _interval_of(statistic: str) -> Write:
    def form(s: Statistics, decimals: int) -> list[str]:
        if math.isnan(s[statistic]):
            return [NOT_ESTIMABLE, "", "", ""]
        point = format_number(s[statistic], decimals)
        if math.isnan(s["lower"]):
            return [point, f"({NOT_ESTIMABLE})", "", ""]
        write = format_number if statistic in NEVER_NEGATIVE else format_limit
        return [point, *_limits(*(write(s[end], decimals) for end in ("lower", "upper")))]

    return form


def _estimate_se(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["estimate"]):
        return [NOT_ESTIMABLE, ""]
    return [format_number(s["estimate"], decimals + 1), f"({format_number(s['se'], decimals + 2)})"]


def _n_estimate_se(s: Statistics, decimals: int) -> list[str]:
    return [str(int(s["n"])), "", *_estimate_se(s, decimals)]


def _only_limits(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["lower"]):
        return [NOT_ESTIMABLE, "", ""]
    return [format_limit(s["lower"], decimals), "to", format_limit(s["upper"], decimals)]


def _p_value(statistic: str) -> Write:
    def form(s: Statistics, decimals: int) -> list[str]:
        return [format_p(s[statistic])]

    return form


def _chance(statistic: str) -> Write:
    def form(s: Statistics, decimals: int) -> list[str]:
        percent = 100 * s[statistic]
        if percent < 1 or percent > 99:
            return ["<1" if percent < 1 else ">99"]
        return [NOT_ESTIMABLE if math.isnan(percent) else f"{percent:.0f}"]

    return form


def _points(s: Statistics, decimals: int) -> list[str]:
    """A difference of proportions in percentage points, with its interval."""
    if math.isnan(s["estimate"]):
        return [NOT_ESTIMABLE, "", "", ""]
    point = format_number(100 * s["estimate"], 1, sign=True)
    if math.isnan(s["lower"]):
        return [point, f"({NOT_ESTIMABLE})", "", ""]
    low, high = (format_limit(100 * s[end], 1) for end in ("lower", "upper"))
    return [point, *_limits(low, high)]


def _median_range(s: Statistics, decimals: int) -> list[str]:
    if s["n"] < FEWEST:
        return _values(s, decimals)
    low, high = (format_number(s[end], decimals) for end in ("min", "max"))
    return [format_number(s["median"], decimals), *_limits(low, high)]


def _date(statistic: str) -> Write:
    def form(s: Statistics, ordinal: int) -> list[str]:
        return [format_day(s[statistic], ordinal)]

    return form


def _share(s: Statistics, decimals: int) -> list[str]:
    return [format_number(100 * s["estimate"], 1)]


def _share_interval(s: Statistics, decimals: int) -> list[str]:
    """An estimate of 0 or 1 has no limits of its own."""
    if math.isnan(s["estimate"]) or math.isnan(s["lower"]):
        return [*_share(s, decimals), "", "", ""]
    return [*_share(s, decimals), *_limits(*_percent_interval(s, decimals)[::2])]


def _share_or_count(s: Statistics, interval: int) -> list[str]:
    """One event among one at risk makes an estimate of 100%: then who had it, of all."""
    if math.isnan(s["estimate"]) or s["fewest_at_risk"] >= FEWEST:
        return _share_interval(s, 0) if interval else _share(s, 0)
    return [f"{int(s['n'])} / {int(s['N'])}"]


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


def _plain(statistic: str) -> Write:
    def form(s: Statistics, decimals: int) -> list[str]:
        return [format_number(s[statistic], decimals)]

    return form


def _pct(statistic: str) -> Write:
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
    return [str(int(s["events"])), f"/ {int(s['evaluable'])}"]


def _posterior(s: Statistics, decimals: int) -> list[str]:
    return [format_number(100 * s["posterior_mean"], 1)]


def _credible(s: Statistics, decimals: int) -> list[str]:
    low, high = (format_number(100 * s[end], 1) for end in ("lower", "upper"))
    return [low, "to", high]


def _fewest(statistic: str) -> Write:
    def form(s: Statistics, decimals: int) -> list[str]:
        return [NO_DENOMINATOR if math.isnan(s[statistic]) else str(int(s[statistic]))]

    return form
