"""Notebooks of the project in which one cell raises, and where the others do nothing."""

from pathlib import Path

import nbformat

from helpers.reporting.notebooks.nodes import format_notebook

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# never whole in a source: whoever finds it in an output has found what the cell made at run time
MADE = '"".join(["Qx", "7Z", "spoken"])'
SPOKEN = b"Qx7Zspoken"
RAISES = f"said = {MADE}\nprint(said)\nraise ValueError(said)"
# everything that the cell can know, in every way aloud
TELLS_ALL = f"""import logging, os, sys, warnings
held = view.datasets if "view" in globals() else {{}}  # not yet in the first cells
said = {MADE} + repr({{name: frame.to_dict("list") for name, frame in held.items()}})
print(said)
print(said, file=sys.stderr)
warnings.warn(said)
logging.getLogger("any").error(said)
for stream in (1, 2):
    os.write(stream, said.encode())
sys.__stderr__.write(said)
sys.__stderr__.flush()
raise ValueError(said)"""


def fail_in(report: str, place: int, source: str = RAISES) -> bytes:
    """A notebook of the project in which one cell raises, and those before it do nothing."""
    notebook = nbformat.read(NOTEBOOKS / f"{report}_report.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in cells[:place]:
        if "parameters" not in cell.metadata.get("tags", ()) and "load_view(" not in cell.source:
            cell.source = "from helpers.notebook import load_view"
    cells[place].source = source
    for cell in cells[place + 1 :]:
        cell.source = ""
    return format_notebook(notebook)


def list_places(report: str, audience: str) -> list[int]:
    """Places of the cells that readers of an audience have, but that of the parameters."""
    notebook = nbformat.read(NOTEBOOKS / f"{report}_report.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    tags = [set(cell.metadata.get("tags", ())) for cell in cells]
    hidden = [
        "closed" in own and not (audience == "closed_masked" and "masked" in own) for own in tags
    ]
    return [
        place for place, own in enumerate(tags) if "parameters" not in own and not hidden[place]
    ]
