"""Displays of an executed notebook -> result rows, CSV copies, and what the index page shows."""

from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

from helpers.displays.declare import is_declared
from helpers.displays.model import MIME
from helpers.displays.results import COLUMNS
from helpers.errors import RunError
from helpers.reporting.blinding.admit import DISPLAY_ID
from helpers.reporting.notebooks.csv_copies import format_csv, name_copy
from helpers.reporting.notebooks.prepare import code_cells

Payload = Mapping[str, Any]


def harvest_displays(notebook: NotebookNode) -> list[Payload]:
    """What the declared displays of a notebook carry beside their HTML, in the order shown.

    One that no declared function made has no numbers in results.csv and no CSV copy: nothing says
    what they are.

    Raises
    ------
    RunError
        If an id is no file name, or stands twice.
    """
    found: dict[str, Payload] = {}
    for cell in code_cells(notebook):
        for output in cell.outputs:
            payload = output.get("data", {}).get(MIME)
            if payload is None:
                continue
            display = str(payload["id"])
            if not DISPLAY_ID.fullmatch(display):
                raise RunError(f"{display!r} cannot be the id of a display")
            if display in found:
                raise RunError(f"display {display} is shown a second time")
            found[display] = payload
    return [payload for payload in found.values() if is_declared(payload)]


def format_results(report: str, displays: list[Payload]) -> bytes:
    """results.csv of one report: every number of its displays, in the order shown."""
    rows = [
        [report, str(display["id"]), *map(str, row)]
        for display in displays
        for row in display["results"]
    ]
    return format_csv(COLUMNS, rows).encode()


def format_twins(displays: list[Payload]) -> dict[str, bytes]:
    """CSV copy of each display that has one, by path in the published folder."""
    return {
        name_copy(str(display["id"])): format_csv(display["header"], display["rows"]).encode()
        for display in displays
        if display["header"]
    }


def collect_summary(displays: list[Payload]) -> dict[str, Any]:
    """Lights and facts of the first display that has lights; empty when none has."""
    for display in displays:
        if display.get("lights"):
            return {"lights": display["lights"], "facts": display.get("facts", [])}
    return {}
