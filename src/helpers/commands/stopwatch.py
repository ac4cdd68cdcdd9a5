"""How long each report of a run took, for the log and for `--json`; no page knows of it."""

import time
from collections.abc import Callable


class Stopwatch:
    """Seconds by report, from its first cell to its end, and of the whole run."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.began = clock()
        self.starts: dict[str, float] = {}
        self.seconds: dict[str, float] = {}

    def start(self, report: str) -> None:
        """A report has begun, if it had not already."""
        self.starts.setdefault(report, self.clock())

    def stop(self, report: str) -> float | None:
        """Seconds that a report took; None for one that never began."""
        if report not in self.starts:
            return None
        self.seconds.setdefault(report, round(self.clock() - self.starts[report], 1))
        return self.seconds[report]

    @property
    def total(self) -> float:
        """Seconds since the run began."""
        return round(self.clock() - self.began, 1)
