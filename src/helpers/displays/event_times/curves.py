"""Curves over days by arm with the counts below them: what F-S-06 and F-S-07 draw."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.displays.formats import FEWEST
from helpers.displays.results import Key, Result, rows_of

MONTH, QUARTER = 30, 365.25 / 4  # days
MOST_TICKS = 6
CROWD = 100  # participants from which counts of the first month would touch those of day 0
DOTTED, FEW = 4, 8  # at risk below which a curve is dotted, and read with care
LIMITS = ("estimate", "lower", "upper")


class Curve(NamedTuple):
    """One arm: its step table (time, n_risk, estimate, lower, upper) and counts at the ticks."""

    label: str
    position: int | None
    n: int
    steps: pd.DataFrame
    counts: Sequence[Mapping[str, float]]

    @property
    def last(self) -> float:
        """Last observed day."""
        return float(self.steps["time"].iloc[-1])

    @property
    def drawn(self) -> pd.DataFrame:
        """Steps up to the first event among fewer than 3 left after others were censored.

        With one at risk an event makes an estimate of 100%: a curve that jumps there tells of an
        arm what happened to one participant. Without anybody censored it is a plain proportion.
        """
        steps = self.steps
        rests_on_few = (steps["estimate"].diff() > 0) & (steps["n_risk"] < FEWEST)
        rests_on_few &= self._has_censored()
        if not rests_on_few.any():
            return steps
        place = int(np.flatnonzero(rests_on_few)[0])
        kept = steps.iloc[:place]
        last = kept.iloc[-1:].assign(
            time=steps["time"].iloc[place], n_risk=steps["n_risk"].iloc[place]
        )
        return pd.concat([kept, last], ignore_index=True)

    def _has_censored(self) -> pd.Series:
        """Whether anybody's follow-up had ended without the event before each step."""
        if "n_censor" in self.steps:
            return self.steps["n_censor"].shift(fill_value=0).cumsum() > 0
        return self.steps["n_risk"] < self.n

    @property
    def is_cut(self) -> bool:
        """Whether the curve ends with an event among few, before the last observed day or on it."""
        return self.drawn is not self.steps


class Panel(NamedTuple):
    """Curves under one title, with the parameter of their results."""

    code: str
    title: str
    curves: Sequence[Curve]
    ticks: Sequence[int]

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody to draw."""
        return not any(curve.n for curve in self.curves)


def choose_ticks(last: float, most: int) -> tuple[int, ...]:
    """Days under which counts stand: 0, the first month, then quarters, halves or whole years.

    `last` is the last observed day, `most` the largest number of participants of an arm.
    """
    step = QUARTER
    while last / step > MOST_TICKS - 1:
        step *= 2
    whole = [round(step * k) for k in range(int((last + 0.5) // step) + 1)]
    first = [MONTH] if step == QUARTER and most < CROWD and last >= MONTH else []
    return tuple(sorted({*whole, *first}))


def list_curve_results(population: str, panel: Panel) -> list[Result]:
    """The counts below a curve with its estimate, and the estimate at every step between."""
    found: list[Result] = []
    for curve in panel.curves:
        key = Key(population, curve.label, panel.code)
        found += rows_of(key, {"N": curve.n})
        for day, counts in zip(panel.ticks, curve.counts, strict=True):
            numbers = {**counts, **_read_step(curve, day)}
            found += rows_of(key._replace(category=f"DAY {day}"), numbers)
        for day in sorted(set(_list_steps(curve.steps)) - set(panel.ticks)):
            found += rows_of(key._replace(category=f"DAY {day}"), _read_step(curve, day))
    return found


def _list_steps(steps: pd.DataFrame) -> list[int]:
    """Days on which the curve rises."""
    rises = steps["estimate"].diff() > 0
    return [int(day) for day in steps.loc[rises, "time"]]


def _read_step(curve: Curve, day: int) -> dict[str, float]:
    """Estimate with limits on a day; unknown after the last observed one."""
    if day > curve.last:
        return dict.fromkeys(LIMITS, np.nan)
    steps = curve.steps
    row = steps.iloc[int(np.searchsorted(steps["time"].to_numpy(), day, side="right")) - 1]
    return {name: float(row[name]) for name in LIMITS}


def find_day_below(steps: pd.DataFrame, least: int) -> float:
    """Day after which fewer than `least` are at risk; 0 where they never were that many."""
    remaining = steps["n_risk"].shift(-1).fillna(0)
    return (
        0.0 if steps["n_risk"].iloc[0] < least else float(steps["time"][remaining < least].iloc[0])
    )


def note_ends(panels: Iterable[Panel]) -> str:
    """Where curves end, and which end before the last observed day of their arm."""
    said = (
        f"A curve ends with the last observed day of its arm; dotted: fewer than {DOTTED} at risk."
    )
    cut = [
        f"{panel.title} {', '.join(ends)}"
        for panel in panels
        if (ends := [_count_all(curve) for curve in panel.curves if curve.n and curve.is_cut])
    ]
    if not cut:
        return said
    return (
        f"{said} It ends earlier, with an event among fewer than {FEWEST} left after others were "
        f"censored; events in all: {'; '.join(cut)}."
    )


def _count_all(curve: Curve) -> str:
    """An arm and its events to the last observed day, which can be later than the last count."""
    return f"{curve.label} {int(curve.steps['n_event'].sum())}"


def note_few(panels: Iterable[Panel]) -> str:
    """From which days on a curve rests on few participants."""
    panels = list(panels)
    sizes = [curve.n for panel in panels for curve in panel.curves]
    if any(sizes) and max(sizes) < FEW:
        return f"Every arm has fewer than {FEW} participants: to be read with care on every day."
    said = []
    for panel in panels:
        days = [
            f"{curve.label} {int(find_day_below(curve.steps, FEW))}"
            for curve in panel.curves
            if curve.n
        ]
        if days:
            said.append(f"{panel.title} {', '.join(days)}")
    if not said:
        return ""
    return f"Fewer than {FEW} at risk, to be read with care, after day: {'; '.join(said)}."
