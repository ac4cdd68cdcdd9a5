"""Values of one variable -> the type that its name promises; what does not fit is counted."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.adam.variables import Kind

FLAGS = {
    **dict.fromkeys(["Y", "YES", "TRUE", "T", "1", "1.0"], "Y"),
    **dict.fromkeys(["N", "NO", "FALSE", "F", "0", "0.0"], "N"),
}
EARLIEST, LATEST = pd.Timestamp("1900-01-01"), pd.Timestamp("2100-12-31")
ISO = r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?"
SAS_DAY = r"\d{1,2}[A-Za-z]{3}\d{4}"
ZONE = r"(?:Z|[+-]\d{2}:?\d{2})$"


@dataclass(frozen=True)
class Clock:
    """How numbers and times with a zone become dates: day 0 of numbers, and the trial's zone."""

    epoch: pd.Timestamp
    zone: str


@dataclass(frozen=True)
class Converted:
    """`series` typed, `lost` the rows whose value fits no type, `changed` what was rewritten."""

    series: pd.Series
    lost: pd.Series
    changed: pd.Series
    how: str = ""


def convert_variable(values: pd.Series, kind: Kind, clock: Clock, typed: bool) -> Converted:
    """One variable as its kind: dates `datetime64[s]`, numbers `Float64`, the rest text.

    Parameters
    ----------
    typed : whether the file tells numbers from text; where not, text that reads as numbers
        throughout becomes numbers if the name does not say otherwise
    """
    if kind in ("date", "datetime"):
        return _to_moments(values, clock, whole_days=kind == "date")
    if kind == "flag":
        return _to_flags(values)
    if kind == "number" or (kind == "other" and not typed and _reads_as_numbers(values)):
        return _to_numbers(values)
    if kind in ("id", "text", "text_date") or not _is_number(values):
        return _as_is(_to_text(values))
    return _as_is(values.astype("Float64"))


def _as_is(values: pd.Series) -> Converted:
    never = pd.Series(False, index=values.index)
    return Converted(values, never, never)


def _is_number(values: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values))


def _reads_as_numbers(values: pd.Series) -> bool:
    text = values.dropna().astype(str)
    return not text.empty and bool(text.str.fullmatch(r"-?(?:0|[1-9]\d*)(?:\.\d+)?").all())


def _to_text(values: pd.Series) -> pd.Series:
    """Text; whole numbers without a decimal point, dates as ISO text."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return _map(values, lambda v: v.isoformat()[:10] if v == v.normalize() else v.isoformat())
    if _is_number(values):
        return _map(values, lambda v: f"{v:.0f}" if float(v).is_integer() else f"{v:.12g}")
    return _map(values, lambda v: str(v).strip() or None)


def _map(values: pd.Series, write: Callable[..., str | None]) -> pd.Series:
    """Each distinct value written once: a column of a million rows has few of them."""
    codes, distinct = pd.factorize(values)
    written = np.array([*(write(value) for value in distinct), None], dtype=object)
    return pd.Series(written[codes], index=values.index, dtype=object)


def _to_numbers(values: pd.Series) -> Converted:
    if _is_number(values):
        return _as_is(values.astype("Float64"))
    text = _to_text(values)
    numbers = pd.to_numeric(text, errors="coerce").astype("Float64")
    lost = text.notna() & numbers.isna()
    return Converted(numbers, lost, text.notna() & ~lost, "text read as numbers")


def _to_flags(values: pd.Series) -> Converted:
    text = _to_text(values)
    upper = text.str.upper() if text.notna().any() else text
    flags = upper.map(FLAGS).astype(object)
    flags = flags.where(flags.notna(), None)
    lost = text.notna() & flags.isna()
    changed = flags.notna() & (flags != text)
    return Converted(flags, lost, changed, "flag rewritten as Y or N")


def _to_moments(values: pd.Series, clock: Clock, *, whole_days: bool) -> Converted:
    if pd.api.types.is_datetime64_any_dtype(values):
        moments, changed, how = _from_timestamps(values, clock)
    elif _is_number(values):
        moments = _from_numbers(values.astype("float64"), clock, 86_400 if whole_days else 1)
        changed, how = values.notna(), f"SAS {'days' if whole_days else 'seconds'} read as dates"
    else:
        moments, changed, how = _from_text(_to_text(values), clock)
    moments = moments.where((moments >= EARLIEST) & (moments <= LATEST))
    lost = values.notna() & moments.isna()
    if whole_days:
        moments = moments.dt.normalize()
    return Converted(moments.astype("datetime64[s]"), lost, changed & ~lost, how)


def _from_numbers(values: pd.Series, clock: Clock, seconds: int) -> pd.Series:
    """Units of `seconds` after the epoch; numbers that reach no date in range are null."""
    since = values * seconds
    low, high = ((edge - clock.epoch).total_seconds() for edge in (EARLIEST, LATEST))
    counted = pd.to_timedelta(since.where((since >= low) & (since <= high)), unit="s")
    return (clock.epoch + counted).astype("datetime64[s]")


def _from_timestamps(values: pd.Series, clock: Clock) -> tuple[pd.Series, pd.Series, str]:
    never = pd.Series(False, index=values.index)
    if values.dt.tz is None:
        return values.astype("datetime64[s]"), never, ""
    local = values.dt.tz_convert(clock.zone).dt.tz_localize(None)
    return local.astype("datetime64[s]"), values.notna(), f"time with a zone, read in {clock.zone}"


def _from_text(text: pd.Series, clock: Clock) -> tuple[pd.Series, pd.Series, str]:
    """ISO text with or without time and zone, or SAS text such as 03JAN2014."""
    moments = pd.Series(pd.NaT, index=text.index, dtype="datetime64[s]")
    known = text.dropna().astype(str)
    iso = known[known.str.fullmatch(ISO)]
    zoned = iso.str.contains(ZONE) & (iso.str.len() > 10)
    plain, with_zone = iso[~zoned], iso[zoned]
    parsed = pd.to_datetime(plain, format="ISO8601", errors="coerce")
    moments.loc[plain.index] = parsed.astype("datetime64[s]")
    if not with_zone.empty:
        aware = pd.to_datetime(with_zone, format="ISO8601", errors="coerce", utc=True)
        local = aware.dt.tz_convert(clock.zone).dt.tz_localize(None)
        moments.loc[with_zone.index] = local.astype("datetime64[s]")
    sas = known[known.str.fullmatch(SAS_DAY)]
    written = pd.to_datetime(sas.str.title(), format="%d%b%Y", errors="coerce")
    moments.loc[sas.index] = written.astype("datetime64[s]")
    changed = pd.Series(False, index=text.index)
    changed.loc[with_zone.index] = True
    return moments, changed, f"time with a zone, read in {clock.zone}"
