"""Days and moments, from text, numbers or timestamps, by the clock that they were written by.

A day is a day whatever zone stands beside it: a date written as midnight of its own zone is that
day, and is not moved. Only where a moment has a time, and the trial's zone is said, is it read by
the trial's clock; days that move so are counted.
"""

from collections.abc import Sequence
from datetime import timedelta, timezone
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.imported.converted import Converted, Reading
from helpers.imported.texts import Said, Texts, map_texts
from helpers.intake.day_forms import EITHER, Moment, Number, Partial, read_day, recognise_order

EARLIEST, LATEST = pd.Timestamp("1900-01-01"), pd.Timestamp("2100-12-31")
DAY, SECOND = 86_400, 1
FEWEST_SHIFTED = 3  # days at one and the same odd time of day, before they are called shifted
HOUR = pd.Timedelta(hours=1)
MIDNIGHT, NOON = pd.Timedelta(0), pd.Timedelta(hours=12)
SECONDS = "datetime64[s]"


class _Clocks(NamedTuple):
    """Moments on the clock of the trial, and as written; whether a zone stands beside them."""

    trial: pd.Series
    own: pd.Series
    zoned: pd.Series


def read_moments(texts: Texts, reading: Reading, *, whole_days: bool) -> Converted:
    """Moments, or whole days, of text in any of the known forms."""
    order, doubtful = reading.day_order, None
    if order is None:
        order, doubtful = recognise_order(texts.distinct)
    if doubtful:
        return _ask(texts, f"dates such as {doubtful}: say `day_order: DMY` or `day_order: MDY`")
    found = map_texts(texts, lambda text: read_day(text, order))
    numbers = [isinstance(item, Number) for item in found]
    if any(numbers) and reading.epoch is None:
        number = texts.distinct[numbers.index(True)]
        return _ask(texts, f"dates such as {number} are numbers: say their day 0 with `epoch`")
    zoned = [getattr(item, "zone", None) is not None for item in found]
    clocks = _Clocks(
        texts.spread([_place(item, reading, whole_days) for item in found], SECONDS),
        texts.spread([getattr(item, "local", None) for item in found], SECONDS),
        texts.mark(zoned),
    )
    partial = texts.spread([item.text if isinstance(item, Partial) else None for item in found])
    lost = texts.mark([True] * len(found)) & clocks.trial.isna() & partial.isna()
    ordered = [] if reading.day_order else [t for t in texts.distinct if EITHER.fullmatch(t)]
    said = (
        *texts.said,
        Said(_say_count(reading, whole_days), int(texts.mark(numbers).sum())),
        Said(f"dates with the {'day' if order == 'DMY' else 'month'} first", texts.count(ordered)),
        Said("only month or year known; kept as text beside the date", int(partial.notna().sum())),
        *(_say_zone(clocks, reading, whole_days) if any(zoned) or reading.from_zone else ()),
    )
    return Converted(
        _cut_time(clocks.trial, whole_days),
        lost,
        tuple(one for one in said if one.records),
        partial if partial.notna().any() else None,
        _find_shift(clocks.trial) if whole_days else "",
        _name_epoch(reading) if any(numbers) else None,
    )


def _ask(texts: Texts, what: str) -> Converted:
    empty = texts.spread([None] * len(texts.distinct), SECONDS)
    return Converted(empty, texts.mark([True] * len(texts.distinct)), texts.said, asks=what)


def _say_count(reading: Reading, whole_days: bool) -> str:
    return f"{'days' if whole_days else 'seconds'} since {_name_epoch(reading)} read as dates"


def _name_epoch(reading: Reading) -> str:
    return str((reading.epoch or reading.default_epoch).date())


def _place(item: object, reading: Reading, whole_days: bool) -> pd.Timestamp | None:
    """A moment on the clock of the trial."""
    if isinstance(item, Number):
        return _count_from(reading.epoch or reading.default_epoch, item.value, whole_days)
    if not isinstance(item, Moment) or not EARLIEST <= item.local <= LATEST:
        return None
    zone = None if item.zone is None else timezone(timedelta(minutes=item.zone))
    own = zone or reading.from_zone
    is_day = whole_days and item.local == item.local.normalize()
    if is_day or own is None or reading.time_zone is None:
        return item.local
    aware = item.local.tz_localize(own, ambiguous=True, nonexistent="shift_forward")
    return aware.tz_convert(reading.time_zone).tz_localize(None)


