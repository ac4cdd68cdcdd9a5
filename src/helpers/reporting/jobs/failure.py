"""A cell that failed, in one line: its display, file and line of whose code, what went wrong."""

import ast
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from nbformat import NotebookNode

from helpers.displays.declare import load_catalogue
from helpers.params.loading import nearest
from helpers.reporting.notebooks.prepare import PLACE

PACKAGE = Path(__file__).parents[2]
ASKED = PACKAGE / "view.py"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
# frames as IPython writes them, outermost first
_FRAME = re.compile(r"^(?:File (.+?):(\d+), in |Cell In\[\d+\], line (\d+))", re.MULTILINE)
_VARIABLE = re.compile(r"'([A-Za-z][A-Za-z0-9_]*)'")


def name_failed(cell: NotebookNode) -> str:
    """A failing cell by the display that it makes and its place in the committed notebook."""
    place = cell.metadata.get(PLACE)
    where = f"cell {place}" if place else "a cell"
    displays = find_displays(cell.source)
    return f"{', '.join(displays)} ({where})" if displays else where


def find_displays(source: str) -> list[str]:
    """Ids of the declared displays whose makers a cell calls, in its order."""
    makers = {known.maker.rpartition(".")[2]: name for name, known in load_catalogue().items()}
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return []
    called = sorted((call.lineno, call.col_offset, ast.unparse(call.func)) for call in calls)
    names = (name.rpartition(".")[2] for _, _, name in called)
    return list(dict.fromkeys(makers[name] for name in names if name in makers))


def locate_failure(traceback: Sequence[str]) -> str:
    """File and line of the innermost code that is this package's or the notebook's; may be empty.

    What lies deeper belongs to a library, which is seldom at fault, or to the view, which refuses
    what it was asked for.
    """
    places = [
        _name_place(*found.groups())
        for found in _FRAME.finditer(ANSI.sub("", "\n".join(traceback)))
    ]
    ours = [place for place in places if place]
    return ours[-1] if ours else ""


def _name_place(file: str | None, line: str | None, line_of_cell: str | None) -> str:
    if file is None:
        return f"line {line_of_cell} of the cell"
    path = Path(file).expanduser()
    if not path.is_relative_to(PACKAGE) or path == ASKED:
        return ""
    return f"{path.relative_to(PACKAGE.parent).as_posix()}, line {line}"


def name_nearest_variable(reason: str, variables: Iterable[str]) -> str:
    """For a missing key: which variable of the data sets was meant; empty where none is near."""
    known = sorted(set(variables))
    missing = [name for name in _VARIABLE.findall(reason) if name not in known]
    return nearest(missing[0], known) if missing else ""
