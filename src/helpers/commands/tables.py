"""Tables on a terminal."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from helpers.commands.plain_text import make_plain

if TYPE_CHECKING:
    import pandas as pd

    from helpers.commands.export_findings import Checked
    from helpers.reporting.run import Line

STYLES = {"published": "green", "unchanged": "dim", "not_due": "dim", "failed": "bold red"}
WORST = {"S": "bold red", "F": "red", "E": "yellow", "W": "dim"}


def _plain(text: str, style: str = "") -> Text:
    """Text that is shown as it is: no markup, no escape sequence."""
    return Text(make_plain(text), style=style)


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
        made = line.status in ("published", "unchanged")
        page = str(line.path.relative_to(index.parent)) if made else ""
        status = _plain(line.status, style=STYLES[line.status])
        table.add_row(line.interim, line.audience, line.report, status, _plain(page))
    console.print(table)
    # closed readers are told more and come last: their words stand for the interim
    waits = {line.interim: line.error for line in lines if line.status == "not_due"}
    for why in waits.values():
        console.print(_plain(why if "not due" in why else f"not due: {why}"), soft_wrap=True)
    for why in dict.fromkeys(line.error for line in lines if line.status == "failed"):
        console.print(_plain(why, style="red"), soft_wrap=True)
    if index.is_file():
        console.print(_plain(f"Start here: {index}"), soft_wrap=True)


def print_notes(notes: "pd.DataFrame") -> None:
    """What happened to the variables of an import: counts by data set, worst first."""
    if notes.empty:
        return
    console = build_console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("severity", "data set", "variable", "records", "what"):
        table.add_column(name)
    for note in notes.itertuples():
        cells = (note.severity, note.dataset, note.variable, str(note.records), note.what)
        table.add_row(*(_plain(cell) for cell in cells))
    console.print(table)


def print_schedule(rows: list[dict[str, object]], data: Path) -> None:
    """When each interim is due, by the triggers of the trial."""
    console = build_console()
    console.print(_plain(f"Triggers in {data}"), soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    numbers = ("counted", "lacking", "randomised", "pipeline", "all doses")
    for name in ("interim", "reached", "on", "cut-off", *numbers, "condition"):
        table.add_column(name, justify="right" if name in numbers else "left")
    for row in rows:
        state = {True: "yes", False: "not yet", None: "no trigger"}[row["reached"]]  # type: ignore[index]
        if row["reached"] and not row["due"]:
            state = "month not over"
        values = [row["counted"], row["lacking"], row["randomised"], row["pipeline"]]
        cells = [row["interim"], state, row["date"], row["cutoff"], *values]
        cells += [row["all_doses"], row["condition"]]
        table.add_row(*(_plain("" if cell is None else str(cell)) for cell in cells))
    console.print(table)


def print_findings(checked: "Checked", data: Path, *, every: bool) -> None:
    """Findings of an export: counts by severity, then by check, then one by one if asked."""
    from helpers.commands.export_findings import count_findings, count_severities
    from helpers.intake.findings import SEVERITIES

    console = build_console()
    cut = f", data up to {checked.cutoff}" if checked.cutoff else ""
    console.print(_plain(f"{data} as {checked.audience}{cut}"), soft_wrap=True)
    counts = count_severities(checked.findings)
    words = [f"{counts[code]} {code} ({says})" for code, says in SEVERITIES.items()]
    console.print(_plain(" · ".join(words)), soft_wrap=True)
    _print_rows(console, count_findings(checked.findings, quote=not checked.counted))
    if every and not checked.counted:
        _print_rows(console, checked.findings.drop(columns="column"))
    if checked.stops:
        console.print(_plain("This export cannot be used.", style="bold red"))


def _print_rows(console: Console, rows: "pd.DataFrame") -> None:
    """Rows of a frame with a column `severity`; nothing when there is none."""
    if rows.empty:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows.columns:
        number = name in ("findings", "persons")
        head = "participants" if name == "persons" else name
        table.add_column(head, justify="right" if number else "left", no_wrap=name == "id")
    for row in rows.itertuples(index=False):
        table.add_row(*(_plain(str(cell)) for cell in row), style=WORST[row.severity])
    console.print()
    console.print(table)
