"""Counts at each distinct time, and reading a step curve at given times.

Source: none; reading of the tables of the other modules, no method.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ALL_EVENTS_SEEN = "everyone at risk had the event"
NO_EVENT_YET = "no event so far"
NO_PERSONS = "no participants"
BEYOND = "beyond the last observed time"


@dataclass(frozen=True)
class TimeCounts:
    """Per distinct time, time 0 first: participants at risk just before, and what happened then.

    ``counts[k]`` holds the participants with code ``k``; code 0 is censored.
    """

    time: Floats
    n_risk: Ints
    counts: list[Ints]


def count_at_times(time: ArrayLike, code: ArrayLike, n_codes: int) -> TimeCounts:
    """Count participants by code at each distinct time.

    Parameters
    ----------
    time : array of float, shape (n,)
        Follow-up of each participant, any unit, not negative.
    code : array of int, shape (n,)
        0 for censored, 1 to ``n_codes - 1`` for the kinds of event.
    n_codes : int
        Number of codes.

    Returns
    -------
    TimeCounts
        Depends on the values only, never on the order of the rows.

    Raises
    ------
    ValueError
        Times missing, infinite or negative, or lengths that differ.
    """
    times = check_times(time)
    codes = np.asarray(code, dtype=np.int64)
    if codes.shape != times.shape:
        raise ValueError(f"{times.size} times but {codes.size} states")
    distinct, position = np.unique(np.append(times, 0.0), return_inverse=True)
    position = position[:-1]
    counts = [
        np.bincount(position[codes == k], minlength=distinct.size).astype(np.int64)
        for k in range(n_codes)
    ]
    leaving = np.sum(counts, axis=0)
    n_risk = times.size - np.concatenate(([0], np.cumsum(leaving)[:-1]))
    return TimeCounts(distinct, n_risk.astype(np.int64), counts)


def check_times(time: ArrayLike) -> Floats:
    """Return times as an array; raise ValueError where missing, infinite or negative."""
    times = np.asarray(time, dtype=np.float64).ravel()
    if not np.all(np.isfinite(times)) or np.any(times < 0.0):
        raise ValueError(
            "times must be finite and not negative; leave out or cut such participants"
        )
    return times


def check_events(event: ArrayLike) -> Ints:
    """Return events as 0 and 1; raise ValueError on anything else."""
    events = np.asarray(event, dtype=np.float64).ravel()
    if not np.all(np.isin(events, (0.0, 1.0))):
        raise ValueError("events must be 0 or 1 (or False or True), none missing")
    return events.astype(np.int64)


def make_step_table(
    columns: dict[str, ArrayLike],
    limits: tuple[Floats, Floats],
    note: Sequence[str],
) -> pd.DataFrame:
    """Put counts, estimates, limits and notes into one frame, one row per time."""
    lower, upper = limits
    return pd.DataFrame({**columns, "lower": lower, "upper": upper, "note": list(note)})


def tabulate_at_times(table: pd.DataFrame, times: Iterable[float]) -> pd.DataFrame:
    """Read a step table at given times.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``kaplan_meier``, ``aalen_johansen`` or ``mean_cumulative``.
    times : iterable of float
        Times at which to read it, not negative.

    Returns
    -------
    pandas.DataFrame
        One row per time: time, n_risk (participants with at least that follow-up), estimate,
        variance, lower, upper, note. After the last observed time the curve is unknown: NaN
        with a note, unless the last participants at risk all had an event.
    """
    known = table["time"].to_numpy()
    complete = "n_censor" in table.columns and table["n_censor"].iloc[-1] == 0
    rows = []
    for time in times:
        if not time >= 0.0:
            raise ValueError(f"times must not be negative, got {time!r}")
        row = table.iloc[int(np.searchsorted(known, time, side="right")) - 1]
        later = int(np.searchsorted(known, time, side="left"))
        n_risk = int(table["n_risk"].iloc[later]) if later < len(known) else 0
        values = {name: row[name] for name in ("estimate", "variance", "lower", "upper", "note")}
        if time > known[-1] and not complete:
            values = dict.fromkeys(values, math.nan) | {"note": BEYOND}
        rows.append({"time": float(time), "n_risk": n_risk, **values})
    names = ["time", "n_risk", "estimate", "variance", "lower", "upper", "note"]
    return pd.DataFrame(rows, columns=names)
