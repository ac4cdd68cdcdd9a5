"""How a run is followed: a bar on a terminal, plain lines elsewhere; always standard error."""

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from helpers.commands.plain_text import make_plain
from helpers.commands.stopwatch import Stopwatch
from helpers.reporting.run import Listener


class PlainLines:
    """One line per report, with the time of day and how long it took."""

    def __init__(
        self,
        stopwatch: Stopwatch | None = None,
        now: Callable[[], dt.datetime] = dt.datetime.now,
    ) -> None:
        self.stopwatch = stopwatch or Stopwatch()
        self.now = now
        self.total = 0
        self.done: set[str] = set()
        self.said: set[str] = set()

    def begin(self, total: int) -> None:
        """Say how many reports there are."""
        self.total = total
        if total:
            self.note(f"{total} report{'s' if total > 1 else ''} to make")

    def advance(self, report: str, done: int, total: int) -> None:
        """Cells are not worth a line."""
        self.stopwatch.start(report)

    def finish(self, report: str, error: str) -> None:
        """One line: what is done, or why it failed; a reason for several is said once.

        A report made may still fail to be written.
        """
        self.done.add(report)
        reason = "for the same reason" if error in self.said else error
        seconds = self.stopwatch.stop(report)
        took = "" if seconds is None else f" in {seconds:.1f} s"
        text = f"failed{took}: {reason}" if error else f"done{took}"
        self.said.add(error)
        self.note(f"[{len(self.done)}/{self.total}] {report}: {text}")

    def skip(self, report: str) -> None:
        """A report that is not due counts and is not worth a line of its own."""
        self.done.add(report)

    def note(self, text: str) -> None:
        """A line with the time of day."""
        line = f"{self.now():%H:%M:%S} {make_plain(text)}"
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is the command line


@contextmanager
def follow_run(stopwatch: Stopwatch) -> Iterator[Listener]:
    """A listener that suits standard error and tells `stopwatch` of every report."""
    if not sys.stderr.isatty():
        yield PlainLines(stopwatch)
        return
    # late: only a terminal needs it
    from helpers.commands.bars import Bars

    with Bars(stopwatch) as bars:
        yield bars
