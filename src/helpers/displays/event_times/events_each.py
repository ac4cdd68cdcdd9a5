"""The mean number of events of participants with its interval."""

import pandas as pd

from helpers.stats.survival import mean_cumulative

METHOD = "lawless_nadeau_log"


def estimate_limits(counts: pd.Series, level: float) -> dict[str, float]:
    """Interval of the mean number of events: that of the mean cumulative function, time left out.

    Its limits cannot lie below 0, and its variance is that between participants. NaN without an
    event.

    Parameters
    ----------
    counts : number of events of each participant, 0 included.
    """
    times = [[1.0] * int(number) for number in counts]
    last = mean_cumulative(times, [1.0] * len(counts), level=level).iloc[-1]
    return {"lower": float(last["lower"]), "upper": float(last["upper"])}
