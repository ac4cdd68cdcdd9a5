"""How a run is followed: a bar on a terminal, plain lines elsewhere; always standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from helpers.commands.plain_text import make_plain
from helpers.reporting.run import Listener


class PlainLines:
    """One line per report."""

    def __init__(self) -> None:
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

    def finish(self, report: str, error: str) -> None:
        """One line: what is done, or why it failed; a reason for several is said once.

        A report made may still fail to be written.
        """
        self.done.add(report)
        reason = "for the same reason" if error in self.said else error
        text = f"failed: {reason}" if error else "done"
        self.said.add(error)
        self.note(f"[{len(self.done)}/{self.total}] {report}: {text}")

    def skip(self, report: str) -> None:
        """A report that is not due counts and is not worth a line of its own."""
        self.done.add(report)

    def note(self, text: str) -> None:
        """A line as it is."""
        print(make_plain(text), file=sys.stderr, flush=True)  # noqa: T201 - this is the command line


@contextmanager
def follow_run() -> Iterator[Listener]:
    """A listener that suits standard error."""
    if not sys.stderr.isatty():
        yield PlainLines()
        return
    # late: only a terminal needs it
    from helpers.commands.bars import Bars

    with Bars() as bars:
        yield bars
