"""Progress bars of a run: one for all reports, one per report that is running."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from helpers.commands.plain_text import make_plain
from helpers.commands.stopwatch import Stopwatch


class Bars:
    """Bars on standard error; they vanish when a report is done, its line stays."""

    def __init__(self, stopwatch: Stopwatch) -> None:
        self.stopwatch = stopwatch
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self.all: TaskID | None = None
        self.running: dict[str, TaskID] = {}
        self.done: set[str] = set()

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.progress.stop()

    def begin(self, total: int) -> None:
        """Show the bar for all reports."""
        self.all = self.progress.add_task("reports", total=total)

    def advance(self, report: str, done: int, total: int) -> None:
        """Move the bar of one report."""
        self.stopwatch.start(report)
        if report not in self.running:
            self.running[report] = self.progress.add_task(f"  {report}", total=total)
        self.progress.update(self.running[report], completed=done)

    def skip(self, report: str) -> None:
        """A report that is not due counts as done."""
        self.finish(report, "")

    def finish(self, report: str, error: str) -> None:
        """Take the bar of one report away; an error stays as a line."""
        self.stopwatch.stop(report)
        if report in self.running:
            self.progress.remove_task(self.running.pop(report))
        self.done.add(report)
        if self.all is not None:
            self.progress.update(self.all, completed=len(self.done))
        if error:
            self.note(f"{report}: failed: {error}")

    def note(self, text: str) -> None:
        """A line above the bars."""
        self.progress.console.print(make_plain(text), markup=False, highlight=False, soft_wrap=True)
