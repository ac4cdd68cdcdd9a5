"""Partial start and end dates of adverse events, imputed conservatively and flagged.

A start that may lie on or after a dose is put after the dose: an event is rather called emergent
than missed. ASTDTF and AENDTF say what was missing: Y the year, M the month, D the day; ASTTMF is
T where the time was.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from helpers.intake.partial_dates import (
    describe_precision,
    latest_date,
    parse_datetime,
)

MINUTE = pd.Timedelta(minutes=1)
MISSING = {"Y": "M", "M": "D", "D": None, "T": None, None: "Y"}


class Start(NamedTuple):
    """Imputed start with its flags."""

    moment: pd.Timestamp | None
    date_flag: str | None
    time_flag: str | None


def impute_start(
    text: str | None,
    doses: Sequence[pd.Timestamp],
    consent: pd.Timestamp | None = None,
    end: pd.Timestamp | None = None,
    after: pd.Timedelta = MINUTE,
) -> Start:
    """Start of one event.

    Parameters
    ----------
    text : partial ISO date or date-time.
    doses : starts of the given doses in order; of who has none the randomisation.
    consent : day of consent; an imputed start is never before it.
    end : complete end, a day or a moment; an imputed start is never after it.
    after : how long after a dose of that day an event without a time is put.

    Examples
    --------
    2024-03-05T14:00                     -> as recorded
    2024-03-05, dose 2024-03-05 09:00    -> 2024-03-05 09:01, time flag T
    2024-03,    dose 2024-03-05 09:00    -> 2024-03-05 09:01, date flag D
    2024-03,    no dose that month       -> 2024-03-01 00:00, date flag D
    2024,       dose 2024-03-05 09:00    -> 2024-03-05 09:01, date flag M
    nothing,    dose 2024-03-05 09:00    -> 2024-03-05 09:01, date flag Y
    2024-03, end 2024-03-02, dose 05     -> 2024-03-02 00:00: it ended before the dose
    2024-03-05, end that day at 08:00    -> 2024-03-05 00:00, the same with a time
    """
    known = text or ""
    if len(known) == 16:
        return Start(pd.Timestamp(known), None, None)
    candidates = [dose for dose in doses if dose.strftime("%Y-%m-%d").startswith(known)]
    if candidates:
        moment = min(candidates) + after
    elif known:
        moment = pd.Timestamp((known + "0001-01-01"[len(known) :])[:10])
    else:
        return Start(None, "Y", "T")
    flag = {10: None, 7: "D", 4: "M"}.get(len(known), "Y")
    if flag and consent is not None and moment < consent:
        moment = consent
    if end is not None and _is_before(end, moment, whole_day=not flag):
        moment = end.normalize()
    return Start(moment, flag, "T")


def _is_before(end: pd.Timestamp, moment: pd.Timestamp, *, whole_day: bool) -> bool:
    """Whether an event ended before its imputed start; an end without time is the whole day.

    A recorded start day (`whole_day`) stays: only its imputed time can be too late.
    """
    if whole_day and end.normalize() != moment.normalize():
        return False
    timed = end != end.normalize()
    return bool(end < (moment if timed else moment.normalize()))


def derive_event_dates(
    ae: pd.DataFrame,
    dose_starts: Mapping[str, Sequence[pd.Timestamp]],
    consent: Mapping[str, pd.Timestamp],
    last_day: Mapping[str, pd.Timestamp],
    after: pd.Timedelta = MINUTE,
) -> pd.DataFrame:
    """Events with ASTDTM, ASTDT, ASTDTF, ASTTMF, AENDT, AENDTF.

    Parameters
    ----------
    ae : SUBJID, AESTDTC, AEENDTC (partial texts).
    dose_starts, consent, last_day : by SUBJID; `last_day` is the earlier of death, leaving and
        cut-off, and clamps imputed ends.
    after : as in `impute_start`.
    """
    starts = _impute_starts(ae, dose_starts, consent, after)
    moments = pd.Series([start.moment for start in starts], ae.index, dtype="datetime64[s]")
    return ae.assign(
        ASTDTM=moments,
        ASTDT=moments.dt.normalize(),
        ASTDTF=pd.Series([start.date_flag for start in starts], ae.index, dtype=object),
        ASTTMF=pd.Series([start.time_flag for start in starts], ae.index, dtype=object),
        **_impute_end(ae, last_day),
    )


def begins_after(
    ae: pd.DataFrame, moments: Mapping[str, pd.Timestamp], consent: Mapping[str, pd.Timestamp]
) -> pd.Series:
    """Whether each event began, or may have begun, on or after the day of the participant's moment.

    `moments` and `consent` are by SUBJID; a partial start is imputed as if the moment were a dose,
    so the answer does not depend on the doses that an audience may know.
    """
    starts = _impute_starts(ae, {s: [moment] for s, moment in moments.items()}, consent, MINUTE)
    days = pd.Series([start.moment for start in starts], ae.index, dtype="datetime64[s]")
    own = ae["SUBJID"].map(moments).astype("datetime64[s]")
    return days.dt.normalize() >= own.dt.normalize()


def _impute_starts(
    ae: pd.DataFrame,
    dose_starts: Mapping[str, Sequence[pd.Timestamp]],
    consent: Mapping[str, pd.Timestamp],
    after: pd.Timedelta,
) -> list[Start]:
    precise = describe_precision(ae["AEENDTC"]).isin(["D", "T"])
    ends = parse_datetime(ae["AEENDTC"]).fillna(latest_date(ae["AEENDTC"]).where(precise))
    return [
        impute_start(
            row.AESTDTC,
            dose_starts.get(row.SUBJID, ()),
            consent.get(row.SUBJID),
            None if pd.isna(end) else end,
            after,
        )
        for row, end in zip(ae[["SUBJID", "AESTDTC"]].itertuples(), ends, strict=True)
    ]


def _impute_end(ae: pd.DataFrame, last_day: Mapping[str, pd.Timestamp]) -> dict[str, pd.Series]:
    """Last possible day of a partial end, not after `last_day`; nothing for a missing end."""
    precise = describe_precision(ae["AEENDTC"])
    latest = latest_date(ae["AEENDTC"])
    partial = precise.isin(["Y", "M"])
    limit = ae["SUBJID"].map(last_day).astype("datetime64[s]")
    clamped = latest.where(~(latest > limit), limit)
    flags = precise.map(MISSING).astype(object)
    return {
        "AENDT": latest.where(~partial, clamped).astype("datetime64[s]"),
        "AENDTF": flags.where(partial, None),
    }
