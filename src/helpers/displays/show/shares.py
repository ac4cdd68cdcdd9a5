"""Forms of proportions in percent and of rates."""

import math

from helpers.displays.cells import Form, Statistics, Write
from helpers.displays.formats import (
    FEWEST,
    NO_DENOMINATOR,
    NOT_ESTIMABLE,
    format_number,
    split_limits,
)


def share() -> Form:
    """An estimated proportion in percent: `45.2`."""
    return Form("share", write=_share)


def _share(s: Statistics, decimals: int) -> list[str]:
    return [format_number(100 * s["estimate"], 1)]


def share_interval() -> Form:
    """The same with its interval, where it has one: `45.2 (20.1 to 70.3)`."""
    return Form("share_interval", write=_share_interval)


def _share_interval(s: Statistics, decimals: int) -> list[str]:
    """An estimate of 0 or 1 has no limits of its own."""
    if math.isnan(s["estimate"]) or math.isnan(s["lower"]):
        return [*_share(s, decimals), "", "", ""]
    return [*_share(s, decimals), *split_limits(*_percent_interval(s, decimals)[::2])]


def share_or_count(*, interval: bool = True) -> Form:
    """The same; where an event came among fewer than 3 at risk, or of fewer than 3: `1 / 2`."""
    return Form("share_or_count", int(interval), write=_share_or_count)


def _share_or_count(s: Statistics, interval: int) -> list[str]:
    """One event among one at risk makes an estimate of 100%: then who had it, of all."""
    if math.isnan(s["estimate"]) or s["fewest_at_risk"] >= FEWEST:
        return _share_interval(s, 0) if interval else _share(s, 0)
    return [f"{int(s['n'])} / {int(s['N'])}"]


def percent_interval() -> Form:
    """The interval of a proportion in percent: `12.1 to 48.6`."""
    return Form("percent_interval", write=_percent_interval)


def _percent_interval(s: Statistics, decimals: int) -> list[str]:
    low, high = (format_number(100 * s[end], 1) for end in ("lower", "upper"))
    return [low, "to", high]


def pct() -> Form:
    """A percent with one decimal."""
    return Form("pct", write=_pct("pct"))


def _pct(statistic: str) -> Write:
    def form(s: Statistics, decimals: int) -> list[str]:
        return [NO_DENOMINATOR if math.isnan(s[statistic]) else format_number(s[statistic], 1)]

    return form


def ends_pct() -> Form:
    """Percent of values at the lowest and at the highest possible one."""
    return Form("ends_pct", write=_ends_pct)


def _ends_pct(s: Statistics, decimals: int) -> list[str]:
    """Percent of values at the lowest and at the highest possible one."""
    if math.isnan(s["floor_pct"]):
        return [NO_DENOMINATOR, "", ""]
    low, high = (format_number(s[f"{end}_pct"], 1) for end in ("floor", "ceiling"))
    return [low, "/", high]


def rate() -> Form:
    """A rate with its interval, one decimal."""
    return Form("rate", write=_rate)


def _rate(s: Statistics, decimals: int) -> list[str]:
    if math.isnan(s["rate"]):
        return [NOT_ESTIMABLE, "", "", ""]
    low, high = (format_number(s[end], 1) for end in ("lower", "upper"))
    return [format_number(s["rate"], 1), *split_limits(low, high)]


def n_years() -> Form:
    """First events and the years at risk: `5 / 12.31`."""
    return Form("n_years", write=_n_years)


def _n_years(s: Statistics, decimals: int) -> list[str]:
    """First events and the years at risk in which they happened."""
    if not s["person_years"]:
        return [NO_DENOMINATOR, ""]
    return [str(int(s["n"])), f"/ {format_number(s['person_years'], 2)}"]


def posterior() -> Form:
    """The posterior mean of a rate, in percent."""
    return Form("posterior", write=_posterior)


def _posterior(s: Statistics, decimals: int) -> list[str]:
    return [format_number(100 * s["posterior_mean"], 1)]


def credible() -> Form:
    """The credible interval of a rate, in percent."""
    return Form("credible", write=_credible)


def _credible(s: Statistics, decimals: int) -> list[str]:
    low, high = (format_number(100 * s[end], 1) for end in ("lower", "upper"))
    return [low, "to", high]
