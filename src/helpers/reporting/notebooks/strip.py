"""The executed notebook without what differs from run to run or tells where it was run."""

import ast
import re
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

from helpers.reporting.notebooks.nodes import build_node, build_notebook, tags_of
from helpers.reporting.notebooks.prepare import OURS, PARAMETERS, set_cell_ids

ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
SHOWN_PARAMETERS = ("interim", "audience")


def strip_notebook(
    notebook: NotebookNode, parameters: Mapping[str, Any], hidden: Mapping[str, str]
) -> NotebookNode:
    """Notebook for readers: allow-listed metadata, no timings, no injected cell, no warnings.

    The `parameters` cell says what the run was for. `hidden` maps paths of this machine to what
    stands in their place.
    """
    cells = [_strip_cell(cell, hidden) for cell in notebook.cells if not OURS & set(tags_of(cell))]
    stripped = build_notebook(cells)
    for cell in stripped.cells:
        if PARAMETERS in tags_of(cell):
            cell.source = state_parameters(cell.source, parameters)
    for count, cell in enumerate((c for c in stripped.cells if c.cell_type == "code"), start=1):
        cell.execution_count = count if cell.execution_count else None
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    set_cell_ids(stripped)
    return stripped


def state_parameters(source: str, parameters: Mapping[str, Any]) -> str:
    """Source of a parameters cell with the values that were used for interim and audience."""
    lines = source.splitlines()
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.Assign) or statement.lineno != statement.end_lineno:
            continue
        target = statement.targets[0]
        if isinstance(target, ast.Name) and target.id in SHOWN_PARAMETERS:
            lines[statement.lineno - 1] = f"{target.id} = {parameters[target.id]!r}"
    return "\n".join(lines)


def _strip_cell(cell: NotebookNode, hidden: Mapping[str, str]) -> NotebookNode:
    stripped = build_node({**cell, "metadata": {}})
    if tags_of(cell):
        stripped.metadata["tags"] = tags_of(cell)
    if cell.cell_type == "code":
        stripped["outputs"] = [
            _strip_output(output, hidden)
            for output in cell.outputs
            if not (output.output_type == "stream" and output.name == "stderr")
        ]
    return stripped


def _strip_output(output: NotebookNode, hidden: Mapping[str, str]) -> NotebookNode:
    """Output without object addresses and paths; displays are data and stay untouched."""
    if output.output_type == "error":
        lines = [_hide(line, hidden) for line in output.traceback]
        return build_node({**output, "evalue": _hide(output.evalue, hidden), "traceback": lines})
    if output.output_type == "stream":
        return build_node({**output, "text": _hide(output.text, hidden)})
    data = dict(output.get("data", {}))
    if "text/plain" in data:
        data["text/plain"] = _hide(data["text/plain"], hidden)
    words = {
        kind: {"alt": about["alt"]}
        for kind, about in output.get("metadata", {}).items()
        if isinstance(about, Mapping) and "alt" in about
    }
    return build_node({**output, "data": data, "metadata": words})


def _hide(text: str, hidden: Mapping[str, str]) -> str:
    for path in sorted(hidden, key=len, reverse=True):
        text = text.replace(path, hidden[path])
    return ADDRESS.sub("0x0", text)
