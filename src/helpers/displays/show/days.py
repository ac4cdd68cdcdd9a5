"""Forms of estimates that are calendar days."""

from helpers.displays.cells import Form, Statistics, Write
from helpers.displays.formats import format_day


def date(since: int) -> Form:
    """The day of an estimate in days after the day with the ordinal `since`."""
    return Form("date", since, write=_date("estimate"))


def _date(statistic: str) -> Write:
    def form(s: Statistics, ordinal: int) -> list[str]:
        return [format_day(s[statistic], ordinal)]

    return form


def date_lower(since: int) -> Form:
    """The same for the lower limit."""
    return Form("date_lower", since, write=_date("lower"))


def date_upper(since: int) -> Form:
    """The same for the upper limit."""
    return Form("date_upper", since, write=_date("upper"))
