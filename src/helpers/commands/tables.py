"""Tables on a terminal."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from helpers.reporting.run import Line

STYLES = {"published": "green", "unchanged": "dim", "failed": "bold red"}


def build_console() -> Console:
    """Standard output; without a terminal there is no width to keep to."""
    return Console() if sys.stdout.isatty() else Console(width=200)


def print_lines(lines: "tuple[Line, ...]", index: Path) -> None:
    """What became of each report, then where to start reading."""
    console = build_console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("interim", "audience", "report", "status", f"page in {index.parent}"):
        table.add_column(name, no_wrap=True)
    for line in lines:
        page = "" if line.status == "failed" else str(line.path.relative_to(index.parent))
        status = Text(line.status, style=STYLES[line.status])
        table.add_row(line.interim, line.audience, line.report, status, Text(page))
    console.print(table)
    for error in dict.fromkeys(line.error for line in lines if line.error):
        console.print(Text(error, style="red"), soft_wrap=True)
    if index.is_file():
        console.print(Text(f"Start here: {index}"), soft_wrap=True)
