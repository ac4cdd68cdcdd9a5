"""A committed notebook becomes the one to run: closed cells out, parameters checked."""

import ast
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from nbformat import NotebookNode

from helpers.errors import RunError
from helpers.params.words import nearest
from helpers.reporting.notebooks.nodes import build_code_cell, build_node, build_notebook, tags_of

PARAMETERS = "parameters"
INJECTED = "injected-parameters"
CLOSED = "closed"
MASKED = "masked"
PLACE = "place"
EXITS = frozenset(["exit", "quit", "sys.exit", "os._exit", "os.abort"])
PRELUDE = "before-report"
SENTINEL = "end-of-report"
OURS = frozenset([PRELUDE, INJECTED, SENTINEL])  # cells that no analyst wrote
SENTINEL_SOURCE = f"print({SENTINEL!r})"


def prepare_notebook(
    notebook: NotebookNode,
    parameters: Mapping[str, Any],
    *,
    name: str,
    closed: bool,
    masked: bool = False,
    prelude: str = "",
) -> NotebookNode:
    """Notebook to run: without old outputs, with a last cell that proves that the end was reached.

    `prelude` is code that runs before all cells.

    `parameters` are those to inject; they must be the ones that the notebook's `parameters` cell
    assigns, no more and no fewer. Cells tagged `closed` are kept only when `closed` is True, or
    `masked` is and they are tagged `masked` too.

    Raises
    ------
    RunError
        If the notebook has not exactly one `parameters` cell, its names differ, or a cell would end
        the run before the last one.
    """
    check_parameter_names(notebook, parameters, name)
    cells = [
        _clear_cell(cell, number)
        for number, cell in enumerate(notebook.cells, start=1)
        if closed or CLOSED not in tags_of(cell) or (masked and MASKED in tags_of(cell))
    ]
    first = [build_code_cell(prelude, [PRELUDE])] if prelude else []
    prepared = build_notebook([*first, *cells, build_code_cell(SENTINEL_SOURCE, [SENTINEL])])
    check_no_exit(prepared, name)
    set_cell_ids(prepared)
    return prepared


def check_parameter_names(notebook: NotebookNode, parameters: Collection[str], name: str) -> None:
    """Stop when the notebook's `parameters` cell and `parameters` name different things.

    Raises
    ------
    RunError
        With every name that is missing or unknown, and the nearest known one.
    """
    cells = [cell for cell in notebook.cells if PARAMETERS in tags_of(cell)]
    if len(cells) != 1:
        found = "no cell" if not cells else f"{len(cells)} cells"
        raise RunError(
            f"{name}: {found} tagged `parameters`; exactly one must assign "
            f"{', '.join(sorted(parameters))}"
        )
    assigned = read_assigned_names(cells[0].source, name)
    faults = [
        f"{name}: its parameters cell assigns {unknown!r}, which is not a parameter"
        f"{nearest(unknown, parameters)}"
        for unknown in sorted(assigned - set(parameters))
    ]
    faults += [
        f"{name}: its parameters cell does not assign {missing!r}"
        for missing in sorted(set(parameters) - assigned)
    ]
    if faults:
        raise RunError("\n".join(faults))


def read_assigned_names(source: str, name: str) -> set[str]:
    """Names that the top level of a cell assigns.

    Raises
    ------
    RunError
        If the cell does not parse.
    """
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise RunError(f"{name}: its parameters cell does not parse ({error.msg})") from None
    return {target.id for statement in body for target in _targets(statement)}


def check_no_exit(notebook: NotebookNode, name: str) -> None:
    """Stop when a cell calls `exit` or the like: the report would end there and look complete.

    Raises
    ------
    RunError
        Naming the cell and the call.
    """
    for cell in code_cells(notebook):
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            continue  # a magic, or a mistake that running the cell reports better
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for call in sorted(calls & EXITS):
            raise RunError(f"{name}: {name_cell(cell)} calls {call}; a report runs to its end")


def set_cell_ids(notebook: NotebookNode) -> None:
    """Give every cell the id that follows from its text: no two runs differ by a random id."""
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        text = f"{cell.cell_type}\n{cell.source}"
        seen[text] += 1
        cell["id"] = hashlib.sha256(f"{seen[text]}\n{text}".encode()).hexdigest()[:16]


def code_cells(notebook: NotebookNode) -> Iterable[NotebookNode]:
    """Code cells that have anything to run."""
    return (cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip())


def name_cell(cell: NotebookNode) -> str:
    """A cell in a message: its place in the committed notebook and its first line of code."""
    lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
    code = [line for line in lines if not line.startswith("#")]
    first = (code or lines or [""])[0][:80]
    place = cell.metadata.get(PLACE)
    return f"cell {place} ({first})" if place else f"a cell ({first})"


def _clear_cell(cell: NotebookNode, number: int) -> NotebookNode:
    copy = build_node({**cell, "metadata": {PLACE: number}, "id": "new"})
    if tags_of(cell):
        copy.metadata["tags"] = tags_of(cell)
    if copy.cell_type == "code":
        copy["outputs"], copy["execution_count"] = [], None
    return copy


def _targets(statement: ast.stmt) -> list[ast.Name]:
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return [target for target in targets if isinstance(target, ast.Name)]