def _count_from(epoch: pd.Timestamp, value: float, whole_days: bool) -> pd.Timestamp | None:
    since = value * (DAY if whole_days else SECOND)
    low, high = ((edge - epoch).total_seconds() for edge in (EARLIEST, LATEST))
    return epoch + pd.Timedelta(seconds=round(since)) if low <= since <= high else None


def read_numeric_moments(values: pd.Series, reading: Reading, *, whole_days: bool) -> Converted:
    """Moments of numbers that count days or seconds from a day 0."""
    epoch = reading.epoch or reading.default_epoch
    distinct: Sequence[float] = values.dropna().astype("float64").unique().tolist()
    placed = {value: _count_from(epoch, value, whole_days) for value in distinct}
    moments = values.astype("float64").map(placed).astype(SECONDS)
    said = Said(
        _say_count(reading, whole_days), int(moments.notna().sum()), "I" if reading.epoch else "W"
    )
    return Converted(
        _cut_time(moments, whole_days),
        values.notna() & moments.isna(),
        (said,) if said.records else (),
        counted_from=_name_epoch(reading),
    )


def read_timestamps(values: pd.Series, reading: Reading, *, whole_days: bool) -> Converted:
    """Moments of timestamps, with or without a zone."""
    aware = values.dt.tz is not None
    own = (values.dt.tz_localize(None) if aware else values).astype(SECONDS)
    trial = own
    if reading.time_zone and (aware or reading.from_zone):
        placed = values if aware else _localize(own, str(reading.from_zone))
        trial = placed.dt.tz_convert(reading.time_zone).dt.tz_localize(None).astype(SECONDS)
        if whole_days:
            trial = trial.where(own != own.dt.normalize(), own)
    trial = trial.where((trial >= EARLIEST) & (trial <= LATEST))
    clocks = _Clocks(trial, own, values.notna() & aware)
    return Converted(
        _cut_time(trial, whole_days),
        values.notna() & trial.isna(),
        tuple(_say_zone(clocks, reading, whole_days)),
        asks=_find_shift(trial) if whole_days else "",
    )


def _localize(moments: pd.Series, zone: str) -> pd.Series:
    return moments.dt.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")


def _cut_time(moments: pd.Series, whole_days: bool) -> pd.Series:
    return (moments.dt.normalize() if whole_days else moments).astype(SECONDS)


def _say_zone(clocks: _Clocks, reading: Reading, whole_days: bool) -> list[Said]:
    moved = clocks.trial.notna() & (clocks.trial.dt.normalize() != clocks.own.dt.normalize())
    moved &= clocks.own.notna()
    if moved.any():
        what = f"moved to another day by the zone, read in {reading.time_zone}"
        return [Said(what, int(moved.sum()))]
    by_trial = reading.time_zone and not whole_days
    how = f"in {reading.time_zone}" if by_trial else "as it stands"
    n = int(clocks.zoned.sum())
    return [Said(f"time with a zone, read {how}", n, "I")] if n else []


def _find_shift(moments: pd.Series) -> str:
    """Whole days that all carry the same time are midnights of another zone, with its summer time.

    Noon is no sign of it: programs write it so that no zone moves the day.
    """
    known = moments.dropna().to_numpy()
    distinct = [pd.Timedelta(time) for time in np.unique(known - known.astype("datetime64[D]"))]
    if len(known) < FEWEST_SHIFTED or NOON in distinct or MIDNIGHT in distinct:
        return ""
    if len(distinct) > 2 or distinct[-1] - distinct[0] > HOUR:
        return ""
    clock = (pd.Timestamp("2000-01-01") + distinct[0]).strftime("%H:%M")
    return (
        f"days that all stand at {clock}: midnight of another zone? say `time_zone`, the trial's, "
        "and `from_zone` where the times carry none"
    )
