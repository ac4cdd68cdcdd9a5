"""Forms of counts of participants, events and other things."""

import math

from helpers.displays.cells import Form, Statistics, Write
from helpers.displays.formats import NO_DENOMINATOR, format_number, format_percent
from helpers.displays.vocabulary import DENOMINATORS, find_denominator


def n(hidden_below: int = 0) -> Form:
    """A count: `13`."""
    return Form("n", hidden_below, write=_n)


def _n(s: Statistics, hidden_below: int) -> list[str]:
    return [_count(s["n"], hidden_below)]


def _count(n: float, hidden_below: int) -> str:
    """A count; `<3` where a small count was left out of the results on purpose."""
    return f"<{hidden_below or ''}" if math.isnan(n) else str(int(n))


def n_pct(hidden_below: int = 0) -> Form:
    """A count and its percent: `13 (81.3)`."""
    return Form("n_pct", hidden_below, write=_n_pct)


def _n_pct(s: Statistics, hidden_below: int) -> list[str]:
    n, total = s["n"], find_denominator(s)
    if not total:
        return [NO_DENOMINATOR, ""]
    if n == 0 or math.isnan(n):
        return [_count(n, hidden_below), ""]
    return [_count(n, hidden_below), f"({format_percent(n, total)})"]


def n_pct_events(hidden_below: int = 0) -> Form:
    """A count, its percent, and events: `13 (81.3) [31]`."""
    return Form("n_pct_events", hidden_below, write=_n_pct_events)


def _n_pct_events(s: Statistics, hidden_below: int) -> list[str]:
    if not find_denominator(s):
        return [NO_DENOMINATOR, "", ""]
    # without an event there is nothing to count: a zero stands alone
    events = "" if math.isnan(s["events"]) or not s["events"] else f"[{int(s['events'])}]"
    return [*_n_pct(s, hidden_below), events]


def n_events(hidden_below: int = 0) -> Form:
    """A count and its events, without percent: `13 [31]`."""
    return Form("n_events", hidden_below, write=_n_events)


def _n_events(s: Statistics, hidden_below: int) -> list[str]:
    events = "" if math.isnan(s["events"]) or not s["events"] else f"[{int(s['events'])}]"
    return [_count(s["n"], hidden_below), events]


def n_of(hidden_below: int = 0) -> Form:
    """A count out of a denominator of its own: `12 / 16 (75.0)`."""
    return Form("n_of", hidden_below, write=_n_of)


def _n_of(s: Statistics, hidden_below: int) -> list[str]:
    n, total = s["n"], find_denominator(s)
    if not total:
        return [NO_DENOMINATOR, "", ""]
    percent = "" if n == 0 or math.isnan(n) else f"({format_percent(n, total)})"
    return [_count(n, hidden_below), f"/ {int(total)}", percent]


def n_of_events(hidden_below: int = 0) -> Form:
    """A count out of a denominator of its own, with events: `12 / 16 (75.0) [31]`."""
    return Form("n_of_events", hidden_below, write=_n_of_events)


def _n_of_events(s: Statistics, hidden_below: int) -> list[str]:
    """Participants out of a denominator of their own, with their events."""
    events = "" if math.isnan(s["events"]) or not s["events"] else f"[{int(s['events'])}]"
    return [*_n_of(s, hidden_below), events]


def n_of_interval(hidden_below: int = 0) -> Form:
    """A count out of a denominator of its own, with the interval: `4 / 12 (33.3) [9.9 to 65.1]`."""
    return Form("n_of_interval", hidden_below, write=_n_of_interval)


def _n_of_interval(s: Statistics, hidden_below: int) -> list[str]:
    """Participants out of a denominator of their own, with the interval of their share."""
    parts = _n_of(s, hidden_below)
    if not find_denominator(s):
        return [*parts, "", "", ""]
    low, high = (format_number(100 * s[end], 1) for end in ("lower", "upper"))
    return [*parts, f"[{low}", "to", f"{high}]"]


def n_over(hidden_below: int = 0) -> Form:
    """A count out of a denominator of its own, without percent: `12 / 16`."""
    return Form("n_over", hidden_below, write=_n_over)


def _n_over(s: Statistics, hidden_below: int) -> list[str]:
    return [" ".join(_n_of(s, hidden_below)[:2]).strip()]


def n_band(step: int) -> Form:
    """A count as the step that it lies in: `3 to 5`."""
    return Form("n_band", step, write=_n_band)


def _n_band(s: Statistics, step: int) -> list[str]:
    """A count that is published as the step that it lies in, never beyond its denominator."""
    whole = min((s[name] for name in DENOMINATORS if name in s), default=math.inf)
    low = int(s["min"])
    high = int(min(low + step - 1, whole))
    return [str(low), "to", str(high)] if high > low else [str(low), "", ""]


def events(hidden_below: int = 0) -> Form:
    """A number of events: `31`."""
    return Form("events", hidden_below, write=_events)


def _events(s: Statistics, hidden_below: int) -> list[str]:
    return [_count(s["events"], hidden_below)]


def count_of() -> Form:
    """A number of things that are not participants out of all of them: `4 / 5`."""
    return Form("count_of", write=_count_of)


def _count_of(s: Statistics, decimals: int) -> list[str]:
    return [str(int(s["count"])), f"/ {int(s['total'])}"]


def events_of() -> Form:
    """Participants with an event of a monitor among those evaluable: `3 / 11`."""
    return Form("events_of", write=_events_of)


def _events_of(s: Statistics, decimals: int) -> list[str]:
    return [str(int(s["events"])), f"/ {int(s['evaluable'])}"]


def fewest(statistic: str) -> Form:
    """The fewest events at which a rule alerts; `-` where no number of them does."""
    return Form(statistic, write=_fewest(statistic))


def _fewest(statistic: str) -> Write:
    def form(s: Statistics, decimals: int) -> list[str]:
        return [NO_DENOMINATOR if math.isnan(s[statistic]) else str(int(s[statistic]))]

    return form
