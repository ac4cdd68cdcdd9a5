"""The mean number of recurrent events per participant (Nelson) with a robust variance.

Source: Nelson, J Qual Technol 1988;20:24; Lawless and Nadeau, Technometrics 1995;37:158.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy.stats import norm

from helpers.stats.estimates import NAN, check_level
from helpers.stats.survival.step_tables import (
    NO_EVENT_YET,
    NO_PERSONS,
    Floats,
    check_times,
    make_step_table,
)

Events: TypeAlias = (
    "Mapping[Hashable, Iterable[float]] | Iterable[Iterable[float]] | pd.Series[Any] | pd.DataFrame"
)
FollowUp: TypeAlias = "Mapping[Hashable, float] | Iterable[float] | pd.Series[Any] | pd.DataFrame"


def mean_cumulative(events: Events, follow_up: FollowUp, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the mean cumulative function of recurrent events.

    Parameters
    ----------
    events : times of events of each participant
        A mapping participant -> times, a list of lists in the order of ``follow_up``, a Series of
        times indexed by participant, or a frame with the columns participant and time, in this
        order. Participants without events may be absent.
    follow_up : end of observation of each participant
        A mapping, a list, a Series indexed by participant, or a frame with the columns participant
        and time. An event at the very end counts as observed.
    level : float
        Confidence level of the pointwise limits.

    Returns
    -------
    pandas.DataFrame
        One row per distinct time, time 0 first: time, n_risk, n_event, estimate, variance,
        lower, upper, note. Variance: sum over participants of the squared influence (Lawless and
        Nadeau, Technometrics 1995;37:158); limits symmetric for the logarithm. Events after
        the end of follow-up are left out and counted in the note of the first row.

    Raises
    ------
    ValueError
        Unusable times, or events of a participant without follow-up.
    """
    check_level(level)
    ends, times, owner, late = _align(events, follow_up)
    grid = np.unique(np.concatenate(([0.0], ends, times)))
    n_risk = ends.size - np.searchsorted(np.sort(ends), grid, side="left")
    n_event = np.bincount(np.searchsorted(grid, times), minlength=grid.size)
    increment = np.divide(n_event, n_risk, out=np.zeros(grid.size), where=n_risk > 0)
    mean = np.cumsum(increment)
    variance = _robust_variance(grid, n_risk, increment, ends, times, owner)
    if ends.size == 0:
        mean, variance = np.full(grid.size, NAN), np.full(grid.size, NAN)
    limits = _log_limits(mean, variance, float(norm.isf((1.0 - level) / 2.0)))
    note = [NO_PERSONS if np.isnan(m) else NO_EVENT_YET if m == 0 else "" for m in mean]
    if late:
        note[0] = f"{late} events after the end of follow-up left out"
    return make_step_table(
        {
            "time": grid,
            "n_risk": n_risk,
            "n_event": n_event,
            "estimate": mean,
            "variance": variance,
        },
        limits,
        note,
    )


def _robust_variance(
    grid: Floats,
    n_risk: np.ndarray,
    increment: Floats,
    ends: Floats,
    times: Floats,
    owner: np.ndarray,
) -> Floats:
    influence = np.zeros(ends.size)
    variance = np.zeros(grid.size)
    order = np.lexsort((owner, times))
    position = np.searchsorted(times[order], grid, side="left")
    position = np.append(position, times.size)
    for k in np.flatnonzero(increment > 0):
        influence[ends >= grid[k]] -= increment[k] / n_risk[k]
        own = owner[order[position[k] : position[k + 1]]]
        np.add.at(influence, own, 1.0 / n_risk[k])
        variance[k:] = influence @ influence
    return variance


def _log_limits(mean: Floats, variance: Floats, z: float) -> tuple[Floats, Floats]:
    positive = mean > 0
    safe = np.where(positive, mean, 1.0)
    factor = np.exp(z * np.sqrt(variance) / safe)
    return np.where(positive, safe / factor, NAN), np.where(positive, safe * factor, NAN)


def _align(events: Events, follow_up: FollowUp) -> tuple[Floats, Floats, np.ndarray, int]:
    """Ends per participant, observed event times and whose they are, count of late events.

    Participants are put into the order of their data, so that no order of rows or names matters.
    """
    ends = {person: values[0] for person, values in _by_person(follow_up).items()}
    own = _by_person(events)
    unknown = [person for person in own if person not in ends]
    if unknown:
        raise ValueError(f"{len(unknown)} participants have events but no follow-up: {unknown[:3]}")
    check_times(list(ends.values()))
    histories = sorted((float(end), *sorted(own.get(person, []))) for person, end in ends.items())
    observed = [(t, i) for i, (end, *row) in enumerate(histories) for t in row if t <= end]
    total = sum(len(row) - 1 for row in histories)
    times = check_times([t for t, _ in observed])
    owner = np.array([i for _, i in observed], dtype=np.int64)
    return np.array([row[0] for row in histories]), times, owner, total - len(observed)


def _by_person(values: Any) -> dict[Hashable, list[float]]:
    if isinstance(values, pd.DataFrame):
        values = values.set_index(values.columns[0])[values.columns[1]]
    if isinstance(values, pd.Series):
        pairs: Iterable[tuple[Hashable, Any]] = values.items()
    elif isinstance(values, Mapping):
        pairs = values.items()
    else:
        pairs = enumerate(values)
    collected: dict[Hashable, list[float]] = {}
    for person, value in pairs:
        row = collected.setdefault(person, [])
        row.extend([float(value)] if isinstance(value, int | float | np.number) else value)
    return collected
