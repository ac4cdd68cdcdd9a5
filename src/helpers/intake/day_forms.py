"""Ways in which people and programs write a day, a moment, or as much of it as they know."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

DayOrder = Literal["DMY", "MDY"]
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"),
        start=1)
    for name in names.split()
}  # fmt: skip
CLOCK = r"(?P<h>\d{1,2}):?(?P<mi>\d{2})(?::?(?P<s>\d{2})(?:[.,]\d+)?)?"
TIME = rf"(?:[T :]+{CLOCK}\s*(?P<ap>[AaPp]\.?[Mm]\.?)?)?"
ZONE = r"\s*(?P<zone>Z|z|[+-]\d{2}(?::?\d{2})?)?"
NAME = r"(?P<mon>[A-Za-z]{3,9})\.?"
FORMS = tuple(
    re.compile(day + TIME + ZONE)
    for day in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<y>\d{4})(?P<sep>[/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})",
        r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})",
        rf"(?P<d>\d{{1,2}})[ .\-/]*{NAME}[ .,\-/]*(?P<y>\d{{4}})",
        rf"{NAME}[ .\-]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ ,.\-]+(?P<y>\d{{4}})",
    )
)
DOTTED = re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})" + TIME + ZONE)
EITHER = re.compile(r"(?P<a>\d{1,2})(?P<sep>[/\-])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})" + TIME + ZONE)
UNKNOWN = r"(?:UNK?|XX?|00|-{1,2}|\?\?)"
PARTIAL = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<y>\d{4})-(?P<m>\d{2})",
        r"(?P<y>\d{4})",
        rf"(?P<y>\d{{4}})-(?P<m>\d{{2}})-{UNKNOWN}",
        rf"(?P<y>\d{{4}})-{UNKNOWN}(?:-(?:{UNKNOWN}|\d{{2}}))?",
        rf"(?:{UNKNOWN}[ \-/]?)?(?P<mon>[A-Z]{{3}})[ \-/]?(?P<y>\d{{4}})",
        rf"{UNKNOWN}[ \-/]?(?:UNK|XXX)[ \-/]?(?P<y>\d{{4}})",
    )
)
NUMBER = re.compile(r"-?\d{1,7}(?:\.\d+)?|-?\d{9,13}(?:\.\d+)?")


@dataclass(frozen=True)
class Moment:
    """A moment by its own clock; `zone` is that clock's distance from UTC in minutes, if said."""

    local: pd.Timestamp
    zone: int | None = None


@dataclass(frozen=True)
class Partial:
    """What is known of a day, as `YYYY` or `YYYY-MM`."""

    text: str


@dataclass(frozen=True)
class Number:
    """A count of days or seconds since a day 0."""

    value: float


def recognise_order(texts: Iterable[str]) -> tuple[DayOrder | None, str | None]:
    """Whether days stand before months in `01/02/2023`; and a text that may be read both ways.

    The other texts of the column say it: no month is above 12.
    """
    first = second = False
    asks = None
    for text in texts:
        found = EITHER.fullmatch(text)
        if not found:
            continue
        a, b = int(found["a"]), int(found["b"])
        if a > 12 and b > 12:  # no date, whichever stands first
            continue
        first |= a > 12
        second |= b > 12
        asks = asks or (text if a != b and a <= 12 and b <= 12 else None)
    if first and second:
        return None, asks or "both 31/12 and 12/31"
    if first or second:
        return ("DMY" if first else "MDY"), None
    return None, asks


def read_day(text: str, order: DayOrder | None = None) -> Moment | Partial | Number | None:
    """What one text says; None where it says no day, or could mean two."""
    for form in (*FORMS, DOTTED):
        found = form.fullmatch(text)
        if found:
            return _build(found, _read_month(found), found["d"])
    found = EITHER.fullmatch(text)
    if found:
        first_is_day = order == "DMY" or (order is None and found["a"] == found["b"])
        if order is None and not first_is_day:
            return None
        day, month = (found["a"], found["b"]) if first_is_day else (found["b"], found["a"])
        return _build(found, month, day)
    return _read_partial(text) or (Number(float(text)) if NUMBER.fullmatch(text) else None)


def _read_month(found: re.Match[str]) -> str | int | None:
    """Month as digits, or by its name."""
    groups = found.groupdict()
    return groups.get("m") or MONTHS.get((groups.get("mon") or "").lower())


def _build(found: re.Match[str], month: str | int | None, day: str) -> Moment | None:
    if month is None:
        return None
    hour, minute = int(found["h"] or 0), int(found["mi"] or 0)
    if found["ap"]:
        hour = hour % 12 + (12 if found["ap"][0] in "Pp" else 0)
    try:
        local = pd.Timestamp(
            year=int(found["y"]), month=int(month), day=int(day),
            hour=hour, minute=minute, second=int(found["s"] or 0),
        )  # fmt: skip
    except (ValueError, OverflowError):
        return None
    return Moment(local, _read_zone(found["zone"]))


def _read_zone(text: str | None) -> int | None:
    if text is None:
        return None
    if text in "Zz":
        return 0
    hours, minutes = int(text[1:3]), int(text[3:].removeprefix(":") or 0)
    return (-1 if text[0] == "-" else 1) * (60 * hours + minutes)


def _read_partial(text: str) -> Partial | None:
    for form in PARTIAL:
        found = form.fullmatch(text)
        if not found or not "1900" <= found["y"] <= "2100":
            continue
        month = _read_month(found)
        if month is None and found.groupdict().get("mon"):
            continue
        if month is None:
            return Partial(found["y"])
        return Partial(f"{found['y']}-{int(month):02d}") if 1 <= int(month) <= 12 else None
    return None
