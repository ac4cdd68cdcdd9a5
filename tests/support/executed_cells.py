"""The cells of the project's notebooks, executed on a view without a kernel."""

import functools
from pathlib import Path

import nbformat

from helpers.displays.model import Display
from helpers.view import View

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@functools.cache
def compile_notebooks() -> dict[str, list[tuple[bool, object]]]:
    """By report: whether a cell is for closed readers only, and its code."""
    found = {}
    for report in ("safety", "efficacy"):
        notebook = nbformat.read(NOTEBOOKS / f"{report}_report.ipynb", as_version=4)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        cells = [c for c in cells if not {"parameters"} & set(c.metadata.get("tags", []))]
        found[report] = [
            ("closed" in c.metadata.get("tags", []), compile_cell(c.source))
            for c in cells
            if "load_view(" not in c.source
        ]
    return found


def compile_cell(source: str) -> object:
    expression = "\n" not in source and source.endswith(")")
    return compile(source, source[:60], "eval" if expression else "exec")


def make_displays(view: View) -> list[Display]:
    """Every display of both reports, in order, as this audience gets it."""
    shown = []
    for cells in compile_notebooks().values():
        names: dict[str, object] = {"view": view}
        for closed, code in cells:
            if closed and view.audience == "open":
                continue
            value = eval(code, names)
            shown += [value] if isinstance(value, Display) else []
    return shown
