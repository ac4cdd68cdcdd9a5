"""The mean number of events of participants with its interval."""

from collections.abc import Mapping

import pandas as pd

from helpers.displays import show
from helpers.displays.cells import Cell
from helpers.displays.event_times.curves import FEW
from helpers.displays.formats import format_cell
from helpers.displays.results import Key
from helpers.displays.summary.wording import count_of
from helpers.stats.survival import mean_cumulative

METHOD = "lawless_nadeau_log"
LEAST = FEW  # participants of whom a variance between them is estimated


def estimate_limits(counts: pd.Series, level: float) -> dict[str, float]:
    """Interval of the mean number of events: that of the mean cumulative function, time left out.

    Its limits cannot lie below 0, and its variance is that between participants: nothing of fewer
    than `LEAST`, of whom it comes out too narrow. NaN without an event.

    Parameters
    ----------
    counts : number of events of each participant, 0 included.
    """
    if len(counts) < LEAST:
        return {}
    times = [[1.0] * int(number) for number in counts]
    last = mean_cumulative(times, [1.0] * len(counts), level=level).iloc[-1]
    return {"lower": float(last["lower"]), "upper": float(last["upper"])}


def say_mean(row: Mapping[str, float]) -> str:
    """`1.8 (0.7 to 4.8)`; without an interval the events, and in how many participants."""
    if not row["events"]:
        return "none"
    if "lower" not in row:
        return f"{int(row['events'])} in {count_of(int(row['n']), 'participant')}"
    limits = {"estimate": row["mean"], "lower": row["lower"], "upper": row["upper"]}
    return format_cell(Cell(Key(), show.interval(1)), {Key(): limits})


def say_means(rows: Mapping[str, Mapping[str, float]], level: str) -> str:
    """The means of groups by label in a sentence; where none has an interval just the events."""
    if not rows:
        return ""
    known = any("lower" in row for row in rows.values())
    lead = f"Events per participant, mean ({level} CI)" if known else "Events"
    return f"{lead}: {', '.join(f'{label} {say_mean(row)}' for label, row in rows.items())}."


def note_limits(level: str) -> str:
    """What the interval of a mean number rests on, and where there is none."""
    return (
        f"{level} CI of the mean: variance between participants, on the log scale; none of fewer "
        f"than {LEAST} participants."
    )
