"""What a page says about its readers, in words first."""

import datetime as dt
from typing import NamedTuple

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Audience(NamedTuple):
    """Names of an audience: in a list, on the band of a page, on paper, and who may read it."""

    name: str
    band: str
    paper: str
    readers: str


AUDIENCES = {
    "open": Audience(
        "Open",
        "OPEN \u2013 pooled over all participants, no treatment arms.",
        "OPEN \u00b7 pooled",
        "For sponsor, site, steering group, ethics board and the open session of the committee.",
    ),
    "closed_masked": Audience(
        "Closed, masked",
        "CLOSED \u2013 treatment arms under letters. For the monitoring committee only.",
        "CLOSED \u00b7 masked arms",
        "For the monitoring committee only, for a first reading.",
    ),
    "closed_unmasked": Audience(
        "Closed, unmasked",
        "CLOSED \u2013 shows treatment arms. For the monitoring committee only.",
        "CLOSED \u00b7 unmasked by arm",
        "For the monitoring committee and its independent statistician only.",
    ),
}
REHEARSAL = "REHEARSAL - arms permuted"
SYNTHETIC = "Synthetic data: invented participants, no real trial results"


def find_audience(name: str) -> Audience:
    """Words of an audience.

    Raises
    ------
    ValueError
        If there is no such audience: a page must never say less than who may read it.
    """
    if name not in AUDIENCES:
        raise ValueError(f"{name!r} is not an audience; known are {', '.join(AUDIENCES)}")
    return AUDIENCES[name]


def format_date(date: dt.date) -> str:
    """A date as `14 Sep 2022`, whatever the locale."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def quote_css(text: str) -> str:
    """Text as a CSS string that cannot end early, neither the string nor the style element."""
    safe = "".join(
        sign if sign.isalnum() or sign in " .,:-\u00b7\u2013()" else f"\\{ord(sign):x} "
        for sign in text
    )
    return f'"{safe}"'
