"""Days and minutes as integers inside, ISO 8601 text outside; no clock and no time zone."""

from datetime import date
from functools import lru_cache

DAY = 1440  # minutes


def day_number(year: int, month: int, day: int) -> int:
    """Count days as `date.toordinal` does."""
    return date(year, month, day).toordinal()


@lru_cache(maxsize=8192)
def format_day(day: int) -> str:
    """Write a day number as `YYYY-MM-DD`."""
    return date.fromordinal(day).isoformat()


def format_minute(minute: int) -> str:
    """Write a minute number (day number x 1440 + minute of day) as `YYYY-MM-DDThh:mm`."""
    day, rest = divmod(minute, DAY)
    return f"{format_day(day)}T{rest // 60:02d}:{rest % 60:02d}"


def year_of(day: int) -> int:
    """Give the calendar year of a day number."""
    return date.fromordinal(day).year


def parse_day(text: str) -> int:
    """Read the day of `YYYY-MM-DD` or `YYYY-MM-DDThh:mm` as a day number."""
    return date.fromisoformat(text[:10]).toordinal()


def parse_minute(text: str) -> int:
    """Read `YYYY-MM-DDThh:mm` as a minute number."""
    return parse_day(text) * DAY + int(text[11:13]) * 60 + int(text[14:16])
